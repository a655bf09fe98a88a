"""What the learned candidate sees of schools, where the calendar of a series' country says anything of them.

Columns beside those of :mod:`forecasting.candidates.features`: a panel without terms has none of them, and answers as if there were no
such thing. Terms are announced, so those of hours ahead are known at the origin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.candidates.features import PROFILE_WEEKS
from forecasting.day_types import DayTypes, country_of
from forecasting.model import FloatArray, Panel
from forecasting.walls import DAY_HOURS, IntArray, Walls

#: Whether schools teach on the day, and on which part of the days that the usual week is made of.
NAMES = ("school", "school_lately")


@dataclass(frozen=True, slots=True, eq=False)
class Schools:
    """By wall day: 1 where schools teach, 0 where not, NaN unknown; and the mean of the weeks before that day."""

    teaching: FloatArray
    lately: FloatArray

    @classmethod
    def of(cls, walls: Walls, days: DayTypes) -> Schools | None:
        """None where nothing is said of the schools of that country."""
        first = walls.first_hour // DAY_HOURS
        window = PROFILE_WEEKS * 7
        numbers = np.arange(first - window, first + len(walls.kinds) // DAY_HOURS)
        said = days.schools(numbers, walls.country)
        if said is None:
            return None
        return cls(said[window:], _means_before(said, window))

    def columns(self, starts: IntArray, targets: IntArray) -> FloatArray:
        """``starts`` and ``targets`` are wall positions of the origin and of the hour ahead: (rows, columns)."""
        return np.stack([self.teaching[targets // DAY_HOURS], self.lately[starts // DAY_HOURS]], axis=1)


def has_schools(panel: Panel) -> bool:
    """Whether anything is said of the schools of any series."""
    countries = {country_of(one.traits.zone, one.traits.country) for one in panel.series}
    return any(panel.days.schools(np.array([], dtype=np.int64), country) is not None for country in countries)


def _means_before(said: FloatArray, window: int) -> FloatArray:
    """Of the ``window`` days before each day but the first ``window``; NaN where none of them is known."""
    real = np.isfinite(said)
    sums = np.concatenate([[0.0], np.cumsum(np.where(real, said, 0.0))])
    counts = np.concatenate([[0], np.cumsum(real)])
    total, known = sums[window:-1] - sums[: -window - 1], counts[window:-1] - counts[: -window - 1]
    found = np.full(len(total), np.nan)
    np.divide(total, known, out=found, where=known > 0)
    return found
