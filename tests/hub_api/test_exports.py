"""Exports as programs read them, cut off, and asked about with HEAD."""

from __future__ import annotations

from typing import Any

import pytest

from hub_api.serving.formats import ALL_FORMATS, PLAIN_FORMATS
from tests.hub_api.conftest import MINUTES

EVERYTHING = "/v1/observations.{}?bbox=58,23,59,24"
HOURS = "/v1/observations.{}?observed_property=pm2_5&bucket=PT1H"
LISTS = ("things", "latest", "datastreams", "forecasts")
STREAMED = tuple(known for known in ALL_FORMATS if known != "json")


@pytest.fixture
def saved(api: Any, tmp_path: Any) -> Any:
    """Save an answer under a name; its path."""

    def save(url: str, name: str) -> str:
        answer = api.get(url)
        assert answer.status_code == 200, answer.text
        (tmp_path / name).write_bytes(answer.content)
        return str(tmp_path / name)

    return save


def test_duckdb_reads_parquet_csv_and_lines(saved: Any) -> None:
    import duckdb

    files = {
        chosen: saved(EVERYTHING.format(chosen), f"all.{chosen}") for chosen in ("parquet", "csv", "ndjson")
    }
    readers = {"parquet": "read_parquet", "csv": "read_csv", "ndjson": "read_json"}
    with duckdb.connect() as connection:
        for chosen, file in files.items():
            found = connection.execute(
                "SELECT thing, count(*), min(phenomenon_time) AT TIME ZONE 'UTC' FROM"
                f" {readers[chosen]}('{file}') GROUP BY thing ORDER BY thing"
            ).fetchall()
            assert [row[:2] for row in found] == [("air-01", MINUTES), ("bus-01", 10), ("weather-01", 10)]
            assert {str(row[2])[:16] for row in found} == {"2026-11-24 00:00"}
        file = saved(HOURS.format("parquet"), "hours.parquet")
        sums = connection.execute(f"SELECT sum(mean), sum(observation_count) FROM '{file}'").fetchone()
        assert sums == (45, 600)
        file = saved("/v1/latest.csv", "latest.csv")
        rows = connection.execute(f"SELECT thing, result FROM '{file}' WHERE result IS NOT NULL").fetchall()
        assert rows == [("air-01", 149.75)]


def test_geopandas_reads_geojson_and_geoparquet(saved: Any) -> None:
    import geopandas

    for chosen in ("geoparquet", "geojson"):
        read = geopandas.read_parquet if chosen == "geoparquet" else geopandas.read_file
        bus = read(saved(f"/v1/observations.{chosen}?observed_property=location", f"bus.{chosen}"))
        assert [round(x, 6) for x in bus.geometry.x] == [round(58.5 + n / 1000, 6) for n in range(10)]
        air = read(saved(f"/v1/observations.{chosen}?observed_property=pm2_5", f"air.{chosen}"))
        assert air["result"].tolist() == [n / 4 for n in range(MINUTES)]
        assert set(zip(air.geometry.x, air.geometry.y, strict=True)) == {(58.54, 23.6)}
        assert str(air["phenomenon_time"].dtype).startswith("datetime64")
    everything = geopandas.read_parquet(saved(EVERYTHING.format("geoparquet"), "all.geoparquet"))
    assert len(everything) == MINUTES + 20


def test_pandas_reads_arrow(saved: Any) -> None:
    import pyarrow as pa

    with pa.OSFile(saved(HOURS.format("arrow"), "hours.arrow")) as file, pa.ipc.open_stream(file) as stream:
        frame = stream.read_pandas()
    assert frame["mean"].tolist() == list(range(10))
    assert str(frame["bucket_start"].dtype) == "datetime64[us, UTC]"
    assert frame["thing"].dtype == "category"


def test_head_answers_like_get_everywhere(api: Any, city: Any) -> None:
    document = api.get("/openapi.json").json()
    urls = [
        url for methods in document["paths"].values() for one in methods.values() for url in one["x-examples"]
    ]
    urls += [f"/v1/{name}.{chosen}" for name in LISTS for chosen in PLAIN_FORMATS]
    urls += [pattern.format(chosen) for chosen in ALL_FORMATS for pattern in (EVERYTHING, HOURS)]
    urls += ["/v1/things?limit=0", "/v1/things/air-1", "/nothing", "/docs", "/openapi.json"]
    for url in urls:
        if url.startswith(("/v1/stream", "/metrics")):
            continue
        get, head = api.get(url), api.request("HEAD", url)
        assert head.content == b"", url
        assert head.status_code == get.status_code, url
        assert head.headers == get.headers, url
    pool = api.app.state.hub.database.exports.get_stats()
    assert pool["pool_available"] == pool["pool_size"]


def test_a_download_that_is_cut_frees_its_connection(city: Any, make_api: Any) -> None:
    api = make_api(export_block_bytes=100, export_batch_rows=10, export_part_rows=50, list_block_rows=1)
    urls = [EVERYTHING.format(chosen) for chosen in STREAMED]
    urls += [f"/v1/observations.{chosen}?thing=air-01&observed_property=pm2_5" for chosen in STREAMED]
    urls += [f"/v1/things.{chosen}" for chosen in STREAMED]
    for url in urls:
        status, sent = request(api, url)
        whole = api.get(url)
        assert whole.status_code == 200
        # Of what is only begun, as a workbook, who leaves at once has got nothing at all.
        assert status == 200 or (status, sent) == (0, 0), url
        assert status == 200 or not url.split("?")[0].endswith(("csv", "ndjson", "geojson")), url
        assert sent < len(whole.content), url
        pool = api.app.state.hub.database.exports.get_stats()
        assert pool["pool_available"] == pool["pool_size"] == 1, url


def request(api: Any, url: str) -> tuple[int, int]:
    """The status and the bytes of the body that a reader gets who leaves at once."""
    path, _, query = url.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "headers": [], "scheme": "http",
        "server": ("hub.test", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    sent: list[Any] = []

    async def go(_: Any) -> None:
        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await api.app(scope, receive, send)

    api.run(go)
    if not sent:
        return 0, 0
    start, *bodies = sent
    return start["status"], sum(len(message["body"]) for message in bodies)
