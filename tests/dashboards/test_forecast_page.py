"""What was said a week ago and what came, by a reckoning of its own; what the page opens on; holidays; and the page."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.answers import Counted, Value
from dashboards.charts import Drawn, forecast_chart
from dashboards.exceedance import Odds
from dashboards.forecast.client import Holiday, holidays
from dashboards.forecast.marks import odds_chart, with_holidays
from dashboards.forecast.model import telling_first
from dashboards.forecast.past import Past, claims_of
from dashboards.forecast.past import load as load_past
from dashboards.language import Words
from dashboards.model import Datastream, Hour, Name, Step
from dashboards.palette import LIGHT
from dashboards.period import Period
from tests.dashboards.test_charts import DRAWN
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
START = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
FORECAST = DRAWN.forecast
assert FORECAST is not None


def test_what_came_of_200_random_forecasts_agrees_with_a_reckoning_of_its_own():
    dice = random.Random(20261128)
    empty = 0
    for _ in range(200):
        steps, hours, inside, misses = [], [], 0, []
        for number in range(dice.choice([1, 3, 48])):
            moment, median = START + number * HOUR, dice.uniform(0, 100)
            low, high = median - dice.uniform(0, 20), median + dice.uniform(0, 20)
            steps.append(Step(moment, median, {"50": (median, median), "80": (low, high), "95": (-1e3, 1e3)}))
            value = dice.choice([None, median, high + 1, low - 1, dice.uniform(0, 100)])
            if dice.random() < 0.8:
                hours.append(Hour(moment, value))
                if value is not None:
                    inside += low <= value <= high
                    misses.append(abs(value - median))
        hours.append(Hour(START - HOUR, 5.0))  # before it
        claims = claims_of(Past(replace(FORECAST, steps=tuple(steps)), hours, []))
        if not misses:
            empty += 1
            assert claims == []
            continue
        fields = claims[0].fields
        assert fields["inside"] == inside
        assert fields["hours"] == Counted("forecast.of_hours", len(misses))
        error = fields["error"]
        assert isinstance(error, Value)
        assert error.number == pytest.approx(sum(misses) / len(misses))
    assert 0 < empty < 100
    assert claims_of(None) == []


def stream(number: int, source: str = "muscat", *, has_forecast: bool = True) -> Datastream:
    return Datastream(number, f"t{number}", Name("", ""), "pm10", "ug/m3", source, True, None, has_forecast)


def test_the_page_opens_on_what_has_most_to_say():
    known = [stream(1), stream(2), stream(3), stream(4, has_forecast=False), stream(5, "minneapolis")]
    live = frozenset({"muscat"})

    def order(alarmed: set[tuple[str, str]], skills: dict[int, float]) -> list[int]:
        return [one.number for one in telling_first(known, live, alarmed, skills)]

    assert order(set(), {}) == [1, 2, 3, 4, 5]
    assert order(set(), {1: -0.1, 3: 0.4, 5: 0.9}) == [3, 1, 2, 4, 5]
    assert order({("t2", "pm10"), ("t3", "no2")}, {3: 0.4}) == [2, 3, 1, 4, 5], (
        "an open alert goes before skill"
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_holidays_are_shaded_where_they_lie_in_the_period_and_named(language):
    words = Words(language)
    chart = forecast_chart(Drawn(DRAWN.hours, DRAWN.forecast, DRAWN.unit), words, LIGHT)
    days = [
        Holiday(date(2026, 11, 18), date(2026, 11, 20), Name("National Day", "اليوم الوطني"), True),
        Holiday(date(2026, 11, 22), date(2026, 11, 22), Name("Eid", "العيد"), False),
    ]
    marked = with_holidays(chart, days, Period(START, START + 72 * HOUR), words, LIGHT).to_dict()
    shade = marked["layer"][0]
    rows = marked["datasets"][shade["data"]["name"]]
    assert shade["mark"]["type"] == "rect"
    assert [(row["start"], row["end"]) for row in rows] == [
        ("2026-11-20T04:00:00Z", "2026-11-21T00:00:00Z"),
        ("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
    ]
    said = "Eid (estimated)" if language == "en" else "العيد (تقديري)"
    assert said in rows[1]["label"]
    assert with_holidays(chart, [], Period(START, START), words, LIGHT) is chart


def test_probabilities_stand_on_a_scale_from_nothing_to_certain():
    odds = [Odds(START, Name("WHO", "WHO"), 20, "ug/m3", 20, 0.3, "about")]
    chart = odds_chart(odds, Words("en"), LIGHT).to_dict()
    assert chart["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 1]


@pytest.mark.parametrize("moment", [datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)])
def test_the_ends_of_the_calendar_have_no_week_before_and_no_holidays(moment):
    assert load_past(1, replace(FORECAST, issued_at=moment)) is None
    assert holidays(Period(moment, moment + HOUR)) == []


@pytest.mark.usefixtures("wire")
def test_the_page_says_what_came_and_what_was_promised(opened, city):
    app = well(opened("app_pages/forecast.py"))
    page = html(app)
    assert (
        "of last week&#x27;s forecast 48 of 48 hours came within the 80% band, 0 vehicles/h off its median"
        in page
    )
    assert (
        "<td>hours 1 to 24</td><td>2 vehicles/h</td><td>2.5 vehicles/h</td><td>20%</td><td>−4%</td>" in page
    )
    assert "Shaded: public holidays" in page
    assert any("issued_by=" in path for path in city.asked)


@pytest.mark.usefixtures("wire")
def test_a_table_of_limits_can_be_chosen_and_is_asked_for(opened, city):
    city.odds = [0.1, 0.35, 0.4, 0.1]
    city.limits.append(city.limits[1] | {"table": "us_aqi_2024"})
    app = opened("app_pages/forecast.py", lang="ar", property="pm2_5")
    app.query_params["limits"] = "eu_aqi_2024"
    app = well(app.run())
    assert app.query_params["limits"] == "eu_aqi_2024"
    assert any("/exceedance?" in path and "limits=eu_aqi_2024" in path for path in city.asked)
    assert len(app.get("vega_lite_chart")) == 3
    assert "احتمال أن تتجاوز الساعة" in html(app)
