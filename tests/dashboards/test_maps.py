"""The map as a value: clockwise rings, hollow silence, words in the tooltip."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shapely.geometry import LinearRing, Point, shape

from dashboards import rules
from dashboards.language import Words
from dashboards.limits import limit_of
from dashboards.maps import Mapped, label_position, map_chart, point_rows
from dashboards.model import place_of
from dashboards.palette import LIGHT
from dashboards.rules import Condition, Reading
from falaj_client import Place
from falaj_client.parsing import parse
from tests.dashboards.contract_server import City
from tests.dashboards.test_charts import values
from tests.dashboards.test_limits import limit
from tests.dashboards.test_rules import LIMITS, NOW, latest, thing

EN, AR = Words("en"), Words("ar")
PLACES = [place_of(parse(Place, feature)) for feature in City(NOW).outlines()]


def reading(code: str, age: float) -> Reading:
    row = latest(code, age=age)
    return Reading(thing(code), row, rules.condition(row, NOW, LIMITS), (58.1, 23.6))


FRESH, SILENT = reading("fresh", 10), reading("silent", 7200)
NEVER = Reading(thing("never"), None, Condition.NEVER, (58.2, 23.6))
LOST = Reading(thing("lost", position=None), latest("lost"), Condition.FRESH, None)


def test_outlines_are_wound_the_way_vega_fills():
    chart = map_chart(Mapped([FRESH], PLACES, "PM10", NOW), EN, LIGHT).to_dict()
    features = values(chart, chart["layer"][0])
    assert len(features) == 6
    assert not any(LinearRing(one["geometry"]["coordinates"][0]).is_ccw for one in features)
    assert chart["projection"]["type"] == "mercator"


def test_silent_and_never_heard_things_are_hollow_and_have_no_colour():
    chart = map_chart(Mapped([FRESH, SILENT, NEVER], PLACES, "PM10", NOW), EN, LIGHT).to_dict()
    hollow, filled = chart["layer"][-2:]
    assert hollow["mark"]["fill"] == "transparent"
    assert "color" not in hollow["encoding"]
    assert [row["number"] for row in values(chart, hollow)] == [None, None]
    assert [row["number"] for row in values(chart, filled)] == [5.0]


def test_the_tooltip_says_value_age_state_and_origin_in_the_chosen_language():
    names = {place.code: place.name for place in PLACES}
    (row,) = point_rows([SILENT], names, AR, NOW)
    assert (row["thing"], row["place"], row["condition"], row["origin"]) == (
        "هواء",
        "السيب",
        "بلا إرسال",
        "محاكاة",
    )
    assert row["age"] == AR.ago(timedelta(hours=2))
    titles = [
        one["title"]
        for one in map_chart(Mapped([SILENT], [], "", NOW), AR, LIGHT).to_dict()["layer"][0]["encoding"][
            "tooltip"
        ]
    ]
    assert titles[:4] == ["المستشعر", "القيمة", "آخر تحديث", "الحالة"]


def test_without_outlines_only_the_things_are_drawn_and_the_lost_are_not():
    chart = map_chart(Mapped([FRESH, LOST], [], "PM10", NOW), EN, LIGHT).to_dict()
    assert len(chart["layer"]) == 1
    assert len(chart["datasets"][chart["data"]["name"]]) == 1


def test_a_name_stands_inside_its_place_and_off_the_things():
    for place in PLACES:
        outline = shape(place.geometry)
        centre = outline.centroid
        longitude, latitude = label_position(place, [(centre.x, centre.y)])
        assert outline.contains(Point(longitude, latitude))
        assert centre.distance(Point(longitude, latitude)) > 0.02


def test_a_place_without_things_has_its_name_in_the_middle():
    outline = shape(PLACES[0].geometry)
    assert outline.centroid.distance(Point(label_position(PLACES[0], []))) < 0.03


def test_levels_have_a_colour_a_shape_and_a_word_and_what_has_none_says_so():
    below = reading("below", 10)
    below = replace(below, latest=replace(below.latest, result=-1.0))
    view = Mapped([FRESH, SILENT, below], [], "PM10", NOW, limit_of(limit(ends=(3, 10, None))))
    chart = map_chart(view, EN, LIGHT).to_dict()
    hollow, levelled = chart["layer"][-2:]
    assert [row["level"] for row in values(chart, levelled)] == ["Level 1", "no level"]
    assert len(values(chart, hollow)) == 1
    for channel in ("color", "shape"):
        scale = levelled["encoding"][channel]["scale"]
        assert scale["domain"] == ["Level 0", "Level 1", "Level 2", "no level"]
        assert len(set(scale["range"])) == 4
    assert levelled["encoding"]["color"]["legend"]["title"] == "Who"
