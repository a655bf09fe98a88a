"""Which limit judges what: order of tables, averaging, units, and limits that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards import air, limits
from dashboards.language import Words
from dashboards.overview import air as air_tile
from dashboards.settings import DashboardSettings
from falaj_client import AirQuality, Limit, LimitBand, Name

DAY = date(2026, 11, 24)
NAME = Name("Who", "من")
COLOURS = ("#a6cee3", "#fdae61", "#a50026")


def limit(
    table: str = "who_2021", averaging: str = "PT1H", ends: tuple[float | None, ...] = (15, 45, None), **given
) -> Limit:
    lows = (0, *ends[:-1])
    fields = {
        "table": table, "table_name": NAME, "authority": NAME, "reference": "", "url": None, "shipped": True,
        "observed_property": "pm10", "averaging": averaging, "statistic": "mean", "unit": "ug/m3",
        "reference_celsius": None, "step": None, "exceedances_per_year": None, "since": None, "until": None,
        "bands": tuple(
            LimitBand(level=f"level_{rank}", rank=rank, name=Name(f"Level {rank}", f"مستوى {rank}"),
                      colour=COLOURS[rank], low=low, up_to=end, index_from=None, index_to=None, advice=())
            for rank, (low, end) in enumerate(zip(lows, ends, strict=True))
        ),
    }  # fmt: skip
    return Limit(**(fields | given))


def chosen(*asked: Limit, unit: str = "ug/m3"):
    found = limits.of_property(limits.known_of(asked), "pm10", unit, DAY)
    return [
        None if one is None else f"{one.origin.code} {one.averaging}"
        for one in (limits.for_value(found), limits.for_mean(found), limits.drawn_limit(found))
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([], [None, None, None]),
        ([limit("eu_aqi_2024"), limit("who_2021", "PT24H")], ["eu_aqi_2024 PT1H", *["who_2021 PT24H"] * 2]),
        ([limit("who_2021"), limit("om_md_41_2017")], ["om_md_41_2017 PT1H"] * 3),
        ([limit("who_2021"), limit("ours", shipped=False)], ["ours PT1H"] * 3),
        ([limit("who_2021", "PT24H"), limit("who_2021", "PT1H")], ["who_2021 PT1H"] * 3),
        ([limit(averaging="P1Y")], [None, None, "who_2021 P1Y"]),
        ([limit(averaging="PT8H", statistic="daily_maximum")], [None, None, "who_2021 PT8H"]),
        ([limit("eu_2024_2881", since=date(2030, 1, 1))], [None, None, None]),
        ([limit(unit="Cel")], [None, None, None]),
        ([limit(observed_property="no2")], [None, None, None]),
    ],
)
def test_the_first_table_that_has_the_averaging_judges(asked, expected):
    assert chosen(*asked) == expected


def test_whose_limits_go_first_is_a_setting(monkeypatch):
    monkeypatch.setenv("FALAJ_DASHBOARDS_LIMIT_TABLES", "us_naaqs, who_2021")
    order = DashboardSettings().limit_tables
    known = limits.known_of([limit("eu_aqi_2024"), limit("who_2021"), limit("us_naaqs")], order)
    assert [one.origin.code for one in known.limits] == ["us_naaqs", "who_2021", "eu_aqi_2024"]


@pytest.mark.parametrize(
    "broken",
    [
        limit(averaging="PT3H"),
        limit(statistic="mode"),
        limit(bands=()),
        limit(ends=(float("nan"), None)),
        limit(ends=(45, 15, None)),
    ],
)
def test_a_limit_that_cannot_be_read_is_left_out_and_counted(broken):
    known = limits.known_of([broken, limit()])
    assert (len(known.limits), known.left_out) == (1, 1)


def test_a_level_without_a_colour_has_one_that_says_nothing():
    one = limit()
    odd = replace(one, bands=(replace(one.bands[0], level="new", colour="red; }"), *one.bands[1:]))
    level = limits.level(3, "ug/m3", limits.limit_of(odd))
    assert level is not None
    assert (level.code, level.colour) == ("new", limits.NO_COLOUR)


@pytest.mark.parametrize(
    ("averaging", "line", "level", "mean"),
    [
        ("PT1H", [90.0, 10.0], "level_0", 10.0),
        ("PT1H", [10.0, None], None, None),
        ("PT24H", [20.0] * 12 + [None] * 6 + [40.0] * 6, "level_1", 80 / 3),
        ("PT24H", [20.0] * 17 + [None] * 7, None, None),
        ("PT8H", [20.0] * 5, None, None),
        ("PT1H", [-1.0], None, None),
    ],
)
def test_a_mean_is_judged_over_its_own_hours_or_not_at_all(averaging, line, level, mean):
    found = limits.judged(line, "ug/m3", limits.limit_of(limit(averaging=averaging)))
    assert (found and found.level.code) == level
    assert (found and found.value) == (pytest.approx(mean) if mean else None)


def test_values_are_converted_and_lines_are_in_the_unit_of_the_chart():
    one = limits.limit_of(limit(unit="mg/m3", ends=(0.015, 0.045, None)))
    level = limits.level(16, "ug/m3", one)
    assert level is not None
    assert level.code == "level_1"
    assert [line.value for line in limits.lines(one, "ug/m3", [10, 20])] == [pytest.approx(15)]


@pytest.mark.parametrize(
    ("values", "ends"), [([], []), ([14, 16], [15]), ([38], [45]), ([100], []), ([10, 30], [15, 45])]
)
def test_lines_lie_within_the_chart_or_near_it(values, ends):
    assert [line.value for line in limits.lines(limits.limit_of(limit()), "ug/m3", values)] == ends


@pytest.mark.parametrize(
    ("table", "mean", "expected"),
    [("who_2021", 15, False), ("who_2021", 16, True), ("ours", 46, True), ("eu_aqi_2024", 46, False)],
)
def test_a_mean_lies_above_a_guideline_or_law_and_never_above_an_index(table, mean, expected):
    found = limits.judged([mean], "ug/m3", limits.limit_of(limit(table)))
    assert limits.is_above(found) is expected


NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
INDEX = limits.known_of([limit("eu_aqi_2024")])


def hour(thing: str, level: str | None, *, age: int = 1, value: int | None = 50) -> AirQuality:
    end = NOW - timedelta(hours=age)
    return AirQuality(
        start=end - timedelta(hours=1), end=end, place=None, place_name=None, thing=thing, thing_name=NAME,
        source="city", simulated=False, location=None, thing_count=1, index="us", value=value, beyond=False,
        level=level, level_name=None, colour=None, observed_property="pm10", averaging="PT24H", method="mean",
        coverage=1.0, advice=(), parts=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "worst"),
    [
        ([], None),
        ([hour("a", "level_0"), hour("b", "level_1", value=60)], ("b", 2)),
        ([hour("a", "level_1"), hour("b", "level_2", age=9)], ("a", 1)),
        ([hour("a", "level_0"), hour("elsewhere", "level_2")], ("a", 1)),
        ([hour("a", None, value=None)], None),
        ([hour("a", "unheard_of", value=None), hour("b", "level_2")], ("a", 2)),
    ],
)
def test_the_air_of_a_place_is_that_of_its_worst_station(hours, worst):
    found = air.worst(hours, frozenset("ab"), INDEX, NOW)
    assert (found and (found.hour.thing, found.thing_count)) == worst
    if found is not None:
        html = air_tile.tile_html(found, {}, Words("ar"))
        assert found.level.code in html, "a level without a name is its code"
