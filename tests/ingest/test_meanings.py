"""What a value means to the thing that sent it: names, units, yes and no, and where a thing stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace as replace_struct

from citycore.model import DatastreamDescription
from citycore.registry.document import DatastreamEntry, SourceEntry, ThingEntry
from citycore.store.registry import register
from citycore.topics import Address
from citycore.vocabulary import answers_of, observed_properties
from ingest.model import Checked, Datastream, Family, Meaning, Received, Thing
from ingest.names import Names
from ingest.repository import find_sources, find_things
from ingest.rules import Checker
from ingest.settings import IngestSettings
from ingest.trying import try_message
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NOW_MICROSECONDS = int(NOW.timestamp() * 1e6)
TOPIC = "falaj/v1/s/t"
NAMES = Names({alias: known.code for known in observed_properties().values() for alias in known.aliases})
PLACE = (58.4, 23.6)
#: As long as a minute of latitude: 1.853 km on the sphere that is reckoned with.
NORTH_100_METRES = 100 / 111_195


def category(number: int, code: str) -> Datastream:
    return Datastream(number, "1", Family.CATEGORY, "keep_first", words=answers_of(code))


FIXED = Thing(
    True,
    None,
    False,
    {
        "no2": Datastream(1, "ug/m3", Family.MEASUREMENT, "keep_first"),
        "pm2_5": Datastream(2, "ug/m3", Family.MEASUREMENT, "keep_first"),
        "tvoc": Datastream(3, "[ppb]", Family.MEASUREMENT, "keep_first"),
        "leak": category(4, "leak"),
        "contact": category(5, "contact"),
        "weather": category(6, "weather"),
    },
    place=PLACE,
)
LOCATION = Datastream(9, "deg", Family.POSITION, "keep_first")


def check(thing: Thing, **message: Any) -> Checked:
    received = Received(TOPIC, json.dumps(message).encode(), NOW_MICROSECONDS, False, (0, 0))
    return Checker({TOPIC: thing}, IngestSettings(), names=NAMES).check([received])


def stored(checked: Checked) -> list[Any]:
    return [result for rows in checked.rows.values() for result in rows.results.tolist()]


@pytest.mark.parametrize(
    ("metres", "distance"), [(0, None), (99, None), (101, "101 m"), (111_195, "111195 m")]
)
@pytest.mark.parametrize("results", [{}, {"pm2_5": 4.0}])
def test_a_fixed_thing_that_says_where_it_stands_observes_nothing(
    metres: int, distance: str | None, results: dict[str, float]
) -> None:
    location = [PLACE[0], PLACE[1] + NORTH_100_METRES * metres / 100]
    checked = check(FIXED, location=location, results=results or None)
    assert stored(checked) == list(results.values())
    if distance is None:
        assert (checked.rejections, checked.notes.ignored_values) == ([], 1)
    else:
        (rejection,) = checked.rejections
        assert (rejection.reason, rejection.values) == ("unknown_property", 1)
        assert f"location: {distance} from where" in rejection.detail


def test_a_mobile_thing_that_says_where_it_is_observes_that() -> None:
    mobile = replace(FIXED, datastreams={**FIXED.datastreams, "location": LOCATION})
    for thing in (mobile, replace(mobile, place=None)):
        checked = check(thing, location=list(PLACE))
        assert (stored(checked), checked.rejections) == ([list(PLACE)], [])
    nowhere = check(replace(FIXED, place=None), location=list(PLACE))
    assert [each.detail for each in nowhere.rejections] == ["location"]
    unwanted = check(replace(FIXED, mapping={"location": None}), location=[0, 0])
    assert (unwanted.rejections, unwanted.notes.ignored_values) == ([], 1)


@pytest.mark.parametrize("location", [[58.4], [58.4, 95], ["58.4", "23.6"], [1e308, 0]])
def test_what_is_no_position_is_refused_of_a_fixed_thing_too(location: list[Any]) -> None:
    checked = check(FIXED, location=location)
    assert (stored(checked), len(checked.rejections)) == ([], 1)


@pytest.mark.parametrize(
    ("name", "sent", "result"),
    [
        ("leak", 1, "on"),
        ("water_leak", 0, "off"),
        ("leak", True, "on"),
        ("leak", "false", "off"),
        ("leak", 1.0, "on"),
        ("leak", "dripping", "dripping"),
        ("door", 1, "open"),
        ("window", False, "closed"),
        ("contact", "open", "open"),
        ("weather", "true", "true"),
    ],
)
def test_yes_and_no_have_the_words_of_their_property(name: str, sent: Any, result: str) -> None:
    assert stored(check(FIXED, results={name: sent})) == [result]


@pytest.mark.parametrize(("name", "sent"), [("leak", 2), ("leak", 0.5), ("contact", 1), ("weather", 1)])
def test_a_number_that_is_no_word_is_refused(name: str, sent: float) -> None:
    checked = check(FIXED, results={name: sent})
    assert ([each.reason for each in checked.rejections], stored(checked)) == (["wrong_type"], [])


@pytest.mark.parametrize("name", ["PM2.5", "PM2_5", "pm25", "pm2_5"])
def test_a_code_may_be_spelt_as_devices_spell_it(name: str) -> None:
    assert stored(check(FIXED, results={name: 4.0})) == [4.0]


def test_a_gas_is_converted_by_what_its_name_is_mapped_to() -> None:
    mapped = replace(FIXED, mapping={"g1": Meaning("no2", "[ppb]")})
    assert stored(check(mapped, results={"g1": 10})) == [pytest.approx(18.8, abs=0.4)]
    assert stored(check(FIXED, results={"NO2": 10}, units={"NO2": "ppb"})) == [pytest.approx(18.8, abs=0.4)]


def test_a_mixture_is_not_converted_and_it_is_said_what_to_do() -> None:
    (rejection,) = check(FIXED, results={"tvoc": 10}, units={"tvoc": "ug/m3"}).rejections
    assert rejection.reason == "unit_mismatch"
    assert rejection.detail.endswith("map it to tvoc_mass")


def test_a_dry_run_proposes_no_datastream_for_the_place_of_a_fixed_thing() -> None:
    station = ThingEntry(
        code="s-1",
        device="s:1",
        kind="station",
        name_en="S",
        name_ar="م",
        longitude=58.4,
        latitude=23.6,
        datastreams=[DatastreamEntry(observed_property="pm2_5")],
    )
    source = SourceEntry(code="s", name_en="S", name_ar="م", decoder="ngsi", things=[station])
    entity = {
        "id": "s:1",
        "type": "AirQualityObserved",
        "location": {"type": "Point", "coordinates": [58.4001, 23.6001]},
        "pm25": {"value": 4, "metadata": {"TimeInstant": {"value": "2026-11-27T11:59:00Z"}}},
    }
    received = Received("falaj/v1/s", json.dumps(entity).encode(), NOW_MICROSECONDS, False, (0, 0))
    outcome = try_message(source, received, observed_properties(), IngestSettings())
    assert ([each.datastream for each in outcome.values], outcome.refused) == (["pm2_5"], [])
    assert outcome.proposal.sources[0].things == [station]


def test_a_dry_run_of_a_last_will_says_that_it_is_in_order() -> None:
    source = SourceEntry(code="s", name_en="S", name_ar="م", decoder="tasmota", time_policy="receive_time")
    received = Received("falaj/v1/s/tele/plug/LWT", b"Online", NOW_MICROSECONDS, False, (0, 0))
    outcome = try_message(source, received, observed_properties(), IngestSettings())
    assert (outcome.values, outcome.refused, outcome.remark) == ([], [], "status")


def test_the_registry_says_where_a_thing_stands_and_what_its_words_are(database: Database) -> None:
    leak = DatastreamDescription(observed_property="leak", result_type="category")
    bus = replace_struct(describe_thing("bus", leak), longitude=None, latitude=None)
    with database.connect() as connection:
        register(connection, describe_source("s"), [describe_thing("gate", leak), bus])
        sources = find_sources(connection)
        things = find_things(connection, sources, [Address("s", "gate"), Address("s", "bus")])
    assert {address.thing: thing.place for address, thing in things.items()} == {"gate": PLACE, "bus": None}
    assert things[Address("s", "gate")].datastreams["leak"].words == answers_of("leak")
