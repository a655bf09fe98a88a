"""Anomalies as values of a rule: how many half-widths of its band a datastream lies off what was expected, and 0 once it is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from citycore.alerts.model import Event, Sample


class Seen(NamedTuple):
    """An anomaly as it is noted: the step that lies furthest off, and the end of its last step, None while it goes on."""

    datastream_id: int
    worst_at: datetime
    observed: float
    size: float
    ended_at: datetime | None


def samples_of(one: Seen) -> Iterator[Sample]:
    """One for what goes on, a second one for what is over."""
    yield Sample(one.worst_at, one.size)
    if one.ended_at is not None:
        yield Sample(one.ended_at, 0.0)


def told_of(one: Seen, events: Iterable[Event]) -> tuple[Event, ...]:
    """What is told is what was measured, in the unit of the datastream, and not how many half-widths that is."""
    return tuple(
        Event(each.happening, each.at, one.observed if each.happening == "raised" else None)
        for each in events
    )
