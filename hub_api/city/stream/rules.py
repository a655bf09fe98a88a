"""Events as text, filters, and positions: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import orjson
from pydantic_core import PydanticCustomError

from citycore.language import LANGUAGES
from hub_api.city.stream.model import Filters, Position, Row
from hub_api.serving.texts import TEXTS

POSITION_CHARACTERS_MAX = 4_000
NUMBER_MAX = 2**63 - 1
POSITION = re.compile(r"([0-9]{1,19}):([0-9]{1,19}):((?:[0-9]{1,19}(?:,[0-9]{1,19})*)?)")


def checked_position(text: str) -> Position:
    """The id of an event, unchanged; a ``PydanticCustomError`` if it cannot be one."""
    match = POSITION.fullmatch(text) if len(text) <= POSITION_CHARACTERS_MAX else None
    if match is not None:
        low, high = int(match[1]), int(match[2])
        between = [int(number) for number in match[3].split(",") if number]
        rising = all(a < b for a, b in pairwise(between))
        if 0 < low <= high <= NUMBER_MAX and rising and all(low <= number < high for number in between):
            return text
    raise PydanticCustomError("bad_position", "not a position")


def select(rows: Sequence[Row], filters: Filters) -> list[Row]:
    """The rows that a listener asked for."""
    wanted = [(name, value) for name, value in filters.items() if value is not None]
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted)]


def observation_events(rows: Sequence[Row], position: Position, rows_max: int) -> Iterator[bytes]:
    """Events of at most ``rows_max`` rows. Only the last carries the position: who is cut off
    before it gets all of them again.
    """
    for start in range(0, len(rows), rows_max):
        content = b'{"data":[' + b",".join(row.content for row in rows[start : start + rows_max]) + b"]}"
        is_last = start + rows_max >= len(rows)
        yield event("observations", content, position if is_last else None)


def event(name: str, content: bytes, position: Position | None = None) -> bytes:
    """One server-sent event; ``content`` is JSON in one line."""
    place = b"" if position is None else b"id: " + position.encode() + b"\n"
    return b"event: " + name.encode() + b"\n" + place + b"data: " + content + b"\n\n"


def notice(name: str, position: Position | None = None, **fields: object) -> bytes:
    """An event that is no observation: heartbeat, gap, end."""
    return event(name, orjson.dumps(fields, option=orjson.OPT_UTC_Z), position)


def gap(position: Position) -> bytes:
    """More was missed than is replayed; the stream goes on from this position."""
    return notice("gap", position, detail=_detail("gap"))


def end(reason: str) -> bytes:
    """The last event: ``too_slow``, ``stopping`` or ``time_is_over``."""
    return notice("end", None, reason=reason, detail=_detail(reason))


def _detail(key: str) -> dict[str, str]:
    return {language: TEXTS.text(f"stream.{key}", language) for language in LANGUAGES}
