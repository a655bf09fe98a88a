"""A registry as a document: read, refused with the place of the fault, made true, and written again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.registry.document import Document, read, read_csv, read_text, write_csv, write_yaml
from citycore.registry.errors import DocumentInvalid, NotYourSource
from citycore.registry.service import Keeper, apply, describe
from tests.conftest import Database

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TEAM = "team:8f14e45f-ceea-467f-a0e6-1c1b2a3d4e5f"
TEXT = """
sectors:
- {code: heritage, name_en: Heritage, name_ar: التراث}
observed_properties:
- code: wall_lean
  name_en: Lean of a wall
  name_ar: ميل الجدار
  sector: heritage
  unit: mm
  lower_bound: 0
  upper_bound: 100
  aliases: [lean]
sensors:
- {code: bmp280, name_en: BMP280, name_ar: BMP280, manufacturer: Bosch}
sources:
- code: old-fort
  name_en: The old fort
  name_ar: القلعة القديمة
  decoder: tasmota
  zone: Asia/Muscat
  mapping:
    t1: {observed_property: air_temperature, sensor: bmp280, unit: Cel}
    debug: null
  things:
  - code: old-fort-wall
    device: wall_5014E2
    kind: station
    name_en: North wall
    name_ar: الجدار الشمالي
    longitude: 58.4
    latitude: 23.6
    datastreams:
    - {observed_property: wall_lean, interval_seconds: 3600}
    - {observed_property: air_temperature, sensor: bmp280}
    - {observed_property: air_temperature}
