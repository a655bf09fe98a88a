"""Datasets and bulk files: what the client says of them, and downloads that end whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import duckdb
import pytest

from falaj_client import AsyncClient, Client, Incomplete, NotFound, NotThisApi, Options
from ingest.bulk.service import write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from tests.falaj_client.failing_server import META, Failing, says
from tests.hub_api.conftest import MINUTES, START, City

pytestmark = pytest.mark.usefixtures("wire")

QUICK = Options(pause_seconds_first=0.001, attempts_max=3)
CONTENT = bytes(range(256)) * 40
HALF = len(CONTENT) // 2
PLACE = "dataset=port/date=2026-11-24/part-0.parquet"


def described(content: bytes = CONTENT, **more: object) -> dict[str, object]:
    return {
        "dataset": "port", "date": "2026-11-24", "url": "/v1/bulk/port/2026-11-24.parquet", "path": PLACE,
        "row_count": 3, "byte_count": len(content), "sha256": sha256(content).hexdigest(),
        "first_phenomenon_time": None, "zone": "Asia/Muscat", "last_phenomenon_time": None, "generated_at": "2026-11-25T00:00:00Z",
        **more,
    }  # fmt: skip


def manifest(*files: dict[str, object]) -> Callable[[BaseHTTPRequestHandler], None]:
    return says(200, {"data": list(files), "next": None, "meta": META})


def breaks_off_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(CONTENT)))
    handler.end_headers()
    handler.wfile.write(CONTENT[:HALF])
    handler.close_connection = True


def rest(handler: BaseHTTPRequestHandler) -> None:
    """What is asked for, as a hub answers it."""
    begin = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    says(206, CONTENT[begin:], Content_Range=f"bytes {begin}-{len(CONTENT) - 1}/{len(CONTENT)}")(handler)


@pytest.fixture
def files(city: City, tmp_path: Path) -> Path:
    """The city's bulk files, where the API looks for them."""
    first = int(START.timestamp()) // 3600
    with city.database.superuser() as connection:
        for batch, name in enumerate(("air-01.pm2_5", "weather-01.weather"), 1):
            connection.execute(
                "INSERT INTO dirty_buckets VALUES (%s, %s, %s)",
                [batch, [city.datastreams[name]] * 10, list(range(first, first + 10))],
            )
    with city.database.connect("worker") as worker:
        roll_up(worker)
        settings = BulkSettings(quiet_seconds=0, free_mib_min=0)
        write_due(worker, tmp_path / "bulk", settings, lambda: datetime(2100, 1, 1, tzinfo=UTC))
    return tmp_path / "bulk"


def test_datasets_say_their_licence_and_extent(api_url: str, files: Path) -> None:
    with Client(api_url) as client:
        known = {one.dataset: one for one in client.datasets()}
        assert set(known) == {"recorded", "simulator"}
        recorded, simulator = known["recorded"], known["simulator"]
        assert recorded.licence is not None
        assert recorded.licence.id == "CC-BY-4.0"
        assert recorded.licence.url is not None
        assert simulator.licence is None
        assert recorded.start == datetime(2026, 11, 23, 20, tzinfo=UTC)
        assert recorded.bbox == (58.18, 23.67, 58.18, 23.67)
        assert (recorded.day_count, recorded.bulk_file_count) == (1, 1)
        assert {one.observed_property for one in simulator.observed_properties} == {
            "pm2_5",
            "pm10",
            "location",
        }
        assert {one.kind for one in simulator.distributions} >= {"bulk", "observations", "stream"}
        assert replace(client.dataset("recorded"), age_seconds=None) == replace(recorded, age_seconds=None)
        frame = client.datasets().to_pandas()
        assert frame["licence"].tolist() == ["CC-BY-4.0", None]
        with pytest.raises(NotFound):
            client.dataset("nobody")


