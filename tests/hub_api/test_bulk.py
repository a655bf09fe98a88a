"""Bulk files over HTTP: the manifest, whole files and ranges, and never a mixture of two versions."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from citycore.partitions import COLUMNS, modification_nanoseconds, partition_path
from citycore.settings import BulkFolderSettings
from hub_api.bulk.errors import RangeNotSatisfiable
from hub_api.bulk.ranges import wanted_span
from hub_api.bulk.response import FileResponse
from hub_api.bulk.schemas import BulkList
from hub_api.bulk.service import open_file
from ingest.bulk.service import write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up
from tests.hub_api.conftest import START

URL = "/v1/bulk/simulator/2026-11-24.parquet"
DAY = date(2026, 11, 24)
AT_ONCE = BulkSettings(quiet_seconds=0, free_mib_min=0)
#: Later than any note, whose times are the database's.
LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Bulk:
    """The city's bulk files and the API that serves them."""

    def __init__(self, city: Any, folder: Path, make_api: Any) -> None:
        self.city, self.folder = city, folder
        self.api = make_api(bulk=BulkFolderSettings(folder=folder))

    def note(self, name: str = "air-01.pm2_5", start: datetime = START, hours: int = 10) -> None:
        """As ingest notes a batch."""
        first = int(start.timestamp()) // 3600
        numbers = [self.city.datastreams[name]] * hours
        with self.city.database.superuser() as connection:
            connection.execute(
                "INSERT INTO dirty_buckets SELECT coalesce(max(batch_id), 0) + 1, %s, %s FROM dirty_buckets",
                [numbers, list(range(first, first + hours))],
            )

    def observe(self, at: datetime, result: float = 1.0) -> None:
        with self.city.database.superuser() as connection:
            connection.execute(
                "INSERT INTO observations VALUES (%s, 1, %s, %s, 2)",
                [self.city.datastreams["air-01.pm2_5"], at, result],
            )
        self.note(start=at, hours=1)

    def write(self) -> None:
        with self.city.database.connect("worker") as worker:
            while roll_up(worker):
                pass
            write_due(worker, self.folder, AT_ONCE, lambda: LATER)

    @property
    def path(self) -> Path:
        return partition_path(self.folder, "simulator", DAY)


@pytest.fixture
def bulk(city: Any, tmp_path: Path, make_api: Any) -> Bulk:
    one = Bulk(city, tmp_path / "bulk", make_api)
    one.note()
    one.note("bus-01.location", hours=1)
    one.note("weather-01.weather")
    one.observe(START - timedelta(days=2))
    one.write()
    return one


