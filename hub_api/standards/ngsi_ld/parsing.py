"""The query language of NGSI-LD (ETSI GS CIM 009, 4.9) and patterns of names, read within bounds. Pure.

A pattern is never given to an engine of regular expressions: of these only text, ``.``, ``.*``, ``^`` and ``$`` are taken, and
become a ``LIKE``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import cast

from citycore.intervals import parse_instant
from hub_api.serving.errors import InvalidParameters, invalid
from hub_api.standards.ngsi_ld.model import Between, Condition, Every, Operator, Some, Term, Value
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings

_PATH = re.compile(
    r"(?:https?://[^\s;|()=!<>~\[\]]{1,300}|[A-Za-z_][A-Za-z0-9_:\-]{0,99})(?:\.[A-Za-z][A-Za-z]{0,40})?"
)
_PART = re.compile(r"\[([A-Za-z][A-Za-z-]{0,40})\]")
_OPERATOR = re.compile(r"!~=|~=|==|!=|>=|<=|>|<")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r"[^;|(),\"\s]+")
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
_ESCAPED = re.compile(r"\\(.)")
_ORDERED = frozenset({">", ">=", "<", "<="})
_PATTERNS = frozenset({"~=", "!~="})
#: What stands for something in a regular expression and is not offered.
_OTHER_SIGNS = frozenset("*+?[](){}|")


def parse_query(text: str, settings: NgsiLdSettings) -> Condition:
    """``InvalidParameters`` says at which character what was expected."""
    if len(text) > settings.query_characters_max:
        raise invalid("q", "too_long", maximum=settings.query_characters_max)
    if "\0" in text:
        raise invalid("q", "bad_characters")
    return _Reader(text, settings).read()


class _Reader:
    def __init__(self, text: str, settings: NgsiLdSettings) -> None:
        self._text = text
        self._at = 0
        self._terms = 0
        self._settings = settings

    def read(self) -> Condition:
        found = self._some(0)
        if self._at < len(self._text):
            raise self._wrong("ngsi_ld_connective")
        return found

    def _some(self, depth: int) -> Condition:
        return self._joined("|", lambda: self._joined(";", lambda: self._one(depth), Every), Some)

    def _joined(self, sign: str, one: Callable[[], Condition], kind: type[Every | Some]) -> Condition:
        found = [one()]
        while self._takes(sign):
            found.append(one())
        return found[0] if len(found) == 1 else kind(tuple(found))

    def _one(self, depth: int) -> Condition:
        if not self._takes("("):
            return self._term()
        if depth >= self._settings.query_depth_max:
            raise invalid("q", "ngsi_ld_depth", maximum=self._settings.query_depth_max)
        found = self._some(depth + 1)
        if not self._takes(")"):
            raise self._wrong("ngsi_ld_parenthesis")
        return found

    def _term(self) -> Term:
        self._terms += 1
        if self._terms > self._settings.query_terms_max:
            raise invalid("q", "ngsi_ld_terms", maximum=self._settings.query_terms_max)
        attribute, part = self._path()
        operator = self._match(_OPERATOR)
        if operator is None:
            return Term(attribute, part)
        known = cast("Operator", operator[0])
        values = self._values(known)
        return Term(attribute, part, known, values)

    def _path(self) -> tuple[str, str | None]:
        found = self._match(_PATH)
        if found is None:
            raise self._wrong("ngsi_ld_attribute")
        name, part = found[0], None
        if not name.startswith("http") and "." in name:
            name, _, part = name.partition(".")
        inner = self._match(_PART)
        return name, part if inner is None else inner[1]

    def _values(self, operator: Operator) -> tuple[Value | Between, ...]:
        if operator in _PATTERNS:
            return (like_of(self._pattern(), "q", self._settings),)
        found = [self._value()]
        while self._takes(","):
            found.append(self._value())
        if len(found) > self._settings.query_values_max:
            raise invalid("q", "ngsi_ld_values", maximum=self._settings.query_values_max)
        is_plain = len(found) == 1 and not isinstance(found[0], Between)
        if operator in _ORDERED and not is_plain:
            raise invalid("q", "ngsi_ld_one_value", operator=operator)
        if any(isinstance(one, Between) for one in found) and len(found) > 1:
            raise invalid("q", "ngsi_ld_range_alone")
        return tuple(found)

    def _pattern(self) -> str:
        quoted = self._match(_STRING)
        if quoted is not None:
            return _ESCAPED.sub(lambda one: one[1] if one[1] == '"' else one[0], quoted[1])
        bare = self._match(_BARE)
        if bare is None:
            raise self._wrong("ngsi_ld_value")
        return bare[0]

    def _value(self) -> Value | Between:
        quoted = self._match(_STRING)
        if quoted is not None:
            low: Value = _ESCAPED.sub(r"\1", quoted[1])
            if not self._text.startswith("..", self._at):
                return low
            self._at += 2
            high = self._match(_STRING)
            if high is None:
                raise self._wrong("ngsi_ld_value")
            return self._between(low, _ESCAPED.sub(r"\1", high[1]))
        start = self._at
        bare = self._match(_BARE)
        if bare is None or _OPERATOR.search(bare[0]):
            self._at = start
            raise self._wrong("ngsi_ld_value")
        low_text, dots, high_text = bare[0].partition("..")
        if not dots:
            return plain_value(bare[0])
        if not low_text or not high_text:
            self._at = start
            raise self._wrong("ngsi_ld_value")
        return self._between(plain_value(low_text), plain_value(high_text))

    def _between(self, low: Value, high: Value) -> Between:
        if type(low) is not type(high) or isinstance(low, bool):
            raise invalid("q", "ngsi_ld_range_types")
        return Between(low, high)

    def _takes(self, sign: str) -> bool:
        is_there = self._text.startswith(sign, self._at)
        self._at += len(sign) if is_there else 0
        return is_there

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        self._at = self._at if found is None else found.end()
        return found

    def _wrong(self, code: str) -> InvalidParameters:
        return invalid("q", code, position=self._at + 1)


def plain_value(text: str) -> Value:
    """A number, a truth, an instant, else the text itself."""
    if _NUMBER.fullmatch(text):
        return float(text)
    if text in {"true", "false"}:
        return text == "true"
    instant = instant_of(text)
    return text if instant is None else instant


def instant_of(text: str) -> datetime | None:
    if "T" not in text or len(text) > 40:  # no instant is longer
        return None
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        return None


def like_of(pattern: str, parameter: str, settings: NgsiLdSettings) -> str:
    """The pattern as ``LIKE`` has it, with a backslash before what is meant as it stands."""
    if not 0 < len(pattern) <= settings.pattern_characters_max:
        raise invalid(parameter, "too_long" if pattern else "empty", maximum=settings.pattern_characters_max)
    if "\0" in pattern:
        raise invalid(parameter, "bad_characters")
    is_begun, is_ended = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    rest = pattern[1 if is_begun else 0 : len(pattern) - (1 if is_ended else 0)]
    found = ["" if is_begun else "%"]
    wildcards = 0
    signs = iter(range(len(rest)))
    for number in signs:
        sign, following = rest[number], rest[number + 1 : number + 2]
        if sign == "\\":
            if not following or following.isalnum():
                raise invalid(parameter, "ngsi_ld_pattern")
            found.append(_quoted(following))
            next(signs)
        elif sign == "." and following == "*":
            found.append("%")
            wildcards += 1
            next(signs)
        elif sign == ".":
            found.append("_")
        elif sign in _OTHER_SIGNS or sign in "^$":
            raise invalid(parameter, "ngsi_ld_pattern")
        else:
            found.append(_quoted(sign))
    if wildcards > settings.pattern_wildcards_max:
        raise invalid(parameter, "ngsi_ld_wildcards", maximum=settings.pattern_wildcards_max)
    return "".join([*found, "" if is_ended else "%"])


def _quoted(sign: str) -> str:
    return f"\\{sign}" if sign in "%_\\" else sign


def names_of(parameter: str, text: str | None, settings: NgsiLdSettings) -> tuple[str, ...]:
    """Names separated by commas."""
    if text is None:
        return ()
    names = tuple(name.strip() for name in text.split(",", settings.names_max))
    if len(names) > settings.names_max:
        raise invalid(parameter, "ngsi_ld_values", maximum=settings.names_max)
    if not all(names) or any("\0" in name for name in names):
        raise invalid(parameter, "empty" if not all(names) else "bad_characters")
    return names
