"""Candidates that repeat: the same hour last week, or yesterday. Nothing is learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from forecasting.candidates.model import DAY_HOURS, WEEK_HOURS, Origins
from forecasting.model import FloatArray, Panel, Prediction
from forecasting.walls import IntArray, Walls, first_real, latest, look, mean_real, median_real

#: How many periods back are looked through for one that has the hour.
PERIODS_BACK = 12
DAYS_BACK = 28


@dataclass(frozen=True, slots=True)
class SeasonalNaive:
    """The same hour one period ago; of an earlier period where that hour is missing."""

    period_hours: int
    knows_days: bool = False
    refit_days: int = 36_500

    @property
    def name(self) -> str:
        return f"seasonal_naive_{self.period_hours}"

    def fit(self, panel: Panel, until: datetime) -> SeasonalNaive:  # noqa: ARG002 -- as every learner
        return self

    def predict(self, panel: Panel, origins: Origins, horizon_hours: int) -> Mapping[int, Prediction]:
        return each(panel, origins, horizon_hours, self._repeat)

    def _repeat(self, walls: Walls, targets: IntArray, starts: IntArray) -> FloatArray:
        return first_real(latest(walls.values, targets, starts, self.period_hours, PERIODS_BACK))


@dataclass(frozen=True, slots=True)
class HourOfWeek:
    """The mean or the median of the same hour of the last weeks, holidays left out."""

    name: str
    weeks: int
    middle: Callable[[FloatArray], FloatArray]
    knows_days: bool = False
    refit_days: int = 36_500

    def fit(self, panel: Panel, until: datetime) -> HourOfWeek:  # noqa: ARG002 -- as every learner
        return self

    def predict(self, panel: Panel, origins: Origins, horizon_hours: int) -> Mapping[int, Prediction]:
        return each(panel, origins, horizon_hours, self._middle)

    def _middle(self, walls: Walls, targets: IntArray, starts: IntArray) -> FloatArray:
        return self.middle(latest(walls.plain, targets, starts, WEEK_HOURS, self.weeks))


HOUR_OF_WEEK_MEAN = HourOfWeek("hour_of_week_mean", 4, mean_real)
HOUR_OF_WEEK_MEDIAN = HourOfWeek("hour_of_week_median", 12, median_real)


def each(
    panel: Panel,
    origins: Origins,
    horizon_hours: int,
    say: Callable[[Walls, IntArray, IntArray], FloatArray],
) -> dict[int, Prediction]:
    """Ask for each series; what it leaves open is the middle of that hour of day, then of everything recent.

    ``say(walls, targets, starts)`` gives the shape of ``targets``, (origins, hours).
    """
    found = {}
    for one in panel.series:
        wanted = origins.get(one.key, ())
        if not wanted:
            continue
        walls = Walls.of(one, panel.days, max(wanted) + timedelta(hours=horizon_hours))
        targets, starts = walls.ahead(wanted, horizon_hours), walls.at(wanted)
        said = complete(say(walls, targets, starts), walls, targets, starts)
        found[one.key] = Prediction(one.traits.clip(said))
    return found


def complete(said: FloatArray, walls: Walls, targets: IntArray, starts: IntArray) -> FloatArray:
    """What is missing becomes the mean of its hour of day, then the median of the last weeks."""
    open_rows = ~np.isfinite(said).all(axis=1)
    if not open_rows.any():
        return said
    targets, starts = targets[open_rows], starts[open_rows]
    daily = mean_real(latest(walls.values, targets, starts, DAY_HOURS, DAYS_BACK))
    recent = look(walls.values, starts[:, None] - 1 - np.arange(PERIODS_BACK * WEEK_HOURS), starts[:, None])
    middle = median_real(recent.T)[:, None]
    found = said.copy()
    rows = said[open_rows]
    found[open_rows] = np.where(np.isfinite(rows), rows, np.where(np.isfinite(daily), daily, middle))
    return found
