"""The shipped outlines: valid, sharing edges, clockwise; and what other outlines may look like."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape
from shapely.ops import unary_union

from citycore.errors import InvalidFile
from citycore.model import PlaceDescription
from citycore.places import place_of, read_outlines, read_places

OUTLINES = Path(__file__).parents[2] / "simulators" / "places" / "muscat.geojson"
WILAYATS = {"muscat", "muttrah", "bawshar", "seeb", "amerat", "qurayyat"}
#: The shared outlines' names of the same wilayats.
SHARED_NAMES = {
    "Muscat": "muscat", "Mutrah": "muttrah", "Bawshar": "bawshar", "As Seeb": "seeb",
    "Al Amrat": "amerat", "Qurayyat": "qurayyat",
}  # fmt: skip


@pytest.fixture(scope="module")
def places() -> dict[str, PlaceDescription]:
    return {place.code: place for place in read_places(OUTLINES)}


def test_the_governorate_and_its_six_wilayats(places: dict[str, PlaceDescription]) -> None:
    assert places["om-ma"].kind == "governorate"
    assert places["om-ma"].parent_code is None
    assert {code for code, place in places.items() if place.parent_code == "om-ma"} == WILAYATS
    for place in places.values():
        assert place.provenance == "hand-drawn, generalised; not for navigation or legal use"
        assert any("\u0600" <= letter <= "\u06ff" for letter in place.name_ar)
    assert places["muscat"].name_ar == "مسقط"


def test_outlines_are_valid_clockwise_and_fill_the_governorate(places: dict[str, PlaceDescription]) -> None:
    shapes = {code: shape(place.geometry) for code, place in places.items()}
    for outline in shapes.values():
        assert outline.is_valid
        assert not outline.exterior.is_ccw
    drawn = json.loads(OUTLINES.read_text("utf-8"))
    assert all(not shape(feature["geometry"]).exterior.is_ccw for feature in drawn["features"])
    wilayats = [shapes[code] for code in WILAYATS]
    together = unary_union(wilayats)
    assert sum(part.area for part in wilayats) == pytest.approx(together.area, rel=1e-9)
    assert together.symmetric_difference(shapes["om-ma"]).area < 1e-9


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (58.594, 23.613, "muscat"), (58.566, 23.618, "muttrah"), (58.545, 23.592, "muttrah"),
        (58.399, 23.556, "bawshar"), (58.187, 23.671, "seeb"), (58.498, 23.523, "amerat"),
        (58.920, 23.263, "qurayyat"), (58.90, 23.60, None), (57.53, 22.93, None),
    ],
)  # fmt: skip
def test_known_towns_lie_in_their_wilayat(
    places: dict[str, PlaceDescription], longitude: float, latitude: float, code: str | None
) -> None:
    outlines = read_outlines({name: places[name].geometry for name in WILAYATS})
    assert place_of(longitude, latitude, outlines) == code


def test_nearly_all_towns_lie_where_the_surveyed_outlines_say(
    places: dict[str, PlaceDescription], shared_data: Path
) -> None:
    surveyed = read_outlines(
        {
            SHARED_NAMES[place.name_en]: place.geometry
            for place in read_places(shared_data / "geo/oman_admin2_simplified.geojson")
            if place.name_en in SHARED_NAMES
        }
    )
    drawn = read_outlines({code: places[code].geometry for code in WILAYATS})
    with (shared_data / "geo/oman_places.csv").open(encoding="utf-8", newline="") as lines:
        points = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(lines)]
    pairs = [
        (place_of(*point, surveyed), place_of(*point, drawn)) for point in points if 58 < point[0] < 59.3
    ]
    inside = [(there, here) for there, here in pairs if there is not None]
    assert len(inside) > 150
    assert all(there == here for there, here in inside)


def test_shared_governorates_and_wilayats_are_read_completely(shared_data: Path) -> None:
    governorates = read_places(shared_data / "geo/oman_admin1_simplified.geojson")
    assert len({place.code for place in governorates}) == len(governorates) == 11
    assert {place.kind for place in governorates} == {"governorate"}
    wilayats = read_places(shared_data / "geo/oman_admin2_simplified.geojson")
    assert len({place.code for place in wilayats}) == len(wilayats) == 61
    assert {place.kind for place in wilayats} == {"wilayat"}
    assert {place.parent_code for place in wilayats} == {None}  # the regions are not in this file


def _feature(**properties: Any) -> dict[str, Any]:
    ring = [[58, 23], [58, 24], [59, 24], [58, 23]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _read(folder: Path, *features: dict[str, Any]) -> list[PlaceDescription]:
    file = folder / "places.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return read_places(file)


def test_features_of_one_name_keep_codes_of_their_own(tmp_path: Path) -> None:
    places = _read(tmp_path, _feature(name="Batinah"), _feature(name="Batinah"), _feature(name="الباطنة"))
    assert [place.code for place in places] == ["batinah", "batinah-2", "place"]


def test_parents_are_found_in_the_file(tmp_path: Path) -> None:
    places = _read(
        tmp_path,
        _feature(name="Region", iso_3166_2="OM-XX"),
        _feature(name="Inner", iso_3166_2_region="OM-XX"),
        _feature(name="Outer", iso_3166_2_region="OM-YY"),
        _feature(name="Quarter", kind="other", parent="inner"),
    )
    assert [place.parent_code for place in places] == [None, "om-xx", None, "inner"]
    assert places[3].kind == "other"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"name": "A", "kind": "planet"}, "planet"),
        ({"name": "A", "parent": "nowhere"}, "nowhere"),
        ({"colour": "red"}, "name"),
    ],
)
def test_wrong_features_are_refused(tmp_path: Path, properties: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidFile, match=reason):
        _read(tmp_path, _feature(**properties))


def test_a_code_written_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="twice"):
        _read(tmp_path, _feature(name="A", code="x"), _feature(name="B", code="x"))
