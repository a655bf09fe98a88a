"""What the pages show, as values, and how they are made of those of the API's client.

A hub may hold numbers that nobody can draw; here they become None, so that one of them spoils no page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Literal

import falaj_client as api
from citycore.model import Quality, SourceKind
from citycore.places import orient
from dashboards.settings import dashboard_settings
from falaj_client import Candidate, Name

__all__ = [
    "LEVELS",
    "Candidate",
    "Datastream",
    "Forecast",
    "Hour",
    "Latest",
    "Level",
    "Name",
    "ObservedProperty",
    "Place",
    "Source",
    "Step",
    "Thing",
    "datastream_of",
    "drawable",
    "forecast_of",
    "hour_of",
    "latest_of",
    "observed_property_of",
    "place_of",
    "source_of",
    "thing_of",
]

Level = Literal["50", "80", "95"]
LIMITS = dashboard_settings()
LEVELS: tuple[Level, ...] = ("50", "80", "95")


@dataclass(frozen=True, slots=True)
class Place:
    """An area; ``geometry`` has the clockwise exterior rings that Vega draws. WGS 84 degrees."""

    code: str
    kind: str
    name: Name
    parent: str | None
    provenance: str
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ObservedProperty:
    code: str
    name: Name
    sector: str
    unit: str
    datastream_count: int


@dataclass(frozen=True, slots=True)
class Source:
    code: str
    kind: SourceKind
    name: Name
    licence: str | None
    attribution: str | None


@dataclass(frozen=True, slots=True)
class Thing:
    """``position`` is (longitude, latitude) in WGS 84 degrees, None for what moves."""

    code: str
    kind: str
    name: Name
    source: str
    simulated: bool
    position: tuple[float, float] | None
    place: str | None
    observed_properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Datastream:
    number: int
    thing: str
    thing_name: Name
    observed_property: str
    unit: str
    source: str
    simulated: bool
    place: str | None
    has_forecast: bool


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value of one datastream; ``result`` is a number, a text or a position, None if it cannot be shown."""

    datastream: int
    thing: str
    thing_name: Name
    observed_property: str
    unit: str
    phenomenon_time: datetime
    result: float | str | tuple[float, float] | None
    quality: Quality
    simulated: bool
    source: str
    place: str | None
    position: tuple[float, float] | None
    interval_seconds: int | None


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour's roll-up; ``mean`` is None for an hour without usable values."""

    bucket_start: datetime
    mean: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One forecast hour: the median and (lower, upper) of each band, in the datastream's unit."""

    phenomenon_time: datetime
    median: float
    bands: Mapping[Level, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The newest forecast of one datastream. ``skill`` is 1 - mae / baseline_mae."""

    datastream: int
    unit: str
    issued_at: datetime
    origin: datetime
    horizon_hours: int
    model: str
    baseline: str
    mae: float | None
    baseline_mae: float | None
    skill: float | None
    backtest_origins: int
    coverage: Mapping[Level, float | None]
    training_hours: int
    fallback_reason: str | None
    candidates: tuple[Candidate, ...]
    simulated: bool
    steps: tuple[Step, ...]
    #: What the study says of each band: ``kept``, ``too_narrow``, ``too_wide`` or ``not_judged``.
    verdicts: Mapping[str, str] = field(default_factory=dict)


def place_of(place: api.Place) -> Place:
    return Place(
        code=place.place,
        kind=place.kind,
        name=place.name,
        parent=place.parent,
        provenance=place.provenance,
        geometry=orient(dict(place.geometry), clockwise=True),
    )


def observed_property_of(known: api.ObservedProperty) -> ObservedProperty:
    return ObservedProperty(
        known.observed_property, known.name, known.sector, known.unit, known.datastream_count
    )


def source_of(source: api.Source) -> Source:
    """A ``ValueError`` for a kind of source that the pages do not know."""
    return Source(source.source, SourceKind(source.kind), source.name, source.licence, source.attribution)


def thing_of(thing: api.Thing) -> Thing:
    return Thing(
        code=thing.thing,
        kind=thing.kind,
        name=thing.name,
        source=thing.source,
        simulated=thing.simulated,
        position=thing.location,
        place=thing.place,
        observed_properties=frozenset(one.observed_property for one in thing.datastreams),
    )


def datastream_of(datastream: api.Datastream) -> Datastream:
    return Datastream(
        number=datastream.datastream,
        thing=datastream.thing,
        thing_name=datastream.thing_name,
        observed_property=datastream.observed_property,
        unit=datastream.unit,
        source=datastream.source,
        simulated=datastream.simulated,
        place=datastream.place,
        has_forecast=datastream.has_forecast,
    )


def latest_of(latest: api.Latest) -> Latest:
    """A ``ValueError`` for a quality flag that the pages do not know."""
    return Latest(
        datastream=latest.datastream,
        thing=latest.thing,
        thing_name=latest.thing_name,
        observed_property=latest.observed_property,
        unit=latest.unit,
        phenomenon_time=latest.phenomenon_time,
        result=_plain(latest.result),
        quality=Quality(latest.quality),
        simulated=latest.simulated,
        source=latest.source,
        place=latest.place,
        position=latest.location,
        interval_seconds=latest.interval_seconds,
    )


def _plain(result: float | str | api.Position | None) -> float | str | tuple[float, float] | None:
    """A position as a plain pair, which reads well in a table."""
    if isinstance(result, api.Position):
        return result.longitude, result.latitude
    return result if isinstance(result, str) else drawable(result)


def drawable(number: float | None) -> float | None:
    """A number that charts and sums can take, or None."""
    return number if number is not None and isfinite(number) and abs(number) <= LIMITS.magnitude_max else None


def hour_of(statistics: api.Statistics) -> Hour:
    return Hour(statistics.bucket_start, drawable(statistics.mean))


def forecast_of(forecast: api.Forecast) -> Forecast:
    return Forecast(
        datastream=forecast.datastream,
        unit=forecast.unit,
        issued_at=forecast.issued_at,
        origin=forecast.origin,
        horizon_hours=forecast.horizon_hours,
        model=forecast.model,
        baseline=forecast.baseline,
        mae=drawable(forecast.mae),
        baseline_mae=drawable(forecast.baseline_mae),
        skill=drawable(forecast.skill),
        backtest_origins=forecast.backtest_origins,
        coverage={
            "50": drawable(forecast.coverage.band_50),
            "80": drawable(forecast.coverage.band_80),
            "95": drawable(forecast.coverage.band_95),
        },
        training_hours=forecast.training_hours,
        fallback_reason=forecast.fallback_reason,
        candidates=tuple(replace(one, skill=drawable(one.skill)) for one in forecast.candidates),
        simulated=forecast.simulated,
        steps=tuple(_steps(forecast)),
        verdicts={str(one.level): one.verdict for one in forecast.levels},
    )


def _steps(forecast: api.Forecast) -> Iterator[Step]:
    """The hours that can be drawn, and lie where this forecast says that it reaches."""
    reach = timedelta(hours=min(forecast.horizon_hours, LIMITS.forecast_hours_max))
    for value in forecast.values:
        # A difference, since the sum may lie beyond the calendar.
        if timedelta() <= value.phenomenon_time - forecast.origin <= reach:
            numbers = (
                value.median,
                value.lower_50,
                value.upper_50,
                value.lower_80,
                value.upper_80,
                value.lower_95,
                value.upper_95,
            )
            drawn = [number for number in map(drawable, numbers) if number is not None]
            if len(drawn) == len(numbers):
                yield _step(value.phenomenon_time, *drawn)


def _step(moment: datetime, median: float, *edges: float) -> Step:
    """``edges``: lower and upper of each band, from the narrowest."""
    return Step(moment, median, dict(zip(LEVELS, zip(edges[::2], edges[1::2], strict=True), strict=True)))
