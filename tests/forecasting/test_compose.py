from __future__ import annotations

import importlib
import logging
import tempfile
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from citycore.clock import CITY_ZONE
from citycore.intervals import HOUR
from forecasting.backtest import backtest_origins, run_backtest
from forecasting.candidates import BASELINE, CandidateFailed, SeasonalNaive
from forecasting.compose import digest, forecast_series
from forecasting.model import LEVELS, Backtest, FallbackReason, HourlySeries, SeriesTraits
from forecasting.prophet_candidate import ProphetDayTypes
from forecasting.rules import ranked, skill
from forecasting.settings import ForecastSettings

SETTINGS = ForecastSettings(backtest_origins=4)
COUNT = SeriesTraits(lower_bound=0)


class Level:
    """A candidate that says one number, or what ``answer`` does."""

    name = "level"

    def __init__(self, answer) -> None:
        self.answer = answer

    def predict(self, history, horizon_hours):
        said = self.answer(history) if callable(self.answer) else self.answer
        return np.full(horizon_hours, said, dtype=float)


def failing(reason):
    def answer(_history):
        raise CandidateFailed(reason)

    return answer


def working_day_series(start, weeks=8, growth=0.0, noise=3.0):
    """Two daily shapes: rush hours on Omani working days, late afternoons on Fridays and Saturdays."""
    walls = [start.astimezone(CITY_ZONE) + ahead * HOUR for ahead in range(int(weeks * 168))]
    random = np.random.default_rng(5)
    shape = [
        60 * np.exp(-0.5 * ((wall.hour - 17) / 2.5) ** 2)
        if wall.weekday() in {4, 5}
        else 150 * np.exp(-0.5 * ((wall.hour - 7.5) / 2) ** 2)
        for wall in walls
    ]
    values = (100 + np.array(shape)) * (1 + growth * np.arange(len(walls)))
    return HourlySeries(start, values + noise * random.standard_normal(len(values)))


def test_a_week_that_repeats_exactly_is_forecast_exactly(weekly):
    forecast = forecast_series(weekly(6), COUNT, SETTINGS, challengers=[Level(100.0)])
    np.testing.assert_array_equal(forecast.median, weekly(6).values[:48])
    assert (forecast.model, forecast.mae, forecast.skill) == (BASELINE, 0.0, 0.0)
    for level in LEVELS:
        np.testing.assert_array_equal(forecast.bands[level].lower, forecast.median)
    assert [(score.model, score.skill) for score in forecast.candidates] == [(BASELINE, 0.0), ("level", None)]


def test_day_types_beat_last_week_on_a_growing_city(weekly, tmp_path, monkeypatch):
    importlib.import_module("cmdstanpy")  # makes a folder of its own for the process, once
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other processes fit at the same time
    start = weekly().start
    series = working_day_series(start, growth=0.0015)
    forecast = forecast_series(series, COUNT, SETTINGS)
    assert forecast.model == "prophet"
    assert forecast.skill > 0.5
    assert forecast.fallback_reason is None
    assert forecast.origin == series.end
    truth = working_day_series(start, weeks=8 + 2 / 7, growth=0.0015, noise=0.0).values[-48:]
    assert np.mean(np.abs(forecast.median - truth)) < 0.05 * truth.mean()
    assert np.mean((truth >= forecast.bands[95].lower) & (truth <= forecast.bands[95].upper)) > 0.9
    assert not list(tmp_path.iterdir())
    assert logging.getLogger("cmdstanpy").disabled


def test_a_holiday_ahead_is_forecast_like_the_holidays_before():
    # Eid al-Fitr (19 to 22 March 2026) lies in the history, Eid al-Adha (26 to 29 May) ahead.
    end = datetime(2026, 5, 25, 20, tzinfo=UTC)
    start = end - timedelta(weeks=12)
    series = working_day_series(start, weeks=12)
    days = [(start + ahead * HOUR).astimezone(CITY_ZONE).date() for ahead in range(len(series.values))]
    eid = np.array([date(2026, 3, 19) <= day <= date(2026, 3, 22) for day in days])
    assert np.count_nonzero(eid) == 96
    quiet = HourlySeries(start, np.where(eid, 40.0, series.values))
    said = ProphetDayTypes(COUNT, SETTINGS.fit_seconds_max).predict(quiet, 24)
    naive = SeasonalNaive().predict(quiet, 24)
    assert np.mean(np.abs(said - 40.0)) < 15.0
    assert np.mean(np.abs(said - 40.0)) < 0.25 * np.mean(np.abs(naive - 40.0))


