"""Schedules, positions, and when vehicles were at stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

#: Longitude and latitude, WGS 84.
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Route:
    """``route_type`` is that of GTFS: 3 is a bus."""

    route: str
    short_name: str
    name_en: str
    name_ar: str
    route_type: int


@dataclass(frozen=True, slots=True)
class Stop:
    stop: str
    name_en: str
    name_ar: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Times are seconds after noon minus 12 hours of a service day, one for each of ``stops``; they may exceed 24 hours."""

    trip: str
    route: str
    service: str
    direction: int
    block: str | None
    shape: str | None
    stops: Sequence[str]
    arrivals: Sequence[int]
    departures: Sequence[int]
    timepoints: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A whole schedule. ``days`` has the services of each day on which there is any."""

    agency: str
    zone: str
    digest: str
    routes: Sequence[Route]
    stops: Sequence[Stop]
    trips: Sequence[Trip]
    shapes: Mapping[str, Sequence[Point]]
    days: Mapping[date, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a vehicle was, and which trip it said it was on. ``seconds`` is a Unix time."""

    seconds: float
    longitude: float
    latitude: float
    trip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A trip of one service day as a line: ``line`` are its points, ``stops`` how many metres along it each stop lies.

    ``arrivals`` and ``departures`` are Unix times.
    """

    service_date: date
    trip: str
    block: str | None
    line: Sequence[Point]
    stops: Sequence[float]
    arrivals: Sequence[float]
    departures: Sequence[float]


@dataclass(frozen=True, slots=True)
class Passage:
    """When a vehicle was at the stop number ``sequence`` (from 0) of a trip, as Unix times; None where it is not known."""

    service_date: date
    trip: str
    sequence: int
    arrival: float | None
    departure: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of positions; the parts add up to ``position_count``."""

    position_count: int
    matched_count: int = 0
    no_trip_count: int = 0
    unknown_trip_count: int = 0
    off_route_count: int = 0
    left_out_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One scheduled stop of a trip of a service day, and what was seen of it. Times are instants.

    ``is_last`` is the last of its trip, whose arrival counts. ``is_trip_seen`` says whether the trip was seen at any of its stops.
    """

    trip: str
    route: str
    direction: int
    stop: str
    is_timepoint: bool
    is_first: bool
    is_last: bool
    is_cancelled: bool
    is_trip_seen: bool
    scheduled_arrival: datetime
    scheduled_departure: datetime
    arrival: datetime | None
    departure: datetime | None
