"""Forecasts: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import ConfigDict, Field

from citycore.limits.model import Averaging, Statistic
from hub_api.city.forecasts.rules import NotJudged, Relation
from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery, Instant, Name, SelectionQuery
from hub_api.serving.schemas import List, Names, Schema


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


class ExceedanceParameters(SelectionQuery, ExportQuery):
    """Of one datastream, against one table of limits."""

    f: PlainFormat | None = None
    limits: Name = "who_2021"
    at: Instant | None = None


ExceedanceQuery = Annotated[ExceedanceParameters, Query()]


class ForecastExceedance(Schema):
    """How probably one hour exceeds one bound of a limit; or, without an hour, a limit that hours are not judged by."""

    datastream: int
    thing: str
    observed_property: str
    unit: str
    issued_at: datetime
    simulated: bool
    phenomenon_time: datetime | None
    table: str
    table_name: Names
    averaging: Averaging
    statistic: Statistic = Field(
        description="mean, or what of many hours the limit is about: one hour is no breach"
    )
    exceedances_per_year: int | None = Field(description="So many are allowed")
    limit_unit: str = Field(description="UCUM code")
    level: str | None = Field(description="The level that begins above the bound")
    level_name: Names | None
    bound: float | None = Field(description="In limit_unit")
    threshold: float | None = Field(description="The bound in unit")
    probability: float | None = Field(
        description="That the hour is of this level or a worse one, from 0.025 to 0.975"
    )
    relation: Relation | None = Field(
        description="at_most, at_least: the bound lies beyond the outermost quantiles, which say no more"
    )
    method: Literal["linear_between_quantiles"] | None = Field(
        description="Between two quantiles the probability runs evenly; beyond the outermost nothing is extrapolated"
    )
    not_judged: NotJudged | None = Field(
        description="averaging: the limit is not of one hour; unit: of another quantity; value: a quantile is not finite"
    )
    conversion: str | None = Field(description="What the conversion of a gas rests on")


class ExceedanceList(List):
    data: list[ForecastExceedance]
