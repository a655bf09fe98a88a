"""Air quality: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from citycore.air_quality.model import Method, Span
from hub_api.city.limits.schemas import Advice
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import ExportQuery, Instant, Name
from hub_api.serving.schemas import GeoPoint, List, Names, Schema

IndexCode = Literal["us", "eu", "who"]


class AirQualityParameters(ExportQuery):
    index: IndexCode = "us"
    by: Literal["thing", "place"] = "thing"
    thing: Name | None = None
    place: Name | None = None
    source: Name | None = None
    at: Instant | None = None
    start: WindowStart = None
    end: WindowEnd = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


AirQualityQuery = Annotated[AirQualityParameters, Query()]


class AirQualityPart(Schema):
    observed_property: str
    averaging: Span = Field(description="What was averaged over")
    method: Method = Field(
        description="nowcast: the last twelve hours weighed by how much they differ, and not the mean of a day"
    )
    concentration: float | None = Field(description="In unit; null with less than three quarters of it")
    unit: str = Field(description="UCUM code, that of the index")
    value: int | None = Field(description="The index of this pollutant, where it has numbers")
    beyond: bool = Field(description="Whether the index ends below the concentration")
    level: str | None
    coverage: float = Field(description="How much was there, from 0 to 1")
    conversion: str | None = Field(description="What the conversion of a gas rests on")


class AirQualityElement(Schema):
    start: datetime = Field(description="The hour that it is of begins")
    end: datetime
    place: str | None
    place_name: Names | None
    thing: str = Field(description="By place: the thing that decides")
    thing_name: Names
    source: str
    simulated: bool
    location: GeoPoint | None
    thing_count: int = Field(description="By place: of how many things it is the worst")
    index: IndexCode
    value: int | None = Field(description="Where the index has numbers; null beyond its end")
    beyond: bool = Field(description="Whether the index ends below the concentration: above 500")
    level: str | None = Field(description="null with too little to go by; parts say how much there was")
    level_name: Names | None
    colour: str | None = Field(description="#rrggbb")
    observed_property: str | None = Field(description="The pollutant that decides")
    averaging: Span | None
    method: Method | None
    coverage: float | None = Field(description="Of the part that decides, from 0 to 1")
    advice: list[Advice]
    parts: list[AirQualityPart]


class AirQualityList(List):
    data: list[AirQualityElement]
