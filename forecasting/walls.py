"""A series by the clock of its place: where "the same hour yesterday" is a subtraction, also over a clock change.

Element n of ``values`` belongs to the wall hour ``n`` hours after the first. A skipped hour is missing; of a repeated
hour only the first counts, so that nothing of an hour that was not over can stand in an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from citycore.intervals import HOUR
from forecasting.day_types import SPECIAL_KINDS, DayTypes, country_of, wall_times
from forecasting.model import FloatArray, PanelSeries

IntArray = NDArray[np.int64]
DAY_HOURS, WEEK_HOURS = 24, 168


@dataclass(frozen=True, slots=True, eq=False)
class Walls:
    """``positions`` gives the wall position of each UTC hour from ``start`` on; ``kinds`` is by wall position.

    ``first_hour`` is the hour since 1970-01-01 00:00 on that clock of position 0; it begins a day.
    ``plain`` is ``values`` without the days of a kind of their own.
    """

    start: datetime
    first_hour: int
    positions: IntArray
    values: FloatArray
    plain: FloatArray
    kinds: NDArray[np.int8]
    country: str | None

    @classmethod
    def of(cls, one: PanelSeries, days: DayTypes, until: datetime) -> Walls:
        """``until``: the end of the last hour that is asked for, which may lie after the end of the series."""
        series, zone = one.series, one.traits.zone
        hours = max(len(series.values), (until - series.start) // HOUR)
        numbers = wall_times(series.start, hours, zone).to_numpy().astype("datetime64[h]").astype(np.int64)
        first_hour = int(numbers[0] // DAY_HOURS * DAY_HOURS) if hours else 0
        positions = numbers - first_hour
        length = int(positions[-1]) // DAY_HOURS * DAY_HOURS + DAY_HOURS if hours else 0
        values = np.full(length, np.nan)
        known = positions[: len(series.values)]
        values[known[::-1]] = series.values[::-1]  # the first of a repeated hour is written last
        country = country_of(zone, one.traits.country)
        day_numbers = np.arange(first_hour // DAY_HOURS, (first_hour + length) // DAY_HOURS)
        kinds = np.repeat(days.kinds_of_days(day_numbers, country), DAY_HOURS)
        plain = np.where(np.isin(kinds, SPECIAL_KINDS), np.nan, values)
        return cls(series.start, first_hour, positions, values, plain, kinds, country)

    def at(self, origins: Sequence[datetime]) -> IntArray:
        """The position of each origin: what lies before it was known then."""
        hours = np.array([(origin - self.start) // HOUR for origin in origins], dtype=np.int64)
        return self.positions[np.minimum(hours, len(self.positions) - 1)]

    def ahead(self, origins: Sequence[datetime], horizon_hours: int) -> IntArray:
        """The positions of the hours ahead: shape (origins, hours)."""
        first = np.array([(origin - self.start) // HOUR for origin in origins], dtype=np.int64)
        found: IntArray = self.positions[first[:, None] + np.arange(horizon_hours)]
        return found


def look(values: FloatArray, positions: IntArray, limits: IntArray) -> FloatArray:
    """The values at positions, NaN before the first and from the limit (the origin) on: nothing later can be read."""
    reachable = (positions >= 0) & (positions < limits)
    return np.where(reachable, values[np.where(reachable, positions, 0)], np.nan)


def latest(values: FloatArray, targets: IntArray, origins: IntArray, period: int, count: int) -> FloatArray:
    """For each target the values of the newest ``count`` periods before the origin: shape (count, origins, hours).

    The newest comes first. ``targets`` are positions of shape (origins, hours), ``origins`` of shape (origins,).
    """
    limits = origins[:, None]
    nearest = np.maximum((targets - limits) // period + 1, 1)
    back = (nearest[None] + np.arange(count)[:, None, None]) * period
    return look(values, targets[None] - back, limits[None])


def first_real(rows: FloatArray) -> FloatArray:
    """Along the first axis the first value that is one."""
    found: FloatArray = np.take_along_axis(rows, np.isfinite(rows).argmax(axis=0)[None], axis=0)[0]
    return found


def mean_real(rows: FloatArray) -> FloatArray:
    """Along the first axis the mean of what is there; NaN where nothing is."""
    real = np.isfinite(rows)
    counts = real.sum(axis=0)
    sums = np.where(real, rows, 0.0).sum(axis=0)
    found = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=found, where=counts > 0)
    return found


def median_real(rows: FloatArray) -> FloatArray:
    """Along the first axis the median of what is there; NaN where nothing is."""
    ordered = np.sort(rows, axis=0)  # NaN last
    counts = np.isfinite(rows).sum(axis=0)
    low = np.take_along_axis(ordered, np.maximum((counts - 1) // 2, 0)[None], axis=0)[0]
    high = np.take_along_axis(ordered, np.minimum(counts // 2, len(rows) - 1)[None], axis=0)[0]
    return np.where(counts > 0, (low + high) / 2, np.nan)