def test_the_manifest_lists_what_lies_there(bulk: Bulk) -> None:
    answer = bulk.api.get("/v1/bulk")
    BulkList.model_validate(answer.json())
    listed = {(one["dataset"], one["date"]): one for one in answer.json()["data"]}
    assert list(listed) == [
        ("recorded", "2026-11-24"), ("simulator", "2026-11-22"), ("simulator", "2026-11-24"),
    ]  # fmt: skip
    one = listed["simulator", "2026-11-24"]
    content = (bulk.folder / one["path"]).read_bytes()
    assert (one["byte_count"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (one["url"], one["row_count"]) == (URL, 600 + 10)
    assert one["first_phenomenon_time"] == "2026-11-24T00:00:00Z"
    schema = pq.read_schema(bulk.path)
    known = {
        field.name: str(getattr(field.type, "value_type", field.type)) for field in schema
    }  # a dictionary of texts is texts
    assert known == dict(COLUMNS)
    assert {column["name"]: column["type"] for column in answer.json()["meta"]["columns"]} == known


def test_the_manifest_is_filtered_and_paged_and_has_an_etag(bulk: Bulk) -> None:
    get = bulk.api.get

    def days(url: str) -> list[tuple[str, str]]:
        return [(one["dataset"], one["date"]) for one in get(url).json()["data"]]

    assert days("/v1/bulk?dataset=recorded") == days("/v1/bulk/recorded") == [("recorded", "2026-11-24")]
    assert days("/v1/bulk?last_date=2026-11-22") == [("simulator", "2026-11-22")]
    assert days("/v1/bulk/simulator?first_date=2026-11-23") == [("simulator", "2026-11-24")]
    assert days("/v1/bulk/simulator?first_date=2026-11-24&last_date=2026-11-24") == [
        ("simulator", "2026-11-24")
    ]
    seen, url = [], "/v1/bulk?limit=1"
    while url:
        page = get(url)
        seen += [(one["dataset"], one["date"]) for one in page.json()["data"]]
        url = page.json()["next"] and f"/v1/bulk?limit=1&cursor={page.json()['next']}"
    assert seen == days("/v1/bulk")
    question = '["/v1/bulk",[]]'
    for forged in ("simulator/today", "simulator", ""):
        cursor = bulk.api.app.state.hub.cursors.write(question, forged)
        assert get(f"/v1/bulk?cursor={cursor}").json()["errors"][0]["code"] == "bad_cursor"
    etag = get("/v1/bulk").headers["etag"]
    assert get("/v1/bulk", headers={"If-None-Match": etag}).status_code == 304
    bulk.observe(START - timedelta(days=3))
    bulk.write()
    fresh = bulk.api.request("GET", "/v1/bulk?limit=9999", headers={"If-None-Match": etag})
    assert (fresh.status_code, len(fresh.json()["data"])) == (200, 4)


WRONG = [
    ("/v1/bulk?first_date=2026-02-30", 422, "not_a_date"),
    ("/v1/bulk?first_date=20260201", 422, "not_a_date"),
    ("/v1/bulk?first_date=2026-02-02&last_date=2026-02-01", 422, "first_not_before_last"),
    ("/v1/bulk/simulator/yesterday.parquet", 422, "not_a_date"),
    ("/v1/bulk?dataset=simulater", 404, None),
    ("/v1/bulk/simulater", 404, None),
    ("/v1/bulk/simulater/2026-11-24.parquet", 404, None),
    ("/v1/bulk/simulator/2020-01-01.parquet", 404, None),
    ("/v1/bulk/..%2F..%2Fetc/2026-11-24.parquet", 404, None),
    ("/v1/bulk/%2e%2e/2026-11-24.parquet", 404, None),
    ("/v1/bulk/simulator/..%2f2026-11-24.parquet", 404, None),
    ("/v1/bulk/simulator/2026-11-24.csv", 404, None),
]


def test_what_is_not_there_is_a_problem(bulk: Bulk) -> None:
    for url, status, code in WRONG:
        answer = bulk.api.get(url)
        assert answer.status_code == status, url
        assert answer.headers["content-type"] == "application/problem+json"
        if code is not None:
            assert answer.json()["errors"][0]["code"] == code, url
        if "simulater" in url:
            assert answer.json()["suggestion"] == "simulator"


def test_a_whole_file_comes_with_its_digest(bulk: Bulk) -> None:
    answer = bulk.api.get(URL)
    content = bulk.path.read_bytes()
    digest = hashlib.sha256(content)
    assert (answer.status_code, answer.content) == (200, content)
    headers = answer.headers
    assert headers["etag"] == f'"{digest.hexdigest()}"'
    assert headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert headers["content-type"] == "application/vnd.apache.parquet"
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-disposition"] == 'attachment; filename="simulator-2026-11-24.parquet"'
    assert "no-cache" in headers["cache-control"], "late data may replace it, so a cache asks"
    head = bulk.api.request("HEAD", URL, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(content)))
    assert head.headers["etag"] == headers["etag"]


def test_a_file_that_is_known_is_not_sent_again(bulk: Bulk) -> None:
    etag = bulk.api.get(URL).headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = bulk.api.get(URL, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer.headers["etag"] == etag
    assert bulk.api.get(URL, headers={"If-None-Match": '"other"'}).status_code == 200


def test_ranges(bulk: Bulk) -> None:
    content = bulk.path.read_bytes()
    size = len(content)
    for field, start, end in (
        ("bytes=0-3", 0, 4), ("bytes=4-", 4, size), ("bytes=-8", size - 8, size), ("Bytes = 5 - 9", 5, 10),
        (f"bytes=0-{size * 2}", 0, size), (f"bytes=-{size * 2}", 0, size), (f"bytes={size - 1}-", size - 1, size),
    ):  # fmt: skip
        answer = bulk.api.get(URL, headers={"Range": field})
        assert (answer.status_code, answer.content) == (206, content[start:end]), field
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.headers["content-length"] == str(end - start)
    assert content[-4:] == b"PAR1"


def test_a_range_that_is_none_gets_the_whole_file(bulk: Bulk) -> None:
    for field in (
        "bytes=0-1,4-5", "bytes=5-4", "lines=0-1", "bytes=a-b", "bytes=-", "nonsense", "bytes=0-1,", "bytes=--1",
    ):  # fmt: skip
        assert bulk.api.get(URL, headers={"Range": field}).status_code == 200, field


def test_a_range_behind_the_end_is_refused_with_the_length(bulk: Bulk) -> None:
    size = bulk.path.stat().st_size
    for field in (f"bytes={size}-", "bytes=-0", "bytes=9999999999999999999-"):
        answer = bulk.api.get(URL, headers={"Range": field, "Accept-Language": "ar"})
        assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
        assert answer.headers["content-range"] == f"bytes */{size}"
        assert str(size) in answer.json()["detail"]


def test_if_range_counts_for_the_same_bytes_only(bulk: Bulk) -> None:
    first = bulk.api.get(URL)
    field = {"Range": "bytes=10-19"}
    same = bulk.api.get(URL, headers={**field, "If-Range": first.headers["etag"]})
    assert (same.status_code, same.content) == (206, first.content[10:20])
    for other in ('"other"', f"W/{first.headers['etag']}", first.headers["last-modified"]):
        assert bulk.api.get(URL, headers={**field, "If-Range": other}).status_code == 200
    bulk.observe(START + timedelta(seconds=30))
    bulk.write()
    anew = bulk.api.get(URL, headers={**field, "If-Range": first.headers["etag"]})
    assert (anew.status_code, anew.content) == (200, bulk.path.read_bytes())
    assert anew.headers["etag"] != first.headers["etag"]


def test_a_download_goes_on_while_the_file_is_replaced(bulk: Bulk) -> None:
    old, received = bulk.path.read_bytes(), []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            if not received:
                bulk.observe(START + timedelta(seconds=45))
                bulk.write()
            received.append(message["body"])

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def download(_: Any) -> None:
        file, descriptor = await open_file(bulk.api.app.state.hub, "simulator", DAY)
        await FileResponse(file, descriptor, None, block_bytes=100, seconds_max=60)({}, receive, send)

    bulk.api.run(download)
    assert len(received) == -(-len(old) // 100)
    assert b"".join(received) == old
    assert bulk.path.read_bytes() != old


def test_a_reader_who_goes_away_or_is_too_slow_frees_the_file(bulk: Bulk) -> None:
    sent: list[int] = []
    gone = asyncio.Event()

    async def send(message: Any) -> None:
        sent.append(len(message.get("body", b"")))
        await asyncio.sleep(0 if gone.is_set() else 60)

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def download(_: Any) -> int:
        file, descriptor = await open_file(bulk.api.app.state.hub, "simulator", DAY)
        await FileResponse(file, descriptor, None, block_bytes=1, seconds_max=0.2)({}, receive, send)
        return descriptor

    for begin in (gone.set, gone.clear):
        begin()
        descriptor = bulk.api.run(download)
        assert sum(sent) < bulk.path.stat().st_size
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


def test_a_file_that_is_not_the_described_one_is_never_sent(bulk: Bulk, make_api: Any) -> None:
    """As between the rename and the commit of a new version, or when somebody touched the file."""
    api = make_api(bulk=BulkFolderSettings(folder=bulk.folder), bulk_tries_max=2, bulk_try_seconds=0)
    status = bulk.path.stat()
    os.utime(bulk.path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000))
    answer = api.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (503, "bulk_file_away")
    assert "retry-after" in answer.headers
    assert str(bulk.folder) not in answer.text
    stamp = modification_nanoseconds(LATER)
    os.utime(bulk.path, ns=(stamp, stamp))
    assert api.get(URL).status_code == 200
    bulk.path.unlink()
    assert api.get(URL).json()["code"] == "bulk_file_away"


def test_pages_of_other_sites_may_read_ranges(bulk: Bulk) -> None:
    origin = {"Origin": "https://example.org"}
    answer = bulk.api.get(URL, headers={**origin, "Range": "bytes=0-1"})
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"]
    for name in ("ETag", "Content-Range", "Accept-Ranges", "Content-Length", "Repr-Digest"):
        assert name in exposed
    asked = {
        **origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range,if-range",
    }
    allowed = bulk.api.request("OPTIONS", URL, headers=asked)
    assert allowed.status_code == 200
    assert {"range", "if-range"} <= set(
        allowed.headers["access-control-allow-headers"].replace(" ", "").split(",")
    )


def test_duckdb_reads_what_was_downloaded(bulk: Bulk, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for one in bulk.api.get("/v1/bulk").json()["data"]:
        target = folder / one["path"]
        target.parent.mkdir(parents=True)
        target.write_bytes(bulk.api.get(one["url"]).content)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT dataset, count(*), sum(result) FROM read_parquet(?) GROUP BY ALL ORDER BY ALL",
            [f"{folder}/*/*/*.parquet"],
        ).fetchall()
    assert rows == [("recorded", 10, None), ("simulator", 611, sum(n / 4 for n in range(600)) + 1)]


def test_a_reader_of_parquet_fetches_the_ranges_it_needs(bulk: Bulk) -> None:
    """As DuckDB, fsspec and browsers do: the footer, then the columns that are asked for."""
    size = int(bulk.api.request("HEAD", URL).headers["content-length"])
    fetched: list[int] = []

    class Remote(io.RawIOBase):
        place = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.place

        def seek(self, offset: int, whence: int = 0) -> int:
            self.place = offset + (0, self.place, size)[whence]
            return self.place

        def read(self, count: int = -1) -> bytes:
            end = size if count < 0 else min(size, self.place + count)
            answer = bulk.api.get(URL, headers={"Range": f"bytes={self.place}-{end - 1}"})
            assert answer.status_code == 206
            fetched.append(len(answer.content))
            self.place = end
            return answer.content

    file = pq.ParquetFile(Remote(), pre_buffer=False)
    table = file.read(columns=["result"])
    assert table["result"].drop_null().to_pylist() == [n / 4 for n in range(600)]
    assert fetched[-1] < size / 2, "the footer of so small a file is nearly all of it, the column is not"


def test_the_cost_guard_names_the_files_that_answer(bulk: Bulk, make_api: Any) -> None:
    api = make_api(bulk=BulkFolderSettings(folder=bulk.folder), export_rows_max=5, export_binary_rows_max=5)
    window = "start=2026-11-23T20:00:00Z&end=2026-11-24T20:00:00Z"
    refused = api.get(f"/v1/observations?source=simulator&f=csv&{window}").json()
    assert refused["code"] == "query_too_dear"
    assert refused["bulk_url"] == "/v1/bulk?dataset=simulator&first_date=2026-11-24&last_date=2026-11-24"
    assert [one["url"] for one in api.get(refused["bulk_url"]).json()["data"]] == [URL]
    several = api.get("/v1/observations?bbox=57,22,60,25&f=parquet").json()
    assert several["bulk_url"] == "/v1/bulk"
    nothing = api.get(
        "/v1/observations?source=simulator&f=csv&bucket=PT15M&start=2026-11-24T00:00:00Z"
    ).json()
    assert "bulk_url" not in nothing, "files hold no statistics"
    with bulk.city.database.superuser() as connection:
        connection.execute("UPDATE dataset_days SET generated_at = NULL")
    assert "bulk_url" not in api.get(f"/v1/observations?source=simulator&f=csv&{window}").json()


def test_the_documentation_shows_a_file_that_is_there(bulk: Bulk) -> None:
    paths = bulk.api.get("/openapi.json").json()["paths"]
    (example,) = paths["/v1/bulk/{dataset}/{date}.parquet"]["get"]["x-examples"]
    assert bulk.api.get(example).status_code == 200


def test_spans() -> None:
    assert wanted_span(None, None, '"a"', 10) is None
    assert wanted_span("bytes=2-3", '"a"', '"a"', 10) == (2, 4)
    assert wanted_span("bytes=2-3", '"b"', '"a"', 10) is None
    with pytest.raises(RangeNotSatisfiable):
        wanted_span("bytes=10-", None, '"a"', 10)
