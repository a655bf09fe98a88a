"""Forecasts: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field

from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery, SelectionQuery
from hub_api.serving.schemas import List, Schema


class ForecastsParameters(SelectionQuery, ExportQuery):
    """Without a datastream: the newest forecast of every one, without its hours."""

    f: PlainFormat | None = None


ForecastsQuery = Annotated[ForecastsParameters, Query()]


class ForecastValue(Schema):
    """One hour, in the datastream's unit; a band of 80 should hold 80 of 100 hours. null is what is not finite."""

    phenomenon_time: datetime
    median: float | None
    lower_50: float | None
    upper_50: float | None
    lower_80: float | None
    upper_80: float | None
    lower_95: float | None
    upper_95: float | None


class Candidate(Schema):
    model_config = ConfigDict(extra="allow")

    model: str
    mae: float | None
    skill: float | None


class Coverage(Schema):
    """The part of the backtest's hours that each band held."""

    band_50: float | None = Field(alias="50")
    band_80: float | None = Field(alias="80")
    band_95: float | None = Field(alias="95")


class ForecastElement(Schema):
    datastream: int
    thing: str
    observed_property: str
    unit: str
    issued_at: datetime
    origin: datetime = Field(description="The end of the last hour the model has seen")
    horizon_hours: int
    model: str
    baseline: str
    mae: float | None = Field(description="Mean absolute error in the backtest, in the unit")
    baseline_mae: float | None
    skill: float | None = Field(description="1 - mae / baseline_mae; 0 is as good as the baseline")
    backtest_origins: int
    coverage: Coverage
    training_start: datetime
    training_hours: int
    fallback_reason: str | None
    candidates: list[Candidate]
    simulated: bool
    values: list[ForecastValue] | None = Field(default=None, description="Only when one datastream is named")


class ForecastList(List):
    data: list[ForecastElement]
