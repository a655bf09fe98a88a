"""``falaj basemap``: roads and coasts of an extract, cut, simplified, with licence and attribution."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from citycore.errors import InvalidFile
from dashboards.map.basemap import basemap, parsed
from stack.basemap import box_of, kind_of
from stack.cli import app

TAGS = '"natural"=>"coastline","source"=>"survey"'
OPTIONS = ("--licence", "ODbL-1.0", "--attribution", "© OpenStreetMap contributors")


def extract(file: Path, *lines: tuple[dict[str, str], list[list[float]]]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "LineString", "coordinates": corners},
        }
        for properties, corners in lines
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


def test_roads_and_coasts_are_cut_and_written_with_whose_they_are(tmp_path):
    roads = extract(
        tmp_path / "roads.geojson",
        ({"highway": "primary"}, [[58.1, 23.5], [58.2, 23.50001], [58.9, 23.5]]),
        ({"highway": "service"}, [[58.1, 23.5], [58.2, 23.5]]),
        ({"highway": "trunk"}, [[59.1, 23.5], [59.2, 23.5]]),
    )
    coast = extract(tmp_path / "coast.geojson", ({"natural": "coastline"}, [[58.1, 23.6], [58.2, 23.6]]))
    out = tmp_path / "out.geojson"
    arguments = [str(roads), str(coast), "--out", str(out), "--bbox", "58,23.4,58.5,23.7", *OPTIONS]
    said = CliRunner().invoke(app, ["basemap", *arguments])
    assert said.exit_code == 0, said.output
    written = basemap(out, 10_000)
    assert (written.licence, written.attribution) == ("ODbL-1.0", "© OpenStreetMap contributors")
    assert written.unread is None
    lines = [(one.kind, one.geometry["coordinates"]) for one in written.lines]
    assert [kind for kind, _ in lines] == ["road", "coast"]
    assert lines[0][1][0] == [58.1, 23.5]
    assert lines[0][1][-1][0] == 58.5, "cut at the box"
    assert len(lines[0][1]) == 2, "a corner of a metre is none"


def test_an_extract_without_lines_is_said_and_writes_nothing(tmp_path):
    file, out = extract(tmp_path / "x.geojson", ({"highway": "path"}, [[58, 23], [58.1, 23]])), tmp_path / "o"
    result = CliRunner().invoke(app, ["basemap", str(file), "--out", str(out), *OPTIONS])
    assert isinstance(result.exception, InvalidFile)
    assert not out.exists()


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"highway": "motorway"}, "road"),
        ({"highway": "residential"}, None),
        ({"other_tags": TAGS}, "coast"),
        ({"other_tags": None}, None),
        ({"kind": "coast"}, "coast"),
        ({"kind": "river"}, None),
    ],
)
def test_what_a_basemap_shows(row, kind):
    assert kind_of(row) == kind


@pytest.mark.parametrize("written", ["", "1,2,3", "58,23,57,24", "0,-89,1,0", "a,b,c,d"])
def test_a_box_that_is_none(written):
    with pytest.raises(typer.BadParameter):
        box_of(written)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"features": [{}]}',
        '{"features": [{"properties": {"kind": "rail"}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}]}',
        '{"features": [{"properties": {"kind": "road"}, "geometry": {"type": "LineString", "coordinates": [[0, 0]]}}]}',
        '{"features": [{"properties": {"kind": "road"}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [0, 90]]}}]}',
    ],
)
def test_a_file_that_is_no_basemap(text):
    with pytest.raises(ValueError, match=r".+"):
        parsed(text)
