"""How far people who judge or code the same things agree, and whether somebody's marks drift while the day goes on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import comb, factorial, fsum
from statistics import median
from typing import Final, TypeVar

Value = TypeVar("Value", bound=Hashable)

#: Fewer sheets than this show no drift, whatever they say.
DRIFT_SHEETS_MIN: Final = 6
#: How rarely chance alone may look like drift. With sixty judges, one in twenty would be three of them.
DRIFT_CHANCE_MAX: Final = 0.01


def krippendorff_alpha(ratings: Iterable[Sequence[float]]) -> float | None:
    """Krippendorff's alpha for intervals: 1 is agreement, 0 is what chance would give.

    ``ratings`` are the marks of each unit, by any number of raters each; units with one say nothing. None where
    nothing can be compared or all marks are equal. Source: K. Krippendorff, Computing Krippendorff's
    Alpha-Reliability, 2011.
    """
    return _alpha(ratings, _squared_differences)


def nominal_alpha(codes: Iterable[Sequence[Hashable]]) -> float | None:
    """The same for codes such as themes, of which two are either equal or not."""
    return _alpha(codes, _unequal_pairs)


def _alpha(
    ratings: Iterable[Sequence[Value]], disagreement: Callable[[Sequence[Value]], float]
) -> float | None:
    units = [values for unit in ratings if len(values := tuple(unit)) > 1]
    everything = [value for values in units for value in values]
    if len(set(everything)) < 2:
        return None
    expected = disagreement(everything) / (len(everything) - 1)
    observed = fsum(disagreement(values) / (len(values) - 1) for values in units)
    return 1 - observed / expected


def _squared_differences(values: Sequence[float]) -> float:
    """Over all ordered pairs: 2 n times the sum of squares around the mean."""
    centre = fsum(values) / len(values)
    return 2 * len(values) * fsum((value - centre) ** 2 for value in values)


def _unequal_pairs(values: Sequence[Hashable]) -> float:
    """How many ordered pairs differ."""
    return len(values) ** 2 - sum(number**2 for number in Counter(values).values())


@dataclass(frozen=True, slots=True)
class TimedScore:
    """A sheet's total and when it was handed in."""

    rater: str
    unit: str
    total: float
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """From the first sheet to the last a rater's marks changed by ``change``, against the other raters.

    ``chance`` is how often mere chance gives an order at least as one-sided; None of too few sheets.
    """

    rater: str
    sheets: int
    change: float
    chance: float | None

    @property
    def is_notable(self) -> bool:
        return self.chance is not None and self.chance <= DRIFT_CHANCE_MAX


def drifts(scores: Sequence[TimedScore]) -> tuple[Drift, ...]:
    """Each rater with at least two sheets that somebody else scored too, in the order of ids."""
    residuals = _residuals(scores)
    return tuple(_drift(rater, residuals[rater]) for rater in sorted(residuals) if len(residuals[rater]) > 1)


def _residuals(scores: Sequence[TimedScore]) -> Mapping[str, list[float]]:
    """By rater and in the order of time: the total less the mean of the others on that unit."""
    received: defaultdict[str, list[TimedScore]] = defaultdict(list)
    for score in scores:
        received[score.unit].append(score)
    residuals: defaultdict[str, list[float]] = defaultdict(list)
    for score in sorted(scores, key=lambda score: (score.submitted_at, score.unit)):
        others = [other.total for other in received[score.unit] if other.rater != score.rater]
        if others:
            residuals[score.rater].append(score.total - fsum(others) / len(others))
    return residuals


def _drift(rater: str, residuals: Sequence[float]) -> Drift:
    """The median slope over all pairs (Theil and Sen), and Kendall's test of order."""
    places = range(len(residuals))
    slopes = [
        (residuals[later] - residuals[earlier]) / (later - earlier)
        for earlier, later in combinations(places, 2)
    ]
    enough = len(residuals) >= DRIFT_SHEETS_MIN
    surplus = sum((slope > 0) - (slope < 0) for slope in slopes)
    return Drift(
        rater=rater,
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
