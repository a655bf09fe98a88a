"""What feeds are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

#: Longitude and latitude, WGS 84.
Point = tuple[float, float]
Kind = Literal["vehicle-positions", "trip-updates", "alerts"]
KINDS: tuple[Kind, ...] = ("vehicle-positions", "trip-updates", "alerts")
#: Which trip of which service day.
Run = tuple[date, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A version of the schedule of a source. ``version`` begins its digest, as ``falaj transport list`` shows it."""

    feed_id: int
    source: str
    agency: str
    zone: str
    version: str
    valid_from: date
    valid_until: date
    loaded_at: datetime
    stops: Mapping[str, Point]
    #: Type of each route.
    routes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A trip on one service day, which begins at the Unix time ``begin``. Arrivals and departures are seconds after that."""

    run: Run
    begin: int
    route: str
    direction: int
    block: str | None
    shape: str | None
    stops: Sequence[str]
    arrivals: Sequence[int]
    departures: Sequence[int]

    @property
    def starts_at(self) -> int:
        return self.begin + self.departures[0]

    @property
    def ends_at(self) -> int:
        return self.begin + self.arrivals[-1]

    @property
    def has_stop_twice(self) -> bool:
        """Then only the numbers of its stops would tell them apart, and these are not kept."""
        return len(set(self.stops)) < len(self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A vehicle as it was seen last; ``values`` are what it said then, by observed property, each with its unit."""

    code: str
    name: str
    at: int
    point: Point
    quality: int
    values: Mapping[str, tuple[float | str, str]]


@dataclass(frozen=True, slots=True)
class Passage:
    """When a vehicle was at a stop, counted from 0, of a run; Unix times."""

    run: Run
    vehicle: str
    sequence: int
    arrival: int | None
    departure: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that feeds of positions and trips say at one instant, the Unix time ``now``."""

    now: int
    schedule: Schedule | None
    vehicles: Sequence[Seen]
    #: The run that each vehicle is on, as far as it is known.
    runs: Mapping[str, Trip]
    #: Runs that are told about, with what was seen of them.
    trips: Mapping[Run, Trip] = field(default_factory=dict)
    passages: Mapping[Run, Sequence[Passage]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    #: When the positions became what they are, as a Unix time.
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert of the hub and what it informs about: stops or routes of the schedule."""

    alert: Mapping[str, Any]
    stops: Sequence[str]
    routes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Feed:
    """A finished feed: ``version`` is its weak ETag, ``newest`` its newest datum as a Unix time.

    ``changed_at`` is when it became what it is: that, or later when something became too old for it.
    """

    version: str
    newest: int | None
    changed_at: int | None
    protobuf: bytes
    packed: bytes
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Announced:
    """A service alert in a feed of the operator, as the store has it; ``stated_at`` is that of the newest feed that says it."""

    alert: str
    cause: str
    effect: str
    severity: str
    active_periods: Sequence[Mapping[str, Any]]
    informed: Sequence[Mapping[str, Any]]
    header: Sequence[Mapping[str, Any]]
    description: Sequence[Mapping[str, Any]]
    url: Sequence[Mapping[str, Any]]
    stated_at: int
