"""Who counts how much: by error, before anything is known, on days of a kind of their own, and when one is odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forecasting.backtest import Replay
from forecasting.candidates.model import BASELINE
from forecasting.combination import combine, known_before, weigh
from forecasting.model import Prediction
from forecasting.settings import ForecastSettings

SETTINGS = ForecastSettings()
ORIGINS = tuple(datetime(2026, 8, 2, tzinfo=UTC) + timedelta(hours=25 * number) for number in range(56))


def replay(errors, special=False):
    """Candidates that err evenly by so much, on a series of zeros."""
    shape = (len(ORIGINS), 168)
    said = {name: Prediction(np.full(shape, error)) for name, error in errors.items()}
    return Replay(ORIGINS, np.zeros(shape), np.full(shape, special), said, {}, 1.0)


def newest(errors, knowing=frozenset()):
    return weigh(replay(errors), knowing, SETTINGS)


def test_a_smaller_error_counts_more_and_a_bad_candidate_not_at_all():
    weights = newest({BASELINE: 10.0, "lightgbm": 7.0, "hour_of_week_mean": 7.2, "prophet": 9.5}).newest()[0]
    assert weights["lightgbm"] > weights["hour_of_week_mean"] > 0
    assert sum(weights.values()) == pytest.approx(1.0)
    assert "prophet" not in weights


def test_what_repeats_single_hours_never_counts_for_much():
    weights = newest({BASELINE: 5.0, "seasonal_naive_24": 1.0, "lightgbm": 4.0}).newest()[0]
    assert weights["seasonal_naive_24"] <= SETTINGS.combination_naive_max
    assert weights["lightgbm"] > 0.6


def test_before_anything_is_known_the_usual_ones_count():
    first = weigh(replay({BASELINE: 1.0, "prophet": 1.0, "lightgbm": 9.0}), frozenset(), SETTINGS).by_block[
        0, 0
    ]
    assert first.tolist() == [0.0, 0.0, 1.0]


def test_only_hours_that_were_over_are_known():
    known = known_before(ORIGINS, slice(24, 48), SETTINGS)
    assert known.shape == (57, 56, 24)
    # At the third origin, 50 hours after the first, all of its hours 25 to 48 are over, of the second only one.
    assert known[2, 0].all()
    assert known[2, 1].sum() == 1
    assert known[-1].all()


def test_on_special_days_those_who_know_them_are_asked():
    found = newest(
        {BASELINE: 10.0, "lightgbm": 7.0, "hour_of_week_mean": 5.0, "other": 20.0},
        frozenset({"lightgbm", "other"}),
    )
    special = found.newest_special()
    assert special["lightgbm"] > 0.9
    assert set(special) == {"lightgbm", "other"}
    assert newest({BASELINE: 10.0, "hour_of_week_mean": 5.0}).newest_special() == {}


@pytest.mark.parametrize(
    ("answers", "weights", "expected"),
    [
        ([1.0, 2.0, 1000.0], [0.4, 0.4, 0.2], 1.75),
        ([1.0, np.nan, 3.0], [0.2, 0.6, 0.2], 2.0),
        ([np.nan, 4.0, np.nan], [1.0, 0.0, 0.0], 4.0),
        ([np.nan, np.nan, np.nan], [0.4, 0.3, 0.3], np.nan),
        ([5.0, 6.0, 7.0], [0.0, 1.0, 0.0], 6.0),
    ],
)
def test_one_odd_answer_moves_nothing(answers, weights, expected):
    names = ("a", "b", "c")
    said = {name: Prediction(np.full((1, 1), answer)) for name, answer in zip(names, answers, strict=True)}
    shape = np.array(weights).reshape(1, 1, 3)
    found = combine(said, names, shape, np.zeros_like(shape)).median[0, 0]
    np.testing.assert_allclose(found, expected)


def test_quantiles_lie_around_the_common_median():
    said = {
        "a": Prediction(np.full((1, 1), 10.0), np.full((1, 1), 8.0), np.full((1, 1), 16.0)),
        "b": Prediction(np.full((1, 1), 20.0)),
    }
    even = np.full((1, 1, 2), 0.5)
    found = combine(said, ("a", "b"), even, np.zeros_like(even))
    assert (found.median - found.low).item() == pytest.approx(2.0)
    assert (found.high - found.median).item() == pytest.approx(6.0)
