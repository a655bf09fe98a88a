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
from collections.abc import Callable, Mapping, Sequence
from functools import partial

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
    YEAR,
    Noted,
    add,
    by_span,
    compute,
    insert,
    new_hours,
    remove_empty,
    runs_of,
)
from ingest.isolation import attempt, isolate
from ingest.presence.service import Pair, note_found_gaps, note_gaps
from ingest.presence.settings import PresenceSettings
from ingest.set_aside import QUERIES, Bucket, SetAside, arrays_of
from ingest.settings import IngestSettings

#: What is noted of hours, and what of the days in which they lie.
_HOUR_NOTES, _DAY_NOTES = ("note_air_quality", "note_transit"), ("note_days", "note_dataset_days")
#: Of a bucket that is tried again: nothing is known of what happened to it.
_ANYTHING = Noted(None, None)
#: Of an hour that is computed whole after values were added to it: nothing was taken out of it.
_NOTHING_GONE = Noted(-(2**63), 0)
Hours = Mapping[Bucket, Noted]
#: Hours of the first piece of a turn, and the values that are expected of its days: a day may hold a hundred or a hundred thousand.
_HOURS_FIRST, _VALUES_FIRST = 16, 40_000
#: A piece is at most so many times the one before.
_PIECE_GROWTH_MAX = 8
#: Days of a piece that could not be computed, and such of which the rows are back.
_AGAIN_MAX = 8


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
        for some in by_span(hours, FOUR_WEEKS, settings.rollup_buckets_max):
            _bring_up_to_date(connection, aside, {hour: hours[hour] for hour in some}, settings)
    aside.tell()
    return count


def settle_hours(connection: Connection, settings: IngestSettings | None = None) -> int:
    """Compute hours whole to which values were added; the number of hours, 0 when none is due."""
    settings = settings or IngestSettings()
    with connection.transaction():
        aside = _lock(connection, settings)
        if aside is None:
            return 0

        def take(size: int, left: int) -> list[Bucket]:
            parameters = {
                "hours_max": min(size, left, settings.rollup_turn_buckets),
                "ended_seconds": settings.rollup_ended_hour_seconds,
                "open_seconds": settings.rollup_open_hour_seconds,
            }
            return connection.execute(QUERIES["take_added_hours"], parameters).fetchall()

        def work(some: Sequence[Bucket]) -> None:
            _recompute_hours(connection, aside, dict.fromkeys(some, _NOTHING_GONE), are_noted=False)

        count = _take_turn(take, work, _HOURS_FIRST, settings.rollup_hours_max, settings)
    aside.tell()
    return count


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
        guard, due = Guard(connection), aside.due((DAY,), settings.rollup_days_max)
        computed, known = list[Bucket](), dict[Bucket, list[Pair] | None]()

        def take(size: int, left: int) -> list[Bucket]:
            parameters = {
                "values_max": size,
                "days_max": min(left, settings.rollup_turn_buckets),
                "open_seconds": settings.rollup_open_day_seconds,
            }
            noted = connection.execute(QUERIES["take_dirty_days"], parameters).fetchall()
            again, due[:] = due[:_AGAIN_MAX], due[_AGAIN_MAX:]
            return list({*noted, *again, *guard.returned(DAY, _AGAIN_MAX)})

        def work(some: Sequence[Bucket]) -> None:
            held = guard.held_back(some, DAY)
            days = [day for day in some if day not in held]
            known.update(_recompute_days(connection, aside, days))
            computed.extend(days)

        count = _take_turn(take, work, _VALUES_FIRST, settings.rollup_days_max, settings)
        for some in by_span(computed, YEAR, settings.rollup_buckets_max):
            # Of a day of which no month can be said there is none to compute.
            isolate(connection, partial(_note_periods, connection), some)
        for some in by_span(known, FOUR_WEEKS, settings.rollup_buckets_max):
            _renew_gaps(connection, aside, [(day, known[day]) for day in some])
    aside.tell()
    return count


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
    take: Callable[[int, int], Sequence[Bucket]],
    work: Callable[[Sequence[Bucket]], None],
    size: int,
    buckets_max: int,
    settings: IngestSettings,
) -> int:
    """Take some buckets and work through them, and some more, until the turn is over; how many there were.

    ``take`` gets a size, and how many buckets at most. The first piece shows how much there is time for, and each piece how
    much more. Pieces are as large as that, since a statement takes milliseconds to be planned.
    """
    began = time.monotonic()
    end, count = began + settings.rollup_turn_seconds, 0
    while count < buckets_max and (taken := take(size, buckets_max - count)):
        for some in by_span(taken, FOUR_WEEKS, len(taken)):
            work(some)
        count += len(taken)
        now = time.monotonic()
        if now >= end:
            break
        size = max(1, int(size * min(_PIECE_GROWTH_MAX, (end - now) / max(now - began, 1e-6))))
        began = now
    return count


