from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forecasting.candidates import CandidateFailed, SeasonalNaive
from forecasting.model import FallbackReason, HourlySeries

START = datetime(2026, 8, 2, tzinfo=UTC)


def naive(values, hours):
    return SeasonalNaive().predict(HourlySeries(START, np.asarray(values, dtype=float)), hours)


def test_it_repeats_last_week(weekly):
    series = weekly(4)
    np.testing.assert_array_equal(SeasonalNaive().predict(series, 48), series.values[-168:][:48])


def test_beyond_a_week_it_repeats_again(weekly):
    series = weekly(4)
    said = SeasonalNaive().predict(series, 200)
    np.testing.assert_array_equal(said[168:], said[:32])


def test_a_missing_hour_is_taken_from_an_earlier_week():
    values = np.concatenate([np.full(168, 1.0), np.full(168, 2.0), np.full(168, 3.0)])
    values[336 + 5] = np.nan
    values[336 + 6] = values[168 + 6] = np.nan
    said = naive(values, 8)
    np.testing.assert_array_equal(said, [3, 3, 3, 3, 3, 2, 1, 3])


def test_an_hour_that_no_week_has_is_the_mean_of_its_hour_of_day_then_of_all():
    values = np.arange(48.0)
    said = naive(values, 168)
    # The week before the origin has two days; they come back at the end of the week ahead.
    np.testing.assert_array_equal(said[120:], values)
    np.testing.assert_array_equal(said[:24], np.arange(24.0) + 12)
    sparse = np.full(48, np.nan)
    sparse[47] = 7.0
    np.testing.assert_array_equal(naive(sparse, 24), np.full(24, 7.0))


def test_a_history_that_is_no_whole_number_of_weeks_keeps_its_phase():
    values = np.arange(400.0)
    np.testing.assert_array_equal(naive(values, 3), values[400 - 168 : 400 - 165])


def test_nothing_measured_is_no_answer():
    with pytest.raises(CandidateFailed) as failure:
        naive([np.nan] * 10, 3)
    assert failure.value.reason is FallbackReason.TOO_LITTLE_DATA


def test_a_series_before_an_origin_cannot_reach_behind_it(weekly):
    series = weekly(2)
    origin = START + timedelta(hours=100)
    earlier = series.before(origin)
    assert earlier.end == origin
    np.testing.assert_array_equal(earlier.values, series.values[:100])
    assert earlier.values.base is None, "a copy, not a view into the future"
    np.testing.assert_array_equal(series.after(origin, 5), series.values[100:105])
    assert len(series.before(START - timedelta(hours=3)).values) == 0
