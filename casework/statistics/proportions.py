"""Shares with Wilson's interval, which stays within 0 and 1 and covers what it claims with few answers too.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927). With weights the
number of answers is divided by the design effect: L. Kish, Survey Sampling (1965).
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from casework.statistics.model import LEVEL, BoolArray, Estimate, FloatArray, Floats, Interval

#: CSAT: on a scale of five the two best answers are those of the satisfied.
SCALE_MAX = 5


def normal_quantile(level: float) -> float:
    """How many standard deviations to each side hold this much of a normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(share: ArrayLike, base: ArrayLike, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """The lower and the upper end for each share of a number of answers above zero, which need not be whole."""
    shares, bases = np.asarray(share, np.float64), np.asarray(base, np.float64)
    squared = normal_quantile(level) ** 2
    centre = (shares + squared / (2 * bases)) / (1 + squared / bases)
    half = np.sqrt(squared * (shares * (1 - shares) / bases + squared / (4 * bases**2))) / (
        1 + squared / bases
    )
    # At shares of 0 and 1 the ends are exactly these, whatever rounding says.
    low = np.where(shares <= 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(shares >= 1, 1.0, np.clip(centre + half, 0, 1))
    return low, high


def design_effect(weights: Floats) -> float:
    """By how much unequal weights make a sample worth less: 1 where all are equal. NaN without answers."""
    known = np.asarray(weights, np.float64)
    total = known.sum()
    return float(len(known) * (known**2).sum() / total**2) if total else float("nan")


def share_of(count: int, base: int, level: float = LEVEL) -> Estimate | None:
    """``count`` of ``base`` answers; None where nobody answered."""
    return _estimate(count / base, base, float(base), level) if base else None


def weighted_share(chosen: BoolArray, weights: Floats, level: float = LEVEL) -> Estimate | None:
    """The share of the weights of those who chose, with the interval of the effective number of answers."""
    known = np.asarray(weights, np.float64)
    if not len(known):
        return None
    value = float(known[chosen].sum() / known.sum())
    return _estimate(value, len(known), len(known) / design_effect(known), level)


def option_shares(
    chosen: BoolArray, answered: BoolArray, weights: Floats | None = None, level: float = LEVEL
) -> tuple[Estimate | None, ...]:
    """Of a question with several answers: each option's share of those who answered it, so that shares may sum to
    more than 1. ``chosen`` has a row a person and a column an option.
    """
    counted = chosen[answered]
    if weights is None:
        return tuple(share_of(int(column.sum()), len(counted), level) for column in counted.T)
    known = np.asarray(weights, np.float64)[answered]
    return tuple(weighted_share(column, known, level) for column in counted.T)


def top_two(answers: Floats, scale_max: int = SCALE_MAX, level: float = LEVEL) -> Estimate | None:
    """CSAT: the share of the two best answers of a scale."""
    known = np.asarray(answers, np.float64)
    return share_of(int((known >= scale_max - 1).sum()), len(known), level)


def _estimate(value: float, base: int, effective_base: float, level: float) -> Estimate:
    low, high = wilson(value, effective_base, level)
    return Estimate(value, Interval(float(low), float(high)), base, effective_base)
