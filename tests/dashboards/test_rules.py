"""Silent, flagged, never heard; which places a place covers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from citycore.model import Quality, SourceKind
from dashboards import rules
from dashboards.model import Latest, Name, Place, Source, Thing
from dashboards.rules import Condition, Silence
from dashboards.settings import DashboardSettings

NOW = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
LIMITS = DashboardSettings()
NAME = Name("Air", "هواء")


def thing(code="a", place="seeb", source="muscat", properties=("pm10",), position=(58.1, 23.6)) -> Thing:
    return Thing(code, "air", NAME, source, True, position, place, frozenset(properties))


def latest(
    code="a", *, age=10.0, interval: int | None = 60, quality=Quality.GOOD, code_property="pm10", result=5.0
) -> Latest:
    return Latest(
        1, code, NAME, code_property, "ug/m3", NOW - timedelta(seconds=age), result, quality, True, "muscat",
        "seeb", None, interval,
    )  # fmt: skip


def place(code, parent=None) -> Place:
    return Place(code, "wilayat", NAME, parent, "", {})


def test_a_value_is_silent_after_three_of_its_intervals():
    assert rules.condition(latest(age=180), NOW, LIMITS) is Condition.FRESH
    assert rules.condition(latest(age=181), NOW, LIMITS) is Condition.SILENT
    assert rules.condition(latest(age=3 * 3600, interval=None), NOW, LIMITS) is Condition.FRESH
    assert rules.condition(latest(age=3 * 3600 + 1, interval=None), NOW, LIMITS) is Condition.SILENT


def test_a_bad_value_is_flagged_while_it_is_fresh_and_silent_after():
    assert rules.condition(latest(quality=Quality.BAD), NOW, LIMITS) is Condition.FLAGGED
    assert rules.condition(latest(quality=Quality.SUSPECT), NOW, LIMITS) is Condition.FRESH
    assert rules.condition(latest(quality=Quality.BAD, age=1e6), NOW, LIMITS) is Condition.SILENT


@given(st.lists(st.floats(0, 1000), max_size=20), st.integers(0, 5))
def test_the_silent_and_the_heard_are_all_things(ages, never):
    things = [thing(str(number)) for number in range(len(ages) + never)]
    rows = [latest(str(number), age=age) for number, age in enumerate(ages)]
    heard = sum(age <= 180 for age in ages)
    assert rules.silence(things, rows, NOW, LIMITS) == Silence(len(things) - heard, len(things))


def test_one_fresh_datastream_is_enough_to_be_heard():
    rows = [latest(age=1e6), latest(age=1, code_property="no2")]
    assert rules.silence([thing()], rows, NOW, LIMITS) == Silence(0, 1)


def test_a_place_covers_what_lies_inside_it_at_any_depth():
    known = [place("muscat"), place("seeb", "muscat"), place("quarter", "seeb"), place("nizwa")]
    assert rules.covered_places("muscat", known) == {"muscat", "seeb", "quarter"}
    assert rules.covered_places("", known) == frozenset()
    assert rules.covered_places("atlantis", known) == frozenset()


def test_recordings_are_not_the_citys_present():
    sources = [
        Source("m", SourceKind.SIMULATED, NAME, None, None),
        Source("r", SourceKind.RECORDED, NAME, None, None),
    ]
    assert rules.live_sources(sources) == {"m"}


def test_things_of_a_place_and_of_the_whole_city():
    things = [thing("a"), thing("b", place=None), thing("c", source="recorded")]
    everywhere = rules.things_within(things, frozenset(), frozenset({"muscat"}))
    assert [one.code for one in everywhere] == ["a", "b"]
    assert [one.code for one in rules.things_within(things, frozenset({"seeb"}), frozenset({"muscat"}))] == [
        "a"
    ]


def test_readings_say_who_never_reported_and_where_a_bus_is():
    bus = thing("bus", properties=("occupancy", "location"), position=None)
    rows = [latest("bus", code_property="location", result=(58.4, 23.5))]
    (reading,) = rules.readings([bus, thing("a")], rows, "occupancy", NOW, LIMITS)
    assert (reading.condition, reading.position, reading.latest) == (Condition.NEVER, (58.4, 23.5), None)
