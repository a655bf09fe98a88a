"""A forecast, whose hours are a table of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from falaj_client.frames import arrow_of, fields, pandas_of
from falaj_client.model import Candidate, Coverage, ForecastValue, Name

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Table

VALUE_COLUMNS = [
    *fields("instant", "phenomenon_time"),
    *fields("number", "median", "lower_50", "upper_50", "lower_80", "upper_80", "lower_95", "upper_95"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """What a combination is made of: the mean weight of a model."""

    model: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The model that the study of a series chose; ``reason`` is ``combination_best``, ``candidate_best``, ``nothing_better`` or
    ``not_judged``, ``runner_up`` the best of the others.
    """

    model: str
    reason: str
    skill: float | None
    runner_up: str | None
    runner_up_skill: float | None
    parts: tuple[ModelPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFigures:
    """What the band of one level (in percent) held in the backtest; ``verdict`` is ``kept``, ``too_narrow``, ``too_wide`` or
    ``not_judged``.
    """

    level: int
    coverage: float | None
    scored_hours: int
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The newest forecast of one datastream, with the errors measured in its backtest.

    ``skill`` is 1 - mae / baseline_mae. ``values`` is empty in the list of all forecasts;
    ask for one of them with :meth:`Client.forecast` to get its hours. ``issue`` is its number; ``explanation`` says why its
    model is shown and how far its bands can be trusted, ``choice`` and ``levels`` the same in figures. ``provisional``: made
    by simple models, before the first study of the series.
    """

    issue: int
    datastream: int
    thing: str
    observed_property: str
    unit: str
    issued_at: datetime
    origin: datetime
    horizon_hours: int
    model: str
    baseline: str
    mae: float | None
    baseline_mae: float | None
    skill: float | None
    backtest_origins: int
    coverage: Coverage
    training_start: datetime
    training_hours: int
    fallback_reason: str | None
    candidates: tuple[Candidate, ...]
    provisional: bool
    choice: Choice | None
    levels: tuple[LevelFigures, ...]
    explanation: Name
    simulated: bool
    values: tuple[ForecastValue, ...]

    def to_pandas(self) -> DataFrame:
        """The hours as a table, one column a field of :class:`ForecastValue`."""
        return pandas_of(VALUE_COLUMNS, self.values)

    def to_arrow(self) -> Table:
        """The hours as a table, one column a field of :class:`ForecastValue`."""
        return arrow_of(VALUE_COLUMNS, self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastExceedance:
    """How probable it is that one hour of a forecast lies above ``bound`` (in ``limit_unit``; ``threshold`` in ``unit``).

    ``level`` begins there. ``relation`` is ``about``; or ``at_most``, ``at_least`` where the bound lies beyond the outermost
    quantiles. ``not_judged`` says why there is no probability: ``averaging`` and ``unit`` are of the limit as a whole, which
    then has no hour; ``value`` is of an hour.
    """

    datastream: int
    thing: str
    observed_property: str
    unit: str
    issued_at: datetime
    simulated: bool
    phenomenon_time: datetime | None
    table: str
    table_name: Name
    averaging: str
    statistic: str
    exceedances_per_year: int | None
    limit_unit: str
    level: str | None
    level_name: Name | None
    bound: float | None
    threshold: float | None
    probability: float | None
    relation: str | None
    method: str | None
    not_judged: str | None
    conversion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedSkill:
    """What the backtest of the served model says; ``mase`` is by the mean change against the day before."""

    hours: int
    mae: float | None
    mase: float | None
    skill: float | None
    pinball: float | None
    crps: float | None
    winkler: Coverage
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class RealisedSkill:
    """What became of the first forecast of each local day since ``since``."""

    since: date | None
    days: int
    hours: int
    mae: float | None
    baseline_mae: float | None
    skill: float | None
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSkill:
    """Hours ``first_hour`` to ``last_hour`` ahead of a datastream's forecasts: what is promised, and what came true."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScenario:
    """One hour of what the forecasts of a property at a place come to together.

    ``series`` are in it, ``left_out`` are not. ``method`` is ``joint_errors`` (errors go together as they did on ``days`` earlier
    days) or ``together`` (all are high at once, as nothing is known). ``probability`` is that of a value above ``above``.
    """

    place: str
    observed_property: str
    unit: str
    combine: str
    series: int
    left_out: int
    method: str
    days: int
    issued_at: datetime
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
    probability: float | None
