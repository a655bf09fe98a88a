"""Workbooks: what stands in their cells, what they cannot hold, and that nothing of them is left behind."""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import orjson
import pytest

from hub_api.serving.errors import QueryTooDear
from hub_api.serving.exports.sheets import SheetWriter, Workbook
from hub_api.serving.formats import MEDIA_TYPES
from hub_api.settings import ApiSettings

SERIES = "/v1/observations?thing=air-01&observed_property=pm2_5"


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Sheet:
    rows: list[list[Any]]
    is_right_to_left: bool
    has_formulas: bool


def book(content: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook by name, as ECMA-376 lays them out; dates are numbers of days."""
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        links = {
            one.get("Id"): one.get("Target")
            for one in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        listed = ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        return {one.get("name", ""): _sheet(archive.read(f"xl/{links[one.get(RELATION)]}")) for one in listed}


def _sheet(content: bytes) -> Sheet:
    root = ET.fromstring(content)
    (view,) = root.iter(f"{MAIN}sheetView")
    rows = []
    for row in root.iter(f"{MAIN}row"):
        cells: dict[int, Any] = {_column(cell.get("r", "")): _value(cell) for cell in row}
        rows.append([cells.get(place) for place in range(max(cells, default=-1) + 1)])
    return Sheet(rows, view.get("rightToLeft") == "1", next(root.iter(f"{MAIN}f"), None) is not None)


def _column(reference: str) -> int:
    place = 0
    for letter in reference.rstrip("0123456789"):
        place = place * 26 + ord(letter) - 64
    return place - 1


def _value(cell: Any) -> Any:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        text = "".join(piece.text or "" for piece in cell.iter(f"{MAIN}t"))
        return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
    found = cell.find(f"{MAIN}v").text
    return found == "1" if kind == "b" else float(found)


def moment(days: float) -> datetime:
    return EPOCH + timedelta(days=days)


def made(columns: list[tuple[str, str]], rows: list[bytes], **settings: Any) -> dict[str, Sheet]:
    writer = SheetWriter(
        Workbook(columns, {"licence": "CC-BY-4.0"}, "Asia/Muscat", "ar"), ApiSettings(**settings)
    )
    try:
        content = writer.start() + writer.rows(rows) + writer.end()
        while piece := writer.more():
            content += piece
    finally:
        writer.close()
    return book(content)


def test_a_workbook_of_observations(standing_api: Any) -> None:
    answer = standing_api.get(f"{SERIES}&f=xlsx&limit=3")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPES["xlsx"]
    assert answer.headers["content-length"] == str(len(answer.content))
    assert 'filename="air-01-pm2_5-raw-simulated.xlsx"' in answer.headers["content-disposition"]
    found = book(answer.content)
    rows = found["Data"].rows
    assert rows[0] == ["phenomenon_time", "phenomenon_time_local", "result", "quality", "unit", "simulated"]
    instant, local, *others = rows[1]
    assert (instant, others) == ("2026-11-24T00:00:00.000000Z", [0, 1, "ug/m3", True])
    assert abs(moment(local) - datetime(2026, 11, 24, 4, tzinfo=UTC)) < timedelta(milliseconds=1)
    assert len(rows) == 4
    assert not found["Data"].is_right_to_left
    about = dict(found["About"].rows)
    assert (about["unit"], about["row_count"], about["bucket"]) == ("ug/m3", "3", "raw")
    part = standing_api.get(f"{SERIES}&f=xlsx&limit=3", headers={"range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, b"PK")


def test_in_arabic_sheets_run_from_right_to_left(standing_api: Any) -> None:
    found = book(standing_api.get("/v1/things.xlsx?lang=ar&thing=air-01").content)
    assert list(found) == ["البيانات", "عن البيانات"]
    assert all(sheet.is_right_to_left for sheet in found.values())
    row = dict(zip(*found["البيانات"].rows, strict=True))
    assert (row["name_ar"], row["longitude"], row["simulated"]) == ("روي", 58.54, True)


def test_every_series_is_a_workbook(standing_api: Any) -> None:
    for query in (
        "bbox=58,23,59,24",
        "thing=bus-01",
        "observed_property=pm2_5&bucket=PT1H&fields=mean,bucket_start",
    ):
        rows = book(standing_api.get(f"/v1/observations?{query}&f=xlsx").content)["Data"].rows
        lines = standing_api.get(f"/v1/observations?{query}&f=csv").text.splitlines()
        assert len(rows) == len(lines)
        assert [name for name in rows[0] if not name.endswith("_local")] == lines[0].split(",")
    for path in ("latest", "datastreams", "forecasts", "calendar", "innovation/hackathons"):
        assert list(book(standing_api.get(f"/v1/{path}?f=xlsx").content)) == ["Data", "About"]


@pytest.mark.usefixtures("wire")
def test_cells_are_never_formulas_and_nothing_is_lost() -> None:
    nasty = [
        "=1+1",
        "+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "http://example.org",
        "'=1",
        "a\x00\x0bb\ud7ff",
        "x" * 40_000,
    ]
    columns = [
        ("words", "text"),
        ("time", "instant"),
        ("day", "date"),
        ("number", "number"),
        ("whole", "count"),
    ]
    rows = [
        orjson.dumps(
            [text, "0001-01-02T00:00:00Z", "1850-01-01", 1e308, 2**62], option=orjson.OPT_APPEND_NEWLINE
        )
        for text in nasty
    ] + [b'[null,"2026-11-24T23:59:59.999999Z","2026-11-24",-0.5,null]\n']
    sheet = made(columns, rows)["البيانات"]
    cells = sheet.rows[1:]
    assert [row[0] for row in cells[:8]] == nasty[:8]
    assert len(cells[8][0]) == 32_767
    assert cells[8][0].endswith("…")
    assert not sheet.has_formulas
    assert cells[0][1:] == ["0001-01-02T00:00:00Z", None, "1850-01-01", 1e308, str(2**62)]
    assert moment(cells[-1][2]).date() == date(2026, 11, 25)
    assert moment(cells[-1][3]).date() == date(2026, 11, 24)


def test_gdal_opens_it(standing_api: Any, tmp_path: Path) -> None:
    import pyogrio

    path = tmp_path / "export.xlsx"
    path.write_bytes(standing_api.get(f"{SERIES}&f=xlsx").content)
    frame = pyogrio.read_dataframe(path, layer="Data")
    assert len(frame) == 600
    assert frame["result"].max() == 149.75
    assert str(frame["phenomenon_time_local"][0]).startswith("2026-11-24 04:00:00")


def test_more_rows_than_a_sheet_has_are_told_before(city: Any, make_api: Any) -> None:
    api = make_api(export_sheet_rows_max=100)
    for url in (f"{SERIES}&f=xlsx", f"{SERIES}&f=xlsx&start=2026-11-24&end=2026-11-24"):
        answer = api.get(url)
        assert (answer.status_code, answer.json()["code"]) == (413, "query_too_dear")
        assert "f=parquet" in answer.json()["hint_url"]
        assert api.get(answer.json()["hint_url"]).status_code == 200
    assert api.get(f"{SERIES}&f=xlsx&limit=100").status_code == 200
    lists = make_api(export_sheet_rows_max=2)
    answer = lists.get("/v1/things?f=xlsx")
    assert (answer.status_code, answer.json()["maximum_count"]) == (413, 2)
    assert "f=parquet" in answer.json()["hint_url"]


def test_an_estimate_that_was_too_low_is_a_problem_and_no_shorter_file(city: Any, make_api: Any) -> None:
    with city.database.superuser() as connection:
        connection.execute("UPDATE datastreams SET interval_seconds = 86400")
    for settings in ({}, {"export_ready_bytes_each_max": 0}):
        answer = make_api(export_sheet_rows_max=100, **settings).get(f"{SERIES}&f=xlsx")
        assert (answer.status_code, answer.json()["code"]) == (413, "query_too_dear")


@pytest.mark.usefixtures("wire")
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    writer = SheetWriter(
        Workbook([("a", "whole")], {}, "Asia/Muscat", "en"), ApiSettings(export_sheet_rows_max=2)
    )
    writer.start()
    writer.rows([b"[1]\n"])
    process = writer._process
    assert process is not None
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(QueryTooDear):
        writer.rows([b"[1]\n[2]\n"] * 3)
    writer.close()
    assert list(tmp_path.iterdir()) == []
    assert process.poll() is not None


@pytest.mark.usefixtures("wire")
def test_a_process_that_dies_is_no_answer() -> None:
    writer = SheetWriter(Workbook([("a", "whole")], {}, "Nowhere/Else", "en"), ApiSettings())
    writer.start()
    with pytest.raises((RuntimeError, BrokenPipeError)):
        writer.end()
    writer.close()


def test_others_are_answered_while_a_workbook_is_made(api: Any, city: Any) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, '2026-01-01T00:00Z'::timestamptz + n * interval '1 s', n, 1"
            " FROM generate_series(0, 15000) AS n",
            [number],
        )

    async def both(client: Any) -> tuple[int, int]:
        export = asyncio.create_task(client.get(f"/v1/observations?datastream={number}&f=xlsx"))
        answered = 0
        while not export.done():
            answered += (await client.get("/v1/things?limit=1")).status_code == 200
        return answered, (await export).status_code

    answered, status = api.run(both)
    assert status == 200
    assert answered > 20, "a list waits for no workbook"
