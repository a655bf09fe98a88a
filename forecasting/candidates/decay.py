"""The last value, decaying to the median: what beats "last week" where a series has no week, such as a pollutant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from forecasting.candidates.model import WEEK_HOURS, Origins
from forecasting.candidates.naive import complete
from forecasting.model import FloatArray, Panel, PanelSeries, Prediction
from forecasting.walls import IntArray, Walls, latest, look, mean_real, median_real

#: Half-lives in hours that are tried; each with the median of the hour of the week and with that of everything.
HALF_LIVES = (3.0, 6.0, 12.0, 24.0, 48.0, 120.0)
MEDIAN_WEEKS = 12
LAST_HOURS = 3
#: The choice is made on daily origins of so many days before the fit, for three days ahead each.
JUDGED_DAYS, JUDGED_HOURS = 42, 72


@dataclass(frozen=True, slots=True)
class Decay:
    """How fast, and to which median: by the smallest error on the weeks before."""

    refit_days: int
    name: str = "decay_to_median"
    knows_days: bool = False

    def fit(self, panel: Panel, until: datetime) -> FittedDecay:
        return FittedDecay({one.key: _chosen(one, panel, until) for one in panel.series})


@dataclass(frozen=True, slots=True)
class FittedDecay:
    """By key the half-life, and whether the median is that of the hour of the week."""

    chosen: Mapping[int, tuple[float, bool]]

    def predict(self, panel: Panel, origins: Origins, horizon_hours: int) -> Mapping[int, Prediction]:
        found = {}
        for one in panel.series:
            wanted = origins.get(one.key, ())
            if not wanted or one.key not in self.chosen:
                continue
            walls = Walls.of(one, panel.days, max(wanted) + timedelta(hours=horizon_hours))
            targets, starts = walls.ahead(wanted, horizon_hours), walls.at(wanted)
            half_life, weekly = self.chosen[one.key]
            middle, last = _middle(walls, targets, starts, weekly=weekly)
            found[one.key] = Prediction(one.traits.clip(middle + last * fade(half_life, horizon_hours)))
        return found


def fade(half_life: float, hours: int) -> FloatArray:
    """What is left of a difference at each hour ahead."""
    left: FloatArray = np.exp2(-(np.arange(hours, dtype=np.float64) + 1.0) / half_life)
    return left


def _middle(
    walls: Walls, targets: IntArray, starts: IntArray, *, weekly: bool
) -> tuple[FloatArray, FloatArray]:
    """The median of the hours ahead, and by how much the last hours differed from theirs: (rows, hours), (rows, 1)."""
    limits = starts[:, None]
    before = limits - 1 - np.arange(LAST_HOURS)
    recent = look(walls.values, before, limits)
    if weekly:
        ahead = complete(
            median_real(latest(walls.plain, targets, starts, WEEK_HOURS, MEDIAN_WEEKS)),
            walls,
            targets,
            starts,
        )
        back = (np.arange(1, MEDIAN_WEEKS + 1) * WEEK_HOURS)[:, None, None]
        usual = median_real(look(walls.plain, before[None] - back, limits[None]))
    else:
        everything = look(walls.values, limits - 1 - np.arange(MEDIAN_WEEKS * WEEK_HOURS), limits)
        usual = median_real(everything.T)[:, None]
        ahead = np.array(np.repeat(usual, targets.shape[1], axis=1), dtype=np.float64)
    last = mean_real((recent - usual).T)[:, None]
    return ahead, np.where(np.isfinite(last), last, 0.0)


def _chosen(one: PanelSeries, panel: Panel, until: datetime) -> tuple[float, bool]:
    origins = [until - timedelta(days=day) for day in range(3, JUDGED_DAYS + 3)]
    origins = [origin for origin in origins if origin - one.series.start > timedelta(hours=WEEK_HOURS)]
    if not origins:
        return 24.0, True
    walls = Walls.of(one, panel.days, max(origins) + timedelta(hours=JUDGED_HOURS))
    targets, starts = walls.ahead(origins, JUDGED_HOURS), walls.at(origins)
    actual = walls.values[targets]
    errors = {}
    for weekly in (True, False):
        middle, last = _middle(walls, targets, starts, weekly=weekly)
        for half_life in HALF_LIVES:
            error = np.abs(middle + last * fade(half_life, JUDGED_HOURS) - actual)
            real = error[np.isfinite(error)]
            if real.size:
                errors[half_life, weekly] = float(real.mean())
    return min(errors, key=lambda tried: errors[tried]) if errors else (24.0, True)
