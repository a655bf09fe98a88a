"""Templates of one value, in the simple forms that devices send: a path into the document and filters of numbers. Pure.

``{{ value }}``, ``{{ value_json.a.b }}``, ``{{ value_json['a'][0] }}``, ``{{ value_json.get('a') }}``, each with any of ``float``, ``int``, ``round(n)``,
``is_defined``, ``default(…)`` and ``lower`` behind bars. Anything else is a program, and none is run.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.decoders.reading import as_number


class TemplateUnknown(Exception):
    """The template is not of these forms, or does not fit the value."""


class _Template(NamedTuple):
    of_document: bool
    path: tuple[str | int, ...]
    filters: tuple[tuple[str, int], ...]


_WHOLE = re.compile(
    r"\{\{-?\s*(value(?:_json)?)((?:\.get\(\s*(?:'[^'|]{1,100}'|\"[^\"|]{1,100}\")\s*(?:,[^()|]{0,40})?\)"
    r"|\.\w+|\[[^\]|]{1,100}\])*)\s*((?:\|[^|{}]{1,60})*?)\s*-?\}\}",
    re.ASCII,
)
_STEP = re.compile(
    r"\.(?!get\()(\w+)|\.get\(\s*(?:'([^']+)'|\"([^\"]+)\")\s*(?:,[^()]*)?\)|\[\s*'([^']+)'\s*\]|\[\s*\"([^\"]+)\"\s*\]|\[\s*(\d{1,6})\s*\]",
    re.ASCII,
)
_FILTER = re.compile(
    r"(float|int|round|is_defined|default|lower|string)(?:\(\s*([^()]{0,40})\s*\))?", re.ASCII
)
_CHARACTERS_MAX = 500
_DIGITS_MAX = 15


def find_value(template: str | None, text: str, document: Any) -> Any:
    """The value of a message; None where the path leads to nothing."""
    if template is None:
        return text
    parsed = _parse(template)
    if parsed is None:
        raise TemplateUnknown
    value: Any = document if parsed.of_document else text
    for step in parsed.path:
        if type(value) is dict and type(step) is str:
            value = value.get(step)
        elif type(value) is list and type(step) is int and step < len(value):
            value = value[step]
        else:
            return None
    for name, digits in parsed.filters:
        value = _filtered(value, name, digits)
    return value


@lru_cache(maxsize=4_096)
def _parse(template: str) -> _Template | None:
    if len(template) > _CHARACTERS_MAX or (whole := _WHOLE.fullmatch(template.strip())) is None:
        return None
    path: list[str | int] = []
    position = 0
    for step in _STEP.finditer(whole[2]):
        if step.start() != position:
            return None
        position = step.end()
        path.append(int(step[6]) if step[6] is not None else next(filter(None, step.groups())))
    if position != len(whole[2]):
        return None
    filters: list[tuple[str, int]] = []
    for written in whole[3].split("|")[1:]:
        known = _FILTER.fullmatch(written.strip())
        if known is None or (
            known[1] == "round" and re.fullmatch(r"\d{0,2}", known[2] or "", re.ASCII) is None
        ):
            return None
        filters.append((known[1], int(known[2]) if known[1] == "round" and known[2] else 0))
    return _Template(whole[1] == "value_json", tuple(path), tuple(filters))


def _filtered(value: Any, name: str, digits: int) -> Any:
    if value is None or name in {"is_defined", "default", "string"}:
        return value  # a default stands for "no value", which is what None says
    if name == "lower":
        return value.lower() if type(value) is str else value
    number: Any = as_number(value) if type(value) is str else value
    if type(number) not in (int, float):
        raise TemplateUnknown
    try:
        if name == "int":
            return int(number)
        if name == "round":
            return round(number, min(digits, _DIGITS_MAX))
        return float(number)
    except (OverflowError, ValueError):
        return number
