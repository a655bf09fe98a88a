"""Nowcasts on the pages: where each property comes to most in the next hours, how old that is, and how bands did."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from dashboards.charts import chart_png
from dashboards.forecast.nowcast import Near, chart
from dashboards.language import Words
from dashboards.model import Hour, Name
from dashboards.palette import LIGHT
from dashboards.soon import AGE_MAX, QUARTER, Held, Quarter, Soon, ahead_of, together
from tests.dashboards.contract_server import City, z
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
NOW = datetime(2026, 11, 28, 9, 7, tzinfo=UTC)
ORIGIN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SPAN = timedelta(hours=3)
HELD = Held(0.8, 10)


def soon(thing: str, medians: list[float], *, issued: datetime = NOW, held: Held = HELD) -> Soon:
    quarters = [
        Quarter(ORIGIN + n * QUARTER, one, (one - 1, one + 1), (one - 2, one + 2))
        for n, one in enumerate(medians)
    ]
    return Soon(
        1,
        thing,
        Name(thing, thing),
        "seeb",
        "vehicle_flow",
        "1/h",
        True,
        True,
        issued,
        ORIGIN,
        "profile",
        held,
        tuple(quarters),
    )


def test_the_peak_of_200_random_cities_agrees_with_a_reckoning_of_its_own():
    dice = random.Random(20261128)
    empty = 0
    for _ in range(200):
        soons = [
            soon(
                f"t{number}",
                [float(dice.randrange(50)) for _ in range(24)],
                issued=NOW - dice.choice([timedelta(), AGE_MAX, AGE_MAX + timedelta(seconds=1)]),
            )
            for number in range(dice.randrange(4))
        ]
        way = dice.choice(["highest", "lowest"])
        told = [
            (quarter.median, quarter.start)
            for one in soons
            if NOW - one.issued_at <= AGE_MAX
            for quarter in one.quarters
            if quarter.start + QUARTER > NOW and quarter.start < NOW + SPAN
        ]
        found = ahead_of(soons, way, NOW, SPAN)
        if not told:
            empty += 1
            assert found is None
            continue
        assert found is not None
        best = (max if way == "highest" else min)(median for median, _ in told)
        assert found.peak.quarter.median == best
        assert found.peak.quarter.start == min(start for median, start in told if median == best)
    assert 0 < empty < 150


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], Held(0.0, 0)),
        ([Held(0.0, 0)], Held(0.0, 0)),
        ([Held(0.5, 10), Held(0.0, 0), Held(1.0, 30)], Held(0.875, 40)),
    ],
)
def test_bands_count_by_how_many_quarters_were_seen(parts, whole):
    assert together(parts) == whole


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_chart_has_what_came_and_both_bands_on_one_time(language):
    came = [Hour(ORIGIN - QUARTER, 3.0), Hour(ORIGIN - 2 * QUARTER, None)]
    drawn = chart(Near(soon("a", [1.0, 2.0]), came, []), Words(language), LIGHT).to_dict()
    assert chart_png(
        chart(Near(soon("a", [1.0, 2.0]), came, []), Words(language), LIGHT), Words(language), LIGHT, 1
    )
    bands, lines, _ = (drawn["datasets"][layer["data"]["name"]] for layer in drawn["layer"])
    assert [(row["lower"], row["upper"]) for row in bands] == [(-1, 3), (0, 4), (0, 2), (1, 3)]
    assert [row["value"] for row in lines] == [3.0, None, 1.0, 2.0]
    assert lines[2]["time"] == "2026-11-28T13:00:00Z", "Muscat's clock"


def nowcasts(city: City, observed_property: str):
    """Of every such datastream, ever more from quarter to quarter."""
    issued = city.now - timedelta(minutes=5)
    origin = city.now.replace(minute=city.now.minute // 15 * 15, second=0, microsecond=0)
    return [
        {key: one[key] for key in ("datastream", "thing", "thing_name", "source", "simulated", "place", "unit")}
        | {
            "location": {"type": "Point", "coordinates": [58.1, 23.6]}, "observed_property": observed_property, "issued_at": z(issued), "origin": z(origin),
            "model": "decay_to_profile", "seen_count": 40, "inside_80": 0.75, "inside_95": 0.9,
            "values": [
                {"phenomenon_time": z(origin + n * QUARTER), "median": 900.0 + n + one["datastream"], "lower_80": 800.0,
                 "upper_80": 1000.0, "lower_95": 700.0, "upper_95": 1100.0}
                for n in range(24)
            ],
        }
        for one in city.streams if one["observed_property"] == observed_property and one["source"] == "muscat"
    ]  # fmt: skip


@pytest.fixture
def nowcast(city: City) -> City:
    def asked(query: dict[str, str]):
        rows = nowcasts(city, query.get("observed_property", "vehicle_flow"))
        kept = ("datastream", "place")
        return [row for row in rows if all(str(row[key]) == query[key] for key in kept if key in query)]

    city.more["/v1/nowcasts"] = asked
    return city


SAID = {
    "en": ("The next 3 hours", "Vehicles per hour, highest", "Nowcasts issued 5 minutes ago", "held 75% of"),
    "ar": (
        "ما المنتظر خلال 3 ساعات؟",
        "المركبات في الساعة: الأعلى",
        "صدرت التوقعات القريبة قبل 5 دقائق",
        "ضمّ 75% من",
    ),
}


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_overview_says_where_the_next_hours_come_to_most(opened, nowcast, language):
    page = html(well(opened(lang=language, place="seeb")))
    assert [text for text in SAID[language] if text not in page] == []
    assert "forecast?lang" in page
    assert "property=vehicle_flow&amp;thing=traffic-seeb-2" in page, "the sensor with the most"
    assert any("/v1/nowcasts?observed_property=vehicle_flow&place=seeb" in path for path in nowcast.asked)


@pytest.mark.usefixtures("wire")
def test_without_nowcasts_the_overview_says_nothing_of_them_and_a_fault_is_said(opened, city):
    assert "The next 3 hours" not in html(well(opened()))
    city.broken = frozenset({"/v1/nowcasts"})
    assert "The nowcasts could not be read." in html(well(opened(place="seeb")))


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_forecast_page_draws_them_with_age_and_skill(opened, nowcast, language):
    app = well(
        opened("app_pages/forecast.py", lang=language, property="vehicle_flow", thing="traffic-seeb-1")
    )
    page, words = html(app), Words(language)
    assert words("nowcast.title", span=words.counted("span.hour", 6)).translate(ISOLATES) in page
    assert words("nowcast.model.decay_to_profile") in page
    assert SAID[language][3] in page
    assert len(app.get("vega_lite_chart")) == 3, "the forecast, its nowcast, and what was said a week ago"
    assert any("bucket=PT15M" in path for path in nowcast.asked)


ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
