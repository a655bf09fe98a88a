"""What is heard of the live stream, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from falaj_client.model import Name, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveObservation:
    """One value as it was committed: a number in the unit, a text or a position; None if it is not finite."""

    datastream: int
    thing: str
    observed_property: str
    unit: str
    result_type: str
    phenomenon_time: datetime
    result: float | str | Position | None
    quality: int
    simulated: bool
    source: str
    place: str | None
    #: Which of the thing's sensors observes it, where they are named.
    sensor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One event of the live stream. ``id`` is where the stream goes on after it.

    ``kind`` is ``observations``, ``heartbeat`` (nothing new; ``database`` is false while the hub's is
    away), ``gap`` (something was missed and is not replayed) or ``end`` with its ``reason``; ``detail``
    says it in words.
    """

    kind: str
    id: str | None
    observations: tuple[LiveObservation, ...] = ()
    as_of: datetime | None = None
    database: bool | None = None
    reason: str | None = None
    detail: Name | None = None
