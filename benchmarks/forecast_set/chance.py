"""How often a perfectly calibrated band would be found within some points of its level, by so few origins. Pure.

Hours of one origin are missed together, and neighbouring origins see the same hours: twenty origins say much less than their number of
hours. How much less is taken from origins before the judged ones; the level itself is taken to be exactly kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from forecasting.model import FloatArray

#: Origins further apart have nothing in common: nine of 25 hours are more than the horizon and what a band adapts by.
LAGS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """How shares of origins that are 0, 1, 2 … steps apart go together, in units of the variance p (1 - p) of a single hour."""

    by_lag: FloatArray

    @classmethod
    def of(cls, shares: Sequence[FloatArray], lags: int = LAGS) -> Dependence:
        """``shares``: of each series the part of the hours that each origin's band held, oldest first, evenly apart.

        Pooled over all series, each about its own mean; what that takes away from the covariances is given back.
        """
        found = np.zeros(lags + 1)
        usable = [one[np.isfinite(one)] for one in shares]
        usable = [one for one in usable if len(one) > 2 * lags]
        if not usable:
            raise ValueError("too few origins to see what goes together")
        unit = sum(len(one) * one.mean() * (1.0 - one.mean()) for one in usable)
        if unit <= 0:
            return cls(found)
        for lag in range(lags + 1):
            products = (
                ((one[: len(one) - lag] - one.mean()) * (one[lag:] - one.mean())).mean() * len(one)
                for one in usable
            )
            found[lag] = sum(products) / unit
        whole = sum(len(one) for one in usable) // len(usable)
        return cls(found + max(_variance_of_mean(found, whole, 1), 0.0))

    def of_mean(self, origins: int, step: int, hours: int) -> float:
        """The variance of the share over ``origins`` that are so many steps apart: at least that of hours without any dependence."""
        return min(max(_variance_of_mean(self.by_lag, origins, step), 1.0 / (origins * hours)), 0.99)


def _variance_of_mean(by_lag: FloatArray, origins: int, step: int) -> float:
    total = by_lag[0]
    for apart in range(1, origins):
        if apart * step < len(by_lag):
            total += 2.0 * (1.0 - apart / origins) * by_lag[apart * step]
    return float(total / origins)


def chance_in_range(level: float, tolerance: float, variance: float) -> float:
    """How probable it is that the measured share lies within ``tolerance`` of ``level`` (both 0 to 1), if the band is right.

    ``variance`` is that of the share in units of p (1 - p), as of :meth:`Dependence.of_mean`. The share is taken to follow a beta distribution.
    """
    size = 1.0 / variance - 1.0
    low, high = beta.cdf([level - tolerance, level + tolerance], level * size, (1.0 - level) * size)
    return float(high - low)
