"""Decides what is good, late or silent: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from citycore.model import SourceKind
from hub_api.answers import age_seconds
from hub_api.status.model import Component, Feed, FeedState, Ingest, Readings, State
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
        _ingest(readings.ingest, now, settings),
        _worker(readings.waiting_since, now, settings.worker_lag_seconds_max),
        stream,
    )


def is_taken_over(ingest: Ingest, now: datetime, settings: StatusSettings) -> bool:
    """Whether two hubs lately had one identity, and each only a part of the messages."""
    at = ingest.taken_over_at
    return at is not None and age_seconds(now, at) <= settings.takeover_seconds_max


def _ingest(ingest: Ingest, now: datetime, settings: StatusSettings) -> Component:
    age = None if ingest.committed_at is None else age_seconds(now, ingest.committed_at)
    if is_taken_over(ingest, now, settings):
        return Component("ingest", State.BAD, age)
    if age is None:
        return Component("ingest", State.UNKNOWN)
    return Component("ingest", State.LATE if age > settings.ingest_quiet_seconds_max else State.GOOD, age)


def _worker(waiting_since: datetime | None, now: datetime, lag_seconds_max: int) -> Component:
    if waiting_since is None:
        return Component("worker", State.GOOD, 0.0)
    age = max(0.0, age_seconds(now, waiting_since))
    return Component("worker", State.LATE if age > lag_seconds_max else State.GOOD, age)


def worst(states: Iterable[State]) -> State:
    """The state of the whole is that of its worst part."""
    return min(states, key=SEVERITY.index)
