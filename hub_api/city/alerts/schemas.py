"""Alerts: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from citycore.alerts.model import Category, Kind, Severity
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import ExportQuery, Name
from hub_api.serving.schemas import GeoPoint, List, Names, Schema


class AlertsParameters(ExportQuery):
    rule: Name | None = None
    severity: Severity | None = None
    thing: Name | None = None
    place: Name | None = None
    source: Name | None = None
    open: bool | None = None
    start: WindowStart = None
    end: WindowEnd = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


AlertsQuery = Annotated[AlertsParameters, Query()]


class AlertElement(Schema):
    alert: str = Field(description="Identifier; /v1/alerts/{alert}.cap is the same as CAP 1.2")
    rule: str
    kind: Kind
    name: Names
    text: Names = Field(description="What to do")
    severity: Severity
    category: Category
    thing: str
    thing_name: Names
    source: str
    simulated: bool
    place: str | None
    place_name: Names | None
    location: GeoPoint | None
    datastream: int | None
    observed_property: str | None
    index: str | None = Field(description="The index of air quality that is watched, where one is")
    value: float | None = Field(description="In unit; of a rate units per hour, of a forecast a probability")
    unit: str | None = Field(description="UCUM code")
    above: float | None = Field(
        description="The rule raises what lies above; of an anomaly half-widths of its band"
    )
    below: float | None = Field(description="The rule raises what lies below")
    bound_unit: str | None = Field(description="UCUM code of above and below; null for that of the property")
    probability: float | None = Field(
        description="Of a forecast: at least so probably it lies beyond the bound"
    )
    raised_at: datetime = Field(description="By the clock of the phenomenon")
    noted_at: datetime = Field(description="When the hub raised it")
    expected_at: datetime | None = Field(description="Of a forecast: from when on")
    cleared_at: datetime | None = Field(description="null while it goes on")
    acknowledged_at: datetime | None
    false_alarm: bool | None = Field(description="null while nobody has assessed it")


class AlertList(List):
    data: list[AlertElement]
