"""Expressions as tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as Choice

from hub_api.standards.sensorthings.errors import RequestInvalid

Kind = Choice["text", "typed", "interval", "instant", "date", "time", "number", "name", "sign", "end"]
#: A ``+`` that was not escaped arrives as a space.
_INSTANT = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:[.,]\d{1,12})?)?(?:[Zz]|[+\- ]\d\d:?\d\d)?"
#: The text of the standard itself has some of its literals in the quotes of print.
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
    | (?P<interval>{_INSTANT}/{_INSTANT})
    | (?P<instant>{_INSTANT})
    | (?P<date>\d{{4}}-\d\d-\d\d(?!\w))
    | (?P<time>\d\d:\d\d(?::\d\d(?:\.\d{{1,12}})?)?(?!\w))
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdDmMlL]?(?![\w.]))
    | (?P<typed>(?:geography|geometry|duration|datetime|datetimeoffset|date|timeofday|time|guid)(?:'(?:[^']|'')*'|[‘’][^‘’]*[‘’]))
    | (?P<text>'(?:[^']|'')*'|[‘’][^‘’]*[‘’])
    | (?P<name>@?[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<sign>[(),/:\[\]+*\-])
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: The rest of a key behind ``/``, which may hold what elsewhere is a sign.
_KEY = re.compile(r"@?[\w.$:\-]+")


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    start: int


class Tokens:
    """The tokens of an expression, one after the other. ``RequestInvalid`` at what is none."""

    def __init__(self, text: str, option: str) -> None:
        self.text = text
        self.option = option
        self._place = 0
        self.current = self._read()

    def take(self) -> Token:
        taken = self.current
        self.current = self._read()
        return taken

    def take_key(self) -> str:
        """What follows a ``/`` that was just taken, as the key of a property: ``air-01`` is one, no difference."""
        start = self.current.start
        found = _KEY.match(self.text, start)
        if found is None:
            raise self.wrong()
        self._place = found.end()
        self.current = self._read()
        return found[0]

    def is_sign(self, sign: str) -> bool:
        return self.current.kind == "sign" and self.current.text == sign

    def is_word(self, *words: str) -> bool:
        return self.current.kind == "name" and self.current.text in words

    def expect(self, sign: str) -> None:
        if not self.is_sign(sign):
            raise self.wrong(expected=sign)
        self.take()

    def wrong(self, expected: str | None = None) -> RequestInvalid:
        """The error for the present token."""
        token = self.current
        if token.kind == "end":
            reason = "ends_early" if expected is None else "ends_before"
            return RequestInvalid(self.option, reason, expected=expected or "", text=self.text)
        reason = "unexpected" if expected is None else "not_the_sign"
        return RequestInvalid(
            self.option,
            reason,
            piece=self.text[token.start :],
            place=token.start + 1,
            expected=expected or "",
        )

    def _read(self) -> Token:
        while self._place < len(self.text):
            start = self._place
            found = _TOKEN.match(self.text, start)
            if found is None:
                reason = "open_text" if self.text[start] == "'" else "unreadable"
                raise RequestInvalid(self.option, reason, piece=self.text[start:], place=start + 1)
            self._place = found.end()
            kind = found.lastgroup
            if kind != "space":
                return Token(kind, found[0], start)  # type: ignore[arg-type]  # the groups are the kinds
        return Token("end", "", len(self.text))


def pieces(text: str, separator: str, option: str) -> Iterator[str]:
    """A text at its separators that stand in no brackets and in no quotes, without spaces around them."""
    depth, start, is_quoted = 0, 0, False
    for place, sign in enumerate(text):
        if sign == "'":
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth < 0:
                raise RequestInvalid(option, "bracket_not_open", place=place + 1)
        elif sign == separator and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    if is_quoted:
        raise RequestInvalid(option, "open_text", piece=text[start:], place=start + 1)
    if depth:
        raise RequestInvalid(option, "bracket_open", piece=text[start:])
    yield text[start:].strip()
