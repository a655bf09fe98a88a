"""Where in its series an observation is kept: at its time, or a little behind it where another one is there.

A series has one row for an instant. Of observations that are of one instant, or whose intervals begin at one, each further one is kept
at the next free microsecond, and its time beside it (``phenomenon_start``), so that answers tell what was stated. An observation that
states all that another one does is that one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.model import Row, Stream

#: How many observations of a datastream may begin at one instant: as many microseconds as the reading side looks behind a start.
PLACES_MAX: Final = 1_000
_WHOLE_MAX: Final = 2**63


def stated(row: Row) -> Hashable:
    """All that an observation says, wherever it is kept."""
    start = row.time if row.phenomenon_start is None else row.phenomenon_start
    return (
        row.datastream_id,
        start,
        row.phenomenon_end,
        row.result,
        row.exact_result,
        row.result_time,
        row.valid_start,
        row.valid_end,
        _alike(row.quality),
        _alike(row.parameters),
        row.feature_id,
    )


def _alike(text: str | None) -> bytes | None:
    """JSON as it is however its members are ordered and its numbers are written."""
    return None if text is None else orjson.dumps(_plain(orjson.loads(text)), option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    # The database keeps 1e18 as a whole number; what is none of 64 bits is read as a fraction anyway.
    return (
        int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_MAX else value
    )


class Slots:
    """What is kept where, of one request; ``waiting`` are rows of it that are on their way."""

    def __init__(self, connection: Connection, waiting: Sequence[Row] = ()) -> None:
        self._connection = connection
        self._taken: dict[int, set[int]] = defaultdict(set)
        self._known: dict[Hashable, int] = {}
        for row in waiting:
            self._take(row)

    def settled(self, rows: Sequence[Row]) -> list[Row]:
        """The rows at their places; one for which there is none stays at its time, where ingest refuses it."""
        settled, _ = self.looked_up(rows)
        return [found or row for found, row in zip(settled, rows, strict=True)]

    def looked_up(self, rows: Sequence[Row]) -> tuple[list[Row | None], list[bool]]:
        """The rows at their places, None where there is none, and of each whether it is there already."""
        stored = repository.kept(self._connection, _spans(rows))
        for row in stored:
            self._take(row)
        there = {stated(row) for row in stored}
        return [self._settle(row) for row in rows], [stated(row) in there for row in rows]

    def _take(self, row: Row) -> None:
        self._taken[row.datastream_id].add(row.time)
        self._known.setdefault(stated(row), row.time)

    def _settle(self, row: Row) -> Row | None:
        known, taken = self._known.get(stated(row)), self._taken[row.datastream_id]
        place = row.time if known is None else known
        if known is None:
            while place in taken and place < _behind(row):
                place += 1
            if place == _behind(row):
                return None
        settled = row if place == row.time else replace(row, time=place, phenomenon_start=row.time)
        self._take(settled)
        return settled


def settled(
    connection: Connection,
    rows: Sequence[Row],
    streams: dict[int, Stream],
    waiting: Sequence[Row] | None,
) -> list[Row]:
    """Rows as they go to ingest. What is not looked up here is looked up where ingest finds something at its time: intervals are, which a
    datastream that keeps the last result of an instant would lose, and with ``waiting`` instants, whose ids have to be told before.
    """
    numbers = [number for number, row in enumerate(rows) if _is_looked_up(row, streams, waiting)]
    found = list(rows)
    if numbers:
        slots = Slots(connection, waiting or ())
        for number, row in zip(numbers, slots.settled([rows[each] for each in numbers]), strict=True):
            found[number] = row
    return found


def _is_looked_up(row: Row, streams: dict[int, Stream], waiting: Collection[Row] | None) -> bool:
    if row.phenomenon_end is not None:
        return True
    return waiting is not None and not streams[row.datastream_id].keeps_last


def _spans(rows: Sequence[Row]) -> list[tuple[int, int, int]]:
    """Datastream, start and end of all places that rows may have; those that overlap as one, so that nothing is read twice."""
    found: list[tuple[int, int, int]] = []
    for datastream_id, start, end in sorted((row.datastream_id, row.time, _behind(row)) for row in rows):
        if found and found[-1][0] == datastream_id and start <= found[-1][2]:
            _, first, last = found.pop()
            found.append((datastream_id, first, max(last, end)))
        else:
            found.append((datastream_id, start, end))
    return found


def _behind(row: Row) -> int:
    """The first microsecond that is no place for it: within an interval, and never further than readers look."""
    end = row.time + PLACES_MAX
    return end if row.phenomenon_end is None else min(end, row.phenomenon_end + 1)
