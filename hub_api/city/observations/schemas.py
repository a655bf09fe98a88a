"""Observations: parameters and documented answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from citycore.model import Quality
from hub_api.city.observations.metadata import BUCKET_QUALITIES
from hub_api.city.observations.model import QUALITY_NAMES, Bucket, Order
from hub_api.serving.errors import Fault, InvalidParameters, invalid
from hub_api.serving.filters import AreaQuery, Words
from hub_api.serving.formats import Format
from hub_api.serving.moments import Moment, is_turned
from hub_api.serving.parameters import ExportQuery
from hub_api.serving.schemas import SENSOR, DatastreamElement, Licence, List, Meta, Names, Schema
from hub_api.serving.several import SeveralNames, SeveralNumbers

QUALITY_CHARACTERS_MAX = 80  # five names, each as long as the longest


def parse_qualities(text: str) -> tuple[Quality, ...]:
    """``good,suspect`` as flags in their own order; a ``PydanticCustomError`` for anything else."""
    names = set(text.split(",")) if len(text) <= QUALITY_CHARACTERS_MAX else {""}
    if not names <= set(QUALITY_NAMES):
        raise PydanticCustomError("unknown_quality", "unknown", {"expected": ", ".join(QUALITY_NAMES)})
    return tuple(sorted(Quality[name.upper()] for name in names))


def _checked_qualities(text: str) -> str:
    parse_qualities(text)
    return text


# Text, because the framework would take a tuple for a parameter that is given several times.
_ANY = "|".join(QUALITY_NAMES)
QualityText = Annotated[
    str,
    AfterValidator(_checked_qualities),
    WithJsonSchema({"type": "string", "pattern": f"^({_ANY})(,({_ANY})){{0,{len(QUALITY_NAMES) - 1}}}$"}),
]


#: Filters beside the number of a datastream.
OTHERS = ("thing", "observed_property", "place", "source", "bbox", "near", "q")


class ObservationsParameters(ExportQuery, AreaQuery):
    datastream: SeveralNumbers | None = None
    thing: SeveralNames | None = None
    observed_property: SeveralNames | None = None
    place: SeveralNames | None = None
    source: SeveralNames | None = None
    q: Words | None = None
    start: Moment | None = None
    end: Moment | None = None
    bucket: Bucket = "raw"
    labels: bool = False
    quality: QualityText | None = None
    order: Order = "asc"
    count: Literal["estimated", "exact"] | None = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if is_turned(self.start, self.end):
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self

    @property
    def qualities(self) -> tuple[Quality, ...] | None:
        """The flags that count; None counts all."""
        return None if self.quality is None else parse_qualities(self.quality)

    @property
    def is_one(self) -> bool:
        """Whether exactly one datastream is named: by number, or by thing and observed property alone."""
        if self.datastream is not None:
            return len(self.datastream) == 1
        named = (self.thing, self.observed_property)
        return all(names is not None and len(names) == 1 for names in named) and not any(
            getattr(self, name) for name in OTHERS[2:]
        )

    def check_selection(self) -> None:
        """Any combination of filters, but numbers of datastreams stand alone; ``InvalidParameters`` without any."""
        given = [name for name in OTHERS if getattr(self, name) is not None]
        if self.datastream is None and not given:
            raise invalid("datastream", "no_selection")
        if self.datastream is not None and given:
            raise InvalidParameters([Fault(name, "not_with", {"other": "datastream"}) for name in given])

    def format_faults(self, chosen: Format) -> list[Fault]:
        faults = super().format_faults(chosen)
        if self.bucket != "raw" and self.qualities not in (None, _flags(BUCKET_QUALITIES)):
            faults.append(Fault("quality", "raw_only", {"counted": ",".join(BUCKET_QUALITIES)}))
        return faults


def _flags(names: tuple[str, ...]) -> tuple[Quality, ...]:
    return tuple(Quality[name.upper()] for name in names)


ObservationsQuery = Annotated[ObservationsParameters, Query()]


class Observation(Schema):
    phenomenon_time: datetime
    result: float | str | tuple[float, float] | None = Field(
        description="In the datastream's unit; text for a category; longitude and latitude for a position; null if not finite"
    )
    quality: Quality = Field(description="QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 bad, 9 missing")


class Statistics(Schema):
    """One bucket, labelled by its beginning. Statistics leave out values flagged bad or missing."""

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
    completeness: float | None = Field(description="observation_count / expected_count, at most 1")
    good_count: int
    not_evaluated_count: int
    suspect_count: int
    bad_count: int
    missing_count: int
    first_result: float | None = Field(description="Of the values that count, the first")
    last_result: float | None = Field(description="Of the values that count, the last")
    total: float | None = Field(
        description="Their sum, where the observed property is an amount that adds up"
    )


class DailyStatistics(Statistics):
    """A local day. The mean is that of the valid hours' means; null if fewer than 75 % are valid."""

    bucket_end: datetime
    local_date: date
    valid_hour_count: int = Field(description="Hours with at least 75 % of their expected values")


