"""The manifest of bulk files, and where else they are named."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from citycore.partitions import COLUMNS
from citycore.settings import BulkFolderSettings
from hub_api.city.bulk.schemas import BulkList
from tests.hub_api.bulk.conftest import URL, Bulk
from tests.hub_api.conftest import START


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
    ("/v1/bulk?first_date=2026-02-02&last_date=2026-02-01", 409, "first_not_before_last"),
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
    operation = paths["/v1/bulk/{dataset}/{date}.parquet"]["get"]
    (example,) = operation["x-examples"]
    assert bulk.api.get(example).status_code == 200
    assert operation["responses"]["412"] == {"$ref": "#/components/responses/PreconditionFailed"}
    named = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "path"}
    others = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "query"}
    together = bulk.api.get("/v1/bulk/{dataset}/{date}.parquet".format(**named), params=others)
    assert together.status_code == 200
