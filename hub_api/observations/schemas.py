"""Observations: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from citycore.model import Quality
from hub_api.parameters import Instant, SelectionQuery
from hub_api.schemas import List, Schema, SeriesMeta

Bucket = Literal["raw", "PT1H"]
Format = Literal["json", "csv"]
Order = Literal["asc", "desc"]


class ObservationsParameters(SelectionQuery):
    start: Instant | None = None
    end: Instant | None = None
    bucket: Bucket = "raw"
    order: Order = "asc"
    f: Format | None = None
    bom: bool = False
    trailer: bool = False

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


ObservationsQuery = Annotated[ObservationsParameters, Query()]


class Observation(Schema):
    phenomenon_time: datetime
    result: float | str | tuple[float, float] = Field(
        description="In the datastream's unit; text for a category; longitude and latitude for a position"
    )
    quality: Quality = Field(description="QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 bad, 9 missing")


class HourlyStatistics(Schema):
    """One hour, labelled by its beginning. Statistics leave out values flagged bad or missing."""

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


class ObservationList(List):
    data: list[Observation] | list[HourlyStatistics]
    meta: SeriesMeta