def _bring_up_to_date(
    connection: Connection, aside: SetAside, hours: Hours, settings: IngestSettings
) -> None:
    new = set[Bucket]()
    # Where that fails it is for an hour that no program can say, and all are treated as known.
    attempt(connection, lambda: new.update(new_hours(connection, list(hours), settings.rollup_new_hours_min)))
    _recompute_hours(connection, aside, {hour: hours[hour] for hour in hours if hour in new}, are_new=True)
    _renew_hours(connection, aside, {hour: hours[hour] for hour in hours if hour not in new}, settings)


def _renew_hours(connection: Connection, aside: SetAside, hours: Hours, settings: IngestSettings) -> None:
    """Add to the hours to which that can be done, and recompute the others."""
    added = set[Bucket]()

    def work(some: Sequence[tuple[Bucket, Noted]]) -> None:
        found = add(connection, some, settings.rollup_add_rows_min)
        if found:
            _note_hours(connection, sorted(found))
        added.update(found)

    isolate(connection, work, list(hours.items()))
    _recompute_hours(connection, aside, {hour: hours[hour] for hour in hours if hour not in added})


def _recompute_hours(
    connection: Connection, aside: SetAside, hours: Hours, *, are_noted: bool = True, are_new: bool = False
) -> None:
    def work(some: Sequence[Bucket]) -> None:
        for width in HOUR_TABLES:
            if are_new:
                insert(connection, width, some)
            else:
                compute(connection, width, some, span=HOUR)
        remove_empty(connection, [hour for hour in some if hours[hour].first is None])
        if are_noted:
            _note_hours(connection, some)

    if not hours:
        return
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
    for noted in _HOUR_NOTES + _DAY_NOTES:
        error = attempt(connection, lambda noted=noted: _note_hours(connection, [hour], [noted]))  # type: ignore[misc]  # binds this one
        if error is not None:
            aside.add(HOUR, hour, error)


def _recompute_days(
    connection: Connection, aside: SetAside, days: Sequence[Bucket]
) -> dict[Bucket, list[Pair] | None]:
    """Those of these days that may have gaps, or of which some are noted; with values that follow too late, if that is known."""
    found = dict[Bucket, list[Pair] | None]()

    def work(some: Sequence[Bucket]) -> None:
        found.update(dict.fromkeys(some))
        for number, epoch, late, is_noted in compute(connection, DAY, some, span=DAY).fetchall():
            if late is None and not is_noted:
                del found[number, epoch]
            elif all(earlier is not None for earlier, _ in late or ()):
                found[number, epoch] = [(earlier, later) for earlier, later in late or ()]

    aside.take_up(DAY_TABLES, days, DAY)
    for day in isolate(connection, work, days):
        _compute_or_set_aside(connection, aside, DAY, day)
    return found


def _note_periods(connection: Connection, days: Sequence[Bucket]) -> None:
    connection.execute(QUERIES["note_periods"], arrays_of(days))


def _renew_gaps(
    connection: Connection, aside: SetAside, days: Sequence[tuple[Bucket, list[Pair] | None]]
) -> None:
    presence = PresenceSettings()
    known = [(day, pairs) for day, pairs in days if pairs is not None]
    refused = isolate(connection, partial(note_found_gaps, connection, presence), known)
    find = partial(note_gaps, connection, presence)
    doubtful = [day for day, pairs in days if pairs is None] + [day for day, _ in refused]
    for day in isolate(connection, find, doubtful):
        error = attempt(connection, partial(find, [day]))
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


def _note_hours(
    connection: Connection, hours: Sequence[Bucket], notes: Sequence[str] = _HOUR_NOTES + _DAY_NOTES
) -> None:
    runs, alone = runs_of(hours, HOUR), arrays_of(hours)
    for noted in notes:
        connection.execute(QUERIES[noted], runs if noted in _DAY_NOTES else alone)
