"""Whether roll-ups are what the observations say: everything is computed once more, beside what is kept.

The statements are those of the roll-ups, on tables of this session that hide the hub's. What is noted as dirty is not compared:
it is about to change. That the statements themselves are right is another matter, which tests look after.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.buckets import (
    DAY,
    FOUR_WEEKS,
    HOUR,
    HOUR_TABLES,
    PERIODS,
    QUARTER,
    TABLES,
    YEAR,
    by_span,
    compute,
)
from ingest.isolation import attempt, isolate
from ingest.set_aside import Bucket, arrays_of

QUERIES = load_queries("ingest", "verifying.sql")
#: Datastreams that are computed at once: what they have is held in memory.
DATASTREAMS_MAX = 5
BUCKETS_MAX = 20_000
#: The last digits of a mean depend on the order in which values were added.
TOLERANCE = 1e-9
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
#: How long local days, months and years last at most: the keys name widths.
_SECONDS_MAX = {
    DAY: 25 * 3600,
    **{width: (months * 31 + 1) * 86_400 for width, (_, months) in PERIODS.items()},
}
#: Not figures: when and how a row was computed.
_LEFT_OUT = frozenset({"datastream_id", "bucket_start", "bucket_epoch", "computed_at", "counted_until"})
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is kept of a bucket and what its observations say. Without a field there is no row on one of the sides."""

    datastream: int
    seconds: int
    bucket_epoch: int
    field: str | None
    kept: object
    computed: object


@dataclass(slots=True)
class Tally:
    """How many buckets were compared, how many of them by counts alone as nothing else can be computed, and how many were not."""

    compared: int = 0
    waiting: int = 0
    #: Not compared, since the store has let go of their observations.
    archived: int = 0
    aside: int = 0
    different: set[tuple[int, Bucket]] = field(default_factory=set)


