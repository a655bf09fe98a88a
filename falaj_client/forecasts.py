"""A forecast, whose hours are a table of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
class Forecast:
    """The newest forecast of one datastream, with the errors measured in its backtest.

    ``skill`` is 1 - mae / baseline_mae. ``values`` is empty in the list of all forecasts;
    ask for one of them with :meth:`Client.forecast` to get its hours.
    """

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
