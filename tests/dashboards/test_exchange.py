"""Another period is other rows of the same chart, so that a browser exchanges these and does not build the chart anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboards.alerts.days import days_chart
from dashboards.charts import Drawn, forecast_chart, spec_of
from dashboards.explore import chart as explore
from dashboards.explore.lines import Line, Point, Subject
from dashboards.language import Words
from dashboards.limits import limit_of
from dashboards.model import Hour, Name
from dashboards.palette import LIGHT
from dashboards.period import Period
from tests.dashboards.test_limits import limit

END = datetime(2026, 11, 28, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEB = Subject(Name("Seeb", "السيب"), frozenset({"a"}), "seeb")
LIMIT = limit_of(limit(averaging="PT24H", ends=(15, 45, None)))


def hours(days: int) -> list[tuple[datetime, float | None]]:
    """Of the longer periods with a lone hour between gaps, and nearer to the bounds."""
    lone = [None, 20.0, None] if days > 7 else [1_000.0] * 3
    means = [*lone, *[1_000.0 + days] * (24 * days - 3)]
    return [(END + (number - 24 * days) * HOUR, mean) for number, mean in enumerate(means)]


def lines(days: int, words: Words) -> Any:
    points = [Point(*one) for one in hours(days)]
    period = Period(END - timedelta(days=days), END)
    drawn = explore.Drawn([Line(SEEB, points)], ["Seeb"], "ug/m3", "PT1H", period, LIMIT)
    return explore.lines_chart(drawn, words, LIGHT)


def observed(days: int, words: Words) -> Any:
    return forecast_chart(Drawn([Hour(*one) for one in hours(days)], None, "ug/m3"), words, LIGHT)


def raised(days: int, words: Words) -> Any:
    first = (END - timedelta(days=days)).date().isoformat()
    return days_chart({(first, "severe"): days}, Period(END - timedelta(days=days), END), words, LIGHT)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("make", [lines, observed, raised])
def test_of_another_period_only_the_rows_are_others(make, language):
    words = Words(language)
    week, fortnight = (spec_of(make(days, words)) for days in (7, 14))
    rows = [one.pop("datasets") for one in (week, fortnight)]
    assert week == fortnight
    assert [*rows[0]] == [*rows[1]], "under the same names, in the same order"
    assert rows[0] != rows[1]
    assert all(isinstance(one, list) for one in rows[0].values()), "as Streamlit takes them"


def test_layers_of_one_base_share_their_rows_and_empty_ones_do_not():
    spec = spec_of(lines(7, Words("en")))
    names = [one["data"]["name"] for one in spec["layer"]]
    assert set(names) == set(spec["datasets"])
    assert len(set(names)) < len(names)
    assert sum(not rows for rows in spec["datasets"].values()) >= 2, "no lone hour, no bound in reach"


def test_a_chart_keeps_its_rows():
    chart = lines(7, Words("en"))
    assert spec_of(chart) == spec_of(chart)
