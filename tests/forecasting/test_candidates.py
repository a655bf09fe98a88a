"""What each candidate says, on series whose answer is known; and that nothing after an origin reaches any."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from citycore.intervals import HOUR
from forecasting.candidates.decay import Decay
from forecasting.candidates.model import CandidateFailed
from forecasting.candidates.naive import HOUR_OF_WEEK_MEAN, HOUR_OF_WEEK_MEDIAN, SeasonalNaive
from forecasting.candidates.prophet import ProphetDayTypes
from forecasting.candidates.registry import learners
from forecasting.candidates.trees import Trees
from forecasting.day_types import DayKind, DayTypes
from forecasting.model import FallbackReason, HourlySeries, Panel, PanelSeries, Prediction, SeriesTraits
from forecasting.settings import ForecastSettings

SETTINGS = ForecastSettings(tree_rows_max=3_000, tree_rounds=20, prophet_weeks=(4,))
START = datetime(2026, 8, 2, tzinfo=UTC)
COUNT = SeriesTraits(lower_bound=0)
OWN = [
    SeasonalNaive(168),
    SeasonalNaive(24),
    HOUR_OF_WEEK_MEAN,
    HOUR_OF_WEEK_MEDIAN,
    Decay(14),
    Trees(SETTINGS),
]


class Closed(DayTypes):
    """Working days, and these holidays."""

    def __init__(self, *days):
        super().__init__()
        object.__setattr__(self, "days", frozenset(days))

    def kind(self, day, country):
        return DayKind.HOLIDAY if day in self.days else DayKind.WORKING

    def occasion(self, day, country):
        return None


def panel(*series, traits=COUNT, days=None):
    return Panel(
        "vehicle_flow",
        tuple(PanelSeries(key, one, traits) for key, one in enumerate(series)),
        days or DayTypes(),
    )


def said(learner, asked, origin, hours=48):
    fitted = pickle.loads(pickle.dumps(learner.fit(asked.before(origin), origin)))
    return fitted.predict(asked, {one.key: [origin] for one in asked.series}, hours)[0].median[0]


@pytest.mark.parametrize("learner", OWN[:1] + OWN[2:], ids=lambda learner: learner.name)
def test_a_week_that_repeats_exactly_is_repeated(weekly, learner):
    series = weekly(10)
    np.testing.assert_allclose(said(learner, panel(series), series.end), weekly(10).values[:48], rtol=1e-2)


@pytest.mark.parametrize("learner", [*OWN, ProphetDayTypes(SETTINGS, 4)], ids=lambda learner: learner.name)
def test_nothing_after_an_origin_reaches_a_candidate(weekly, learner):
    first, second = weekly(8, noise=5.0), weekly(8, noise=9.0, seed=2)
    origin = first.end - 300 * HOUR
    honest = said(learner, panel(first, second), origin, 168)
    for poison in (np.nan, 1e300, -1e300):
        spoilt = [HourlySeries(one.start, one.values.copy()) for one in (first, second)]
        for one in spoilt:
            one.values[-300:] = poison
        np.testing.assert_array_equal(said(learner, panel(*spoilt), origin, 168), honest)
    assert np.isfinite(honest).all()
    assert honest.min() >= 0


@pytest.mark.parametrize(
    ("missing", "expected"),
    [([], [3, 3]), ([336 + 5], [2, 3]), ([336 + 5, 168 + 5], [1, 3])],
)
def test_a_missing_hour_is_taken_from_an_earlier_week(missing, expected):
    values = np.repeat([1.0, 2.0, 3.0], 168)
    values[missing] = np.nan
    series = HourlySeries(START, values)
    np.testing.assert_array_equal(said(SeasonalNaive(168), panel(series), series.end)[5:7], expected)


def test_an_hour_that_no_week_has_is_that_of_other_days_then_the_middle_of_all():
    series = HourlySeries(START, np.tile(np.arange(24.0), 3))
    np.testing.assert_array_equal(
        said(SeasonalNaive(168), panel(series), series.end), np.tile(np.arange(24.0), 2)
    )
    sparse = np.full(48, np.nan)
    sparse[47] = 7.0
    np.testing.assert_array_equal(
        said(SeasonalNaive(168), panel(HourlySeries(START, sparse)), START + 48 * HOUR), 7.0
    )


def test_yesterday_is_repeated_over_a_clock_change():
    # Madrid's clocks go back on 25 October 2026 at 01:00 UTC: the morning peak stays at eight.
    start = datetime(2026, 10, 10, 22, tzinfo=UTC)
    hours = np.arange(24 * 14)
    series = HourlySeries(start, np.where(hours % 24 == 8, 100.0, 1.0))
    madrid = panel(series, traits=SeriesTraits(zone="Europe/Madrid", lower_bound=0))
    assert np.flatnonzero(said(SeasonalNaive(24), madrid, series.end) == 100.0).tolist() == [9, 33]


def test_the_ordinary_week_forgets_holidays(weekly):
    ordinary = weekly(5)
    holiday = HourlySeries(START, ordinary.values.copy())
    holiday.values[28 * 24 - 4 :][:24] = 0.0  # 30 August, in Muscat
    announced = Closed(date(2026, 8, 30))
    origin = ordinary.end
    for learner in (HOUR_OF_WEEK_MEAN, HOUR_OF_WEEK_MEDIAN):
        np.testing.assert_allclose(
            said(learner, panel(holiday, days=announced), origin), said(learner, panel(ordinary), origin)
        )


def test_holidays_are_expected_as_holidays_were(weekly):
    days = [date(2026, 8, 24) + timedelta(days=9 * number) for number in range(8)]
    series = weekly(11)
    for day in days:
        first = (day - date(2026, 8, 2)).days * 24 - 4
        series.values[first : first + 24] = 30.0
    # 18 October is the next one; a fit sees four to five before it.
    origin = datetime(2026, 10, 7, 20, tzinfo=UTC)
    closed = panel(series, days=Closed(*days))
    for learner in (Trees(SETTINGS), ProphetDayTypes(ForecastSettings(), 12)):
        expected, ordinary = said(learner, closed, origin, 24), said(SeasonalNaive(168), closed, origin, 24)
        assert np.abs(expected - 30.0).mean() < 30.0 < np.abs(ordinary - 30.0).mean(), learner.name


def test_a_pollutant_without_a_week_decays_to_its_median():
    random = np.random.default_rng(3)
    values = np.zeros(24 * 70)
    for hour in range(1, len(values)):
        values[hour] = 0.97 * values[hour - 1] + random.standard_normal()
    values = 50 + values
    values[-3:] = 90.0
    series = HourlySeries(START, values)
    ahead = said(Decay(14), panel(series), series.end, 168)
    assert ahead[0] > 75
    assert abs(ahead[-1] - np.median(values)) < 8


def test_too_little_is_no_answer(weekly):
    with pytest.raises(CandidateFailed) as failure:
        Trees(SETTINGS).fit(panel(weekly(1)), START + timedelta(weeks=1))
    assert failure.value.reason is FallbackReason.TOO_LITTLE_DATA


def test_prophet_is_ended_when_it_takes_too_long(weekly):
    hasty = ForecastSettings(fit_seconds_max=0.001)
    with pytest.raises(CandidateFailed) as failure:
        ProphetDayTypes(hasty, 12).fit(panel(weekly(6, noise=5.0)), START + timedelta(weeks=6))
    assert failure.value.reason is FallbackReason.FIT_TIMEOUT


def test_prophet_answers_from_the_last_hour_of_a_sensor_that_fell_silent(weekly):
    series = weekly(6, noise=5.0)
    until = series.end + 5 * HOUR
    fitted = ProphetDayTypes(SETTINGS, 4).fit(panel(series).before(until), until)
    answers = fitted.predict(panel(series), {0: [series.end, until]}, 168)[0].median
    assert np.isfinite(answers).all()


class Toy:
    """What a package of others would offer."""

    name, knows_days, refit_days = "toy", False, 7

    def __init__(self, settings):
        self.settings = settings

    def fit(self, panel, until):
        return self

    def predict(self, panel, origins, horizon_hours):
        return {key: Prediction(np.full((len(some), horizon_hours), 7.0)) for key, some in origins.items()}


class Taken(Toy):
    name = "lightgbm"


def test_candidates_of_other_packages_take_part(weekly):
    offered = [
        EntryPoint(name, f"{__name__}:{what}", "falaj.forecasting")
        for name, what in [("toy", "Toy"), ("taken", "Taken"), ("absent", "Absent")]
    ]
    found = learners(SETTINGS, offered)
    assert [learner.name for learner in found][-1] == "toy"
    assert len({learner.name for learner in found}) == len(found)
    np.testing.assert_array_equal(said(found[-1], panel(weekly(2)), START + timedelta(weeks=2)), 7.0)
