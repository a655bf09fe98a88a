"""Buses against their schedule, travel times, roads and car parks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from falaj_client.model import Name, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportRoute:
    """A route of the schedule that vehicles of ``source`` follow; ``route_type`` is that of GTFS."""

    source: str
    route: str
    short_name: str
    name: Name
    route_type: int
    agency: str
    simulated: bool
    valid_from: date
    valid_until: date
    loaded_at: datetime
    trip_count: int
    stop_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePeriod:
    """When a service alert holds; None for an open end."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InformedEntity:
    """What a service alert concerns: all that is named here, together."""

    agency: str | None
    route: str | None
    route_type: int | None
    direction: int | None
    stop: str | None
    trip: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertText:
    """A text of a service alert; ``language`` is None where the feed states none."""

    language: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportServiceAlert:
    """What the operator of ``source`` announces to riders, in the words of GTFS Realtime in lower case.

    Without ``active_periods`` it holds for as long as the feed has it; ``gone_at`` is None while the feed does.
    """

    source: str
    simulated: bool
    service_alert: str
    cause: str
    effect: str
    severity: str
    active_periods: tuple[ActivePeriod, ...]
    informed: tuple[InformedEntity, ...]
    informed_left_out: int
    header: tuple[AlertText, ...]
    description: tuple[AlertText, ...]
    url: tuple[AlertText, ...]
    first_stated_at: datetime
    stated_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportPerformance:
    """How a route, a direction or a stop kept to the schedule in an hour or on a service day.

    Figures are None where nothing was seen; shares are from 0 to 1, and ``observed_share`` says what they rest on.
    ``direction`` and ``stop`` are None where all are together. On time was at most ``early_seconds_max`` early and
    ``late_seconds_max`` late; None of days that were counted before the hub kept it.
    """

    source: str
    simulated: bool
    service_date: date
    start: datetime
    end: datetime
    route: str
    short_name: str | None
    name: Name | None
    direction: int | None
    stop: str | None
    stop_name: Name | None
    location: Position | None
    scheduled_count: int
    observed_count: int
    cancelled_count: int
    missed_count: int
    trip_count: int
    missed_trip_count: int
    observed_share: float | None
    on_time_share: float | None
    early_share: float | None
    late_share: float | None
    mean_lateness_seconds: float | None
    headway_count: int
    scheduled_headway_seconds: float | None
    headway_adherence: float | None
    mean_wait_seconds: float | None
    excess_wait_seconds: float | None
    bunched_share: float | None
    early_seconds_max: float | None = None
    late_seconds_max: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSegment:
    """Travel times from the departure at a stop to the arrival at the next, in seconds."""

    source: str
    simulated: bool
    service_date: date
    start: datetime
    end: datetime
    route: str
    short_name: str | None
    name: Name | None
    direction: int | None
    from_stop: str
    from_stop_name: Name | None
    to_stop: str
    to_stop_name: Name | None
    location: Position | None
    scheduled_count: int
    observed_count: int
    observed_share: float | None
    scheduled_seconds: float
    p15_seconds: float | None
    median_seconds: float | None
    p85_seconds: float | None
    free_flow_seconds: float | None
    free_flow_count: int
    delay_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportRoad:
    """An hour of a road section: vehicles per hour, km/h, per cent of time occupied, vehicles per km."""

    thing: str
    thing_name: Name
    place: str | None
    place_name: Name | None
    source: str
    simulated: bool
    location: Position | None
    start: datetime
    end: datetime
    flow: float | None
    speed: float | None
    occupancy: float | None
    density: float | None
    free_flow_speed: float | None
    free_flow_count: int
    speed_ratio: float | None
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportParking:
    """An hour of a car park. ``search_seconds`` is an estimate of the time to find a space, made by ``search_method``."""

    thing: str
    thing_name: Name
    place: str | None
    place_name: Name | None
    source: str
    simulated: bool
    location: Position | None
    start: datetime
    end: datetime
    capacity: float | None
    capacity_method: str | None
    free: float | None
    occupancy: float | None
    full_share: float | None
    search_seconds: float | None
    search_method: str | None
    coverage: float
