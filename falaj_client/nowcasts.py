"""Nowcasts and anomalies, as the API answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from falaj_client.model import Name, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class NowcastValue:
    """A quarter of an hour that begins at ``phenomenon_time``, in the unit of its datastream."""

    phenomenon_time: datetime
    median: float | None
    lower_80: float | None
    upper_80: float | None
    lower_95: float | None
    upper_95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowcast:
    """The next six hours of one datastream. ``inside_80`` is the part of ``seen_count`` quarters that lay in the band."""

    datastream: int
    thing: str
    thing_name: Name
    source: str
    simulated: bool
    place: str | None
    location: Position | None
    observed_property: str
    unit: str
    issued_at: datetime
    origin: datetime
    model: str
    seen_count: int
    inside_80: float | None
    inside_95: float | None
    values: tuple[NowcastValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """Values beyond the 95 % band of what was ``expected_by`` a ``nowcast`` or a ``forecast``.

    ``end`` is None while it goes on. ``observed`` and ``expected`` are of ``worst_at``, which lay ``size`` half-widths off.
    ``quality`` is 3, a mark beside the flags of the values.
    """

    anomaly: int
    datastream: int
    thing: str
    thing_name: Name
    source: str
    simulated: bool
    place: str | None
    location: Position | None
    observed_property: str
    unit: str
    expected_by: str
    start: datetime
    end: datetime | None
    step_count: int
    worst_at: datetime
    observed: float | None
    expected: float | None
    lower_95: float | None
    upper_95: float | None
    size: float
    direction: str
    test: str
    quality: int
