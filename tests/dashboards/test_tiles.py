"""Tiles: the right number, honestly labelled, and never a zero for silence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from citycore.model import Quality
from dashboards import rules
from dashboards.language import Words
from dashboards.limits import limit_of
from dashboards.model import Hour, Name
from dashboards.overview.tiles import build_tile, combine, notes, spark_svg, tile_html, with_level, with_spark
from dashboards.rules import Condition, Reading
from tests.dashboards.test_limits import limit
from tests.dashboards.test_rules import LIMITS, NOW, latest, thing

EN, AR = Words("en"), Words("ar")
DUST = Name("Particles <PM10>", "الجسيمات")
START = NOW.replace(minute=0) - timedelta(hours=4)


def readings(*rows) -> list[Reading]:
    return [Reading(thing(row.thing), row, rules.condition(row, NOW, LIMITS), (58.1, 23.6)) for row in rows]


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def test_a_tile_is_the_median_of_what_is_fresh_and_usable():
    rows = [latest("a", result=1.0), latest("b", result=2.0), latest("c", result=30.0)]
    old, bad = latest("d", age=1e5, result=99.0), latest("e", quality=Quality.BAD, result=99.0)
    tile = build_tile(DUST, "ug/m3", "median", readings(*rows, old, bad))
    assert (tile.value, len(tile.used), tile.flagged, tile.condition) == (2.0, 3, 1, Condition.FRESH)
    assert plain(notes(tile, EN, NOW)[0]) == "median of 3 sensors, 1 left out as faulty"


@pytest.mark.parametrize(("aggregate", "value"), [("median", 2.0), ("total", 33.0), ("highest", 30.0)])
def test_aggregates(aggregate, value):
    assert combine(aggregate, [1.0, 30.0, 2.0]) == value


def test_a_tile_with_only_silent_sensors_is_grey_and_says_so():
    tile = build_tile(DUST, "ug/m3", "median", readings(latest(age=7200, result=5.0)))
    html = tile_html(tile, EN, NOW)
    assert tile.condition is Condition.SILENT
    assert 'class="falaj-tile falaj-silent"' in html
    assert ">stale<" in html
    assert "last heard 2 hours ago" in plain(html)


def test_a_tile_that_never_heard_anything_shows_a_dash_not_a_zero():
    never = [Reading(thing(), None, Condition.NEVER, None)]
    html = tile_html(build_tile(DUST, "ug/m3", "total", never), EN, NOW)
    assert '<span class="falaj-number">—</span>' in html
    assert "no value yet" in html
    assert "simulated" not in html


def test_simulated_is_said_on_the_tile_in_both_languages():
    tile = build_tile(DUST, "ug/m3", "median", readings(latest()))
    assert ">simulated<" in tile_html(tile, EN, NOW)
    assert ">محاكاة<" in tile_html(tile, AR, NOW)
    real = build_tile(DUST, "ug/m3", "median", readings(replace(latest(), simulated=False)))
    assert "simulated" not in tile_html(real, EN, NOW)


def test_names_are_text_not_markup():
    assert "Particles &lt;PM10&gt;" in tile_html(
        build_tile(DUST, "ug/m3", "median", readings(latest())), EN, NOW
    )


def test_values_of_another_unit_are_not_mixed_in():
    other = replace(latest("b", result=900.0), unit="[ppb]")
    tile = build_tile(DUST, "ug/m3", "total", readings(latest("a", result=5.0), other))
    assert (tile.value, tile.unit) == (5.0, "ug/m3")


def hours(*means: float | None) -> list[Hour]:
    return [Hour(START + timedelta(hours=number), mean) for number, mean in enumerate(means)]


def test_the_line_is_the_tiles_aggregate_hour_by_hour_with_gaps():
    tile = build_tile(DUST, "ug/m3", "median", readings(latest()))
    drawn = with_spark(tile, [hours(1, 2, None, 4), hours(3, 4, None)], START, 4)
    assert drawn.spark == (2.0, 3.0, None, 4.0)


def test_a_total_needs_every_series_in_the_hour():
    tile = build_tile(DUST, "ug/m3", "total", readings(latest()))
    assert with_spark(tile, [hours(1, 2, 3), hours(10, None, 30)], START, 3).spark == (11.0, None, 33.0)


def test_a_gap_breaks_the_line_and_the_picture_has_words():
    tile = with_spark(
        build_tile(DUST, "ug/m3", "median", readings(latest())), [hours(1, 2, None, 4, 5)], START, 5
    )
    assert spark_svg(tile).count("<path") == 2
    html = tile_html(tile, EN, NOW)
    assert 'alt="Last 24 hours: from' in html
    assert "<svg" in unquote(html)


def test_one_value_is_no_line():
    tile = with_spark(build_tile(DUST, "ug/m3", "median", readings(latest())), [hours(1)], START, 3)
    assert "<img" not in tile_html(tile, EN, NOW)


def test_noise_stays_flat_and_a_change_fills_the_height():
    def heights(*means):
        tile = with_spark(
            build_tile(DUST, "ug/m3", "median", readings(latest())), [hours(*means)], START, len(means)
        )
        return [float(point.split()[1]) for point in re.findall(r"\d+\.\d \d+\.\d", spark_svg(tile))]

    quiet, loud = heights(10.0, 10.01, 10.0), heights(10.0, 20.0, 10.0)
    assert max(quiet) - min(quiet) < 1
    assert max(loud) - min(loud) == 30


@pytest.mark.parametrize(
    ("asked", "aggregate", "level", "note"),
    [
        ([], "median", None, None),
        ([limit()], "median", "Level 0", "1-hour mean: 4 µg/m³, by Who"),
        ([limit()], "total", None, None),
        ([limit(averaging="PT24H")], "median", None, None),
        ([limit(averaging="P1Y")], "median", None, "Who: annual mean; no single value is judged by it"),
    ],
)
def test_a_tile_says_its_level_and_whose_it_is_or_nothing(asked, aggregate, level, note):
    tile = build_tile(DUST, "ug/m3", aggregate, readings(latest()))
    tile = with_level(with_spark(tile, [hours(1, 2, 3, 4)], START, 4), [limit_of(one) for one in asked])
    html = plain(tile_html(tile, EN, NOW))
    assert ("falaj-level" in html, "Level 0" in html) == (level is not None, level is not None)
    said = [plain(one) for one in notes(tile, EN, NOW)]
    assert said[3:] == ([] if note is None else [note])


def test_what_is_silent_has_no_level():
    tile = build_tile(DUST, "ug/m3", "median", readings(latest(age=7200, result=5.0)))
    drawn = with_level(with_spark(tile, [hours(1, 2)], START, 2), [limit_of(limit())])
    assert drawn.judged is None
