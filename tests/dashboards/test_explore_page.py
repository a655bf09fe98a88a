"""Explore's page, run whole against a server of the contract."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.contract_server import z
from tests.dashboards.test_pages import APP, city, html, opened, well  # noqa: F401

pytestmark = pytest.mark.usefixtures("wire")

PAGE = "app_pages/explore.py"
HOUR = timedelta(hours=1)


@pytest.fixture
def linked(opened):  # noqa: F811
    """Open the page by its address alone, as a link does, with parameters that no other page knows."""

    def open_linked(**parameters: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in ({"property": "pm2_5"} | parameters).items():
            app.query_params[key] = value
        return app.switch_page(PAGE).run()

    return open_linked


def test_places_stand_side_by_side_and_are_ranked_with_their_coverage(linked, city):  # noqa: F811
    app = well(linked(places="seeb,bawshar,mutrah,amrat"))
    page = html(app)
    assert "Fine particles (PM2.5) was highest in" in page
    assert "“within the guideline” on" in page
    assert app.code[0].value.count("curl") == 4
    assert all(f"place={one}" in app.code[0].value for one in ("seeb", "bawshar", "mutrah", "amrat"))
    assert page.count('href="explore?') == 6, "one a district"
    assert "Districts by their mean" in page
    assert "<td>100%</td>" in page
    assert "of=place" in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_periods_lie_on_one_axis(linked, language):
    app = well(linked(lang=language, place="seeb", of="place", periods="week-year", days="3"))
    assert app.code[0].value.count("curl") == 3
    said = {
        "en": ("a week earlier it was", "a year (52 weeks) earlier"),
        "ar": ("وكان قبل أسبوع", "وكان قبل سنة"),
    }
    assert all(text in html(app) for text in said[language])
    assert "thing=air-quality-seeb-1" in html(app), "a row of the ranking leads to its sensor"


def test_a_year_is_drawn_of_days(linked, city):  # noqa: F811
    app = well(linked(days="365"))
    assert "bucket=P1D" in app.code[0].value
    assert "Daily means" in html(app)


def happened(city):  # noqa: F811
    day = (city.now - 3 * 24 * HOUR).date().isoformat()
    holiday = {
        "country": "OM", "kind": "holiday", "first_date": day, "last_date": day, "confirmed": True,
        "name": {"en": "National Day", "ar": "العيد الوطني"}, "announced_by": "decree", "shipped": True,
    }  # fmt: skip
    city.more["/v1/calendar"] = lambda query: [holiday] if query["year"] == day[:4] else []
    city.alerts = 1
    raised = {"raised_at": z(city.now - 30 * HOUR), "cleared_at": z(city.now - 28 * HOUR)}
    city.more["/v1/alerts"] = lambda _: [
        one | raised | {"observed_property": "pm2_5"} for one in city.alerts_open()
    ]


def test_what_happened_is_laid_over_and_said_in_a_table(linked, city):  # noqa: F811
    happened(city)
    app = well(linked(of="place", marks="calendar-alerts-weather"))
    page = html(app)
    assert "What happened" in page
    assert "National Day" in page
    assert "Dust" in page
    assert len(app.get("vega_lite_chart")) == 2, "the temperature below"
    assert any("/v1/calendar?year=" in path for path in city.asked)
    without = html(well(linked(of="place")))
    assert "What happened" not in without


def test_what_was_unusual_is_marked_on_the_line(linked, city):  # noqa: F811
    shown = city.streams[0]
    kept = ("datastream", "thing", "thing_name", "source", "simulated", "place", "observed_property", "unit")
    start = city.now - 20 * HOUR
    one = {key: shown[key] for key in kept} | {
        "anomaly": 1, "location": None, "expected_by": "forecast", "start": z(start), "end": z(start + HOUR),
        "step_count": 2, "worst_at": z(start), "observed": 99.0, "expected": 20.0, "lower_95": 10.0, "upper_95": 30.0,
        "size": 7.0, "direction": "above", "test": "anomaly", "quality": 3,
    }  # fmt: skip
    city.more["/v1/anomalies"] = lambda _: [one]
    app = well(linked(thing=shown["thing"], property=shown["observed_property"], marks="anomalies", days="3"))
    page = html(app)
    assert "What happened" in page
    assert "<td>Anomalies</td>" in page
    chart = app.get("vega_lite_chart")[0].proto.spec
    assert "Anomalies" in chart


def test_a_kind_that_does_not_answer_is_said_and_leaves_the_rest(linked, city):  # noqa: F811
    happened(city)
    city.broken = frozenset({"/v1/calendar"})
    page = html(well(linked(of="place", marks="calendar-alerts")))
    assert "Holidays could not be read." in page
    assert "Dust" in page


def test_what_is_chosen_is_written_to_the_address(linked):
    app = well(linked())
    boxes = {one.label: one for one in app.multiselect}
    boxes["Places side by side"].set_value(["seeb", "mutrah"]).run()
    assert app.query_params["places"] == "seeb,mutrah"
    boxes = {one.label: one for one in app.multiselect}
    boxes["Show as well"].set_value(["weather"]).run()
    assert app.query_params["marks"] == "weather"
    assert len(well(app).get("vega_lite_chart")) == 2


def test_the_period_before_is_compared_where_nothing_else_is(linked):
    page = html(well(linked(days="1")))
    assert "in the period of the same length before, it was" in page


def test_a_recording_can_be_explored_behind_the_citys_own(linked):
    app = well(linked(property="vehicle_flow", thing="i94"))
    assert "i94" in app.query_params["thing"]
    assert "Interstate 94" in html(app)


def test_what_is_not_reviewed_stands_below_the_lines_on_request_and_marked(linked):
    app = well(linked())
    assert "Roof" not in html(app)
    page = html(well(app.toggle(key="unreviewed").set_value(True).run()))
    assert page.count("Roof (not reviewed)") == 1
