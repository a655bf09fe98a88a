"""Roll-ups of dirty buckets: right after late data, on every edition of TimescaleDB.

Ingest notes in ``dirty_buckets`` which hours a batch touched, and between which instants. Here these hours and their quarters
are recomputed from the observations themselves, so a roll-up cannot drift; their local days are noted in turn, and with those
their months and years. An hour that goes on and holds much is not read again with each batch: what is newer than all of it is added,
and it is computed whole now and then, and once it has ended. One roll-up runs at a time (an advisory lock); what is committed
meanwhile is dirty again and comes next. A bucket that cannot be computed is set aside
(:mod:`ingest.set_aside`), and all others are computed; one whose observations have left the store waits for them
(:mod:`ingest.archive.guard`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence

from citycore.store.connections import Connection
from ingest.archive.guard import Guard
from ingest.buckets import (
    DAY,
    DAY_TABLES,
    FOUR_WEEKS,
    HOUR,
    HOUR_TABLES,
    PERIOD_TABLES,
    PERIODS,
    QUARTER,
    TABLES,
    WEEK,
    YEAR,
    Noted,
    add,
    by_span,
    compute,
    remove_empty,
)
from ingest.isolation import attempt, isolate
from ingest.presence.service import note_gaps
from ingest.presence.settings import PresenceSettings
from ingest.set_aside import QUERIES, Bucket, SetAside, arrays_of
from ingest.settings import IngestSettings

_NOTES = ("note_days", "note_dataset_days", "note_air_quality", "note_transit")
#: Of a bucket that is tried again: nothing is known of what happened to it.
_ANYTHING = Noted(None, None)
#: Of an hour that is computed whole after values were added to it: nothing was taken out of it.
_NOTHING_GONE = Noted(-(2**63), 0)
Hours = Mapping[Bucket, Noted]
#: Days, or whole hours, of the first piece of a turn.
_PIECE_FIRST = 16


def roll_up(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Bring hours that are dirty now up to date, with their quarters, and note their days.

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
        hours = {(datastream_id, epoch): Noted(first, last) for datastream_id, epoch, first, last in taken}
        for datastream_id, epoch in aside.due((QUARTER, HOUR), settings.rollup_buckets_max):
            hours[datastream_id, epoch // HOUR * HOUR] = _ANYTHING
        guard = Guard(connection)
        hours.update(dict.fromkeys(guard.returned(HOUR, settings.rollup_buckets_max), _ANYTHING))
        count = len(hours)
        for held in guard.held_back(hours, HOUR):
            del hours[held]
        for some in by_span(hours, WEEK, settings.rollup_buckets_max):
            _renew_hours(connection, aside, {hour: hours[hour] for hour in some}, settings)
    aside.tell()
    return count


def settle_hours(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Compute hours whole to which values were added; the number of hours, 0 when none is due."""
    settings = settings or IngestSettings()
    with connection.transaction():
        aside = _lock(connection, settings)
        if aside is None:
            return 0
        hours = connection.execute(
            QUERIES["take_added_hours"],
            {
                "hours_max": settings.rollup_hours_max,
                "ended_seconds": settings.rollup_ended_hour_seconds,
                "open_seconds": settings.rollup_open_hour_seconds,
            },
        ).fetchall()

        def work(some: Sequence[Bucket]) -> None:
            _recompute_hours(connection, aside, dict.fromkeys(some, _NOTHING_GONE), notes=())

        done = _take_turn(hours, WEEK, work, settings)
        _put_back(connection, "put_back_added_hours", hours, done)
    aside.tell()
    return len(done)


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
        days.update(aside.due((DAY,), settings.rollup_days_max))
        guard = Guard(connection)
        days.update(guard.returned(DAY, settings.rollup_days_max))
        days -= guard.held_back(days, DAY)
        done = _take_turn(days, FOUR_WEEKS, lambda some: _recompute_days(connection, aside, some), settings)
        _put_back(connection, "put_back_days", days, done)
    aside.tell()
    return len(done)


