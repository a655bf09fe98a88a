"""Roll-ups of dirty buckets: right after late data, on every edition of TimescaleDB.

Ingest notes in ``dirty_buckets`` which hours a batch touched. Here these hours and their quarters
are recomputed from the observations themselves, never adjusted, so a roll-up cannot drift; their
local days are noted in turn. One roll-up runs at a time (an advisory lock); what is committed
meanwhile is dirty again and comes next. A bucket that cannot be computed is set aside
(:mod:`ingest.set_aside`), and all others are computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from citycore.store.connections import Connection
from ingest.isolation import attempt, isolate
from ingest.presence.service import note_gaps
from ingest.presence.settings import PresenceSettings
from ingest.set_aside import QUERIES, Bucket, SetAside, arrays_of
from ingest.settings import IngestSettings

_QUARTER, _HOUR, _DAY = 900, 3_600, 86_400
#: Buckets are recomputed span by span, so that each statement touches few chunks: hours by the week, and days, of which
#: there are fewer, by four weeks.
_WEEK, _FOUR_WEEKS = 7 * _DAY, 28 * _DAY
_TABLES = {
    _HOUR: "observations_hourly",
    _QUARTER: "observations_quarter_hourly",
}
_DAY_TABLES = {_DAY: "observations_daily"}
_RECOMPUTE = {
    width: sql.SQL(QUERIES["recompute_buckets"]).format(table=sql.Identifier(table))
    for width, table in _TABLES.items()
} | {_DAY: sql.SQL(QUERIES["recompute_days"])}
_NOTES = ("note_days", "note_dataset_days", "note_air_quality")


def roll_up(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Recompute hours that are dirty now, with their quarters, and note their days.

    The number of hours, 0 when nothing is dirty. Works through a bounded number of batches in one
    transaction; call it until it gives 0. Gives 0 as well while another process rolls up.
    """
    settings = settings or IngestSettings()
    with connection.transaction():
        aside = _lock(connection, settings)
        if aside is None:
            return 0
        taken = connection.execute(
            QUERIES["take_dirty_buckets"],
            {"batches_max": settings.rollup_batches_max, "noted_max": settings.rollup_noted_buckets_max},
        ).fetchall()
        hours = {
            (datastream_id, hour * _HOUR)
            for ids, numbers in taken
            for datastream_id, hour in zip(ids, numbers, strict=True)
        }
        hours |= {
            (datastream_id, epoch // _HOUR * _HOUR)
            for datastream_id, epoch in aside.due((_QUARTER, _HOUR), settings.rollup_buckets_max)
        }
        for some in _by_span(hours, _WEEK, settings.rollup_buckets_max):
            _recompute_hours(connection, aside, some)
    aside.tell()
    return len(hours)


def roll_up_days(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Recompute a bounded number of noted local days; the number of days, 0 when none is due.

    Days that have ended are due at once. A day that goes on is due only every
    ``rollup_open_day_seconds``, because each time it is read whole.
    """
    settings = settings or IngestSettings()
    with connection.transaction():
        aside = _lock(connection, settings)
        if aside is None:
            return 0
        days = set(
            connection.execute(
                QUERIES["take_dirty_days"],
                {"days_max": settings.rollup_days_max, "open_seconds": settings.rollup_open_day_seconds},
            ).fetchall()
        )
        days.update(aside.due((_DAY,), settings.rollup_days_max))
        for some in _by_span(days, _FOUR_WEEKS, settings.rollup_buckets_max):
            _recompute_days(connection, aside, some)
    aside.tell()
    return len(days)


def _lock(connection: Connection, settings: IngestSettings) -> SetAside | None:
    """None while another process rolls up."""
    row = connection.execute(QUERIES["lock_rollups"]).fetchone()
    assert row is not None
    is_ours, has_any = row
    return SetAside(connection, settings.rollup_retry_seconds, has_any) if is_ours else None


def _by_span(buckets: Iterable[Bucket], seconds: int, at_once_max: int) -> Iterable[list[Bucket]]:
    """The buckets of one span of so many seconds after the other, in pieces of at most so many."""
    spans: dict[int, list[Bucket]] = defaultdict(list)
    for bucket in buckets:
        spans[bucket[1] // seconds].append(bucket)
    for _, some in sorted(spans.items()):
        some.sort()
        for begin in range(0, len(some), at_once_max):
            yield some[begin : begin + at_once_max]


def _recompute_hours(connection: Connection, aside: SetAside, hours: Sequence[Bucket]) -> None:
    def work(some: Sequence[Bucket]) -> None:
        for width in _TABLES:
            _compute(connection, width, some, span=_HOUR)
        for noted in _NOTES:
            _note(connection, noted, some)

    aside.take_up(_TABLES, hours, _HOUR)
    for hour in isolate(connection, work, hours):
        _recompute_alone(connection, aside, hour)


def _recompute_alone(connection: Connection, aside: SetAside, hour: Bucket) -> None:
    """An hour of which something cannot be computed: whatever can be is, also its other quarters."""
    datastream_id, epoch = hour
    _compute_or_set_aside(connection, aside, _HOUR, hour)
    for start in range(epoch, epoch + _HOUR, _QUARTER):
        _compute_or_set_aside(connection, aside, _QUARTER, (datastream_id, start))
    for noted in _NOTES:
        error = attempt(connection, lambda noted=noted: _note(connection, noted, [hour]))  # type: ignore[misc]  # binds this one
        if error is not None:
            aside.add(_HOUR, hour, error)


def _recompute_days(connection: Connection, aside: SetAside, days: Sequence[Bucket]) -> None:
    presence, without_gaps = PresenceSettings(), set[Bucket]()

    def work(some: Sequence[Bucket]) -> None:
        without_gaps.update(_compute(connection, _DAY, some, span=_DAY).fetchall())

    aside.take_up(_DAY_TABLES, days, _DAY)
    for day in isolate(connection, work, days):
        _compute_or_set_aside(connection, aside, _DAY, day)
    doubtful = [day for day in days if day not in without_gaps]
    for day in isolate(connection, lambda some: note_gaps(connection, presence, some), doubtful):
        error = attempt(connection, lambda day=day: note_gaps(connection, presence, [day]))  # type: ignore[misc]  # binds this one
        if error is not None:
            aside.add(_DAY, day, error)


def _compute_or_set_aside(connection: Connection, aside: SetAside, width: int, bucket: Bucket) -> None:
    error = attempt(connection, lambda: _compute(connection, width, [bucket], span=width))
    if error is not None:
        aside.add(width, bucket, error)
        aside.forget_row((_TABLES | _DAY_TABLES)[width], width, bucket)
        attempt(connection, lambda: _compute(connection, width, [bucket], span=width, figures=False))


def _compute(
    connection: Connection, width: int, buckets: Sequence[Bucket], *, span: int, figures: bool = True
) -> Cursor[TupleRow]:
    """Write the roll-up of spans in buckets of ``width``; without ``figures`` only what is counted."""
    epochs = [epoch for _, epoch in buckets]
    return connection.execute(
        _RECOMPUTE[width],
        {
            **arrays_of(buckets),
            "start": min(epochs),
            # A day may be longer than 24 hours where clocks change. No more than needed: a chunk costs time.
            "end": max(epochs) + (2 * _DAY if span == _DAY else span),
            "seconds": width,
            "span": span,
            "figures": figures,
            "gap_intervals": PresenceSettings().gap_intervals,
        },
    )


def _note(connection: Connection, noted: str, hours: Sequence[Bucket]) -> None:
    connection.execute(QUERIES[noted], arrays_of(hours))
