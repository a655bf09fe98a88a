"""How long it takes until cases end, with those that are still open: leaving them out makes every office look fast.

Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations" (1958); the variance is
Greenwood's, the interval that of log(−log S), which stays within 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from casework.statistics.model import LEVEL, BoolArray, Estimate, FloatArray, Floats, IntArray, Interval
from casework.statistics.proportions import normal_quantile, wilson


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """After each of ``times`` the share ``open_share`` of cases is open still, with the ends of its interval."""

    times: FloatArray
    open_share: FloatArray
    low: FloatArray
    high: FloatArray
    at_risk: IntArray
    cases: int
    closed: int
    level: float

    def time_until(self, closed_share: float) -> float | None:
        """By when this share of cases has ended; None where so many have not ended yet."""
        return _first(self.times, self.open_share, 1 - closed_share)

    def interval_until(self, closed_share: float) -> tuple[float | None, float | None]:
        """The ends of the interval of that time; None for an end that nobody has seen yet."""
        target = 1 - closed_share
        return _first(self.times, self.low, target), _first(self.times, self.high, target)

    @property
    def median(self) -> float | None:
        return self.time_until(0.5)

    @property
    def p90(self) -> float | None:
        return self.time_until(0.9)

    def late_share(self, limit: float) -> Estimate | None:
        """The share of cases that take longer than ``limit``; None where no case was followed so long.

        Where none or all of them do, Greenwood's variance is 0, which is not how sure anybody is: Wilson's interval
        of those who were followed stands there.
        """
        if not self.cases or (limit > self.times[-1] and self.open_share[-1] > 0):
            return None
        place = int(np.searchsorted(self.times, limit, side="right")) - 1
        share = 1.0 if place < 0 else float(self.open_share[place])
        if 0 < share < 1:
            interval = Interval(float(self.low[place]), float(self.high[place]))
        else:
            followed = self.closed if share == 0 else int(self.at_risk[max(0, place)])
            interval = Interval(*map(float, wilson(share, followed, self.level)))
        return Estimate(share, interval, self.cases, float(self.cases))


def curve(durations: Floats, is_closed: BoolArray, level: float = LEVEL) -> Curve:
    """``durations`` until a case ended, or until now of those that are open. None of them is below zero."""
    spent, ended = np.asarray(durations, np.float64), np.asarray(is_closed, np.bool_)
    times, place = np.unique(spent, return_inverse=True)
    events = np.bincount(place, weights=ended, minlength=len(times)).astype(np.int64)
    gone = np.bincount(place, minlength=len(times))
    at_risk = (
        (len(spent) - np.concatenate([[0], np.cumsum(gone)[:-1]])).astype(np.int64) if len(times) else events
    )
    share: FloatArray = np.cumprod(1 - events / at_risk, dtype=np.float64)
    low, high = _interval(share, events, at_risk, level)
    return Curve(times, share, low, high, at_risk, len(spent), int(ended.sum()), level)


def _interval(
    share: FloatArray, events: IntArray, at_risk: IntArray, level: float
) -> tuple[FloatArray, FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        log_share = np.log(share)
        half = normal_quantile(level) * np.sqrt(greenwood) / log_share
        low, high = np.exp(-np.exp(np.log(-log_share) - half)), np.exp(-np.exp(np.log(-log_share) + half))
    # Nothing has ended yet, or everything has: there chance has no room in this formula.
    certain = (share >= 1) | (share <= 0)
    return np.where(certain, share, low), np.where(certain, share, high)


def _first(times: FloatArray, shares: FloatArray, target: float) -> float | None:
    """The first time at which a falling share is at the target or below it, but for rounding."""
    reached = np.flatnonzero(shares <= target + 1e-12)
    return float(times[reached[0]]) if len(reached) else None
