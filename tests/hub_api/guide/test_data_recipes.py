"""Recipes of what there is: values, months, places, days, files, each run as a reader would."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.hub_api.guide.conftest import (
    Block,
    bash,
    command,
    duckdb_rows,
    needs_node,
    needs_r,
    node,
    of,
    python,
    r,
)


def test_first(blocks: list[Block], folder: Path) -> None:
    (value,) = json.loads(bash(of(blocks, "first", "bash", "curl"), folder))["data"]
    assert (value["thing"], value["result"]) == ("air-01", 149.75)
    lines = bash(of(blocks, "first", "bash", "CSV"), folder).splitlines()
    assert lines[0].startswith("bucket_start,mean,")
    assert len(lines) == 6


def test_map(blocks: list[Block], folder: Path) -> None:
    assert bash(of(blocks, "map", "bash"), folder).startswith('{"type":"FeatureCollection"')
    saved = json.loads((folder / "latest.geojson").read_text("utf-8"))
    assert {one["properties"]["thing_name"]["ar"] for one in saved["features"]} == {"روي", "هواء السيب"}
    said = python(of(blocks, "map", "python"), folder)
    assert re.search(r"Ruwi\s+149.75\d*\s+Matrah", said)
    assert re.search(r"Seeb air\s+\S+\s+Seeb", said)


@needs_node
def test_map_in_javascript(blocks: list[Block], folder: Path) -> None:
    assert "[ 58.54, 23.6 ] Ruwi 149.75 ug/m3" in node(of(blocks, "map", "javascript"), folder)


@needs_r
def test_map_in_r(blocks: list[Block], folder: Path) -> None:
    assert re.search(r"Ruwi\s+58.54\s+23.60\s+149.75\S*\s+ug/m3", r(of(blocks, "map", "r"), folder))
    assert (folder / "latest.pdf").read_bytes().startswith(b"%PDF")


def test_day(blocks: list[Block], folder: Path) -> None:
    answer = json.loads(bash(of(blocks, "day", "bash"), folder))
    assert (len(answer["data"]), answer["next"]) == (840, None)
    said = python(of(blocks, "day", "python", "falaj_client"), folder)
    assert "840 values in ug/m3" in said
    assert re.search(r"max\s+149.75", said)
    said = python(of(blocks, "day", "python", "httpx"), folder)
    assert "ug/m3 newest: 2026-11-24T09:59:00Z" in said
    assert "2026-11-23T20:00:00Z" in said


@needs_r
def test_day_in_r(blocks: list[Block], folder: Path) -> None:
    said = r(of(blocks, "day", "r"), folder)
    assert "840 values" in said
    assert "149.75" in said


@needs_node
def test_day_in_javascript(blocks: list[Block], folder: Path) -> None:
    said = node(of(blocks, "day", "javascript"), folder)
    assert "840 values in ug/m3" in said
    assert "phenomenon_time: '2026-11-23T20:00:00Z'" in said


@pytest.fixture(scope="module")
def month(blocks: list[Block], folder: Path) -> str:
    return bash(of(blocks, "month", "bash"), folder)


def test_month(month: str, blocks: list[Block], folder: Path) -> None:
    promised, counted = month.splitlines()
    rows, digest = re.fullmatch(r"# complete rows=(\d+) sha256=(\w{64})", promised).groups()
    assert counted.startswith(digest)
    content = (folder / "month.csv").read_bytes()
    assert sha256(content[: content.rindex(b"# complete")]).hexdigest() == digest
    said = python(of(blocks, "month", "python"), folder)
    assert "ug/m3" in said
    assert re.search(r"2026-11-23 00:00:00\+04:00\s+1440\s", said)
    assert int(rows) == content.count(b"\n") - 2


@needs_r
def test_month_in_r(month: str, blocks: list[Block], folder: Path) -> None:
    assert re.search(r"2026-11-23\s+\d", r(of(blocks, "month", "r"), folder))


def test_places(blocks: list[Block], folder: Path) -> None:
    for block in (of(blocks, "places", "python", "falaj_client"), of(blocks, "places", "python", "pandas")):
        said = python(block, folder)
        assert re.search(r"place\s+matrah\s+seeb", said)
        assert re.search(r"2026-11-24.09:00:00\S+\s+142.4\s+NaN", said)
    lines = bash(of(blocks, "places", "bash"), folder).splitlines()
    assert lines[0].startswith("bucket_start,datastream,thing")
    assert lines[1:]
    assert all(",air-01," in line for line in lines[1:])


@needs_r
def test_places_in_r(blocks: list[Block], folder: Path) -> None:
    assert re.search(r"2026-11-24T09:00:00Z\s+matrah\s+142.375", r(of(blocks, "places", "r"), folder))


def test_days(blocks: list[Block], folder: Path) -> None:
    answer = json.loads(bash(of(blocks, "days", "bash"), folder))
    assert answer["meta"]["zone"] == "Asia/Muscat"
    assert [day["local_date"] for day in answer["data"]][:2] == ["2026-11-24", "2026-11-23"]
    said = python(of(blocks, "days", "python"), folder)
    assert re.search(r"^2026-11-24 \S+ None 149.75", said, re.MULTILINE), "too few hours for a mean"
    assert re.search(r"^2026-11-23 3\d\.\d+ \d+\.\d+ \d+\.\d+ ", said, re.MULTILINE)


@needs_node
def test_days_in_javascript(blocks: list[Block], folder: Path) -> None:
    said = node(of(blocks, "days", "javascript"), folder)
    assert re.search(r"^2026-11-23 3\d\.\d+ \d+\.\d+ \d+\.\d+ 24 valid hours", said, re.MULTILINE)


def test_duckdb(blocks: list[Block], folder: Path) -> None:
    assert "hours.parquet" in bash(of(blocks, "duckdb", "bash"), folder)
    rows = duckdb_rows(of(blocks, "duckdb", "sql"), folder)
    assert [row[:2] for row in rows] == [("air-01", "ug/m3"), ("air-02", "ug/m3")]
    assert rows[0][2] > 200
    assert rows[0][4] == 149.75
    said = python(of(blocks, "duckdb", "python", "DuckDB"), folder)
    assert re.search(r"air-01\s+\d{3}\s+2026-11-24 ", said)
    said = python(of(blocks, "duckdb", "python", "pyarrow"), folder)
    assert re.search(r"^\d{3} rows: bucket_start, datastream, thing, ", said)
    assert "licence" in said


def test_straight_from_an_address(blocks: list[Block], folder: Path) -> None:
    said = python(of(blocks, "address", "python", "Polars"), folder)
    assert "pm2_5" in said
    assert "ug/m3" in said
    assert "POINT" in python(of(blocks, "address", "python", "geopandas"), folder)
    assert "ug/m3" in r(of(blocks, "address", "r"), folder)
    assert "hours.xlsx" in bash(of(blocks, "address", "bash"), folder)
    assert (folder / "hours.xlsx").read_bytes().startswith(b"PK")


@pytest.fixture(scope="module")
def layer(blocks: list[Block], folder: Path) -> Path:
    assert "hours.geojson" in bash(of(blocks, "qgis", "bash"), folder)
    return folder / "hours.geojson"


def test_qgis_rests_on_drivers_that_read_the_file(layer: Path, blocks: list[Block]) -> None:
    import pyogrio

    code = of(blocks, "qgis", "python").code
    assert '"hours.geojson"' in code
    (address,) = re.findall(r'now = "([^"]+)"', code)
    assert pyogrio.read_info(f"GeoJSON:{address}")["features"] == 2
    facts = pyogrio.read_info(layer)
    assert (facts["driver"], facts["crs"], facts["geometry_type"]) == ("GeoJSON", "EPSG:4326", "Point")
    assert {"bucket_start", "mean", "thing", "unit"} <= set(facts["fields"])
    assert facts["features"] > 10


@pytest.mark.skipif(
    not Path("/usr/lib/python3/dist-packages/qgis").is_dir(), reason="QGIS is not installed; it is large"
)
def test_qgis_itself(layer: Path, blocks: list[Block]) -> None:
    block = of(blocks, "qgis", "python")
    started = Block(
        "qgis", "", "python",
        "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\nfrom qgis.core import QgsApplication\n"
        f"application = QgsApplication([], False); application.initQgis()\n{block.code}\nos._exit(0 if not"
        " print(end='', flush=True) else 1)",
        block.after, block.file,
    )  # fmt: skip
    said = command(["/usr/bin/python3", "-c"], started, layer.parent)
    hours, latest = said.splitlines()
    assert re.match(r"True \d\d+ EPSG:4326 .*'bucket_start'", hours)
    assert re.match(r"True 2 EPSG:4326 .*'result'", latest)


def test_bulk(blocks: list[Block], folder: Path) -> None:
    assert bash(of(blocks, "bulk", "bash"), folder) == "day.parquet: OK\n"
    said = python(of(blocks, "bulk", "python", "falaj_client"), folder).splitlines()
    assert len(said) == 11
    assert said[0] == "bulk/dataset=simulator/date=2026-11-14/part-0.parquet"
    said = python(of(blocks, "bulk", "python", "httpx"), folder).splitlines()
    assert [line.split()[:2] for line in said] == [[f"2026-11-{day}", "1584"] for day in (14, 15, 16)]
    rows = duckdb_rows(of(blocks, "bulk", "sql"), folder)
    assert [row[1] for row in rows] == [1584] * 10 + [840 + 24]
    assert all(30 < row[2] < 50 for row in rows[:-1])


def test_catalogue(blocks: list[Block], folder: Path) -> None:
    assert bash(of(blocks, "catalogue", "bash"), folder).startswith("@prefix dcat: ")
    said = python(of(blocks, "catalogue", "python", "httpx"), folder)
    assert "Recorded مسجّل {'@id': 'https://creativecommons.org/licenses/by/4.0/'" in said
    said = python(of(blocks, "catalogue", "python", "pandas"), folder)
    assert [line.split()[0] for line in said.splitlines()] == ["things", "datastreams", "latest"]
