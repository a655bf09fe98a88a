"""The forecast chart as a value: what is dashed, what lies under what, which clock it shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from dashboards.charts import Drawn, chart_png, forecast_chart, hourly_grid, wall_clock
from dashboards.language import Words
from dashboards.limits import limit_of
from dashboards.model import Candidate, Forecast, Hour, Step
from dashboards.palette import DARK, LIGHT
from tests.dashboards.test_limits import limit

EN, AR = Words("en"), Words("ar")
ORIGIN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def forecast(**changes) -> Forecast:
    steps = tuple(
        Step(
            ORIGIN + number * HOUR,
            100.0 + number,
            {"50": (95.0, 105.0), "80": (90.0, 110.0), "95": (80.0, 120.0)},
        )
        for number in range(6)
    )
    fields = {
        "datastream": 7, "unit": "{vehicles}/h", "issued_at": ORIGIN + timedelta(minutes=5), "origin": ORIGIN,
        "horizon_hours": 6, "model": "prophet", "baseline": "seasonal_naive_168", "mae": 88.0, "baseline_mae": 100.0,
        "skill": 0.12, "backtest_origins": 6, "coverage": {"50": 0.52, "80": 0.78, "95": 0.94},
        "training_hours": 2016, "fallback_reason": None, "simulated": True, "steps": steps,
        "candidates": (Candidate("prophet", 88.0, 0.12), Candidate("seasonal_naive_168", 100.0, 0.0)),
    }  # fmt: skip
    return Forecast(**(fields | changes))


HOURS = [Hour(ORIGIN - number * HOUR, 90.0) for number in range(48, 0, -1)]
DRAWN = Drawn(HOURS, forecast(), "{vehicles}/h")


def layer(chart: dict, mark: str) -> dict:
    (found,) = [
        one for one in chart["layer"] if one["mark"]["type"] == mark and "tooltip" not in one["encoding"]
    ]
    return found


def values(chart: dict, part: dict) -> list[dict]:
    """A layer's rows, which Altair may keep once for the whole chart."""
    data = part["data"]
    return chart["datasets"][data["name"]] if "name" in data else data["values"]


def test_the_forecast_is_dashed_and_what_was_observed_solid():
    lines = layer(forecast_chart(DRAWN, EN, LIGHT).to_dict(), "line")
    scale = lines["encoding"]["strokeDash"]["scale"]
    assert dict(zip(scale["domain"], map(tuple, scale["range"]), strict=True)) == {
        "Observed": (1, 0),
        "Forecast (median)": (6, 4),
    }


def test_bands_lie_from_the_widest_to_the_narrowest_under_the_line():
    chart = forecast_chart(DRAWN, EN, LIGHT).to_dict()
    bands = layer(chart, "area")
    rows = values(chart, bands)
    assert list(dict.fromkeys(row["band"] for row in rows)) == ["95% band", "80% band", "50% band"]
    assert [(row["lower"], row["upper"]) for row in rows[::6]] == [
        (80.0, 120.0),
        (90.0, 110.0),
        (95.0, 105.0),
    ]
    assert chart["layer"].index(bands) < chart["layer"].index(layer(chart, "line"))


def test_the_rule_stands_at_the_origin_in_muscat_time():
    chart = forecast_chart(DRAWN, EN, LIGHT).to_dict()
    rule = layer(chart, "rule")
    assert values(chart, rule)[0]["time"] == "2026-11-24T21:00:00Z"
    assert rule["encoding"]["x"]["scale"]["type"] == "utc"
    assert wall_clock(ORIGIN) == "2026-11-24T21:00:00Z"


def test_the_arabic_chart_speaks_arabic_and_names_its_months():
    chart = forecast_chart(DRAWN, AR, DARK).to_dict()
    assert chart["config"]["locale"]["time"]["shortMonths"][10] == "نوفمبر"
    assert chart["config"]["locale"]["time"]["shortDays"][0] == "الأحد"
    domain = layer(chart, "line")["encoding"]["color"]["scale"]["domain"]
    assert ["المرصود" in domain[0], "المتوقع" in domain[1]] == [True, True]


@pytest.mark.parametrize(
    "drawn", [Drawn([], None, "1"), Drawn(HOURS[:1], None, "1"), Drawn([], forecast(steps=()), "1")]
)
def test_little_or_nothing_to_draw_is_still_a_chart(drawn):
    chart = forecast_chart(drawn, EN, LIGHT).to_dict()
    marks = [one["mark"]["type"] for one in chart["layer"]]
    assert marks == ["line", "point", "rule"]
    assert len(values(chart, layer(chart, "point"))) == len(drawn.hours)


def test_missing_hours_are_gaps_not_bridges():
    grid = hourly_grid([Hour(ORIGIN + 3 * HOUR, 2.0), Hour(ORIGIN, 1.0)])
    assert [hour.mean for hour in grid] == [1.0, None, None, 2.0]


@pytest.mark.parametrize(("hours", "count"), [(24, 8), (48, 8), (50, {"interval": "day", "step": 1})])
def test_a_day_or_two_have_hours_at_the_axis_and_more_have_days(hours: int, count: object):
    drawn = Drawn([Hour(ORIGIN - number * HOUR, 90.0) for number in range(hours)], None, "1")
    chart = forecast_chart(drawn, EN, LIGHT).to_dict()
    assert layer(chart, "line")["encoding"]["x"]["axis"]["tickCount"] == count


def test_tooltips_say_every_hour_in_words():
    chart = forecast_chart(DRAWN, EN, LIGHT).to_dict()
    rows = values(chart, chart["layer"][-1])
    assert len(rows) == len(HOURS) + 6
    first, last = rows[0], rows[-1]
    assert first["field2"] == "—"
    assert "105" in last["field2"]
    assert "80 – 120" in last["field5"]


def test_the_chart_becomes_a_picture_without_a_network():
    picture = chart_png(forecast_chart(DRAWN, AR, LIGHT), AR, LIGHT, 1.0)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000


def test_an_hour_between_gaps_is_a_point_because_a_line_needs_two():
    hours = [
        Hour(ORIGIN - number * HOUR, mean) for number, mean in enumerate((5.0, None, 7.0, 8.0, None, 9.0))
    ]
    chart = forecast_chart(Drawn(hours, None, "1"), EN, LIGHT).to_dict()
    assert [row["value"] for row in values(chart, layer(chart, "point"))] == [9.0, 5.0]
    without = forecast_chart(DRAWN, EN, LIGHT).to_dict()
    assert list(values(without, layer(without, "point"))) == []
    assert chart_png(forecast_chart(Drawn(hours, None, "1"), EN, LIGHT), EN, LIGHT, 1).startswith(b"\x89PNG")


def test_bounds_near_the_values_are_lines_in_words_with_whose_they_are():
    drawn = Drawn(HOURS, None, "ug/m3", limit_of(limit(averaging="PT24H", ends=(15, 95, None))))
    chart = forecast_chart(drawn, EN, LIGHT).to_dict()
    texts = [
        re.sub("[\u2066-\u2069]", "", row["label"])
        for one in chart["layer"]
        if one["mark"]["type"] == "text"
        and "stroke" not in one["mark"]  # which is the rim of the one above it
        for row in values(chart, one)
    ]
    assert texts == ["Level 1: up to 95 µg/m³", "Who, 24-hour mean"]
    far = Drawn(HOURS, None, "ug/m3", limit_of(limit(ends=(1, None))))
    assert "text" not in [one["mark"]["type"] for one in forecast_chart(far, EN, LIGHT).to_dict()["layer"]]
