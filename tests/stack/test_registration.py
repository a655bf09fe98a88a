"""Registering from files: what is read, what is refused, and what the store has afterwards."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from citycore.errors import InvalidFile
from citycore.model import SourceDescription, SourceKind
from citycore.store.registry import register
from hub_api.city.places.repository import QUERIES as PLACES_QUERIES
from hub_api.city.places.repository import place_feature
from stack.registration import is_pilot_registered, load_places, load_things, prepare_city, read_things

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example of ``docs/things.md``."""
    [text] = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "things.md").read_text("utf-8"), re.DOTALL)
    file = tmp_path / "things.json"
    file.write_text(text, "utf-8")
    return file


def test_the_documented_example_is_read(example: Path):
    known = read_things(example)
    assert known.source.code == "harbour"
    assert [stream.observed_property for stream in known.things[0].datastreams] == [
        "pm2_5",
        "air_temperature",
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("{\n\n nonsense", 3, "property name"),
        ("[]", 1, "object"),
        ('{"source": {"code": "x"}, "things": []}', 1, "kind"),
        ('{"things": []}', 1, "source"),
        ('{"source": 1, "things": []}', 1, "source"),
    ],
)
def test_a_wrong_file_says_where_and_why(tmp_path: Path, text: str, line: int, reason: str):
    file = tmp_path / "things.json"
    file.write_text(text)
    with pytest.raises(InvalidFile, match=f"line {line}: .*{reason}"):
        read_things(file)


def test_an_unknown_field_is_refused_by_name(example: Path):
    document = json.loads(example.read_text("utf-8"))
    document["colour"] = "blue"
    example.write_text(json.dumps(document), "utf-8")
    with pytest.raises(InvalidFile, match="colour"):
        read_things(example)


def test_loading_twice_changes_nothing(database, example: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in database.environment().items():
        monkeypatch.setenv(name, value)
    assert load_things(example) == (1, 2)
    with database.connect() as connection:
        before = connection.execute("SELECT * FROM datastreams ORDER BY 1").fetchall()
        assert load_things(example) == (1, 2)
        assert connection.execute("SELECT * FROM datastreams ORDER BY 1").fetchall() == before


def test_the_simulator_describes_what_can_be_loaded(
    database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in database.environment().items():
        monkeypatch.setenv(name, value)
    printed = subprocess.run(
        [sys.executable, "-m", "simulators", "describe"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    file = tmp_path / "city.json"
    file.write_bytes(printed)
    things, datastreams = load_things(file)
    assert things >= 100
    assert datastreams > things


def test_the_city_is_prepared_with_its_places_and_real_ones_replace_them(
    database, shared_data: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in database.environment().items():
        monkeypatch.setenv(name, value)
    prepare_city(database.settings(), None, ROOT / "simulators" / "places" / "muscat.geojson")
    with database.connect() as connection:
        placed = "SELECT count(*), count(place_code) FROM things WHERE longitude IS NOT NULL"
        located, drawn = connection.execute(placed).fetchone()
        assert located > 0
        assert drawn >= 0.9 * located, "the hand-drawn outlines hold the city's things"
        assert load_places(shared_data / "geo" / "oman_admin2_simplified.geojson") == 61
        assert connection.execute(placed).fetchone()[1] >= 0.9 * located


def test_it_is_known_whether_the_pilots_things_are_registered(database):
    from simulators.pilot import PILOT_CODE, build_pilot

    source = SourceDescription(code=PILOT_CODE, kind=SourceKind.SIMULATED, name_en="Pilot", name_ar="تجربة")
    *some, last = [thing.description for thing in build_pilot()]
    assert not is_pilot_registered(database.settings(), None), "as in a folder of an earlier version"
    with database.connect() as owner:
        register(owner, source, some)
        assert not is_pilot_registered(database.settings(), None)
        register(owner, source, [last])
        assert is_pilot_registered(database.settings(), None)


def test_places_loaded_again_or_from_the_api_keep_everything(
    database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in database.environment().items():
        monkeypatch.setenv(name, value)
    outlines = ROOT / "simulators" / "places" / "muscat.geojson"
    every = "SELECT * FROM places ORDER BY code"
    load_places(outlines)
    with database.connect() as connection:
        connection.execute("UPDATE places SET zone = 'Asia/Kathmandu' WHERE kind = 'wilayat'")
        connection.commit()
        before = connection.execute(every).fetchall()
        rows = connection.execute(PLACES_QUERIES["list_all"], {"kind": None}).fetchall()
        connection.commit()
        load_places(outlines)
        assert connection.execute(every).fetchall() == before, "the file states no zone"
        connection.execute("DELETE FROM places")
        connection.commit()
        of_api = tmp_path / "places.geojson"
        collection = {"type": "FeatureCollection", "features": [place_feature(row) for row in rows]}
        of_api.write_text(json.dumps(collection), "utf-8")
        load_places(of_api)
        assert connection.execute(every).fetchall() == before
        for zone in ("Asia/Dubai", "Asia/Nowhere"):
            for feature in collection["features"]:
                feature["properties"]["zone"] = zone
            of_api.write_text(json.dumps(collection), "utf-8")
            if zone == "Asia/Nowhere":
                with pytest.raises(InvalidFile, match="Asia/Nowhere"):
                    load_places(of_api)
            else:
                load_places(of_api)
        connection.commit()
        zones = connection.execute("SELECT DISTINCT zone FROM places").fetchall()
        assert zones == [("Asia/Dubai",)]
