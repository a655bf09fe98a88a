"""Where in its series an observation is kept: at its instant, or the start of its interval.

A series has one row for an instant. Of intervals that begin at one instant each further one is kept at the next free microsecond within
it, and its start beside it (``phenomenon_start``), so that answers tell what was stated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import WritingConflict
from hub_api.standards.sensorthings.writing.model import Row
from hub_api.standards.sensorthings.writing.times import moment_of

#: How many intervals of a datastream may begin at one instant: as many microseconds as the reading side looks behind a start.
INTERVALS_MAX: Final = 1_000

#: Start and end of what an observation is of; no end of an instant.
Time = tuple[int, int | None]


class Slots:
    """What is kept where, of one request."""

    def __init__(self, connection: Connection, waiting: Sequence[Row] = ()) -> None:
        self._connection = connection
        #: By datastream and place in its series, of what time it is.
        self._taken: dict[int, dict[int, Time]] = defaultdict(dict)
        for row in waiting:
            start = row.time if row.phenomenon_start is None else row.phenomenon_start
            self._taken[row.datastream_id][row.time] = (start, row.phenomenon_end)

    def settled(self, rows: Sequence[Row]) -> list[Row]:
        """The rows at their places. :class:`WritingConflict` where there is none."""
        self._look(rows)
        return [self._settle(row) for row in rows]

    def _look(self, rows: Sequence[Row]) -> None:
        asked = {
            "ids": [row.datastream_id for row in rows],
            "starts": [moment_of(row.time) for row in rows],
            "ends": [
                moment_of(row.time + (1 if row.phenomenon_end is None else INTERVALS_MAX)) for row in rows
            ],
        }
        for number, place, start, end in repository.rows(self._connection, "taken", **asked):
            self._taken[number][place] = (place if start is None else start, end)

    def _settle(self, row: Row) -> Row:
        taken = self._taken[row.datastream_id]
        own: Time = (row.time, row.phenomenon_end)
        if row.phenomenon_end is None:
            if taken.get(row.time, own) != own:
                raise WritingConflict("conflicting", id=row.id)
            place = row.time
        else:
            place = self._place(taken, own, row)
        taken[place] = own
        return row if place == row.time else replace(row, time=place, phenomenon_start=row.time)

    @staticmethod
    def _place(taken: dict[int, Time], own: Time, row: Row) -> int:
        """Where this very interval is already, or the first free place."""
        start, end = own
        assert end is not None
        free: int | None = None
        for place in range(start, min(start + INTERVALS_MAX, end + 1)):
            if taken.get(place) == own:
                return place
            if place not in taken:
                free = place if free is None else free
        if free is None:
            raise WritingConflict("conflicting", id=row.id)
        return free