def roll_up_periods(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Recompute a bounded number of noted local months and years; how many, 0 when none is due."""
    settings = settings or IngestSettings()
    count = 0
    with connection.transaction():
        aside = _lock(connection, settings)
        if aside is None:
            return 0
        for width, (_, months) in PERIODS.items():
            parameters = {
                "months": months,
                "ended_seconds": settings.rollup_ended_period_seconds,
                "open_seconds": settings.rollup_open_period_seconds,
                "periods_max": settings.rollup_periods_max,
            }
            periods = set(connection.execute(QUERIES["take_dirty_periods"], parameters).fetchall())
            periods.update(aside.due((width,), settings.rollup_periods_max))
            for some in by_span(periods, YEAR, settings.rollup_buckets_max):
                _recompute_periods(connection, aside, width, some)
            count += len(periods)
    aside.tell()
    return count


def _lock(connection: Connection, settings: IngestSettings) -> SetAside | None:
    """None while another process rolls up."""
    row = connection.execute(QUERIES["lock_rollups"]).fetchone()
    assert row is not None
    is_ours, has_any = row
    return SetAside(connection, settings.rollup_retry_seconds, has_any) if is_ours else None


def _take_turn(
    buckets: Collection[Bucket],
    span: int,
    work: Callable[[Sequence[Bucket]], None],
    settings: IngestSettings,
) -> set[Bucket]:
    """Work through buckets, span by span, until the turn is over; what was worked through, at least one.

    A day may hold a hundred values or a hundred thousand: pieces grow while they are quick, and shrink when they are not.
    """
    seconds, size, done = settings.rollup_turn_seconds, _PIECE_FIRST, set[Bucket]()
    end = time.monotonic() + seconds
    for some in by_span(buckets, span, max(1, len(buckets))):
        begin = 0
        while begin < len(some):
            began = time.monotonic()
            if done and began >= end:
                return done
            piece = some[begin : begin + size]
            work(piece)
            done.update(piece)
            begin += len(piece)
            is_quick = time.monotonic() - began < seconds / 8
            size = min(size * 2, settings.rollup_turn_buckets) if is_quick else max(1, size // 2)
    return done


def _put_back(
    connection: Connection, query: str, taken: Collection[Bucket], done: Collection[Bucket]
) -> None:
    left = [bucket for bucket in taken if bucket not in done]
    if left:
        connection.execute(QUERIES[query], arrays_of(left))


def _renew_hours(connection: Connection, aside: SetAside, hours: Hours, settings: IngestSettings) -> None:
    """Add to the hours to which that can be done, and recompute the others."""
    added = set[Bucket]()

    def work(some: Sequence[tuple[Bucket, Noted]]) -> None:
        found = add(connection, some, settings.rollup_add_rows_min)
        for noted in _NOTES if found else ():
            _note(connection, noted, sorted(found))
        added.update(found)

    isolate(connection, work, list(hours.items()))
    _recompute_hours(connection, aside, {hour: hours[hour] for hour in hours if hour not in added})


def _recompute_hours(
    connection: Connection, aside: SetAside, hours: Hours, notes: Sequence[str] = _NOTES
) -> None:
    def work(some: Sequence[Bucket]) -> None:
        for width in HOUR_TABLES:
            compute(connection, width, some, span=HOUR)
        remove_empty(connection, [hour for hour in some if hours[hour].first is None])
        for noted in notes:
            _note(connection, noted, some)

    aside.take_up(HOUR_TABLES, list(hours), HOUR)
    for hour in isolate(connection, work, list(hours)):
        _recompute_alone(connection, aside, hour)


def _recompute_alone(connection: Connection, aside: SetAside, hour: Bucket) -> None:
    """An hour of which something cannot be computed: whatever can be is, also its other quarters."""
    datastream_id, epoch = hour
    _compute_or_set_aside(connection, aside, HOUR, hour)
    for start in range(epoch, epoch + HOUR, QUARTER):
        _compute_or_set_aside(connection, aside, QUARTER, (datastream_id, start))
    attempt(connection, lambda: remove_empty(connection, [hour]))
    for noted in _NOTES:
        error = attempt(connection, lambda noted=noted: _note(connection, noted, [hour]))  # type: ignore[misc]  # binds this one
        if error is not None:
            aside.add(HOUR, hour, error)


def _recompute_days(connection: Connection, aside: SetAside, days: Sequence[Bucket]) -> None:
    presence, without_gaps = PresenceSettings(), set[Bucket]()

    def work(some: Sequence[Bucket]) -> None:
        without_gaps.update(compute(connection, DAY, some, span=DAY).fetchall())
        _note(connection, "note_periods", some)

    aside.take_up(DAY_TABLES, days, DAY)
    for day in isolate(connection, work, days):
        _compute_or_set_aside(connection, aside, DAY, day)
        attempt(connection, lambda day=day: _note(connection, "note_periods", [day]))  # type: ignore[misc]  # binds this one
    doubtful = [day for day in days if day not in without_gaps]
    for day in isolate(connection, lambda some: note_gaps(connection, presence, some), doubtful):
        error = attempt(connection, lambda day=day: note_gaps(connection, presence, [day]))  # type: ignore[misc]  # binds this one
        if error is not None:
            aside.add(DAY, day, error)


def _recompute_periods(connection: Connection, aside: SetAside, width: int, some: Sequence[Bucket]) -> None:
    def work(few: Sequence[Bucket]) -> None:
        compute(connection, width, few, span=1)

    aside.take_up({width: PERIOD_TABLES[width]}, some, 1)
    for period in isolate(connection, work, some):
        _compute_or_set_aside(connection, aside, width, period)


def _compute_or_set_aside(connection: Connection, aside: SetAside, width: int, bucket: Bucket) -> None:
    error = attempt(connection, lambda: compute(connection, width, [bucket], span=width))
    if error is not None:
        aside.add(width, bucket, error)
        aside.forget_row(TABLES[width], width, bucket)
        attempt(connection, lambda: compute(connection, width, [bucket], span=width, figures=False))


def _note(connection: Connection, noted: str, buckets: Sequence[Bucket]) -> None:
    connection.execute(QUERIES[noted], arrays_of(buckets))