class PeriodStatistics(Statistics):
    """A local week (from its Sunday), month or year. The mean is that of the valid days' means, null if fewer than 75 % are valid; deviation and
    quantiles are those of the valid hours' means.
    """

    bucket_end: datetime
    local_date: date = Field(description="Its first day")
    valid_day_count: int = Field(description="Days that have a mean")


class _Named(Schema):
    datastream: int
    thing: str
    observed_property: str
    sensor: str | None = Field(description=SENSOR)
    unit: str = Field(description="UCUM code")
    simulated: bool
    thing_name: Names | None = Field(default=None, description="With labels=true")
    observed_property_name: Names | None = Field(default=None, description="With labels=true")


class NamedObservation(Observation, _Named):
    """In an answer of several datastreams, each row names its own."""


class NamedStatistics(Statistics, _Named):
    """In an answer of several datastreams, each row names its own."""


class NamedDailyStatistics(DailyStatistics, _Named):
    """In an answer of several datastreams, each row names its own."""

    zone: str | None = Field(default=None, description="Whose day it is, where days are of several zones")


class NamedPeriodStatistics(PeriodStatistics, _Named):
    """In an answer of several datastreams, each row names its own."""

    zone: str | None = Field(
        default=None, description="Whose week, month or year it is, where they are of several zones"
    )


class Count(Schema):
    kind: Literal["estimated", "exact"] = Field(description="estimated as well where counting took too long")
    value: int


class SourceLicence(Schema):
    source: str
    licence: Licence | None
    attribution: str | None


class Window(Schema):
    """How days that the question named were read."""

    start: datetime | None
    end: datetime | None
    zone: str = Field(description="Whose days they are")


class SeriesMeta(Meta):
    datastream: DatastreamElement | None = Field(default=None, description="Where exactly one is named")
    datastream_count: int
    bucket: Bucket
    quality: list[str] = Field(description="The qualities that count in this answer")
    zone: str | None = Field(default=None, description="Whose days these are, where all are of one zone")
    licence: Licence | None = Field(
        default=None, description="Where all rows are of one source that states it"
    )
    attribution: str | None = Field(
        default=None, description="Whom to name, where all rows are of one source"
    )
    licences: list[SourceLicence] | None = Field(default=None, description="Where there are several sources")
    window: Window | None = Field(
        default=None, description="Where start or end was a day: the instants that it was taken for"
    )
    count: Count | None = Field(default=None, description="On request: the rows of the whole window")


class ObservationList(List):
    data: (
        list[Observation]
        | list[Statistics]
        | list[DailyStatistics]
        | list[PeriodStatistics]
        | list[NamedObservation]
        | list[NamedStatistics]
        | list[NamedDailyStatistics]
        | list[NamedPeriodStatistics]
    )
    meta: SeriesMeta
