"""The described city: believable, bilingual, inside its outlines, honest about being simulated."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from citycore.places import place_of, read_outlines, read_places
from citycore.topics import CODE
from citycore.vocabulary import observed_properties
from simulators.city import build_city, describe_city

ROOT = Path(__file__).parents[2]
OUTLINES = ROOT / "simulators" / "places" / "muscat.geojson"


def test_what_stands_in_the_city() -> None:
    source, things = describe_city()
    assert (source.code, source.kind, source.licence) == ("muscat-sim", "simulated", "Apache-2.0")
    assert source.attribution is not None
    assert "not measured" in source.attribution
    assert Counter(thing.kind for thing in things) == {
        "air_quality_station": 18, "weather_station": 12, "traffic_counter": 40, "bus": 24,
        "car_park": 20, "wadi_gauge": 6,
    }  # fmt: skip


def test_codes_names_and_datastreams_are_fit_for_the_registry() -> None:
    _, things = describe_city()
    assert len({thing.code for thing in things}) == len(things)
    assert len({thing.name_en for thing in things}) == len({thing.name_ar for thing in things}) == len(things)
    for thing in things:
        assert CODE.fullmatch(thing.code)
        assert any("\u0600" <= letter <= "\u06ff" for letter in thing.name_ar)
        for stream in thing.datastreams:
            assert stream.observed_property in observed_properties()
            assert stream.interval_seconds
            assert (stream.result_type == "position") == (stream.observed_property == "location")


@pytest.mark.parametrize("seed", [7, 1, 2, 3])
def test_every_fixed_thing_stands_in_the_wilayat_of_its_area(seed: int) -> None:
    outlines = read_outlines(
        {place.code: place.geometry for place in read_places(OUTLINES) if place.kind == "wilayat"}
    )
    plan = tomllib.loads((ROOT / "simulators" / "muscat.toml").read_text("utf-8"))
    found: set[str] = set()
    for thing in describe_city(seed)[1]:
        if thing.kind == "bus":
            assert thing.longitude is None
            continue
        assert thing.longitude is not None
        assert thing.latitude is not None
        area = thing.code.split("-", 1)[1].rsplit("-", 1)[0]
        wilayat = plan["areas"][area]["wilayat"]
        assert place_of(thing.longitude, thing.latitude, outlines) == wilayat, thing.code
        found.add(wilayat)
    assert found == {"muscat", "muttrah", "bawshar", "seeb", "amerat", "qurayyat"}


def test_buses_drive_inside_the_governorate() -> None:
    outlines = read_outlines({"om-ma": read_places(OUTLINES)[0].geometry})
    for thing in build_city().things:
        for longitude, latitude in getattr(thing.character, "path", ()):
            assert place_of(longitude, latitude, outlines) == "om-ma"


def test_the_seed_decides_positions_and_nothing_else_does() -> None:
    build_city.cache_clear()
    first = describe_city(7)
    build_city.cache_clear()
    assert describe_city(7) == first
    other = describe_city(8)
    assert [thing.code for thing in other[1]] == [thing.code for thing in first[1]]
    assert other != first