@dataclass(slots=True)
class Verification:
    """Of a window of time, and of one datastream or all; ``differences`` does the work. The connection is the worker's own,
    and for nothing else afterwards: the names of the roll-ups mean tables of its session.
    """

    connection: Connection
    start: datetime | None = None
    end: datetime | None = None
    datastream: int | None = None
    tally: Tally = field(default_factory=Tally)

    def differences(self) -> Iterator[Difference]:
        for statement in QUERIES["own_tables"].split(";"):
            self.connection.execute(statement)
        after = 0
        while numbers := self._datastreams(after):
            with self.connection.transaction():
                self.connection.execute(QUERIES["one_view"])
                found = list(self._compare(numbers))
            yield from found
            after = numbers[-1]

    def _datastreams(self, after: int) -> list[int]:
        asked = {"after": after, "datastream": self.datastream, "datastreams_max": DATASTREAMS_MAX}
        return [row[0] for row in self.connection.execute(QUERIES["datastreams"], asked).fetchall()]

    @property
    def _window(self) -> dict[str, Any]:
        return {"start": self.start or EARLIEST, "end": self.end or LATEST}

    def _compare(self, numbers: Sequence[int]) -> Iterator[Difference]:
        asked = {"datastream_ids": list(numbers), **self._window}
        hours = self._buckets("hours", asked)
        waiting = self._buckets("waiting_hours", asked)
        aside = {width: self._compute(width, hours, FOUR_WEEKS, HOUR) for width in HOUR_TABLES}
        quarters = {(number, epoch + step) for number, epoch in waiting for step in range(0, HOUR, QUARTER)}
        yield from self._of_width(QUARTER, numbers, quarters, aside[QUARTER])
        yield from self._of_width(HOUR, numbers, waiting, aside[HOUR])
        inner = {**arrays_of(sorted(hours)), "datastreams": list(numbers)}
        whole = {"start": EARLIEST, "end": LATEST}
        days = self._buckets("days", inner | self._window)
        waiting_days = self._buckets("waiting_days", asked)
        waiting_days |= self._buckets("days", {**arrays_of(sorted(waiting)), "datastreams": []} | whole)
        yield from self._of_width(DAY, numbers, waiting_days, self._compute(DAY, days, FOUR_WEEKS, DAY))
        for width, (unit, months) in PERIODS.items():
            asked_of = {"unit": unit, "months": months, "datastreams": list(numbers)}
            periods = self._buckets("periods", arrays_of(sorted(days)) | asked_of | self._window, width)
            waiting_ones = self._buckets("waiting_periods", asked | asked_of)
            waiting_ones |= self._buckets(
                "periods", arrays_of(sorted(waiting_days)) | asked_of | {"datastreams": []} | whole, width
            )
            yield from self._of_width(width, numbers, waiting_ones, self._compute(width, periods, YEAR, 1))

    def _buckets(self, query: str, parameters: Mapping[str, Any], width: int = HOUR) -> set[Bucket]:
        statement = sql.SQL(QUERIES[query]).format(table=sql.Identifier(TABLES[width]))
        return set(self.connection.execute(statement, parameters).fetchall())

    def _compute(self, width: int, buckets: set[Bucket], piece_seconds: int, span: int) -> set[Bucket]:
        """Fill the session's table; the buckets that cannot be computed."""

        def work(some: Sequence[Bucket]) -> None:
            compute(self.connection, width, some, span=span)

        refused: list[Bucket] = []
        for some in by_span(buckets, piece_seconds, BUCKETS_MAX):
            refused += isolate(self.connection, work, some)
        if width == QUARTER:
            quarters = [
                (number, epoch + step) for number, epoch in refused for step in range(0, HOUR, QUARTER)
            ]
            refused = [quarter for quarter in quarters if not self._computes(QUARTER, quarter)]
        return {bucket for bucket in refused if self._computes(width, bucket, figures=False)}

    def _computes(self, width: int, bucket: Bucket, *, figures: bool = True) -> bool:
        """As the roll-ups do it of what is set aside: counts alone."""

        def work() -> None:
            compute(self.connection, width, [bucket], span=width, figures=figures)

        return attempt(self.connection, work) is None

    def _of_width(
        self, width: int, numbers: Sequence[int], waiting: set[Bucket], aside: set[Bucket]
    ) -> Iterator[Difference]:
        computed, kept = (self._rows(schema, width, numbers) for schema in ("pg_temp", "public"))
        archived = self._archived(width, {*computed, *kept})
        for bucket in sorted({*computed, *kept}):
            if bucket in archived:
                self.tally.archived += 1
            elif bucket in waiting:
                self.tally.waiting += 1
            else:
                self.tally.compared += 1
                self.tally.aside += bucket in aside
                for one in _differences(width, bucket, kept.get(bucket), computed.get(bucket)):
                    self.tally.different.add((width, bucket))
                    yield one

    def _archived(self, width: int, buckets: set[Bucket]) -> set[Bucket]:
        asked = {**arrays_of(sorted(buckets)), "seconds": _SECONDS_MAX.get(width, width)}
        return set(self.connection.execute(QUERIES["archived"], asked).fetchall())

    def _rows(self, schema: str, width: int, numbers: Sequence[int]) -> dict[Bucket, Row]:
        statement = sql.SQL(QUERIES["rows"]).format(table=sql.Identifier(schema, TABLES[width]))
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(statement, {"datastreams": list(numbers), **self._window})
            return {(row["datastream_id"], row["bucket_epoch"]): row for row in cursor.fetchall()}


def _differences(width: int, bucket: Bucket, kept: Row | None, computed: Row | None) -> Iterator[Difference]:
    number, epoch = bucket
    if kept is None or computed is None:
        yield Difference(number, width, epoch, None, kept and "a row", computed and "a row")
        return
    for name in kept.keys() - _LEFT_OUT:
        if not _is_same(kept[name], computed[name]):
            yield Difference(number, width, epoch, name, kept[name], computed[name])


def _is_same(kept: Any, computed: Any) -> bool:
    if isinstance(kept, float) and isinstance(computed, float):
        return math.isclose(kept, computed, rel_tol=TOLERANCE, abs_tol=TOLERANCE) or (
            math.isnan(kept) and math.isnan(computed)
        )
    return bool(kept == computed)
