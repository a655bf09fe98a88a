"""Lists of a table of fields as lines that a person writes: values that mean "no value", and labels. Pure.

``-127, 85, "85"`` and ``0=closed, 1=open``. A text that would read as another value stands in quotation marks, so that what was written is
read as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from math import inf, isfinite
from typing import Any

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ITEM = re.compile(rf"\s*({_QUOTED}|[^,=،]*?)\s*(?:[,،]|$)")
_PAIR = re.compile(rf"\s*({_QUOTED}|[^,=،]+?)\s*=\s*({_QUOTED}|[^,=،]*?)\s*(?:[,،]|$)")
_PLAIN = re.compile(r'[^\s",=،](?:[^",=،\r\n\t]*[^\s",=،])?')


def write_factor(factor: float) -> str:
    """The number by which a field is multiplied, nothing for 1."""
    return "" if factor == 1 else repr(int(factor) if factor == int(factor) else factor)


def read_factor(text: str) -> float:
    """The number of :func:`write_factor`; :class:`ValueError` for zero and for what is none."""
    factor = float(text) if text.strip() else 1
    if not isfinite(factor) or not factor:
        raise ValueError(text)
    return factor


def write_values(values: Iterable[Any]) -> str:
    """The values with commas between them; numbers first, by size."""
    ordered = sorted(values, key=lambda each: (isinstance(each, str), each))
    return ", ".join(map(_written, ordered))


def read_values(text: str) -> list[Any]:
    """The values of :func:`write_values`; :class:`ValueError`."""
    return [_read(found[1]) for found in _all(_ITEM, text) if found[1]]


def write_labels(labels: Mapping[str, Any]) -> str:
    """``key=label``, with commas between them, in their order."""
    return ", ".join(f"{_plain(key)}={_written(label)}" for key, label in labels.items())


def read_labels(text: str) -> dict[str, Any]:
    """The labels of :func:`write_labels`; :class:`ValueError` also for a key that stands twice."""
    found: dict[str, Any] = {}
    for pair in _all(_PAIR, text):
        key = json.loads(pair[1]) if pair[1].startswith('"') else pair[1]
        if key in found or not pair[2]:
            raise ValueError(text)
        found[key] = _read(pair[2])
    return found


def _all(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    place = 0
    while text[place:].strip():
        found = pattern.match(text, place)
        if found is None or found.end() == place:
            raise ValueError(text)
        yield found
        place = found.end()


def _written(value: Any) -> str:
    return _plain(value) if isinstance(value, str) and _read_plain(value) == value else _json(value)


def _plain(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _json(text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read(text: str) -> Any:
    return json.loads(text) if text.startswith('"') else _read_plain(text)


def _read_plain(text: str) -> Any:
    """A number, true, false or null as JSON has it; else the text."""
    try:
        value = json.loads(text, parse_constant=lambda name: name)
    except ValueError:
        return text
    is_other = type(value) not in {int, float, bool, type(None)} or value in {inf, -inf}
    return text if is_other else value
