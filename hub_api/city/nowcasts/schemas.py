"""Nowcasts and anomalies: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import DatastreamId, ExportQuery, Name
from hub_api.serving.schemas import GeoPoint, List, Names, Schema


class NowcastsParameters(ExportQuery):
    datastream: DatastreamId | None = None
    thing: Name | None = None
    observed_property: Name | None = None
    place: Name | None = None
    source: Name | None = None


NowcastsQuery = Annotated[NowcastsParameters, Query()]


class AnomaliesParameters(NowcastsParameters):
    open: bool | None = None
    start: WindowStart = None
    end: WindowEnd = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


AnomaliesQuery = Annotated[AnomaliesParameters, Query()]


class Where(Schema):
    datastream: int
    thing: str
    thing_name: Names
    source: str
    simulated: bool
    place: str | None
    location: GeoPoint | None
    observed_property: str
    unit: str = Field(description="UCUM code")


class NowcastValue(Schema):
    """One quarter of an hour; a band of 80 should hold 80 of 100."""

    phenomenon_time: datetime = Field(description="Its beginning")
    median: float | None
    lower_80: float | None
    upper_80: float | None
    lower_95: float | None
    upper_95: float | None


class NowcastElement(Where):
    issued_at: datetime
    origin: datetime = Field(description="The end of the last quarter that was seen")
    model: str = Field(
        description="persistence, profile, decay_to_profile or lightgbm: the best in a backtest"
    )
    seen_count: int = Field(description="Quarters that were compared with what was said of them before")
    inside_80: float | None = Field(description="The part of these that lay in the band of 80")
    inside_95: float | None
    values: list[NowcastValue]


class NowcastList(List):
    data: list[NowcastElement]


class AnomalyElement(Where):
    """Values that lay beyond the band of 95 of what was expected. The flags of ingest are left as they are."""

    anomaly: int
    expected_by: Literal["nowcast", "forecast"] = Field(
        description="Quarters by nowcasts, hours by forecasts"
    )
    start: datetime = Field(description="Where the first step begins that lay outside")
    end: datetime | None = Field(description="Where the last one ends; null while it goes on")
    step_count: int = Field(description="Steps that lay outside: quarters, or hours")
    worst_at: datetime = Field(description="The step that lay furthest off")
    observed: float | None
    expected: float | None
    lower_95: float | None
    upper_95: float | None
    size: float = Field(description="How many half-widths of the band it lay off what was expected")
    direction: Literal["above", "below"]
    test: Literal["anomaly"]
    quality: Literal[3] = Field(description="QARTOD: suspect. A mark beside the flags of the values")


class AnomalyList(List):
    data: list[AnomalyElement]
