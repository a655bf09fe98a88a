"""The widths of roll-ups, where each is kept, and the statements that compute them from what lies below.

A bucket of seconds (a quarter, an hour, a local day) is computed from the observations; months and years from days and hours.
Nothing here takes a note away or sets anything aside: :mod:`ingest.rollups` does, and ``falaj rollups verify`` computes the
same into tables of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from citycore.store.connections import Connection
from ingest.presence.settings import PresenceSettings
from ingest.set_aside import QUERIES, Bucket, arrays_of

QUARTER, HOUR, DAY = 900, 3_600, 86_400
#: Names of widths, as ``set_aside_buckets`` has them: months and years have many lengths.
MONTH, YEAR = 2_592_000, 31_536_000
#: Buckets are recomputed span by span, so that each statement touches few chunks: hours and days by the four weeks of which a
#: chunk of observations is, and months and years by the year.
FOUR_WEEKS = 28 * DAY
HOUR_TABLES = {HOUR: "observations_hourly", QUARTER: "observations_quarter_hourly"}
DAY_TABLES = {DAY: "observations_daily"}
PERIOD_TABLES = {MONTH: "observations_monthly", YEAR: "observations_yearly"}
TABLES = HOUR_TABLES | DAY_TABLES | PERIOD_TABLES
#: The unit of ``date_trunc``, and how many months it has.
PERIODS = {MONTH: ("month", 1), YEAR: ("year", 12)}


def _on_table(query: str, width: int) -> sql.Composed:
    return sql.SQL(QUERIES[query]).format(table=sql.Identifier(TABLES[width]))


_RECOMPUTE: dict[int, sql.SQL | sql.Composed] = {
    **{width: _on_table("recompute_buckets", width) for width in HOUR_TABLES},
    **{width: _on_table("recompute_periods", width) for width in PERIOD_TABLES},
    DAY: sql.SQL(QUERIES["recompute_days"]),
}
_INSERT = {width: _on_table("insert_buckets", width) for width in HOUR_TABLES}
_REMOVE_EMPTY = {width: _on_table("remove_empty", width) for width in HOUR_TABLES}


@dataclass(frozen=True, slots=True)
class Noted:
    """What batches put into an hour: the first and last instant in microseconds since 1970. Without a first one anything
    may have happened to it, also that something was removed.
    """

    first: int | None
    last: int | None


def by_span(buckets: Iterable[Bucket], seconds: int, at_once_max: int) -> Iterable[list[Bucket]]:
    """The buckets of one span of so many seconds after the other, in pieces of at most so many."""
    spans: dict[int, list[Bucket]] = defaultdict(list)
    for bucket in buckets:
        spans[bucket[1] // seconds].append(bucket)
    for _, some in sorted(spans.items()):
        some.sort()
        for begin in range(0, len(some), at_once_max):
            yield some[begin : begin + at_once_max]


def compute(
    connection: Connection, width: int, buckets: Sequence[Bucket], *, span: int, figures: bool = True
) -> Cursor[TupleRow]:
    """Write the roll-up of spans in buckets of ``width``; without ``figures`` only what is counted.

    Of days the answer has those that surely have no gap.
    """
    return connection.execute(_RECOMPUTE[width], _asked(width, buckets, span, figures))


def insert(connection: Connection, width: int, hours: Sequence[Bucket]) -> None:
    """The same of hours of which nothing is kept (:func:`new_hours`)."""
    connection.execute(_INSERT[width], _asked(width, hours, HOUR, figures=True))


def _asked(width: int, buckets: Sequence[Bucket], span: int, figures: bool) -> dict[str, Any]:
    epochs = [epoch for _, epoch in buckets]
    unit, months = PERIODS.get(width, (None, None))
    return {
        **(runs_of(buckets, span) if width in HOUR_TABLES else arrays_of(buckets)),
        "start": min(epochs),
        # A day may be longer than 24 hours where clocks change. No more than needed: a chunk costs time.
        "end": max(epochs) + (2 * DAY if span == DAY else span),
        "seconds": width,
        "figures": figures,
        "gap_intervals": PresenceSettings().gap_intervals,
        "unit": unit,
        "months": months,
    }


def runs_of(buckets: Sequence[Bucket], span: int) -> dict[str, list[int]]:
    """Spans that follow one another without a gap, as one, up to a day: what a file brings is read at one go."""
    begins: list[Bucket] = []
    lengths: list[int] = []
    for number, epoch in sorted(buckets):
        if begins and lengths[-1] < DAY and begins[-1] == (number, epoch - lengths[-1]):
            lengths[-1] += span
        else:
            begins.append((number, epoch))
            lengths.append(span)
    return {**arrays_of(begins), "runs_seconds": lengths}


def new_hours(connection: Connection, hours: Sequence[Bucket], hours_min: int) -> set[Bucket]:
    """Those of these hours that are part of a run of so many or more, as a file brings them, of which nothing is kept."""
    runs = runs_of(hours, HOUR)
    long = [
        (number, epoch, seconds)
        for number, epoch, seconds in zip(*runs.values(), strict=True)
        if seconds >= hours_min * HOUR
    ]
    if not long:
        return set()
    numbers, epochs, lengths = (list(column) for column in zip(*long, strict=True))
    found = connection.execute(
        QUERIES["runs_without_buckets"],
        {
            "datastream_ids": numbers,
            "bucket_epochs": epochs,
            "runs_seconds": lengths,
            "start": min(epochs),
            "end": max(epochs) + DAY,
        },
    ).fetchall()
    return {
        (number, start) for number, epoch, seconds in found for start in range(epoch, epoch + seconds, HOUR)
    }


def remove_empty(connection: Connection, hours: Sequence[Bucket]) -> None:
    """Once these hours were computed in this transaction: remove them and their quarters where nothing was found for them."""
    if not hours:
        return
    epochs = [epoch for _, epoch in hours]
    for statement in _REMOVE_EMPTY.values():
        parameters = {**arrays_of(hours), "start": min(epochs), "end": max(epochs) + HOUR}
        connection.execute(statement, parameters)


def add(connection: Connection, hours: Sequence[tuple[Bucket, Noted]], rows_min: int) -> set[Bucket]:
    """Add what is newer than anything in these hours to them and their quarters; the hours that this was done to.

    It is not done where anything older changed, where an hour has fewer than ``rows_min`` observations, to directions, and
    to what is set aside.
    """
    some = [(bucket, noted) for bucket, noted in hours if noted.first is not None and noted.last is not None]
    if not some:
        return set()
    buckets = [bucket for bucket, _ in some]
    epochs = [epoch for _, epoch in buckets]
    parameters = {
        **arrays_of(buckets),
        "first_times": [noted.first for _, noted in some],
        "last_times": [noted.last for _, noted in some],
        "start": min(epochs),
        "end": max(epochs) + HOUR,
        "rows_min": rows_min,
        "seconds": QUARTER,
    }
    return set(connection.execute(QUERIES["add_to_buckets"], parameters).fetchall())
