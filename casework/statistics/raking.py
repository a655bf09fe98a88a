"""Weights by which a sample has the margins of the public: raking, with the limits that keep single answers from
speaking for many.

Source: W. E. Deming and F. F. Stephan, "On a least squares adjustment of a sampled frequency table when the expected
marginal totals are known" (1940). Weighted figures are only ever shown beside unweighted ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from casework.statistics.errors import MarginImpossible, MarginsContradict
from casework.statistics.model import FloatArray, Floats, IntArray
from casework.statistics.proportions import design_effect
from casework.statistics.settings import StatisticsSettings

#: Without limits a raking that is this far off after all rounds has margins that contradict each other.
CONTRADICTION_MIN = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """For each answer the place of its category, and for each category its share of the public; they sum to 1."""

    categories: IntArray
    shares: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Raking:
    """``weights`` have the mean 1. ``misfit`` is how far the worst share is from its target, which the limits of
    weights can make larger than the tolerance: then the weights have not ``converged``, and are labelled so.
    """

    weights: FloatArray
    rounds: int
    misfit: float
    converged: bool
    limited: int
    design_effect: float


def rake(margins: Sequence[Margin], settings: StatisticsSettings) -> Raking:
    """Raises :class:`MarginImpossible` and :class:`MarginsContradict`."""
    for place, margin in enumerate(margins, start=1):
        _check(place, margin)
    unlimited, rounds, misfit = _fitted(margins, settings, limited=False)
    if misfit > max(CONTRADICTION_MIN, settings.raking_tolerance):
        raise MarginsContradict(rounds=rounds, misfit=f"{100 * misfit:.1f}")
    if unlimited.min() >= settings.weight_min and unlimited.max() <= settings.weight_max:
        weights = unlimited
    else:
        weights, rounds, misfit = _fitted(margins, settings, limited=True)
    at_limit = np.isclose(weights, settings.weight_min) | np.isclose(weights, settings.weight_max)
    return Raking(
        weights=weights,
        rounds=rounds,
        misfit=misfit,
        converged=misfit <= settings.raking_tolerance,
        limited=int(at_limit.sum()),
        design_effect=design_effect(weights),
    )


def _check(place: int, margin: Margin) -> None:
    shares = np.asarray(margin.shares, np.float64)
    categories = margin.categories
    in_range = len(categories) > 0 and categories.min() >= 0 and categories.max() < len(shares)
    sums = bool(np.isfinite(shares).all()) and (shares >= 0).all() and isclose(shares.sum(), 1, abs_tol=1e-6)
    if not in_range or not sums:
        raise MarginImpossible(margin=place)
    answers = np.bincount(categories, minlength=len(shares))
    # Nobody can be weighed to nothing, and nobody speaks for those of whom none answered.
    if ((answers == 0) != (shares == 0)).any():
        raise MarginImpossible(margin=place)


def _fitted(
    margins: Sequence[Margin], settings: StatisticsSettings, *, limited: bool
) -> tuple[FloatArray, int, float]:
    """Weights of mean 1, rounds, and how far the worst share is off."""
    weights = np.ones(len(margins[0].categories))
    misfit = _misfit(weights, margins)
    for rounds in range(1, settings.raking_rounds_max + 1):
        for margin in margins:
            shares = np.asarray(margin.shares, np.float64)
            now = np.bincount(margin.categories, weights, minlength=len(shares))
            factors = np.divide(shares * weights.sum(), now, out=np.ones_like(shares), where=now > 0)
            weights = weights * factors[margin.categories]
        if limited:
            weights = _limited(weights, settings)
        misfit = _misfit(weights, margins)
        if misfit <= settings.raking_tolerance:
            return weights / weights.mean(), rounds, misfit
    return weights / weights.mean(), settings.raking_rounds_max, misfit


def _limited(weights: FloatArray, settings: StatisticsSettings) -> FloatArray:
    """Within the limits and with the mean 1: what is cut off is given to those between the limits."""
    low, high = settings.weight_min, settings.weight_max
    weights = np.clip(weights / weights.mean(), low, high)
    for _ in range(len(weights)):
        between = (weights > low) & (weights < high)
        missing = len(weights) - weights.sum()
        if not between.any() or abs(missing) < 1e-12 * len(weights):
            break
        weights[between] = np.clip(weights[between] * (1 + missing / weights[between].sum()), low, high)
    return weights


def _misfit(weights: FloatArray, margins: Sequence[Margin]) -> float:
    total = weights.sum()
    return max(
        float(
            np.abs(
                np.bincount(margin.categories, weights, minlength=len(margin.shares)) / total - margin.shares
            ).max()
        )
        for margin in margins
    )
