"""School terms are seen where the operator has entered them, and change nothing anywhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from citycore.calendar.document import shipped_ramadan
from citycore.calendar.model import Entry, EntryKind
from citycore.intervals import HOUR
from forecasting.candidates.prophet import SCHOOL_FREE, ProphetDayTypes, _frame
from forecasting.candidates.schools import NAMES, Schools, has_schools
from forecasting.candidates.trees import Trees
from forecasting.day_types import DayTypes
from forecasting.model import HourlySeries, Panel, PanelSeries, SeriesTraits
from forecasting.settings import ForecastSettings
from forecasting.walls import Walls

SETTINGS = ForecastSettings(tree_rows_max=12_000, tree_rounds=60)
#: A Sunday, at midnight in Muscat.
START = datetime(2025, 9, 6, 20, tzinfo=UTC)
FIRST = date(2025, 9, 7)
TERM_WEEKS, FREE_WEEKS = 5, 3


def term(country, first_week, weeks):
    starts_on = FIRST + timedelta(weeks=first_week)
    return Entry(
        kind=EntryKind.SCHOOL_TERM,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=7 * weeks - 1),
        name_ar="فصل",
        name_en="Term",
        is_confirmed=True,
        source="MoE",
        country=country,
    )


def calendar(country, weeks):
    period = TERM_WEEKS + FREE_WEEKS
    terms = (term(country, week, TERM_WEEKS) for week in range(0, weeks, period))
    return DayTypes((*shipped_ramadan(), *terms))


def school_run(weeks):
    """Ten vehicles at any hour, and from 6 to 8 on days of term 200 more."""
    hours = np.arange(weeks * 168)
    in_term = hours // 168 % (TERM_WEEKS + FREE_WEEKS) < TERM_WEEKS
    morning = (hours % 24 >= 6) & (hours % 24 < 8)
    noise = np.random.default_rng(1).uniform(0, 2, len(hours))
    return HourlySeries(START, 10.0 + noise + 200.0 * (in_term & morning))


def panel(series, days, zone="Asia/Muscat"):
    return Panel("vehicle_flow", (PanelSeries(0, series, SeriesTraits(zone=zone, lower_bound=0)),), days)


def said(learner, asked, origin):
    return learner.fit(asked.before(origin), origin).predict(asked, {0: [origin]}, 168)[0].median[0]


@pytest.mark.parametrize(
    "learner", [Trees(SETTINGS), ProphetDayTypes(ForecastSettings(), 52)], ids=lambda learner: learner.name
)
def test_the_first_week_of_a_term_is_expected_as_such(learner):
    series = school_run(41)
    origin = START + 40 * 168 * HOUR  # a term begins
    actual = series.after(origin, 168)
    with_terms, without = (
        np.abs(said(learner, panel(series, days), origin) - actual).mean()
        for days in (calendar("OM", 48), DayTypes())
    )
    assert with_terms < 0.75 * without


@pytest.mark.parametrize(
    ("days", "zone"),
    [
        (calendar("OM", 24), "Europe/Madrid"),
        (calendar("GB", 24), "Asia/Muscat"),
        (calendar("OM", 24), "UTC"),
    ],
)
def test_terms_of_another_country_change_nothing(days, zone):
    series = school_run(20)
    fitted, before = (
        Trees(SETTINGS).fit(panel(series, known, zone), series.end) for known in (days, DayTypes())
    )
    assert fitted.heads == before.heads
    np.testing.assert_array_equal(fitted.lines.slopes, before.lines.slopes)
    told, plain = (
        _frame(panel(series, known, zone).series[0], panel(series, known, zone), series, 168)
        for known in (days, DayTypes())
    )
    assert told.equals(plain)
    assert SCHOOL_FREE not in told
    assert not has_schools(panel(series, days, zone))


def test_what_was_learned_before_terms_were_entered_answers_as_before_and_the_other_way_round():
    series = school_run(20)
    some, none = panel(series, calendar("OM", 24)), panel(series, DayTypes())
    plain = Trees(SETTINGS).fit(none, series.end)
    told = Trees(SETTINGS).fit(some, series.end)
    asked = {0: [series.end]}
    np.testing.assert_array_equal(
        plain.predict(some, asked, 168)[0].median, plain.predict(none, asked, 168)[0].median
    )
    assert np.isfinite(told.predict(none, asked, 168)[0].median).all()


def test_nothing_is_read_of_days_that_were_taught_after_the_origin_but_the_calendar():
    series = school_run(8)
    walls = Walls.of(panel(series, DayTypes()).series[0], calendar("OM", 24), series.end)
    schools = Schools.of(walls, calendar("OM", 24))
    # The sixth week is free, after five weeks of term; of those before the first term nothing is known.
    columns = schools.columns(np.array([0, 24 * 35, 24 * 42]), np.array([5, 24 * 35 + 5, 24 * 41]))
    assert len(NAMES) == columns.shape[1]
    np.testing.assert_array_equal(columns, [[1, np.nan], [0, 1], [0, 28 / 35]])
