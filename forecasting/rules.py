"""Which candidate is published, and why a simpler one has to stand in."""

from __future__ import annotations

from math import isfinite

import numpy as np

from forecasting.model import HourlySeries
from forecasting.settings import ForecastSettings


def skill(mae: float, baseline_mae: float) -> float | None:
    """1 - MAE / MAE of the baseline: 0.2 is a fifth better, below 0 is worse.

    None where the baseline made no error at all, or next to none, and the candidate did.
    """
    if baseline_mae > 0:
        found = 1.0 - mae / baseline_mae
        return found if isfinite(found) else None
    return 0.0 if mae == 0 else None


def is_enough(series: HourlySeries, settings: ForecastSettings) -> bool:
    """Whether a forecast can be made and judged at all: a week to look back on, and hours to score."""
    newest = series.values[-settings.judged_window_hours :]
    earlier = series.values[: -settings.judged_window_hours]
    return (
        int(np.count_nonzero(np.isfinite(earlier))) >= settings.naive_hours_min
        and int(np.count_nonzero(np.isfinite(newest))) >= settings.scored_hours_min
    )


def has_gap_before_origin(series: HourlySeries, settings: ForecastSettings) -> bool:
    """Whether too few of the last hours were measured to trust a choice by backtest."""
    newest = series.values[-settings.gap_window_hours :]
    return int(np.count_nonzero(np.isfinite(newest))) < settings.gap_real_hours_min