"""


def document(**source: Any) -> dict[str, Any]:
    return {"sources": [{"code": "s", "name_en": "S", "name_ar": "س", **source}]}


def thing(**values: Any) -> dict[str, Any]:
    return {"code": "t", "kind": "station", "name_en": "T", "name_ar": "ت", **values}


def test_it_is_made_true_and_written_as_it_was_read(database: Database) -> None:
    with database.connect("registry") as connection:
        changes = apply(connection, read_text(TEXT), NOW)
        assert (changes.new["property"], changes.new["thing"], changes.new["datastream"]) == (1, 1, 3)
        written = write_yaml(describe(connection))
        again = apply(connection, read_text(written), NOW)
        assert not any(again.new.values()), "the same document twice changes nothing"
        assert write_yaml(describe(connection)) == written
        one = describe(connection, "old-fort").sources[0]
    assert (one.decoder, one.zone, one.mapping["debug"], one.things[0].device) == (
        "tasmota", "Asia/Muscat", None, "wall_5014E2"
    )  # fmt: skip


def test_a_thing_keeps_where_it_stood_and_a_datastream_how_often_it_sent(database: Database) -> None:
    first = read_text(TEXT)
    moved = read_text(TEXT.replace("58.4", "58.5").replace("3600", "60"))
    with database.connect("registry") as connection:
        apply(connection, first, NOW)
        apply(connection, moved, NOW + timedelta(days=1))
        apply(connection, moved, NOW + timedelta(days=2))
        places = connection.execute("SELECT since, longitude FROM thing_locations ORDER BY since").fetchall()
        intervals = connection.execute(
            "SELECT interval_seconds FROM datastream_intervals ORDER BY since"
        ).fetchall()
    assert places == [(NOW, 58.4), (NOW + timedelta(days=1), 58.5)]
    assert intervals == [(3600,), (60,)]


def test_a_table_of_things_goes_out_and_in(database: Database) -> None:
    with database.connect("registry") as connection:
        apply(connection, read_text(TEXT), NOW)
        sources = describe(connection).sources
    (things,) = read_csv(write_csv(sources)).values()
    assert things == sources[0].things


def test_a_trial_changes_nothing(database: Database) -> None:
    with database.connect("registry") as connection:
        assert apply(connection, read_text(TEXT), NOW, is_trial=True).new["source"] == 1
        assert describe(connection).sources == []


@pytest.mark.parametrize(
    ("content", "where", "reason"),
    [
        (document(decodr="x"), "sources[0]", "unknown field `decodr`"),
        (document(zone="Asia/Maskat"), "sources[0].zone", "Asia/Muscat"),
        (document(topic_filters=["a/#/b"]), "sources[0].topic_filters[0]", "not an MQTT topic filter"),
        (document(decoder="tasmoto"), "sources[0].decoder", "no format 'tasmoto'"),
        (document(code="Upper"), "sources[0].code", "'Upper' is not a code"),
        (document(things=[thing(), thing()]), "sources[0].things[1].code", "'t' stands there 2 times"),
        (document(things=[thing(longitude=1.0)]), "sources[0].things[0]", "both or none"),
        (document(things=[thing(longitude=181, latitude=0)]), "sources[0].things[0].longitude", "180"),
        (
            document(things=[thing(datastreams=[{"observed_property": "batery_level"}])]),
            "sources[0].things[0].datastreams[0].observed_property", "did you mean battery_level",
        ),
        (
            document(things=[thing(datastreams=[{"observed_property": "pm2_5", "unit": "Cel"}])]),
            "sources[0].things[0].datastreams[0].unit", "no unit of the same quantity as ug/m3",
        ),
        (
            document(mapping={"x": {"observed_property": "air_temperature", "sensor": "none"}}),
            "sources[0].mapping.x.sensor", "no sensor 'none'",
        ),
        (document(things=[thing(since="2026-01-01T00:00:00")]), "sources[0].things[0].since", "no offset"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(
    database: Database, content: dict[str, Any], where: str, reason: str
) -> None:
    with database.connect("registry") as connection, pytest.raises(DocumentInvalid) as caught:
        apply(connection, read(content), NOW, Keeper(decoders=("native", "tasmota")))
    assert caught.value.details["where"] == where
    assert reason in str(caught.value.details["reason"])


SQUARE = {"type": "Polygon", "coordinates": [[[58, 23], [58, 24], [59, 24], [59, 23], [58, 23]]]}


def test_a_place_has_an_outline_and_a_zone_and_things_find_it(database: Database) -> None:
    place = {"code": "square", "kind": "other", "name_en": "Square", "name_ar": "مربع"}
    there = document(things=[thing(longitude=58.5, latitude=23.5)])
    with database.connect("registry") as connection:
        apply(connection, read(there), NOW)
        with pytest.raises(DocumentInvalid, match="needs its outline"):
            apply(connection, read({"places": [place]}), NOW)
        with pytest.raises(DocumentInvalid, match="GeoJSON"):
            apply(connection, read({"places": [place | {"geometry": {"type": "Point"}}]}), NOW)
        apply(connection, read({"places": [place | {"geometry": SQUARE, "zone": "Asia/Muscat"}]}), NOW)
        assert connection.execute("SELECT place_code FROM things").fetchall() == [("square",)]
        renamed = place | {"name_en": "The square", "zone": "Asia/Dubai"}
        apply(connection, read({"places": [renamed]}), NOW)
        stored = connection.execute("SELECT name_en, zone, geometry FROM places").fetchone()
        assert stored is not None
        assert stored[:2] == ("The square", "Asia/Dubai")
        assert stored[2]["type"] == "Polygon", "its outline stays"


def test_an_export_brings_places_whole_to_a_hub_without_any(database: Database) -> None:
    places = [
        {"code": "all", "kind": "governorate", "name_en": "All", "name_ar": "الكل", "geometry": SQUARE},
        {
            "code": "part",
            "kind": "wilayat",
            "name_en": "Part",
            "name_ar": "جزء",
            "parent_code": "all",
            "zone": "Asia/Kathmandu",
            "provenance": "drawn by hand",
            "geometry": SQUARE,
        },
    ]
    with database.connect("registry") as connection:
        apply(connection, read({"places": places}), NOW)
        exported = write_yaml(describe(connection))
        before = connection.execute("SELECT * FROM places ORDER BY code").fetchall()
        connection.execute("DELETE FROM places")
        apply(connection, read_text(exported), NOW)
        assert connection.execute("SELECT * FROM places ORDER BY code").fetchall() == before
    assert len(exported.splitlines()) < 40, "an outline takes few lines"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("sources: [", "line 1"),
        ("sources: []\nsources: []", "line 2"),
        ("a: !!python/object:os.system {}", "line 1"),
        ("sources: 3", "sources"),
        ("- 1", ""),
    ],
)
def test_what_is_no_document_is_told_with_its_line(text: str, where: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        read_text(text)
    assert caught.value.details["where"] == where


def test_an_owner_keeps_sources_of_their_own_and_nothing_else(database: Database) -> None:
    keeper = Keeper(owners=[TEAM])
    with database.connect("registry") as connection:
        apply(connection, read(document(code="others")), NOW)
        apply(connection, read(document(code="ours", owner=TEAM, things=[thing()])), NOW, keeper)
        for refused in (
            document(code="ours"),
            document(code="others", owner=TEAM),
            document(code="ours", owner=TEAM, topic_filters=["#"]),
            {"sectors": [{"code": "x", "name_en": "x", "name_ar": "x"}]},
        ):
            with pytest.raises(NotYourSource):
                apply(connection, read(refused), NOW, keeper)
        with pytest.raises(DocumentInvalid, match="belongs to another source"):
            apply(connection, read(document(code="others", things=[thing()])), NOW)
        assert [source.code for source in describe(connection, owners=[TEAM]).sources] == ["ours"]


def crowd(first: int, end: int) -> Document:
    """Sources with a thing of four datastreams each."""
    datastreams = [
        {"observed_property": code, "interval_seconds": 60} for code in ("pm2_5", "pm10", "so2", "o3")
    ]
    sources = [
        {
            **document()["sources"][0],
            "code": f"s{number}",
            "things": [
                thing(code=f"t{number}", longitude=58.4, latitude=23.6, datastreams=datastreams),
            ],
        }
        for number in range(first, end)
    ]
    return read({"sources": sources})


def test_a_large_document_reads_no_growing_table_whole(database: Database) -> None:
    """Plans of a transaction are made while tables are small, and stay while they grow."""
    with database.connect("registry") as connection:
        apply(connection, crowd(0, 10), NOW)
    with database.connect("owner") as owner:
        owner.execute("ANALYZE things, datastreams, datastream_intervals, thing_locations")
    with database.connect("owner") as connection, connection.transaction():
        changes = apply(connection, crowd(10, 110), NOW)
        read_whole = connection.execute(
            """
            SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables
            WHERE seq_tup_read > 0 AND relname <> ALL (%s::text[])
            """,
            [["observed_properties", "sectors", "sensors", "places"]],
        ).fetchall()
    assert changes.new == {"source": 100, "thing": 100, "datastream": 400}
    assert read_whole == []
