"""Observed properties: parameters and documented answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from hub_api.serving.parameters import AnyQuery, Name
from hub_api.serving.schemas import List, Names, Schema


class PropertiesParameters(AnyQuery):
    sector: Name | None = None


PropertiesQuery = Annotated[PropertiesParameters, Query()]


class PropertyElement(Schema):
    observed_property: str
    name: Names
    sector: str
    unit: str = Field(description="UCUM code")
    lower_bound: float | None = Field(description="Physical bound, in the unit")
    upper_bound: float | None = Field(description="Physical bound, in the unit")
    datastream_count: int


class PropertyList(List):
    data: list[PropertyElement]
