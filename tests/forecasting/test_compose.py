"""From a panel to forecasts: the choice and its reason, the bands' word, and what stands in when something fails."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.intervals import HOUR
from forecasting.calibration import QUANTILES, adapt, bands, spreads
from forecasting.candidates.model import BASELINE, COMBINATION
from forecasting.candidates.naive import HOUR_OF_WEEK_MEAN, SeasonalNaive
from forecasting.combination import blocks
from forecasting.compose import digest, forecast_series, issue, study
from forecasting.day_types import DayTypes
from forecasting.model import (
    LEVELS,
    ChoiceReason,
    FallbackReason,
    HourlySeries,
    Panel,
    PanelSeries,
    Prediction,
    SeriesTraits,
)
from forecasting.settings import ForecastSettings
from forecasting.study import Study

SETTINGS = ForecastSettings(backtest_origins=28)
COUNT = SeriesTraits(lower_bound=0)
SIMPLE = (SeasonalNaive(168), SeasonalNaive(24), HOUR_OF_WEEK_MEAN)


class Says:
    """A candidate that says what it is told, with or without knowing days."""

    refit_days, knows_days = 10_000, False

    def __init__(self, name, answer, fails_at=None):
        self.name, self.answer, self.fails_at = name, answer, fails_at

    def fit(self, panel, until):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self

    def predict(self, panel, origins, horizon_hours):
        if self.fails_at in [origin for some in origins.values() for origin in some]:
            raise RuntimeError("of all moments")
        return {
            key: Prediction(np.full((len(some), horizon_hours), float(self.answer)))
            for key, some in origins.items()
        }


def one_panel(series, traits=COUNT):
    return Panel("vehicle_flow", (PanelSeries(7, series, traits),), DayTypes())


def test_the_combination_is_served_and_says_of_what_it_is_made(weekly):
    series = weekly(12, noise=15.0)
    forecast = forecast_series(series, COUNT, SETTINGS, SIMPLE)
    assert (forecast.origin, forecast.horizon_hours, forecast.fallback_reason) == (series.end, 168, None)
    assert forecast.choice.reason in {ChoiceReason.COMBINATION_BEST, ChoiceReason.CANDIDATE_BEST}
    assert forecast.model == forecast.choice.model != BASELINE
    assert forecast.skill > 0.15
    assert {score.model for score in forecast.candidates} == {
        BASELINE,
        "seasonal_naive_24",
        "hour_of_week_mean",
        COMBINATION,
    }
    assert all(score.mae is not None for score in forecast.candidates), "no loser is hidden"
    assert [block.last_hour for block in forecast.blocks] == [6, 24, 48, 96, 168]
    assert forecast.blocks[0].crps == pytest.approx(2 * forecast.blocks[0].pinball, rel=0.5)


def test_bands_keep_their_word_on_noise_and_contain_each_other(weekly):
    series = weekly(20, noise=15.0)
    forecast = forecast_series(series.before(series.end - 168 * HOUR), COUNT, SETTINGS, SIMPLE)
    truth = weekly(20, noise=15.0).values[-168:]
    for level in LEVELS:
        band = forecast.bands[level]
        assert abs(np.mean((band.lower <= truth) & (truth <= band.upper)) - level / 100) < 0.1
    assert all(abs(figures.coverage - figures.level / 100) < 0.06 for figures in forecast.levels)
    quantiles = np.array(list(forecast.quantiles().values()))
    assert list(forecast.quantiles()) == [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert quantiles.min() >= 0


def test_bands_grow_when_errors_grow():
    random = np.random.default_rng(4)
    origins = [datetime(2026, 8, 2, tzinfo=UTC) + timedelta(hours=25 * number) for number in range(60)]
    scores = random.standard_normal((60, 168)) * np.where(np.arange(60) < 40, 1.0, 2.0)[:, None]
    slow, _ = adapt(scores, origins, SETTINGS.model_copy(update={"band_learning_rate": 0.0}))
    quick, _ = adapt(scores, origins, SETTINGS)
    width = QUANTILES.index(900)
    assert quick[55, 0, width] > slow[55, 0, width] > slow[39, 0, width]


def test_a_study_is_plain_json_and_issues_the_same_forecast(weekly):
    panel = one_panel(weekly(10, noise=8.0))
    fitted, studies = study(panel, SIMPLE, panel.series[0].series.end, SETTINGS)
    kept = json.loads(json.dumps(studies[7].to_json()))
    assert Study.from_json(kept) == studies[7]
    assert Study.from_json({**kept, "version": 0}) is None
    first = issue(panel, fitted, studies, SETTINGS)[7]
    again = issue(panel, fitted, {7: Study.from_json(kept)}, SETTINGS)[7]
    np.testing.assert_array_equal(first.bands[95].upper, again.bands[95].upper)
    assert first.training_hours == panel.series[0].series.real_hours


def test_an_issue_hours_after_the_study_begins_at_the_newest_hour(weekly):
    series = weekly(10, noise=8.0)
    night = series.end - 9 * HOUR
    fitted, studies = study(one_panel(series), SIMPLE, night, SETTINGS)
    assert studies[7].until == night
    assert issue(one_panel(series), fitted, studies, SETTINGS)[7].origin == series.end


def test_nothing_after_the_study_is_used_by_it(weekly):
    series = weekly(10, noise=8.0)
    night = series.end - 200 * HOUR
    spoilt = HourlySeries(series.start, series.values.copy())
    spoilt.values[-200:] = 1e300
    assert (
        study(one_panel(series), SIMPLE, night, SETTINGS)[1]
        == study(one_panel(spoilt), SIMPLE, night, SETTINGS)[1]
    )


@pytest.mark.parametrize("answer", [float("nan"), float("inf"), 1e6, RuntimeError("broken")])
def test_a_candidate_without_usable_answer_is_named_and_stops_no_other(weekly, answer):
    forecast = forecast_series(weekly(8, noise=5.0), COUNT, SETTINGS, (*SIMPLE, Says("odd", answer)))
    odd = next(score for score in forecast.candidates if score.model == "odd")
    assert odd.mae is None
    assert odd.failure is not None
    assert forecast.fallback_reason is None
    assert np.isfinite(forecast.median).all()


def test_a_served_candidate_that_fails_at_the_very_origin_is_replaced(weekly):
    noise = np.random.default_rng(1).uniform(0, 300, 8 * 168)
    series = HourlySeries(weekly().start, noise)
    forecast = forecast_series(
        series, COUNT, SETTINGS, (SeasonalNaive(168), Says("middle", 150.0, series.end))
    )
    assert forecast.choice.model != BASELINE
    assert forecast.fallback_reason is FallbackReason.FIT_FAILED
    assert np.isfinite(forecast.median).all()


def test_nothing_better_than_last_week_is_said_so(weekly):
    forecast = forecast_series(weekly(8), COUNT, SETTINGS, (SeasonalNaive(168), Says("level", 100.0)))
    assert (forecast.model, forecast.mae) == (BASELINE, 0.0)
    assert forecast.choice.reason is ChoiceReason.NOTHING_BETTER


def test_too_little_data_gives_last_week_with_its_reason_or_nothing(weekly):
    assert forecast_series(weekly(1), COUNT, SETTINGS, SIMPLE) is None
    forecast = forecast_series(weekly(230 / 168, noise=4.0), COUNT, SETTINGS, SIMPLE)
    assert (forecast.model, forecast.fallback_reason) == (BASELINE, FallbackReason.TOO_LITTLE_DATA)
    assert forecast.choice.reason is ChoiceReason.NOT_JUDGED


def test_a_series_that_came_after_the_study_is_issued_as_last_week(weekly):
    panel = one_panel(weekly(10, noise=8.0))
    fitted, studies = study(panel, SIMPLE, panel.series[0].series.end, SETTINGS)
    joined = replace(panel, series=(*panel.series, PanelSeries(8, weekly(6, noise=8.0), COUNT)))
    issued = issue(joined, fitted, studies, SETTINGS)
    assert issued[8].model == BASELINE
    assert (issued[8].bands[95].upper > issued[8].median).all()
    assert issued[7].origin == panel.series[0].series.end


def test_a_gap_before_the_origin_is_not_trusted(weekly):
    series = weekly(10, noise=5.0)
    series.values[-24:-1] = np.nan
    forecast = forecast_series(series, COUNT, SETTINGS, SIMPLE)
    assert (forecast.model, forecast.fallback_reason) == (BASELINE, FallbackReason.GAP_BEFORE_ORIGIN)
    assert (forecast.bands[80].upper > forecast.median).any()


def test_many_gaps_are_no_obstacle(weekly):
    series = weekly(10, noise=5.0)
    series.values[np.random.default_rng(2).random(len(series.values)) < 0.3] = np.nan
    series.values[200:400] = np.nan
    series.values[-3:] = 50.0
    forecast = forecast_series(series, COUNT, SETTINGS, SIMPLE)
    assert np.isfinite(list(forecast.quantiles().values())).all()
    assert forecast.training_hours == series.real_hours


def test_bands_stay_inside_the_physical_bounds():
    traits = SeriesTraits(lower_bound=0, upper_bound=3)
    said = Prediction(np.full((1, 168), 2.9), np.full((1, 168), 1.0), np.full((1, 168), 3.5))
    offsets = np.tile([-3.0, -1.0, -0.5, 0.5, 1.0, 3.0], (1, len(blocks(SETTINGS)), 1))
    for band in bands(said, offsets, traits, SETTINGS).values():
        assert band.lower.min() >= 0
        assert band.upper.max() <= 3
    below, above = spreads(said, traits)
    assert below[0, 0] > above[0, 0] > 0


def test_the_digest_names_exactly_the_data(weekly):
    series = weekly(2)
    same = HourlySeries(series.start, series.values.copy())
    assert digest(series) == digest(same)
    same.values[3] += 1e-9
    assert digest(series) != digest(same)
    assert digest(HourlySeries(series.start + HOUR, series.values)) != digest(series)
