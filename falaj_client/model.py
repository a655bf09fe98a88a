"""What the API says, as frozen values. Fields are called like the keys of the answers.

Instants are aware UTC. Positions are WGS 84 degrees. Units are UCUM codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Generic, Literal, NamedTuple, TypeVar

Language = Literal["en", "ar"]
Element = TypeVar("Element")


def within(*path: str, read: Callable[[Any], Any] | None = None) -> Mapping[str, Any]:
    """Metadata of a field that does not stand under its own name: the keys that lead there, also through lists."""
    return {"path": path, "read": read}


class Quality(IntEnum):
    """QARTOD flags of one value. Answers hold plain numbers, which compare equal to these."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    BAD = 4
    MISSING = 9


class Position(NamedTuple):
    """Where something is, in WGS 84 degrees."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    en: str
    ar: str

    def text(self, language: Language) -> str:
        """The name in one of the languages."""
        return self.ar if language == "ar" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the data of an answer are; ``as_of`` is the API's clock."""

    as_of: datetime
    newest_phenomenon_time: datetime | None
    age_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingDatastream:
    """What a thing observes."""

    datastream: int
    observed_property: str
    unit: str
    result_type: str
    #: Which of the thing's sensors observes it, where they are named.
    sensor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A device or vehicle; ``location`` is where it stands or was seen last."""

    thing: str
    kind: str
    name: Name
    source: str
    simulated: bool
    location: Position | None
    place: str | None
    datastreams: tuple[ThingDatastream, ...]
    #: Whether the hub's staff has accepted its source.
    reviewed: bool = True

    @property
    def code(self) -> str:
        """What it is called everywhere else: ``thing``."""
        return self.thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Datastream:
    """One observed property of one thing; ``datastream`` is its number everywhere else."""

    datastream: int
    thing: str
    thing_name: Name
    observed_property: str
    unit: str
    result_type: str
    interval_seconds: int | None
    source: str
    simulated: bool
    place: str | None
    has_forecast: bool
    #: Whether the hub's staff has accepted its source.
    reviewed: bool = True
    #: Which of the thing's sensors observes it, where they are named.
    sensor: str | None = None

    @property
    def number(self) -> int:
        """What it is called everywhere else: ``datastream``."""
        return self.datastream


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedProperty:
    """What can be observed; bounds are physical limits in the unit."""

    observed_property: str
    name: Name
    sector: str
    unit: str
    lower_bound: float | None
    upper_bound: float | None
    datastream_count: int

    @property
    def code(self) -> str:
        """What it is called everywhere else: ``observed_property``."""
        return self.observed_property


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where data come from, under which licence, and whom to name."""

    source: str
    kind: str
    simulated: bool
    name: Name
    licence: str | None
    attribution: str | None

    @property
    def code(self) -> str:
        """What it is called everywhere else: ``source``."""
        return self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An area; ``geometry`` is GeoJSON with counter-clockwise exterior rings (RFC 7946), ``zone`` that of its days."""

    place: str
    kind: str
    name: Name
    parent: str | None
    provenance: str
    zone: str | None
    thing_count: int
    geometry: Mapping[str, Any]

    @property
    def code(self) -> str:
        """What it is called everywhere else: ``place``."""
        return self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The newest value of one datastream: a number in the unit, a text or a position; None if it is not finite."""

    datastream: int
    thing: str
    thing_name: Name
    observed_property: str
    unit: str
    result_type: str
    phenomenon_time: datetime
    result: float | str | Position | None
    quality: int
    age_seconds: float
    simulated: bool
    source: str
    place: str | None
    location: Position | None
    interval_seconds: int | None
    #: Whether the hub's staff has accepted its source.
    reviewed: bool = True
    #: Which of the thing's sensors observes it, where they are named.
    sensor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Whether a datastream is there: ``presence`` is ``healthy``, ``late``, ``silent`` or ``suspect``.

    ``connection`` is what its thing, or a gateway for it, said last: ``online`` or ``offline``.
    """

    datastream: int
    thing: str
    thing_name: Name
    observed_property: str
    source: str
    simulated: bool
    place: str | None
    presence: str
    newest_phenomenon_time: datetime | None
    age_seconds: float | None
    interval_seconds: int | None
    quality: int | None
    connection: str | None
    connection_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatastreamGap:
    """When nothing came for longer than three intervals, or the part of that in one local day; ``end`` is None while it goes on.

    ``reason`` is what the hub knows: ``offline``, ``refused``, ``hub_away`` or ``unknown``.
    """

    start: datetime
    end: datetime | None
    local_date: date
    zone: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationFlag:
    """What a ``test`` says of the observation at ``phenomenon_time``: ``quality`` is 3 (suspect) or 4 (bad).

    ``anomaly`` is the number of the :class:`falaj_client.Anomaly` that lasted over it, where that is the test.
    """

    phenomenon_time: datetime
    test: str
    quality: int
    anomaly: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Whose row it is, however its datastream was asked for."""

    datastream: int | None = None
    thing: str | None = None
    observed_property: str | None = None
    sensor: str | None = None
    unit: str | None = None
    simulated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(_Row):
    """One value: a number in the datastream's unit, a text or a position; None if it is not finite."""

    phenomenon_time: datetime
    result: float | str | Position | None
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics(_Row):
    """One bucket of time, labelled by its beginning; values are in the datastream's unit.

    Statistics leave out values flagged bad or missing, and are None if none is left.
    ``completeness`` is observed over expected values, at most 1. Days, months and years have a
    ``local_date`` (their first day) and a ``bucket_end``; days a ``valid_hour_count``, months and years a
    ``valid_day_count``. ``total`` is the sum where the observed property is an amount that adds up.
    """

    bucket_start: datetime
    mean: float | None
    minimum: float | None
    maximum: float | None
    standard_deviation: float | None
    p05: float | None
    p50: float | None
    p95: float | None
    observation_count: int
    expected_count: int | None
    completeness: float | None
    good_count: int
    not_evaluated_count: int
    suspect_count: int
    bad_count: int
    bucket_end: datetime | None = None
    local_date: date | None = None
    valid_hour_count: int | None = None
    valid_day_count: int | None = None
    missing_count: int | None = None
    first_result: float | None = None
    last_result: float | None = None
    total: float | None = None
    #: Whose day, month or year it is, where those of an answer are of several zones.
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that was tried in the backtest; ``failure`` says why it has no figures."""

    model: str
    mae: float | None
    skill: float | None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The part of the backtest's hours that each band held; None if there was no backtest."""

    band_50: float | None = field(metadata=within("50"))
    band_80: float | None = field(metadata=within("80"))
    band_95: float | None = field(metadata=within("95"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastValue:
    """One hour in the datastream's unit; a band of 80 should hold 80 of 100 hours. None is what is not finite."""

    phenomenon_time: datetime
    median: float | None
    lower_50: float | None
    upper_50: float | None
    lower_80: float | None
    upper_80: float | None
    lower_95: float | None
    upper_95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What happened to every value the hub received; ``closes`` says that the sum is right."""

    received: int
    stored: int
    duplicate: int
    conflicting: int
    quarantined: int
    batches: int
    lag_seconds: float | None
    committed_at: datetime | None
    closes: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a window has; ``kind`` is ``exact``, or ``estimated`` where counting took too long."""

    kind: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Element]):
    """One answer of a list.

    For observations and statistics, ``datastream`` describes the series where one datastream was named,
    ``quality`` names the qualities that count, and ``count`` is there if it was asked for.
    """

    elements: tuple[Element, ...]
    freshness: Freshness
    next: str | None
    datastream: Datastream | None = None
    quality: tuple[str, ...] = ()
    count: Count | None = None

    @property
    def first(self) -> Element | None:
        """The first element, None on an empty page."""
        return self.elements[0] if self.elements else None
