"""Limits: parameters and documented answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field

from citycore.limits.model import Averaging, Group, Statistic
from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery, Instant, Name
from hub_api.serving.schemas import List, Names, Schema


class LimitsParameters(ExportQuery):
    f: PlainFormat | None = None
    table: Name | None = None
    observed_property: Name | None = None
    averaging: Averaging | None = None
    at: Instant | None = None


LimitsQuery = Annotated[LimitsParameters, Query()]


class Advice(Schema):
    group: Group = Field(description="Whom it is for")
    text: Names


class LimitBand(Schema):
    level: str
    rank: int = Field(description="0 is the best level of the table")
    name: Names
    colour: str = Field(description="#rrggbb; the colours of a table can be told apart by everybody")
    low: float | None = Field(alias="from", description="Where the band begins; null: everything below")
    up_to: float | None = Field(description="The last value of the band; null: without end")
    index_from: int | None = Field(description="What the index is where the band begins")
    index_to: int | None = Field(description="What the index is where the band ends")
    advice: list[Advice]


class LimitElement(Schema):
    """What one authority says of one property and averaging period; values are in unit."""

    table: str
    table_name: Names
    authority: Names
    reference: str = Field(description="The text that says so")
    url: str | None
    shipped: bool = Field(description="false: loaded by the operator of this hub")
    observed_property: str
    averaging: Averaging = Field(description="PT24H: the last 24 hours; P1D: a local day")
    statistic: Statistic
    unit: str = Field(description="UCUM code")
    reference_celsius: int | None = Field(description="At which amounts of a gas are mass per volume")
    step: float | None = Field(description="A value is cut down to a multiple of it first")
    exceedances_per_year: int | None = Field(description="So many are allowed")
    since: date | None
    until: date | None = Field(description="No longer on this day")
    bands: list[LimitBand]


class LimitList(List):
    data: list[LimitElement]
