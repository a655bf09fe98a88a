"""The map: what it claims against a computation of its own, and what it draws."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from citycore.model import SourceKind
from dashboards import client, limits, row
from dashboards.answers import sentence
from dashboards.city import City as Lists
from dashboards.language import Words
from dashboards.map import chart, figure, model
from dashboards.map import client as asked
from dashboards.map.basemap import Basemap, basemap
from dashboards.map.hours import code_of, hour_in, hours_until
from dashboards.model import Name, ObservedProperty, Source, place_of
from dashboards.palette import DARK, LIGHT
from dashboards.state import State
from falaj_client import Place
from falaj_client.parsing import parse
from tests.dashboards.contract_server import City
from tests.dashboards.test_charts import values
from tests.dashboards.test_limits import limit
from tests.dashboards.test_rules import NOW, latest, thing

EN, AR = Words("en"), Words("ar")
OUTLINES = [place_of(parse(Place, feature)) for feature in City(NOW).outlines()]
ENDS = (15, 45, None)
PM10 = ObservedProperty("pm10", Name("PM10", "الجسيمات"), "air", "ug/m3", 1)
SOURCE = Source("muscat", SourceKind.SIMULATED, Name("Muscat", "مسقط"), None, None)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "known_limits", lambda: limits.known_of([limit(ends=ENDS)]))


def random_city(dice: random.Random) -> dict[str, tuple[str, float | None]]:
    """The place of each thing, and its value; None while it is silent."""
    return {
        f"t{number}": (
            dice.choice(OUTLINES).code,
            dice.choice([None, round(dice.uniform(0, 90), 2), dice.choice([15.0, 45.0])]),
        )
        for number in range(dice.choice([0, 1, 2, 12]))
    }


def view_of(things: dict[str, tuple[str, float | None]], words: Words = EN, **chosen: object) -> row.View:
    rows = [latest(code, result=value) for code, (_, value) in things.items() if value is not None]
    lists = Lists(
        OUTLINES,
        [PM10],
        [SOURCE],
        [
            replace(thing(code, place), name=Name(code, code), position=(58.3, 23.5))
            for code, (place, _) in things.items()
        ],
        rows,
    )
    state = State(language=words.language, observed_property="pm10", **chosen)
    return row.view_of(state, words, NOW, lists, row.observed_here)


def recomputed(things: dict[str, tuple[str, float | None]]) -> dict[str, object]:
    """What is true, by another way: the level of a value is how many bounds lie below it."""
    worst: dict[str, float] = {}
    for place, value in things.values():
        if value is not None:
            worst[place] = max(worst.get(place, value), value)
    if not worst:
        return {}
    return {
        "value": max(worst.values()),
        "places": {place for place, value in worst.items() if value == max(worst.values())},
        "level": sum(max(worst.values()) > end for end in ENDS if end is not None),
        "above": sum(value > ENDS[0] for value in worst.values()) if len(worst) > 1 else None,
        "total": len(worst),
    }


def test_the_claims_of_200_random_cities_are_those_of_another_computation(known):
    dice = random.Random(16)
    for _ in range(200):
        things = random_city(dice)
        view = view_of(things)
        said = {one.key: one.fields for one in model.claims_of(model.load(view), view)}
        true = recomputed(things)
        if not true:
            assert set(said) <= {"map.none_fresh", "answer.no_sensors", "answer.nothing_to_show"}
            continue
        worst = said["map.worst"]
        assert worst["value"].number == true["value"]
        assert worst["level"].texts["en"] == f"Level {true['level']}"
        assert worst["place"].en in {one.name.en for one in OUTLINES if one.code in true["places"]}
        if true["above"] is None:
            assert set(said) == {"map.worst"}
        elif true["above"]:
            assert (said["map.above"]["count"].number, said["map.above"]["total"]) == (
                true["above"],
                true["total"],
            )
        else:
            assert "map.none_above" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (EN, "PM10 is worst in Seeb: level 2, with 50 µg/m³; 1 district of 2 lie above “level 0” (Who)."),
        (AR, "الأسوأ من حيث «الجسيمات» السيب: مستوى 2، بقيمة 50 ميكروغرام/م³"),
    ],
)
def test_the_sentence_reads(known, words, expected):
    view = view_of({"a": ("seeb", 50.0), "b": ("mutrah", 3.0)}, words)
    said = sentence(model.claims_of(model.load(view), view), words)
    plain = said.translate(dict.fromkeys(range(0x2066, 0x206A)))
    assert plain.startswith(expected)


def test_codes_of_hours_are_read_as_they_were_written_and_others_are_none():
    hours = hours_until(NOW, 7)
    assert len(hours) == 7 * 24
    assert all(hour_in(code_of(hour), NOW, 7) == hour for hour in hours)
    for wrong in ("", "yesterday", code_of(hours[0] - timedelta(hours=1)), code_of(NOW), "2026-11-24t99z"):
        assert hour_in(wrong, NOW, 7) is None


def drawn(things, palette=LIGHT, words=EN, ground=None) -> dict:
    view = view_of(things, words)
    where = model.load(view)
    shown = figure.map_figure(where, view)
    made = shown.draw(palette) if ground is None else None
    if ground is not None:
        mapped = chart.Mapped(
            where.spots, where.districts, where.judge, ground, dict.fromkeys(things, ""), {}
        )
        made = chart.map_chart(mapped, words, palette)
    return made.to_dict()


def layer_with(made: dict, field: str) -> tuple[dict, list[dict]]:
    return next((one, rows) for one in made["layer"] if (rows := values(made, one)) and field in rows[0])


def test_colours_are_those_of_levels_whatever_the_range_of_the_day(known):
    low = drawn({"a": ("seeb", 1.0), "b": ("mutrah", 2.0)})
    high = drawn({"a": ("seeb", 1.0), "b": ("mutrah", 80.0)})
    for made, expected in ((low, "#a6cee3"), (high, "#a50026")):
        _, rows = layer_with(made, chart.PLACE)
        colours = {one[chart.PLACE]: one["colour"] for one in rows}
        assert (colours["seeb"], colours["mutrah"], colours["amrat"]) == ("#a6cee3", expected, LIGHT.land)
        points, _ = layer_with(made, chart.THING)
        scales = [points["encoding"][channel]["scale"] for channel in ("color", "shape")]
        assert all(one["domain"] == ["Level 0", "Level 1", "Level 2"] for one in scales)
    names = next(rows for one in high["layer"] if "name" in (rows := values(high, one))[0])
    assert {"▲ Level 2", "● Level 0", "no sensor"} == {one["said"] for one in names}


def test_what_is_silent_is_hollow_and_its_district_has_no_colour(known):
    made = drawn({"a": ("seeb", None), "b": ("mutrah", 2.0)}, DARK)
    hollow = next(one for one in made["layer"] if one["mark"].get("fill") == "transparent")
    assert [row[chart.THING] for row in values(made, hollow)] == ["a"]
    _, rows = layer_with(made, chart.PLACE)
    assert {one[chart.PLACE]: one["colour"] for one in rows}["seeb"] == DARK.land


def test_no_layer_is_empty_and_a_click_finds_what_a_figure_picks(known):
    for things in ({}, {"a": ("seeb", None)}, {"a": ("seeb", 3.0)}):
        made = drawn({"z": ("qurayyat", 1.0), **things}, ground=Basemap(()))
        assert all(values(made, one) for one in made["layer"])
    view = view_of({"a": ("seeb", 3.0)})
    picks = figure.map_figure(model.load(view), view).picks
    selected = {
        one["name"]: one["select"]["fields"] for one in made["params"] if one.get("select", {}).get("fields")
    }
    assert selected == {name: [name] for name in picks}


def test_the_map_is_moved_by_its_axes_and_a_finger_or_a_wheel_alone_scrolls_the_page(known):
    made = drawn({"a": ("seeb", 3.0)})
    moved = next(one for one in made["params"] if one["name"] == "moved")
    assert moved["bind"] == "scales"
    assert "ctrlKey" in moved["select"]["zoom"]
    assert "touch" not in moved["select"]["translate"]


def test_mercator_is_that_of_everybody():
    x, y = chart.mercator(58.4, 23.6)
    assert (x, math.radians(y)) == (58.4, pytest.approx(math.asinh(math.tan(math.radians(23.6)))))
    assert chart.mercator(0, 0) == (0.0, pytest.approx(0.0))


def test_the_outline_that_ships_has_coast_and_roads_around_the_city():
    shipped = basemap(None, 1)
    assert {one.kind for one in shipped.lines} == {"coast", "road"}
    corners = [corner for one in shipped.lines for corner in one.geometry["coordinates"]]
    assert all(57.9 < longitude < 59.3 and 22.9 < latitude < 23.8 for longitude, latitude in corners)


def test_an_hour_without_a_value_is_silence():
    things = [thing("a"), thing("b"), thing("c", properties=("no2",)), thing("d")]
    rows = [
        SimpleNamespace(thing=code, mean=mean, datastream=1, unit="ug/m3", bucket_start=NOW)
        for code, mean in (("a", 3.0), ("d", 1e308))
    ]
    readings = model.readings_then(things, "pm10", rows)
    assert [(one.thing.code, one.condition, one.latest and one.latest.result) for one in readings] == [
        ("a", "fresh", 3.0),
        ("b", "silent", None),
        ("d", "silent", None),
    ]
    assert asked.air_url(None) != ""
