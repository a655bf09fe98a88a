"""The calendar of days: parameters and documented answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from citycore.calendar.model import HOME
from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery, Name
from hub_api.serving.schemas import List, Names, Schema

Kind = Literal["holiday", "working", "ramadan", "school_term", "school_holiday", "other"]


class CalendarParameters(ExportQuery):
    f: PlainFormat | None = None
    country: Name = HOME
    year: Annotated[int, Field(ge=1970, le=2100)] | None = None
    kind: Kind | None = None


CalendarQuery = Annotated[CalendarParameters, Query()]


class CalendarElement(Schema):
    """What is known of days that follow each other."""

    country: str = Field(description="ISO 3166, with a subdivision where holidays are its own")
    kind: Kind = Field(description="working: people work, though it would be a weekend or a holiday")
    first_date: date
    last_date: date = Field(description="It belongs to it")
    name: Names
    confirmed: bool = Field(description="false: estimated, and nobody has announced it yet")
    announced_by: str = Field(description="Who says so")
    shipped: bool = Field(description="false: kept by the operator of this hub")


class CalendarList(List):
    data: list[CalendarElement]
