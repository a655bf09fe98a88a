"""What a perfectly calibrated band would show by twenty origins, where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.forecast_set.chance import Dependence, chance_in_range

ORIGINS, TOLERANCE = 20, {0.8: 0.03, 0.95: 0.02}


def shares(random, level, hours, origins=400, series=9):
    """Hours that have nothing to do with each other."""
    return [(random.random((origins, hours)) < level).mean(axis=1) for _ in range(series)]


def binomial(level, count):
    low, high = (
        (level - TOLERANCE[level]) * count,
        (level + TOLERANCE[level]) * count,
    )
    return binom.cdf(np.floor(high), count, level) - binom.cdf(np.ceil(low) - 1, count, level)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("hours", [24, 168])
def test_independent_hours_agree_with_the_binomial(level, hours):
    known = Dependence.of(shares(np.random.default_rng(1), level, hours))
    found = chance_in_range(level, TOLERANCE[level], known.of_mean(ORIGINS, 1, hours))
    assert found == pytest.approx(binomial(level, ORIGINS * hours), abs=0.03)


def test_origins_that_are_hit_or_missed_as_a_whole_count_once_each():
    random = np.random.default_rng(2)
    known = Dependence.of([(random.random(400) < 0.8).astype(float) for _ in range(9)])
    found = chance_in_range(0.8, 0.03, known.of_mean(ORIGINS, 1, 168))
    # Of 20 trials exactly 16 hits lie within three points; the beta distribution has no steps.
    assert found == pytest.approx(binom.pmf(16, 20, 0.8), abs=0.06)


def test_origins_that_see_the_same_hours_say_less_and_further_apart_more():
    random = np.random.default_rng(3)
    hits = [(random.random((407, 25)) < 0.8).mean(axis=1) for _ in range(9)]
    overlapping = [np.convolve(one, np.full(7, 1 / 7), mode="valid") for one in hits]
    known = Dependence.of(overlapping)
    near, far, alone = (
        chance_in_range(0.8, 0.03, known.of_mean(ORIGINS, step, 168))
        for step, known in ((1, known), (2, known), (7, known))
    )
    assert near < far < alone
    # The variance of the mean of twenty such windows, reckoned from their weights.
    weights = np.convolve(np.full(ORIGINS, 1 / ORIGINS), np.full(7, 1 / 7))
    assert known.of_mean(ORIGINS, 1, 168) == pytest.approx((weights**2).sum() / 25, rel=0.2)


def test_bands_that_are_always_kept_vary_as_little_as_independent_hours():
    known = Dependence.of([np.ones(30)] * 9)
    assert chance_in_range(0.8, 0.03, known.of_mean(ORIGINS, 1, 24)) == pytest.approx(
        binomial(0.8, 480), abs=0.03
    )


def test_too_few_origins_say_nothing():
    with pytest.raises(ValueError, match="too few"):
        Dependence.of([np.ones(10)])
