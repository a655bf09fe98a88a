"""Decides what is good, late or silent: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from citycore.model import SourceKind
from hub_api.answers import age_seconds
from hub_api.status.model import Component, Feed, FeedState, Readings, State
from hub_api.status.settings import StatusSettings

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
        unknown = (Component(name, State.UNKNOWN) for name in ("ingest", "worker"))
        return Component("database", State.BAD), *unknown, stream
    now = readings.as_of
    return (
        Component("database", State.GOOD),
        _ingest(readings.ingest.committed_at, now, settings.ingest_quiet_seconds_max),
        _worker(readings, settings.worker_lag_seconds_max),
        stream,
    )


def _ingest(committed_at: datetime | None, now: datetime, quiet_seconds_max: int) -> Component:
    if committed_at is None:
        return Component("ingest", State.UNKNOWN)
    age = age_seconds(now, committed_at)
    return Component("ingest", State.LATE if age > quiet_seconds_max else State.GOOD, age)


def _worker(readings: Readings, lag_seconds_max: int) -> Component:
    """Late as well while buckets are set aside: it did not do all its work."""
    since = readings.waiting_since
    age = 0.0 if since is None else max(0.0, age_seconds(readings.as_of, since))
    is_late = age > lag_seconds_max or readings.set_aside.bucket_count > 0
    return Component("worker", State.LATE if is_late else State.GOOD, age)


def worst(states: Iterable[State]) -> State:
    """The state of the whole is that of its worst part."""
    return min(states, key=SEVERITY.index)
