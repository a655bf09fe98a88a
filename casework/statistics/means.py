"""Means and the net promoter score, always from answers and never from the averages of groups."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np

from casework.statistics.model import LEVEL, Estimate, Floats, Interval
from casework.statistics.proportions import design_effect, normal_quantile

#: NPS: who answers so much recommends, and so much or less warns off.
PROMOTER_MIN, DETRACTOR_MAX = 9, 6


@dataclass(frozen=True, slots=True)
class Moments:
    """What groups are joined by: means cannot be averaged, but these can be added.

    ``squares`` are the squared distances from the mean, so that large values lose no digits.
    """

    base: int
    mean: float
    squares: float

    @classmethod
    def of(cls, values: Floats) -> Self:
        known = np.asarray(values, np.float64)
        if not len(known):
            return cls(0, 0.0, 0.0)
        mean = float(known.mean())
        return cls(len(known), mean, float(((known - mean) ** 2).sum()))

    def __add__(self, other: Moments) -> Moments:
        base = self.base + other.base
        if not base:
            return self
        apart = other.mean - self.mean
        mean = self.mean + apart * other.base / base
        return Moments(base, mean, self.squares + other.squares + apart**2 * self.base * other.base / base)

    def estimate(self, level: float = LEVEL) -> Estimate | None:
        """The mean with Student's interval; without one of a single answer, None of no answer."""
        if not self.base:
            return None
        if self.base == 1:
            return Estimate(self.mean, None, 1, 1.0)
        half = _t_quantile(level, self.base - 1) * sqrt(self.squares / (self.base - 1) / self.base)
        return Estimate(self.mean, Interval(self.mean - half, self.mean + half), self.base, float(self.base))


def mean_of(values: Floats, level: float = LEVEL) -> Estimate | None:
    return Moments.of(values).estimate(level)


def weighted_mean(values: Floats, weights: Floats, level: float = LEVEL) -> Estimate | None:
    """With Student's interval of the effective number of answers; without one where that is hardly more than one."""
    known, weighed = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    if not len(known):
        return None
    mean = float(np.average(known, weights=weighed))
    effective = len(known) / design_effect(weighed)
    if effective < 2:
        return Estimate(mean, None, len(known), effective)
    spread = float(np.average((known - mean) ** 2, weights=weighed))
    half = _t_quantile(level, effective - 1) * sqrt(spread / (effective - 1))
    return Estimate(mean, Interval(mean - half, mean + half), len(known), effective)


def mean_of_offices(values_by_office: list[Floats], level: float = LEVEL) -> Estimate | None:
    """Visits in one office resemble each other: the interval comes from the offices' means, one degree of freedom
    less than there are offices. The base is the number of visits.
    """
    means = [float(np.mean(values)) for values in values_by_office if len(values)]
    found = mean_of(means, level)
    visits = sum(len(values) for values in values_by_office)
    return found and Estimate(found.value, found.interval, visits, found.effective_base)


def net_promoter_score(
    answers: Floats, weights: Floats | None = None, level: float = LEVEL
) -> Estimate | None:
    """−100 to 100: the share of 9 and 10 less that of 0 to 6, in points."""
    known = np.asarray(answers, np.float64)
    if not len(known):
        return None
    weighed = np.ones(len(known)) if weights is None else np.asarray(weights, np.float64)
    promoters = float(np.average(known >= PROMOTER_MIN, weights=weighed))
    detractors = float(np.average(known <= DETRACTOR_MAX, weights=weighed))
    value = promoters - detractors
    effective = len(known) / design_effect(weighed)
    half = normal_quantile(level) * sqrt(max(0.0, promoters + detractors - value**2) / effective)
    interval = Interval(100 * max(-1.0, value - half), 100 * min(1.0, value + half))
    return Estimate(100 * value, interval, len(known), effective)


def _t_quantile(level: float, freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + level) / 2))
