"""Decides what is good, late or silent: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from citycore.model import SourceKind
from hub_api.city.status.model import Component, Feed, FeedState, Ingest, Readings, State
from hub_api.city.status.settings import StatusSettings
from hub_api.serving.answers import age_seconds

#: From the worst to the best.
SEVERITY = (State.BAD, State.LATE, State.UNKNOWN, State.GOOD)


def feed_state(feed: Feed) -> FeedState:
    return state_by_counts(
        feed.source_kind, feed.datastreams, fresh=feed.fresh, late=feed.late, never=feed.never
    )


def state_by_counts(kind: SourceKind, datastreams: int, *, fresh: int, late: int, never: int) -> FeedState:
    """Several are as their median datastream; one that never reported is the oldest of all."""
    if kind is SourceKind.RECORDED:
        return FeedState.RECORDED
    if never == datastreams:
        return FeedState.NEVER
    if fresh * 2 >= datastreams:
        return FeedState.FRESH
    return FeedState.LATE if (fresh + late) * 2 >= datastreams else FeedState.SILENT


def components(
    readings: Readings | None, *, stream_is_away: bool, settings: StatusSettings
) -> tuple[Component, ...]:
    """The hub's parts; ``readings`` is None while the database is away."""
    stream = Component("stream", State.BAD if stream_is_away else State.GOOD)
    if readings is None:
        unknown = (Component(name, State.UNKNOWN) for name in ("broker", "ingest", "worker"))
        return Component("database", State.BAD), *unknown, stream
    return (
        Component("database", State.GOOD),
        _broker(readings, settings),
        _ingest(readings, settings),
        _worker(readings, settings),
        stream,
    )


def _broker(readings: Readings, settings: StatusSettings) -> Component:
    """The worker tells of it: while that is silent nothing is known of the broker. It has been silent, too, where it gave
    no account of its own for as long as none of the broker.
    """
    state, age = _account(readings, "broker", settings)
    worker, worker_age = _account(readings, "worker", settings)
    told_since = 0.0 if age is None or worker_age is None else age - worker_age
    if state is State.BAD and (worker is not State.GOOD or told_since < settings.account_seconds_max / 2):
        state = State.UNKNOWN
    return Component("broker", state, account_age_seconds=age)


def is_taken_over(ingest: Ingest, now: datetime, settings: StatusSettings) -> bool:
    """Whether two hubs lately had one identity, and each only a part of the messages."""
    at = ingest.taken_over_at
    return at is not None and _apart(now, at) <= settings.takeover_seconds_max


def _ingest(readings: Readings, settings: StatusSettings) -> Component:
    now, committed_at = readings.as_of, readings.ingest.committed_at
    state, account_age = _account(readings, "ingest", settings)
    waiting, stalled_seconds = _backlog(readings, settings)
    age = None if committed_at is None else _apart(now, committed_at)
    if is_taken_over(readings.ingest, now, settings):
        state = State.BAD
    if state is State.GOOD:
        if stalled_seconds > settings.stalled_seconds_max or (waiting or 0) > settings.waiting_messages_max:
            state = State.LATE
        elif age is None:
            state = State.UNKNOWN
        elif age > settings.ingest_quiet_seconds_max:
            state = State.LATE
    return Component("ingest", state, age, account_age, waiting, stalled_seconds)


def _backlog(readings: Readings, settings: StatusSettings) -> tuple[int | None, float]:
    """What waits at the broker, and for how long it has waited while nothing was stored.

    None if nobody tells of the broker now.
    """
    told = next((sign for sign in readings.signs if sign.component == "broker"), None)
    if told is None or _apart(readings.as_of, told.reported_at) > settings.account_seconds_max:
        return None, 0.0
    if told.waiting_since is None:
        return told.waiting_messages, 0.0
    committed_at = readings.ingest.committed_at
    is_known = committed_at is not None and committed_at <= readings.as_of
    since = max(told.waiting_since, committed_at) if committed_at and is_known else told.waiting_since
    return told.waiting_messages, age_seconds(readings.as_of, since)


def _worker(readings: Readings, settings: StatusSettings) -> Component:
    """Late as well while buckets are set aside or files of the archive are damaged: it did not do all its work."""
    state, account_age = _account(readings, "worker", settings)
    since = readings.waiting_since
    age = 0.0 if since is None else age_seconds(readings.as_of, since)
    is_behind = (
        age > settings.worker_lag_seconds_max
        or readings.set_aside.bucket_count > 0
        or readings.archive.damaged_count > 0
    )
    if state is not State.BAD and is_behind:
        state = State.LATE
    return Component("worker", state, age, account_age)


def _account(readings: Readings, component: str, settings: StatusSettings) -> tuple[State, float | None]:
    """Away once it has given no account for too long, and unknown as long as it has given none.

    Of several workers the one that has been silent longest counts: its share of the messages waits.
    """
    ages = [
        _apart(readings.as_of, sign.reported_at) for sign in readings.signs if sign.component == component
    ]
    if not ages:
        return State.UNKNOWN, None
    return (State.BAD if max(ages) > settings.account_seconds_max else State.GOOD), max(ages)


def _apart(now: datetime, noted: datetime) -> float:
    """Seconds between now and what was noted by a clock that may have been set back since: then it lies ahead, and is as little news."""
    return abs((now - noted).total_seconds())


def worst(states: Iterable[State]) -> State:
    """The state of the whole is that of its worst part."""
    return min(states, key=SEVERITY.index)
