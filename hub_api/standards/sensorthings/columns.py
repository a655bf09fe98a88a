"""Columns of rows as JSON: all values of a property at once, since an answer may have tens of thousands of entities.

Every function takes columns of one length, which is not 0, and gives the text of each value; what is absent is ``null``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import isfinite
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS
from hub_api.serving.answers import JSON_OPTIONS
from hub_api.serving.instants import FIRST, LAST
from hub_api.standards.sensorthings.bounds import BOUNDS, area_of
from hub_api.standards.sensorthings.units import unit_of

Column = Sequence[Any]
Encode = Callable[..., Sequence[bytes]]
NULL: Final = b"null"
#: Beyond it not every whole number is one of its own.
WHOLE_MAX: Final = 2**53
MEANINGS: Final = {1: "good", 2: "not evaluated", 3: "suspect", 4: "bad", 9: "missing"}
_OF_UTC: Final = orjson.OPT_NAIVE_UTC | JSON_OPTIONS
_POSTGRES_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_SENT, _LAST_SENT = ((one - _POSTGRES_EPOCH) // timedelta(microseconds=1) for one in (FIRST, LAST))
#: Values within which there is no line break: JSON escapes those of texts.
_SCALARS: Final = frozenset({str, int, float, bool, datetime, type(None)})
#: Stands in the bounds that are still to be made a geometry.
_BOUNDS: Final = BOUNDS.encode()
#: A line for each value of an array, behind ``[`` and this.
_LINES: Final = orjson.OPT_INDENT_2 | JSON_OPTIONS
_BEGIN, _BETWEEN, _END = len("[\n  "), b",\n  ", -len("\n]")


def dumped(content: object) -> bytes:
    """``content`` as JSON; instants end in ``Z``."""
    return orjson.dumps(content, option=JSON_OPTIONS)


def plain(column: Column) -> list[bytes]:
    """Texts, numbers, instants; anything that orjson knows."""
    if _SCALARS.issuperset(map(type, column)):
        return orjson.dumps(column, option=_LINES)[_BEGIN:_END].split(_BETWEEN)
    return [dumped(one) for one in column]


def json(column: Column) -> list[bytes]:
    """What is JSON already (:data:`AS_BYTES`)."""
    return [NULL if one is None else one for one in column]


def instants(column: Column) -> list[bytes]:
    """Instants as PostgreSQL sends them (:data:`AS_SENT`), which is a fraction of the time that it takes to read each."""
    known = [one for one in column if one is not None]
    found = _instants(_moments(known))
    if len(known) == len(column):
        return found
    rest = iter(found)
    return [NULL if one is None else next(rest) for one in column]


def _moments(column: Column) -> NDArray[np.int64]:
    """Microseconds since 1970, not beyond what an answer can say (:data:`FIRST`, :data:`LAST`)."""
    sent = np.frombuffer(b"".join(column), dtype=">i8").astype(np.int64)
    return np.clip(sent, _FIRST_SENT, _LAST_SENT) + POSTGRES_EPOCH_MICROSECONDS


def _instants(moments: NDArray[np.int64]) -> list[bytes]:
    """With three digits of a second where these are all, as most clients state it and compare it again."""
    text = orjson.dumps(moments.view("datetime64[us]").tolist(), option=_OF_UTC)
    found = text[1:-1].split(b",") if len(moments) else []
    return (
        [told[:-5] + b'Z"' if told.endswith(b'000Z"') else told for told in found]
        if b'000Z"' in text
        else found
    )


def times(starts: Column, ends: Column) -> list[bytes]:
    """An instant, or ``START/END`` where there is an end."""
    begins = instants(starts)
    if not any(ends):
        return begins
    return [
        begin if NULL in {begin, end} else _span(begin, end)
        for begin, end in zip(begins, instants(ends), strict=True)
    ]


def spans(starts: Column, ends: Column) -> list[bytes]:
    """``START/END``, or nothing where one of them is not known."""
    known = [(one, other) for one, other in zip(starts, ends, strict=True) if None not in {one, other}]
    if not known:
        return [NULL] * len(starts)
    begins, finishes = map(_moments, zip(*known, strict=True))
    found = map(_span, _instants(begins), _instants(np.maximum(begins, finishes)))
    if len(known) == len(starts):
        return [*found]
    return [NULL if None in {one, other} else next(found) for one, other in zip(starts, ends, strict=True)]


def _span(begin: bytes, end: bytes) -> bytes:
    return b"%b/%b" % (begin[:-1], end[1:])


def results(*columns: Column) -> list[bytes]:
    """Numbers, texts, positions or JSON, by what their datastreams say that they are."""
    numbers, _, _, _, are_truths, _ = columns
    if None not in numbers and not any(are_truths):
        return plain([_whole(one) for one in numbers])
    return plain([*map(_result, zip(*columns, strict=True))])


def _result(row: tuple[Any, ...]) -> object:
    number, words, longitude, latitude, is_truth, is_json = row
    if number is not None:
        return _number(number, is_truth=is_truth)
    if words is None:
        return None if longitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    return _json_or_text(words) if is_json else words


def _number(number: float, *, is_truth: bool | None) -> float | bool | None:
    """As its datastream says that it is, a whole one as it was posted, without a fraction; none of what is not finite, which JSON
    does not know.
    """
    if not isfinite(number):
        return None
    return number != 0 if is_truth else _whole(number)


def _whole(number: float) -> float:
    """Without a fraction where there is none; what is not finite is no number of JSON, and becomes null."""
    return int(number) if number.is_integer() and -WHOLE_MAX <= number <= WHOLE_MAX else number


def _json_or_text(words: str) -> object:
    try:
        return orjson.loads(words)
    except orjson.JSONDecodeError:
        return words


def qualities(flags: Column, posted: Column) -> list[bytes]:
    """What was posted for the quality, or the flag of QARTOD."""
    return [_flag(flag) if one is None else one for flag, one in zip(flags, posted, strict=True)]


@cache
def _flag(flag: int) -> bytes:
    return dumped({"scheme": "QARTOD", "flag": flag, "meaning": MEANINGS.get(flag, "missing")})


def quality_word(quality: object) -> object:
    """In a word what the hub itself says of a result; what was posted as it is."""
    is_ours = isinstance(quality, dict) and quality.keys() == {"scheme", "flag", "meaning"}
    return quality["meaning"] if is_ours and quality["scheme"] == "QARTOD" else quality  # type: ignore[index]  # asked a line above


def areas(column: Column) -> list[bytes]:
    """What was posted as it is, and bounds as the geometry that they are."""
    return [_area(one) if _BOUNDS in one else one for one in json(column)]


def _area(stored: bytes) -> bytes:
    return dumped(area_of(orjson.loads(stored)))


def units(posted: Column, codes: Column) -> list[bytes]:
    """A unit as it was posted, or by its code."""
    return [_unit(code) if one is None else one for one, code in zip(posted, codes, strict=True)]


@cache
def _unit(code: str) -> bytes:
    return dumped(unit_of(code))


#: By the kind of a property.
ENCODERS: Final[dict[str, Encode]] = {
    "text": plain,
    "time": instants,
    "json": json,
    "geometry": json,
    "area": areas,
    "unit": units,
    "result": results,
    "quality": qualities,
    "span": spans,
}
#: By the kind, which of its columns are JSON; they are read as the bytes that the store has, which nobody parses.
AS_BYTES: Final[dict[str, int]] = {"json": 0, "geometry": 0, "area": 0, "unit": 0, "quality": 1}
#: The kinds whose columns are instants; they are read as PostgreSQL sends them, eight bytes each.
AS_SENT: Final = frozenset({"time", "span"})
