"""The candidates: what each says about the hours after the end of a history."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from forecasting.model import FallbackReason, FloatArray, HourlySeries

BASELINE = "seasonal_naive_168"
WEEK_HOURS = 168
DAY_HOURS = 24


class CandidateFailed(Exception):
    """A candidate has no usable answer; ``reason`` says why."""

    def __init__(self, reason: FallbackReason, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else str(reason))


class Candidate(Protocol):
    """A way to forecast. ``name`` is what is published."""

    @property
    def name(self) -> str: ...

    def predict(self, history: HourlySeries, horizon_hours: int) -> FloatArray:
        """One finite value for each hour after the history's end; :class:`CandidateFailed` otherwise."""
        ...


class SeasonalNaive:
    """The same hour of the last week; of an earlier week where that hour is missing.

    Where no week has the hour: the mean of that hour of day, then the mean of everything.
    """

    name = BASELINE

    def predict(self, history: HourlySeries, horizon_hours: int) -> FloatArray:
        if history.real_hours == 0:
            raise CandidateFailed(FallbackReason.TOO_LITTLE_DATA)
        ahead = np.arange(horizon_hours)
        weekly = _latest_by_phase(history.values, WEEK_HOURS)[ahead % WEEK_HOURS]
        daily = _means_by_phase(history.values, DAY_HOURS)[ahead % DAY_HOURS]
        overall = float(np.nanmean(history.values))
        return np.where(np.isfinite(weekly), weekly, np.where(np.isfinite(daily), daily, overall))


def _phases(values: FloatArray, period: int) -> FloatArray:
    """The values as whole periods that end with the last one: shape (periods, period), NaN in front."""
    missing = -len(values) % period
    return np.concatenate([np.full(missing, np.nan), values]).reshape(-1, period)


def _latest_by_phase(values: FloatArray, period: int) -> FloatArray:
    latest = np.full(period, np.nan)
    for row in _phases(values, period):
        latest = np.where(np.isfinite(row), row, latest)
    return latest


def _means_by_phase(values: FloatArray, period: int) -> FloatArray:
    phases = _phases(values, period)
    counts = np.isfinite(phases).sum(axis=0)
    sums = np.nansum(phases, axis=0)
    means = np.full(period, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means
