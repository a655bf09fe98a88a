"""How far judges agree, and whether somebody's marks drift while the day goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import comb, factorial, fsum
from statistics import median
from typing import Final

from hackathon.contest.judging.model import JudgeId, SubmissionId

#: Fewer sheets than this show no drift, whatever they say.
DRIFT_SHEETS_MIN: Final = 6
#: How rarely chance alone may look like drift. With sixty judges, one in twenty would be three of them.
DRIFT_CHANCE_MAX: Final = 0.01


def krippendorff_alpha(ratings: Iterable[Sequence[float]]) -> float | None:
    """Krippendorff's alpha for intervals: 1 is agreement, 0 is what chance would give.

    ``ratings`` are the totals of each submission, any number of judges each; those with one say
    nothing. None where nothing can be compared or all totals are equal. Source: K. Krippendorff,
    Computing Krippendorff's Alpha-Reliability, 2011.
    """
    units = [values for unit in ratings if len(values := tuple(unit)) > 1]
    everything = [value for values in units for value in values]
    if not everything or min(everything) == max(everything):
        return None
    expected = _squared_differences(everything) / (len(everything) - 1)
    observed = fsum(_squared_differences(values) / (len(values) - 1) for values in units)
    return 1 - observed / expected


def _squared_differences(values: Sequence[float]) -> float:
    """Over all ordered pairs: 2 n times the sum of squares around the mean."""
    centre = fsum(values) / len(values)
    return 2 * len(values) * fsum((value - centre) ** 2 for value in values)


@dataclass(frozen=True, slots=True)
class TimedScore:
    """A sheet's total and when it was handed in."""

    judge: JudgeId
    submission: SubmissionId
    total: float
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """From the first sheet to the last a judge's marks changed by ``change``, against the other judges.

    ``chance`` is how often mere chance gives an order at least as one-sided; None of too few sheets.
    """

    judge: JudgeId
    sheets: int
    change: float
    chance: float | None

    @property
    def is_notable(self) -> bool:
        return self.chance is not None and self.chance <= DRIFT_CHANCE_MAX


def drifts(scores: Sequence[TimedScore]) -> tuple[Drift, ...]:
    """Each judge with at least two sheets that somebody else scored too, in the order of ids."""
    residuals = _residuals(scores)
    return tuple(_drift(judge, residuals[judge]) for judge in sorted(residuals) if len(residuals[judge]) > 1)


def _residuals(scores: Sequence[TimedScore]) -> Mapping[JudgeId, list[float]]:
    """By judge and in the order of time: the total less the mean of the others on that submission."""
    received: defaultdict[SubmissionId, list[TimedScore]] = defaultdict(list)
    for score in scores:
        received[score.submission].append(score)
    residuals: defaultdict[JudgeId, list[float]] = defaultdict(list)
    for score in sorted(scores, key=lambda score: (score.submitted_at, score.submission)):
        others = [other.total for other in received[score.submission] if other.judge != score.judge]
        if others:
            residuals[score.judge].append(score.total - fsum(others) / len(others))
    return residuals


def _drift(judge: JudgeId, residuals: Sequence[float]) -> Drift:
    """The median slope over all pairs (Theil and Sen), and Kendall's test of order."""
    places = range(len(residuals))
    slopes = [
        (residuals[later] - residuals[earlier]) / (later - earlier)
        for earlier, later in combinations(places, 2)
    ]
    enough = len(residuals) >= DRIFT_SHEETS_MIN
    surplus = sum((slope > 0) - (slope < 0) for slope in slopes)
    return Drift(
        judge=judge,
        sheets=len(residuals),
        change=median(slopes) * (len(residuals) - 1),
        chance=_chance_of(surplus, len(residuals)) if enough else None,
    )


def _chance_of(surplus: int, count: int) -> float:
    """How many of all orders of ``count`` values have a surplus of rising pairs at least as far from 0."""
    pairs = comb(count, 2)
    orders = _orders_by_falling_pairs(count)
    extreme = sum(number for falling, number in enumerate(orders) if abs(pairs - 2 * falling) >= abs(surplus))
    return extreme / factorial(count)


def _orders_by_falling_pairs(count: int) -> list[int]:
    """How many orders of ``count`` values have 0, 1, 2, … pairs that fall."""
    orders = [1]
    for size in range(2, count + 1):
        longer = [0] * (len(orders) + size - 1)
        for falling, number in enumerate(orders):
            for more in range(size):
                longer[falling + more] += number
        orders = longer
    return orders
