"""Forecasts: parameters and documented answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import ConfigDict, Field

from citycore.forecasts.joint import Combine, Method
from citycore.limits.model import Averaging, Statistic
from hub_api.city.forecasts.rules import NotJudged, Relation
from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery, Instant, LocalDate, Name, SelectionQuery
from hub_api.serving.schemas import List, Names, Schema

IssueNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ForecastsParameters(SelectionQuery, ExportQuery):
    """Without a datastream: the newest forecast of every one, without its hours."""

    f: PlainFormat | None = None
    issue: IssueNumber | None = None
    issued_by: Instant | None = None


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
    failure: str | None = Field(description="Why it has no figures")


class ModelPart(Schema):
    model: str
    weight: float


class Choice(Schema):
    """The model that the study chose, and why in figures."""

    model_config = ConfigDict(extra="allow")

    model: str
    reason: str = Field(description="combination_best, candidate_best, nothing_better or not_judged")
    skill: float | None
    runner_up: str | None
    runner_up_skill: float | None
    parts: list[ModelPart] = Field(description="Mean weights of what a combination is made of")


class LevelFigures(Schema):
    """What one band promised and how it came out in the backtest; each level is judged by itself."""

    model_config = ConfigDict(extra="allow")

    level: int
    coverage: float | None
    scored_hours: int
    verdict: str = Field(description="kept, too_narrow, too_wide or not_judged")


class Coverage(Schema):
    """The part of the backtest's hours that each band held."""

    band_50: float | None = Field(alias="50")
    band_80: float | None = Field(alias="80")
    band_95: float | None = Field(alias="95")


class ForecastElement(Schema):
    issue: int = Field(description="Names this forecast for ever; ask for it with issue=")
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
    provisional: bool = Field(description="By simple models, before the first study of the series")
    choice: Choice | None
    levels: list[LevelFigures]
    explanation: Names = Field(description="Why this model and how far its bands can be trusted, for readers")
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


class SkillParameters(SelectionQuery, ExportQuery):
    """Of one datastream or of all; outcomes count from a day on."""

    f: PlainFormat | None = None
    since: LocalDate | None = None


SkillQuery = Annotated[SkillParameters, Query()]


class ByLevel(Schema):
    """A figure by the level of the band."""

    band_50: float | None = Field(alias="50")
    band_80: float | None = Field(alias="80")
    band_95: float | None = Field(alias="95")


class PromisedSkill(Schema):
    """By the backtest of the model that is served."""

    hours: int = Field(description="Hours that were scored")
    mae: float | None
    mase: float | None = Field(description="mae by the mean change against the same hour of the day before")
    skill: float | None
    pinball: float | None = Field(description="Mean loss of the seven quantiles")
    crps: float | None
    winkler: ByLevel
    coverage: ByLevel


class RealisedSkill(Schema):
    """By the first forecast of each local day, whatever its model, once its hours were over."""

    since: date | None
    days: int
    hours: int
    mae: float | None
    baseline_mae: float | None = Field(description="Of the same hour last week")
    skill: float | None
    coverage: ByLevel


class ForecastSkill(Schema):
    """Hours first_hour to last_hour ahead (the first is 1): what is promised, and what came true so far."""

    datastream: int
    thing: str
    observed_property: str
    unit: str
    issued_at: datetime
    model: str
    baseline: str
    first_hour: int
    last_hour: int
    promised: PromisedSkill
    came_true: RealisedSkill
    simulated: bool


class SkillList(List):
    data: list[ForecastSkill]


class ScenarioParameters(ExportQuery):
    """Of all series of a property at a place."""

    f: PlainFormat | None = None
    place: Name
    observed_property: Name
    source: Name | None = None
    combine: Combine = "sum"
    above: Annotated[float, Field(allow_inf_nan=False)] | None = None


ScenarioQuery = Annotated[ScenarioParameters, Query()]


class ForecastScenario(Schema):
    """One hour of what several forecasts come to together, in the unit of the property."""

    place: str
    observed_property: str
    unit: str
    combine: Combine
    series: int = Field(description="So many are in it")
    left_out: int = Field(
        description="So many are not: of another quantity, or ended before the others began"
    )
    method: Method = Field(
        description="joint_errors: by the days on which their errors were high together; together: all high at once, as nothing is known of it"
    )
    days: int = Field(description="So many days say what was high together")
    issued_at: datetime = Field(description="Of the oldest forecast in it")
    simulated: bool
    phenomenon_time: datetime
    lower_95: float
    lower_80: float
    lower_50: float
    median: float
    upper_50: float
    upper_80: float
    upper_95: float
    above: float | None
    probability: float | None = Field(description="That the hour lies above it")


class ScenarioList(List):
    data: list[ForecastScenario]
