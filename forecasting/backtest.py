"""Rolling origins: what each candidate would have said on earlier days, against what then happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from citycore.intervals import HOUR
from forecasting.candidates import Candidate, CandidateFailed
from forecasting.model import Backtest, FallbackReason, FloatArray, HourlySeries
from forecasting.settings import ForecastSettings


def backtest_origins(
    series: HourlySeries, settings: ForecastSettings, history_hours_min: int
) -> tuple[datetime, ...]:
    """Origins whose whole horizon lies inside the series, oldest first.

    Only those with at least ``history_hours_min`` real hours before them.
    """
    last = series.end - settings.horizon_hours * HOUR
    step = timedelta(hours=settings.backtest_step_hours)
    wanted = (last - step * back for back in reversed(range(settings.backtest_origins)))
    return tuple(origin for origin in wanted if series.before(origin).real_hours >= history_hours_min)


def run_backtest(
    candidate: Candidate,
    series: HourlySeries,
    origins: Sequence[datetime],
    horizon_hours: int,
    absurd_factor: float,
) -> Backtest:
    """Let the candidate forecast from each origin, seeing nothing after it.

    :class:`CandidateFailed` if it has no usable answer at any of them.
    """
    predicted = [
        predict(candidate, series.before(origin), horizon_hours, absurd_factor) for origin in origins
    ]
    actual = [series.after(origin, horizon_hours) for origin in origins]
    return Backtest(candidate.name, tuple(origins), np.array(predicted), np.array(actual))


def predict(
    candidate: Candidate, history: HourlySeries, horizon_hours: int, absurd_factor: float
) -> FloatArray:
    """The candidate's answer, checked: finite, and not far beyond anything ever measured."""
    said = candidate.predict(history, horizon_hours)
    if not np.all(np.isfinite(said)):
        raise CandidateFailed(FallbackReason.ABSURD_RESULT, "not finite")
    highest = float(np.nanmax(np.abs(history.values)))
    if highest > 0 and float(np.max(np.abs(said))) > absurd_factor * highest:
        raise CandidateFailed(FallbackReason.ABSURD_RESULT, f"beyond {absurd_factor} times the highest value")
    return said
