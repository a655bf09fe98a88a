from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.bands import bands_around, conformal_quantile, half_widths, measured_coverage, scores_of
from forecasting.model import LEVELS, Backtest, SeriesTraits
from forecasting.settings import ForecastSettings

SETTINGS = ForecastSettings()
COUNT = SeriesTraits(lower_bound=0)
PLAIN = SeriesTraits()
ORIGIN = datetime(2026, 8, 2, tzinfo=UTC)


def backtest(predicted, actual, step_hours=24):
    origins = tuple(ORIGIN + timedelta(hours=step_hours) * row for row in range(len(predicted)))
    return Backtest("test", origins, predicted, actual)


def test_the_finite_sample_correction_counts_origins():
    scores = np.arange(1.0, 101.0)
    assert conformal_quantile(scores, 0.50, origins=10) == 55  # 0.5 * 11 / 10
    assert conformal_quantile(scores, 0.80, origins=10) == 88
    assert conformal_quantile(scores, 0.80, origins=80) == 81
    assert conformal_quantile(scores, 0.95, origins=10) == 100, "too few: the largest stands in"
    assert conformal_quantile(np.array([3.0]), 0.50, origins=1) == 3


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=60),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=60),
    st.sampled_from([PLAIN, COUNT, SeriesTraits(lower_bound=0, upper_bound=100)]),
)
@settings(max_examples=60, deadline=None)
def test_bands_are_nested_around_the_median_and_inside_the_bounds(levels, errors, traits):
    median = traits.clip(np.array(levels))
    scores = np.resize(np.array(errors), (3, len(median)))
    bands = bands_around(median, half_widths(scores, SETTINGS), traits)
    b50, b80, b95 = (bands[level] for level in LEVELS)
    chain = [b95.lower, b80.lower, b50.lower, median, b50.upper, b80.upper, b95.upper]
    for lower, upper in pairwise(chain):
        assert np.all(lower <= upper)
    if traits.lower_bound is not None:
        assert np.all(b95.lower >= traits.lower_bound)
    if traits.upper_bound is not None:
        assert np.all(b95.upper <= traits.upper_bound)


def test_blocks_of_the_horizon_have_their_own_widths_where_they_have_enough_scores():
    scores = np.tile(np.repeat([1.0, 5.0], 6), (10, 1))
    widths = half_widths(scores, SETTINGS)
    np.testing.assert_array_equal(widths[80], np.repeat([1.0, 5.0], 6))
    few = half_widths(scores[:3], SETTINGS)
    np.testing.assert_array_equal(few[80], np.full(12, 5.0))


def test_busy_hours_get_wider_bands_only_where_the_quantity_is_bounded_by_zero():
    median = np.array([0.0, 99.0])
    widths = {level: np.ones(2) for level in LEVELS}
    counted = bands_around(median, widths, COUNT)[80]
    np.testing.assert_allclose(counted.upper - median, [1.0, 10.0])
    plain = bands_around(median, widths, PLAIN)[80]
    np.testing.assert_allclose(plain.upper - median, [1.0, 1.0])


def test_missing_hours_are_not_scored():
    predicted = np.zeros((2, 6))
    actual = np.full((2, 6), np.nan)
    actual[0, 0] = 3.0
    scores = scores_of(backtest(predicted, actual), PLAIN)
    assert np.count_nonzero(np.isfinite(scores)) == 1
    assert half_widths(scores, SETTINGS)[50][3] == 3.0


@pytest.mark.parametrize("traits", [PLAIN, COUNT])
def test_days_that_err_as_a_whole_fall_into_the_bands_as_often_as_promised(traits):
    # Each day is off by something of its own, and each hour by a little more.
    random = np.random.default_rng(3)
    predicted = np.full((10, 48), 50.0)

    def days(count):
        off = 5 * random.standard_normal((count, 1))
        return 50.0 + off + random.standard_normal((count, 48))

    inside = {level: [] for level in LEVELS}
    measured = {level: [] for level in LEVELS}
    for _ in range(60):
        tested = backtest(predicted, days(10), step_hours=48)
        bands = bands_around(predicted[0], half_widths(scores_of(tested, traits), SETTINGS), traits)
        new = days(20)
        coverage = measured_coverage(tested, traits, SETTINGS)
        for level in LEVELS:
            inside[level].append(np.mean((bands[level].lower <= new) & (new <= bands[level].upper)))
            measured[level].append(coverage[level])
    # Ten days can promise a level to one part in eleven, and no more than ten in eleven.
    for level in LEVELS:
        wanted = min(level / 100, 10 / 11)
        assert wanted - 0.03 <= np.mean(inside[level]) <= wanted + 1 / 11
        assert np.mean(measured[level]) == pytest.approx(np.mean(inside[level]), abs=0.04)


def test_measured_coverage_does_not_flatter_an_odd_day():
    # One day errs ten times as much. Bands that had seen it would cover part of it.
    random = np.random.default_rng(4)
    predicted = np.zeros((5, 48))
    actual = random.standard_normal((5, 48))
    actual[2] = 50.0
    coverage = measured_coverage(backtest(predicted, actual, step_hours=48), PLAIN, SETTINGS)
    assert coverage[95] is not None
    assert coverage[95] <= 0.8, "the odd day's hours are all outside"


def test_overlapping_origins_do_not_judge_each_other():
    predicted = np.zeros((2, 48))
    actual = np.ones((2, 48))
    assert measured_coverage(backtest(predicted, actual, step_hours=24), PLAIN, SETTINGS)[80] is None
    assert measured_coverage(backtest(predicted, actual, step_hours=48), PLAIN, SETTINGS)[80] == 1.0
    assert measured_coverage(backtest(predicted[:1], actual[:1]), PLAIN, SETTINGS)[80] is None