def test_a_folder_is_filled_once_and_is_one_table(api_url: str, files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    with Client(api_url) as client:
        listed = client.bulk().all()
        assert [(one.dataset, one.date) for one in listed] == [
            ("recorded", date(2026, 11, 24)), ("simulator", date(2026, 11, 24)),
        ]  # fmt: skip
        assert client.bulk(dataset="simulator", first_date=date(2026, 11, 25)).all() == []
        paths = client.download_bulk(folder)
        assert [path.relative_to(folder).as_posix() for path in paths] == [one.path for one in listed]
        assert [sha256(path.read_bytes()).hexdigest() for path in paths] == [one.sha256 for one in listed]
        before = [path.stat().st_mtime_ns for path in paths]
        assert client.download_bulk(folder) == paths
        assert [path.stat().st_mtime_ns for path in paths] == before, "what is whole is not fetched again"
        paths[0].write_bytes(b"altered")
        client.download_bulk(folder, dataset="recorded")
        assert sha256(paths[0].read_bytes()).hexdigest() == listed[0].sha256
        assert client.bulk().to_pandas()["row_count"].sum() == MINUTES + 10 + 10
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["part-0.parquet"] * 2
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT dataset, count(*) FROM read_parquet(?) GROUP BY ALL ORDER BY ALL",
            [f"{folder}/*/*/*.parquet"],
        ).fetchall()
    assert dict(rows) == {one.dataset: one.row_count for one in listed}


def test_the_other_client_does_the_same(api_url: str, files: Path, tmp_path: Path) -> None:
    async def download() -> list[Path]:
        async with AsyncClient(api_url) as client:
            return await client.download_bulk(tmp_path / "mine", dataset="simulator", first_date="2026-11-24")

    (path,) = asyncio.run(download())
    assert path.read_bytes() == (files / path.relative_to(tmp_path / "mine")).read_bytes()


def test_what_broke_off_goes_on(failing: Failing, tmp_path: Path) -> None:
    failing.behaviours = [manifest(described()), breaks_off_in_the_middle, rest]
    with Client(failing.url, options=QUICK) as client:
        (path,) = client.download_bulk(tmp_path)
    assert path == tmp_path / PLACE
    assert path.read_bytes() == CONTENT
    assert "range" not in failing.headers[1]
    assert failing.headers[2]["range"] == f"bytes={HALF}-"
    assert failing.headers[2]["if-range"] == f'"{sha256(CONTENT).hexdigest()}"'


def test_it_goes_on_in_another_process_too(failing: Failing, tmp_path: Path) -> None:
    failing.behaviours = [manifest(described()), breaks_off_in_the_middle]
    with (
        Client(failing.url, options=Options(attempts_max=1)) as client,
        pytest.raises(Exception, match="peer"),
    ):
        client.download_bulk(tmp_path)
    assert not (tmp_path / PLACE).exists()
    failing.behaviours = [manifest(described()), rest]
    with Client(failing.url) as client:
        (path,) = client.download_bulk(tmp_path)
    assert path.read_bytes() == CONTENT


def test_wrong_bytes_never_become_a_file(failing: Failing, tmp_path: Path) -> None:
    failing.behaviours = [manifest(described()), *[says(200, b"x" * len(CONTENT))] * 3, manifest(described())]
    with Client(failing.url, options=QUICK) as client, pytest.raises(Incomplete, match="checksum"):
        client.download_bulk(tmp_path)
    assert len(failing.asked) == 1 + 3 + 1
    assert not any("range" in headers for headers in failing.headers), "each attempt begins anew"
    assert not (tmp_path / PLACE).exists()


def test_a_file_that_was_made_anew_meanwhile_is_fetched_as_it_is_now(
    failing: Failing, tmp_path: Path
) -> None:
    new = CONTENT + b"late"
    failing.behaviours = [
        manifest(described()), *[says(200, new)] * 3, manifest(described(new)), says(200, new),
    ]  # fmt: skip
    with Client(failing.url, options=QUICK) as client:
        (path,) = client.download_bulk(tmp_path)
    assert path.read_bytes() == new
    assert [file.name for file in path.parent.iterdir()] == ["part-0.parquet"], "no remnant stays"


@pytest.mark.parametrize(
    "place", ["../../evil.parquet", "/etc/evil.parquet", "dataset=a/date=2026-11-24/../x.parquet"]
)
def test_no_server_chooses_another_place(failing: Failing, tmp_path: Path, place: str) -> None:
    failing.behaviours = [manifest(described(path=place)), says(200, CONTENT)]
    with Client(failing.url, options=QUICK) as client, pytest.raises(NotThisApi):
        client.download_bulk(tmp_path / "mine")
    assert len(failing.asked) == 1
