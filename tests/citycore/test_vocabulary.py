"""The vocabulary that ships, and what becomes of it in a database where an operator has a say."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.registry.errors import DocumentInvalid
from citycore.store.described import stored_properties
from citycore.store.registry import register, store_vocabulary
from citycore.units import is_unit
from citycore.vocabulary import (
    ObservedProperty,
    codes_by_name,
    nearest,
    normalise_name,
    observed_properties,
    sectors,
)
from stack.vocabulary_page import page
from tests.conftest import Database

ROOT = Path(__file__).resolve().parents[2]
KNOWN = observed_properties()
#: What each test of quality may be told, and what it must.
TESTS = {
    "spike": ({"suspect", "fail"}, {"suspect"}),
    "rate_of_change": ({"suspect", "fail"}, {"suspect"}),
    "flat_line": ({"suspect_seconds", "fail_seconds", "tolerance"}, {"suspect_seconds", "tolerance"}),
    "sentinel": ({"values", "doubtful"}, {"values"}),
}
AUTHORITIES = re.compile(
    r"http://vocab\.nerc\.ac\.uk/standard_name/[a-z0-9_]+|http://qudt\.org/vocab/quantitykind/\w+"
    r"|https://smartdatamodels\.org/dataModel\.[A-Z][A-Za-z]+/\w+"
)


def test_a_hundred_and_fifty_properties_ship_in_every_sector() -> None:
    assert len(KNOWN) >= 150
    counts = Counter(known.sector for known in KNOWN.values())
    assert counts.keys() == sectors().keys()
    assert all(counts[sector] >= 5 for sector in sectors())


def test_each_is_described_in_both_languages_and_by_a_code_of_ucum() -> None:
    arabic = re.compile(r"[\u0621-\u064a]{2}")
    for known in KNOWN.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", known.code)
        assert arabic.search(known.name_ar), known.code
        assert not arabic.search(known.name_en), known.code
        assert is_unit(known.unit), known.code
        assert known.definition is None or AUTHORITIES.fullmatch(known.definition), known.code
    for sector in sectors().values():
        assert arabic.search(sector.name_ar)
    for name in ("name_en", "name_ar"):
        names = [getattr(known, name) for known in KNOWN.values()]
        assert len(names) == len(set(names))


def test_bounds_lie_in_what_is_possible() -> None:
    for known in KNOWN.values():
        ends = (known.lowest_possible, known.lower_bound, known.upper_bound, known.highest_possible)
        stated = [end for end in ends if end is not None]
        assert stated == sorted(stated), known.code
        if known.result_type == "measurement":
            assert known.lower_bound is not None, known.code
            assert known.upper_bound is not None, known.code
        else:
            assert stated == [], known.code
        if known.unit in {"Cel", "K"}:
            assert known.lowest_possible == {"Cel": -273.15, "K": 0}[known.unit], known.code
        if known.is_circular:
            assert (known.unit, known.lower_bound, known.upper_bound) == ("deg", 0, 360)


def test_tests_of_quality_have_limits_that_make_sense() -> None:
    for known in KNOWN.values():
        for test, limits in known.quality_tests.items():
            allowed, needed = TESTS[test]
            assert needed <= limits.keys() <= allowed, (known.code, test)
            suspect, fail = (
                limits.get("suspect", limits.get("suspect_seconds")),
                limits.get("fail", limits.get("fail_seconds")),
            )
            assert suspect is None or fail is None or 0 < suspect < fail, (known.code, test)


def test_no_name_means_two_properties() -> None:
    names = Counter(chain.from_iterable((known.code, *known.aliases) for known in KNOWN.values()))
    assert [name for name, count in names.items() if count > 1] == []
    assert [name for name in names if normalise_name(name) != name] == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("temp", "air_temperature"), ("Temperature", "air_temperature"), ("airTemperature", "air_temperature"),
        ("hum", "relative_humidity"), ("humidity", "relative_humidity"), ("RH", "relative_humidity"),
        ("batt", "battery_level"), ("bat", "battery_level"), ("battery_pct", "battery_level"), ("BatV", "battery_voltage"),
        ("co2_ppm", "co2"), ("eCO2", "co2"), ("pm25", "pm2_5"), ("PM2.5", "pm2_5"), ("PM₂.₅", "pm2_5"), ("SDS_P1", "pm10"),
        ("pH", "water_ph"), ("kWh", "electric_energy"), ("LAeq", "sound_level_a_equivalent"), ("RSSI", "signal_strength"),
        ("linkquality", "link_quality"), ("lux", "illuminance"), ("occupancy", "occupancy"), ("fCnt", "sequence_number"),
    ],
)  # fmt: skip
def test_what_devices_send_is_known(sent: str, code: str) -> None:
    assert codes_by_name(KNOWN.values())[normalise_name(sent)] == code


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("batery", {"battery_level", "battery_voltage"}),
        ("tempratur", {"air_temperature"}),
        ("humidty", {"relative_humidity"}),
        ("pm 2.5", {"pm2_5"}),
        ("Wind Direction", {"wind_direction"}),
        ("سرعة الرياح", {"wind_speed"}),
        ("رطوبه نسبيه", {"relative_humidity"}),
        ("co2ppm", {"co2"}),
    ],
)
def test_the_nearest_are_named(name: str, codes: set[str]) -> None:
    assert codes <= set(nearest(name))


@given(st.text(max_size=200))
def test_any_name_has_at_most_three_that_are_near(name: str) -> None:
    assert len(nearest(name, {"pm10": KNOWN["pm10"], "co2": KNOWN["co2"]})) <= 3
    assert normalise_name(normalise_name(name)) == normalise_name(name)


def test_the_nearest_are_chosen_from_what_a_hub_has() -> None:
    falaj = ObservedProperty(
        code="falaj_share", name_en="Share of the falaj", name_ar="أثر الفلج", sector="water", unit="min"
    )
    assert nearest("falaj_shar", {falaj.code: falaj}) == ("falaj_share",)
    assert nearest("quux", {falaj.code: falaj}) == ()


def test_the_page_is_what_ships() -> None:
    written = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    assert written == page(), "run: .venv/bin/python -m stack.vocabulary_page > docs/vocabulary.md"


def test_the_database_has_what_ships_and_keeps_what_is_its_operator_s(database: Database) -> None:
    with psycopg.connect(database.url("owner"), autocommit=True) as connection:
        assert stored_properties(connection) == KNOWN
        assert list(connection.execute("SELECT code FROM sectors WHERE is_edited")) == []
        connection.execute("INSERT INTO sectors VALUES ('aflaj', 'Aflaj', 'الأفلاج', true)")
        connection.execute(
            "UPDATE sectors SET name_en = 'Road traffic', is_edited = true WHERE code = 'traffic'"
        )
        connection.execute("UPDATE sectors SET name_en = 'gone' WHERE code = 'air'")
        connection.execute(
            "INSERT INTO observed_properties (code, name_en, name_ar, sector, unit, is_edited) "
            "VALUES ('falaj_share', 'Share of the falaj', 'أثر الفلج', 'aflaj', 'min', true)"
        )
        connection.execute(
            "UPDATE observed_properties SET upper_bound = 500, aliases = '{dust10}', is_edited = true WHERE code = 'pm10'"
        )
        connection.execute(
            "UPDATE observed_properties SET upper_bound = 7, aliases = '{}' WHERE code = 'pm2_5'"
        )
        store_vocabulary(database.url("owner"))
        stored = stored_properties(connection)
        assert stored.keys() == KNOWN.keys() | {"falaj_share"}
        assert (stored["pm10"].upper_bound, stored["pm10"].aliases) == (500, ("dust10",))
        assert stored["pm2_5"] == KNOWN["pm2_5"]
        names = dict(connection.execute("SELECT code, name_en FROM sectors").fetchall())
        assert names == {code: known.name_en for code, known in sectors().items()} | {
            "aflaj": "Aflaj",
            "traffic": "Road traffic",
        }


def test_a_property_that_only_the_database_has_can_be_observed(database: Database) -> None:
    source = SourceDescription(code="falaj", kind=SourceKind.DEVICE, name_en="Falaj", name_ar="فلج")
    thing = ThingDescription(
        code="gate-1", kind="gate", name_en="Gate", name_ar="بوابة",
        datastreams=(DatastreamDescription(observed_property="falaj_share"),),
    )  # fmt: skip
    with psycopg.connect(database.url("owner"), autocommit=True) as connection:
        with pytest.raises(DocumentInvalid, match="falaj_share"):
            register(connection, source, [thing])
        connection.execute(
            "INSERT INTO observed_properties (code, name_en, name_ar, sector, unit, is_edited) "
            "VALUES ('falaj_share', 'Share of the falaj', 'أثر الفلج', 'water', 'min', true)"
        )
        assert register(connection, source, [thing]) == 1
        (unit,) = connection.execute("SELECT unit FROM datastreams").fetchone() or ("",)
        assert unit == "min"
