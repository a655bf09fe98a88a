"""What the API says, as values. The only place that knows the JSON keys of ``docs/api.md``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from citycore.intervals import parse_instant
from citycore.language import Language
from citycore.model import Quality, SourceKind
from citycore.places import orient

Json = Mapping[str, Any]
Level = Literal["50", "80", "95"]
LEVELS: tuple[Level, ...] = ("50", "80", "95")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages, as the API gives it."""

    en: str
    ar: str

    def text(self, language: Language) -> str:
        return self.ar if language == "ar" else self.en


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
    """The newest value of one datastream; ``result`` is a number, a text or a position."""

    datastream: int
    thing: str
    thing_name: Name
    observed_property: str
    unit: str
    phenomenon_time: datetime
    result: float | str | tuple[float, float]
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
class Candidate:
    model: str
    mae: float | None
    skill: float | None


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


def parse_name(row: Json) -> Name:
    return Name(row["en"], row["ar"])


def parse_place(feature: Json) -> Place:
    properties = feature["properties"]
    return Place(
        code=properties["place"],
        kind=properties["kind"],
        name=parse_name(properties["name"]),
        parent=properties["parent"],
        provenance=properties["provenance"],
        geometry=orient(feature["geometry"], clockwise=True),
    )


def parse_observed_property(row: Json) -> ObservedProperty:
    return ObservedProperty(
        row["observed_property"], parse_name(row["name"]), row["sector"], row["unit"], row["datastream_count"]
    )


def parse_source(row: Json) -> Source:
    return Source(
        row["source"], SourceKind(row["kind"]), parse_name(row["name"]), row["licence"], row["attribution"]
    )


def parse_thing(row: Json) -> Thing:
    return Thing(
        code=row["thing"],
        kind=row["kind"],
        name=parse_name(row["name"]),
        source=row["source"],
        simulated=row["simulated"],
        position=_point(row["location"]),
        place=row["place"],
        observed_properties=frozenset(one["observed_property"] for one in row["datastreams"]),
    )


def parse_datastream(row: Json) -> Datastream:
    return Datastream(
        number=row["datastream"],
        thing=row["thing"],
        thing_name=parse_name(row["thing_name"]),
        observed_property=row["observed_property"],
        unit=row["unit"],
        source=row["source"],
        simulated=row["simulated"],
        place=row["place"],
        has_forecast=row["has_forecast"],
    )


def parse_latest(row: Json) -> Latest:
    result = row["result"]
    return Latest(
        datastream=row["datastream"],
        thing=row["thing"],
        thing_name=parse_name(row["thing_name"]),
        observed_property=row["observed_property"],
        unit=row["unit"],
        phenomenon_time=parse_instant(row["phenomenon_time"]),
        result=(float(result[0]), float(result[1])) if isinstance(result, list) else result,
        quality=Quality(row["quality"]),
        simulated=row["simulated"],
        source=row["source"],
        place=row["place"],
        position=_point(row["location"]),
        interval_seconds=row["interval_seconds"],
    )


def parse_hour(row: Json) -> Hour:
    return Hour(parse_instant(row["bucket_start"]), row["mean"])


def parse_forecast(row: Json) -> Forecast:
    return Forecast(
        datastream=row["datastream"],
        unit=row["unit"],
        issued_at=parse_instant(row["issued_at"]),
        origin=parse_instant(row["origin"]),
        horizon_hours=row["horizon_hours"],
        model=row["model"],
        baseline=row["baseline"],
        mae=row["mae"],
        baseline_mae=row["baseline_mae"],
        skill=row["skill"],
        backtest_origins=row["backtest_origins"],
        coverage={level: row["coverage"].get(level) for level in LEVELS},
        training_hours=row["training_hours"],
        fallback_reason=row["fallback_reason"],
        candidates=tuple(Candidate(one["model"], one["mae"], one["skill"]) for one in row["candidates"]),
        simulated=row["simulated"],
        steps=tuple(_step(value) for value in row.get("values") or ()),
    )


def _step(value: Json) -> Step:
    return Step(
        phenomenon_time=parse_instant(value["phenomenon_time"]),
        median=value["median"],
        bands={level: (value[f"lower_{level}"], value[f"upper_{level}"]) for level in LEVELS},
    )


def _point(geometry: Json | None) -> tuple[float, float] | None:
    if geometry is None:
        return None
    longitude, latitude = geometry["coordinates"][:2]
    return float(longitude), float(latitude)
