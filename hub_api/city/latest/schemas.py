"""Latest values: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from citycore.model import Quality, ResultType
from hub_api.city.latest.repository import USABLE
from hub_api.city.observations.schemas import QualityText, parse_qualities
from hub_api.serving.filters import AreaQuery, ReviewQuery, Words
from hub_api.serving.parameters import ExportQuery
from hub_api.serving.schemas import SENSOR, GeoPoint, List, Meta, Names, Schema
from hub_api.serving.several import SeveralNames, SeveralNumbers


class LatestParameters(ExportQuery, AreaQuery, ReviewQuery):
    datastream: SeveralNumbers | None = None
    observed_property: SeveralNames | None = None
    place: SeveralNames | None = None
    thing: SeveralNames | None = None
    source: SeveralNames | None = None
    q: Words | None = None
    quality: QualityText | None = None

    @property
    def qualities(self) -> tuple[Quality, ...]:
        """The flags that count: neither bad nor missing, unless others are asked for."""
        return USABLE if self.quality is None else parse_qualities(self.quality)


LatestQuery = Annotated[LatestParameters, Query()]


class LatestElement(Schema):
    datastream: int
    thing: str
    thing_name: Names
    observed_property: str
    sensor: str | None = Field(description=SENSOR)
    unit: str = Field(description="UCUM code")
    result_type: ResultType
    phenomenon_time: datetime
    result: float | str | tuple[float, float] | None = Field(
        description="In the unit; text for a category; longitude and latitude for a position; null if it is not finite, or where no recent value has a quality that counts"
    )
    quality: Quality = Field(description="QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 bad, 9 missing")
    age_seconds: float
    simulated: bool
    reviewed: bool = Field(description="Whether the hub's staff has accepted its source; see include")
    source: str
    place: str | None
    location: GeoPoint | None = Field(description="Where the thing stands, or was seen last")
    interval_seconds: int | None


class LatestMeta(Meta):
    quality: list[str] = Field(description="The qualities that count in this answer")


class LatestList(List):
    data: list[LatestElement]
    meta: LatestMeta