def test_a_holiday_without_example_is_taken_for_a_weekend():
    end = datetime(2026, 5, 25, 20, tzinfo=UTC)
    series = working_day_series(end - timedelta(weeks=6), weeks=6)
    said = ProphetDayTypes(COUNT, SETTINGS.fit_seconds_max).predict(series, 24)
    # A Tuesday: a working day's morning peak reaches 250, a weekend's afternoon peak 160.
    assert said[7] < 150.0
    assert said.max() < 200.0


def test_nothing_after_an_origin_reaches_the_candidates(weekly):
    series = weekly(6, noise=8.0)
    origins = backtest_origins(series, SETTINGS, SETTINGS.training_hours_min)
    first = origins[0]
    changed = HourlySeries(series.start, series.values.copy())
    changed.values[(first - series.start) // HOUR :] += 1000.0
    for candidate in (SeasonalNaive(), ProphetDayTypes(COUNT, SETTINGS.fit_seconds_max)):
        before = run_backtest(candidate, series, origins[:1], 48, 100.0)
        after = run_backtest(candidate, changed, origins[:1], 48, 100.0)
        np.testing.assert_array_equal(before.predicted, after.predicted)
        np.testing.assert_allclose(after.actual - before.actual, 1000.0)


def test_origins_leave_a_whole_horizon_and_enough_history(weekly):
    series = weekly(6)
    origins = backtest_origins(series, SETTINGS, 336)
    assert origins[-1] == series.end - 48 * HOUR
    assert [later - earlier for earlier, later in pairwise(origins)] == [timedelta(days=1)] * 3
    short = weekly(2 + 3 / 7)
    assert backtest_origins(short, SETTINGS, 336) == (short.end - 72 * HOUR, short.end - 48 * HOUR)


def test_only_real_hours_are_scored():
    actual = np.array([[1.0, np.nan, 3.0]])
    tested = Backtest("x", (), np.array([[2.0, 1000.0, 3.0]]), actual)
    assert (tested.mae, tested.scored_hours) == (0.5, 2)


def test_the_smaller_error_wins_and_the_baseline_a_tie():
    def tested(model, error):
        return Backtest(model, (), np.array([[error]]), np.array([[0.0]]))

    order = ranked([tested("b", 1.0), tested(BASELINE, 1.0), tested("a", 0.5), tested("c", 2.0)])
    assert [backtest.model for backtest in order] == ["a", BASELINE, "b", "c"]
    assert skill(0.5, 1.0) == 0.5
    assert skill(2.0, 1.0) == -1.0
    assert skill(1.0, 0.0) is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (failing(FallbackReason.FIT_FAILED), FallbackReason.FIT_FAILED),
        (failing(FallbackReason.FIT_TIMEOUT), FallbackReason.FIT_TIMEOUT),
        (float("nan"), FallbackReason.ABSURD_RESULT),
        (float("inf"), FallbackReason.ABSURD_RESULT),
        (1e5, FallbackReason.ABSURD_RESULT),
    ],
)
def test_a_candidate_without_usable_answer_leaves_the_baseline_and_a_reason(weekly, answer, reason):
    forecast = forecast_series(weekly(6, noise=5.0), COUNT, SETTINGS, challengers=[Level(answer)])
    assert (forecast.model, forecast.fallback_reason) == (BASELINE, reason)
    assert [(score.model, score.mae) for score in forecast.candidates][1] == ("level", None)


def test_a_winner_that_fails_at_the_very_origin_is_replaced(weekly):
    # Pure noise: its middle errs less than last week's value does.
    noise = np.random.default_rng(1).uniform(0, 300, 6 * 168)
    series = HourlySeries(weekly().start, noise)

    def answer(history):
        if history.end == series.end:
            raise CandidateFailed(FallbackReason.FIT_TIMEOUT)
        return 150.0

    forecast = forecast_series(series, COUNT, SETTINGS, challengers=[Level(answer)])
    assert forecast.candidates[1].skill > 0.1
    assert (forecast.model, forecast.fallback_reason) == (BASELINE, FallbackReason.FIT_TIMEOUT)


def test_a_time_limit_that_no_fit_can_meet_is_a_time_out(weekly):
    with pytest.raises(CandidateFailed) as failure:
        ProphetDayTypes(COUNT, fit_seconds_max=0.001).predict(weekly(12, noise=5.0), 24)
    assert failure.value.reason is FallbackReason.FIT_TIMEOUT


def test_too_little_data_gives_the_naive_with_its_reason_or_nothing(weekly):
    assert forecast_series(weekly(215 / 168), COUNT, SETTINGS) is None
    forecast = forecast_series(weekly(216 / 168, noise=4.0), COUNT, SETTINGS)
    assert (forecast.model, forecast.fallback_reason) == (BASELINE, FallbackReason.TOO_LITTLE_DATA)
    assert forecast.backtest_origins == 1
    assert forecast.coverage == {50: None, 80: None, 95: None}
    enough = weekly((336 + 48 + 48) / 168, noise=4.0)
    assert forecast_series(enough, COUNT, SETTINGS, challengers=[Level(100.0)]).fallback_reason is None


def test_a_gap_before_the_origin_is_not_trusted(weekly):
    series = weekly(6, noise=5.0)
    series.values[-24:-1] = np.nan
    forecast = forecast_series(series, COUNT, SETTINGS, challengers=[Level(100.0)])
    assert (forecast.model, forecast.fallback_reason) == (BASELINE, FallbackReason.GAP_BEFORE_ORIGIN)
    assert np.all(np.isfinite(forecast.median))


def test_a_series_with_many_gaps_is_forecast_from_what_there_is(weekly):
    series = weekly(8, noise=5.0)
    series.values[np.random.default_rng(2).random(len(series.values)) < 0.3] = np.nan
    series.values[-1] = 50.0
    series.values[200:400] = np.nan
    forecast = forecast_series(series, COUNT, SETTINGS)
    assert np.all(np.isfinite(forecast.median))
    assert forecast.training_hours == series.real_hours
    assert forecast.mae <= forecast.baseline_mae


def test_forecasts_stay_inside_the_physical_bounds(weekly):
    series = weekly(6)
    near_zero = HourlySeries(series.start, np.where(series.values > 150, 3.0, 0.0))
    traits = SeriesTraits(lower_bound=0, upper_bound=3)
    forecast = forecast_series(near_zero, traits, SETTINGS, challengers=[Level(2.9)])
    prophet = ProphetDayTypes(traits, SETTINGS.fit_seconds_max).predict(near_zero, 48)
    for values in (forecast.bands[95].lower, forecast.bands[95].upper, prophet):
        assert values.min() >= 0
        assert values.max() <= 3


def test_a_property_without_lower_bound_may_be_negative(weekly):
    series = weekly(6)
    cold = HourlySeries(series.start, (series.values - 110) / 10)
    said = ProphetDayTypes(SeriesTraits(zone="Europe/Madrid"), SETTINGS.fit_seconds_max).predict(cold, 48)
    assert said.min() < 0


def test_a_zone_with_daylight_saving_gives_one_value_an_hour():
    # Madrid's clocks go back on 25 October 2026: a wall hour occurs twice in the horizon.
    end = datetime(2026, 10, 24, 12, tzinfo=UTC)
    series = working_day_series(end - timedelta(weeks=5), weeks=5)
    said = ProphetDayTypes(
        SeriesTraits(zone="Europe/Madrid", lower_bound=0), SETTINGS.fit_seconds_max
    ).predict(series, 48)
    assert said.shape == (48,)
    assert np.all(np.isfinite(said))
    # 00:00 UTC is the first 02:00 of that night and 01:00 UTC the second: same wall hour, same value.
    assert said[13] == pytest.approx(said[12], rel=0.02)


def test_the_digest_names_exactly_the_data(weekly):
    series = weekly(2)
    same = HourlySeries(series.start, series.values.copy())
    assert digest(series) == digest(same)
    same.values[3] += 1e-9
    assert digest(series) != digest(same)
    assert digest(HourlySeries(series.start + HOUR, series.values)) != digest(series)
