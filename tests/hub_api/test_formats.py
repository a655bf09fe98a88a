"""The same rows in every format, with what they mean, complete or recognisably not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from starlette.exceptions import HTTPException

from hub_api.serving.errors import InvalidParameters
from hub_api.serving.exports.tables import ForgetfulSink
from hub_api.serving.formats import MEDIA_TYPES, accepted_format, chosen_format
from tests.conftest import open_database
from tests.hub_api.conftest import START, Api, City, seeded_city, standing

ALL = list(MEDIA_TYPES)
KINDS = ["air-01.pm2_5", "weather-01.weather", "bus-01.location"]
QUERIES = [
    *(f"datastream={{{name}}}" for name in KINDS),
    "datastream={air-01.pm2_5}&bucket=PT1H&order=desc",
    "datastream={air-01.pm2_5}&quality=suspect,good&limit=7",
    "datastream={air-01.pm2_5}&bucket=P1D",
    "datastream={air-01.pm2_5}&bucket=P1M",
    "observed_property=pm2_5&bucket=P1Y",
    "bbox=58,23,59,24&limit=500",
    "source=simulator&order=desc",
    "observed_property=pm2_5&bucket=PT15M",
    "observed_property=weather",
]


@pytest.fixture(scope="module")
def full_city(postgres: Any) -> Iterator[City]:
    """A city with quarter hours and a day, one of them without figures."""
    with open_database(postgres) as database:
        city = seeded_city(database)
        fill(city)
        yield city


@pytest.fixture(scope="module")
def full_api(full_city: City) -> Iterator[Api]:
    with standing(full_city) as api:
        yield api


def fill(city: City) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations_quarter_hourly SELECT datastream_id, bucket_start, 15, 15, mean, minimum,"
            " maximum, standard_deviation, p05, p50, p95, 13, 1, 1, 0 FROM observations_hourly"
        )
        connection.execute(
            "INSERT INTO observations_daily VALUES (%s, '2026-11-23T20:00Z', 600, 1440, NULL, 0, 149.75, 43,"
            " 7, 74, 142, 600, 0, 0, 0, 10)",
            [number],
        )
        for table, start in (("monthly", "2026-10-31T20:00Z"), ("yearly", "2025-12-31T20:00Z")):
            connection.execute(
                f"INSERT INTO observations_{table} VALUES (%s, %s, 600, 43200, NULL, 0, 149.75, 43, 7, 74, 142,"
                " 590, 0, 0, 4, 10, now(), 3, 4.5, NULL)".encode(), [number, start],
            )  # fmt: skip
        connection.execute(
            "UPDATE observations SET quality = 3 WHERE datastream_id = %s AND result > 140", [number]
        )
        connection.execute("UPDATE observations_hourly SET p05 = NULL, expected_count = NULL WHERE mean > 8")


def rows_as_json(api: Any, query: str) -> list[dict[str, Any]]:
    """All pages of a question, or the first ``limit`` rows of it."""
    rows: list[dict[str, Any]] = []
    answer = api.get(f"/v1/observations?{query}")
    assert answer.status_code == 200, answer.text
    rows += answer.json()["data"]
    while "limit=" not in query and answer.json()["next"] is not None:
        answer = api.get(answer.links["next"]["url"])
        rows += answer.json()["data"]
    return rows


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row of any format as one can compare it: instants as instants, a position as a pair."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("phenomenon_time", "bucket_start", "bucket_end"):
            found[name] = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        elif name == "local_date":
            found[name] = value if isinstance(value, date) else date.fromisoformat(value)
        elif name not in ("simulated", "geometry"):
            found[name] = value
    if "longitude" in found:
        position = [found.pop("longitude"), found.pop("latitude")]
        text = found.pop("result_text", None)
        number = found.get("result")
        found["result"] = position if position[0] is not None else text if number is None else number
    return found


def read_table(answer: Any, chosen: str) -> pa.Table:
    if chosen == "arrow":
        return pa.ipc.open_stream(answer.content).read_all()
    return parquet.read_table(io.BytesIO(answer.content))


@pytest.mark.parametrize("query", QUERIES)
def test_every_format_has_the_rows_of_json(full_api: Any, full_city: Any, query: str) -> None:
    for name, number in full_city.datastreams.items():
        query = query.replace("{" + name + "}", str(number))
    expected = [plain(row) for row in rows_as_json(full_api, query)]
    assert expected
    for chosen in ("ndjson", "geojson", "csv", "parquet", "geoparquet", "arrow"):
        answer = full_api.get(f"/v1/observations.{chosen}?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].split(";")[0] == MEDIA_TYPES[chosen]
        if chosen == "ndjson":
            found = [plain(json.loads(line)) for line in answer.text.splitlines()]
        elif chosen == "geojson":
            assert answer.json()["numberReturned"] == len(answer.json()["features"])
            found = [plain(feature["properties"]) for feature in answer.json()["features"]]
        elif chosen == "csv":
            rows = list(csv.reader(io.StringIO(answer.text)))
            assert len(rows) == len(expected) + 1
            moments = [datetime.fromisoformat(row[0]) for row in rows[1:]]
            assert moments == [next(iter(row.values())) for row in expected]
            continue
        else:
            found = [plain(row) for row in read_table(answer, chosen).to_pylist()]
        assert found == expected, chosen


def test_the_same_rows_are_the_same_bytes(standing_api: Any) -> None:
    """Both datastreams of a thing have its name: nothing unset may stand between the names."""
    url = "/v1/observations?thing=air-01&f=parquet"
    assert len({standing_api.get(url).content for _ in range(5)}) == 1


def test_a_schema_says_unit_licence_and_flags(standing_api: Any, standing_city: Any) -> None:
    table = read_table(
        standing_api.get("/v1/observations.arrow?thing=air-01&observed_property=pm2_5"), "arrow"
    )
    assert table.schema.field("result").metadata == {b"unit": b"ug/m3"}
    told = {name.decode(): value.decode() for name, value in table.schema.metadata.items()}
    assert (told["unit"], told["simulated"], told["licence"]) == ("ug/m3", "true", "not stated")
    assert json.loads(told["quality_flags"])["3"] == "suspect"
    assert told["question"].endswith("/v1/observations.arrow?thing=air-01&observed_property=pm2_5")
    many = parquet.read_schema(
        io.BytesIO(standing_api.get("/v1/observations.parquet?bbox=58,23,59,24").content)
    )
    assert [one["licence"] for one in json.loads(many.metadata[b"sources"])] == ["CC-BY-4.0", None]
    assert pa.types.is_dictionary(many.field("thing").type)


def test_geoparquet_and_geojson_say_where(api: Any, city: Any) -> None:
    table = read_table(api.get("/v1/observations.geoparquet?bbox=58,23,59,24"), "geoparquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"][geo["primary_column"]]["encoding"] == "WKB"
    import shapely

    points = shapely.from_wkb([value.as_py() for value in table["geometry"]])
    places = dict(zip(table["thing"].to_pylist(), ((p.x, p.y) for p in points), strict=True))
    assert places == {"air-01": (58.54, 23.6), "weather-01": (58.18, 23.67), "bus-01": (58.509, 23.6)}
    with city.database.superuser() as connection:
        connection.execute("UPDATE things SET longitude = NULL, latitude = NULL WHERE code = 'air-01'")
    moving = api.get("/v1/observations?thing=air-01&observed_property=pm2_5&f=geojson&limit=1").json()
    assert moving["features"][0]["geometry"] is None
    nowhere = read_table(
        api.get("/v1/observations?thing=air-01&observed_property=pm2_5&f=geoparquet"), "geoparquet"
    )
    assert nowhere["geometry"].null_count == 600


def test_days_are_named_by_their_local_date(full_api: Any, full_city: Any) -> None:
    url = "/v1/observations?thing=air-01&observed_property=pm2_5&bucket=P1D"
    body = full_api.get(url).json()
    (day,) = body["data"]
    assert (day["local_date"], day["bucket_start"], day["bucket_end"]) == (
        "2026-11-24", "2026-11-23T20:00:00Z", "2026-11-24T20:00:00Z",
    )  # fmt: skip
    assert (day["mean"], day["completeness"], day["valid_hour_count"]) == (None, 600 / 1440, 10)
    assert body["meta"]["zone"] == "Asia/Muscat"
    assert body["meta"]["quality"] == ["good", "not_evaluated", "suspect"]
    table = read_table(full_api.get(f"{url}&f=arrow"), "arrow")
    assert table["local_date"].to_pylist() == [date(2026, 11, 24)]
    assert table["bucket_end"].to_pylist() == [datetime.fromisoformat("2026-11-24T20:00:00Z")]


@pytest.mark.parametrize(
    ("bucket", "first", "start", "end"),
    [
        ("P1M", "2026-11-01", "2026-10-31T20:00:00Z", "2026-11-30T20:00:00Z"),
        ("P1Y", "2026-01-01", "2025-12-31T20:00:00Z", "2026-12-31T20:00:00Z"),
    ],
)
def test_months_and_years_are_named_by_their_first_day(
    full_api: Any, bucket: str, first: str, start: str, end: str
) -> None:
    url = f"/v1/observations?thing=air-01&observed_property=pm2_5&bucket={bucket}"
    body = full_api.get(url).json()
    (row,) = body["data"]
    assert (row["local_date"], row["bucket_start"], row["bucket_end"]) == (first, start, end)
    assert (row["missing_count"], row["first_result"], row["last_result"], row["total"]) == (
        6,
        3.0,
        4.5,
        None,
    )
    assert row["valid_day_count"] == 10
    assert body["meta"]["zone"] == "Asia/Muscat"
    table = read_table(full_api.get(f"{url}&f=arrow"), "arrow")
    assert table["bucket_end"].to_pylist() == [datetime.fromisoformat(end)]


def test_batches_and_row_groups_are_bounded(city: Any, make_api: Any) -> None:
    api = make_api(export_batch_rows=100, export_block_bytes=2_000)
    url = "/v1/observations?thing=air-01&observed_property=pm2_5"
    file = parquet.ParquetFile(io.BytesIO(api.get(f"{url}&f=parquet").content))
    groups = [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)]
    assert (sum(groups), max(groups)) == (600, 100)
    stream = pa.ipc.open_stream(api.get(f"{url}&f=arrow").content)
    assert [batch.num_rows for batch in stream] == [100] * 6


def test_a_limit_holds_over_all_parts(full_city: Any, make_api: Any) -> None:
    api = make_api(store=full_city.database.settings(), export_part_rows=10)
    for chosen in ("csv", "ndjson", "arrow", "parquet"):
        answer = api.get(f"/v1/observations?bbox=58,23,59,24&limit=333&f={chosen}")
        if chosen in ("csv", "ndjson"):
            assert answer.text.count("\n") - (chosen == "csv") == 333
        else:
            assert read_table(answer, chosen).num_rows == 333, chosen


def test_an_empty_answer_is_a_whole_file(standing_api: Any, standing_city: Any) -> None:
    for query in (
        "thing=air-01&observed_property=pm10",
        "observed_property=snowfall",
        "thing=air-01&start=2030-01-01T00:00:00Z",
    ):
        for chosen in ("parquet", "geoparquet", "arrow"):
            assert read_table(standing_api.get(f"/v1/observations.{chosen}?{query}"), chosen).num_rows == 0
        assert standing_api.get(f"/v1/observations.geojson?{query}").json()["features"] == []
        assert standing_api.get(f"/v1/observations.ndjson?{query}").text == ""
        assert standing_api.get(f"/v1/observations.csv?{query}").text.count("\n") == 1


def test_a_file_that_was_cut_is_no_file(standing_api: Any, standing_city: Any) -> None:
    url = "/v1/observations?thing=air-01&observed_property=pm2_5"
    with pytest.raises(pa.ArrowInvalid):
        parquet.read_table(io.BytesIO(standing_api.get(f"{url}&f=parquet").content[:-1]))
    whole = standing_api.get(f"{url}&f=geojson").content
    with pytest.raises(ValueError):
        json.loads(whole[: len(whole) // 2])


def test_lines_prove_themselves_on_request(standing_api: Any, standing_city: Any) -> None:
    body = standing_api.get(
        "/v1/observations?thing=air-01&observed_property=pm2_5&f=ndjson&trailer=true"
    ).content
    *_, last = body.splitlines(keepends=True)
    before = body[: -len(last)]
    assert json.loads(last) == {"complete": True, "rows": 600, "sha256": sha256(before).hexdigest()}


def test_metadata_stand_before_a_csv_only_on_request(standing_api: Any, standing_city: Any) -> None:
    url = "/v1/observations?thing=weather-01&observed_property=weather&f=csv"
    lines = standing_api.get(f"{url}&header=metadata&bom=true").text.removeprefix("\ufeff").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert "# licence: CC-BY-4.0" in comments
    assert lines[len(comments)] == "phenomenon_time,result,quality,unit,simulated"
    assert standing_api.get(url).text.splitlines() == lines[len(comments) :]


def test_texts_with_quotes_and_controls_survive_every_format(api: Any, city: Any) -> None:
    nasty = 'a "b", c\\d\té\u2028🌧 \\.'
    number = city.datastreams["weather-01.weather"]
    with city.database.superuser() as connection:
        connection.execute("UPDATE observations_category SET result = %s", [nasty])
    url = f"/v1/observations?datastream={number}&limit=1"
    assert api.get(url).json()["data"][0]["result"] == nasty
    assert json.loads(api.get(f"{url}&f=ndjson").text)["result"] == nasty
    assert (
        next(iter(csv.DictReader(io.StringIO(api.get(f"{url}&f=csv").text, newline=""))))["result"] == nasty
    )
    assert read_table(api.get(f"{url}&f=parquet"), "parquet")["result"].to_pylist() == [nasty]


def test_the_path_s_extension_is_a_format_too(standing_api: Any, standing_city: Any) -> None:
    url = "/v1/observations.{}?thing=air-01&observed_property=pm2_5&limit=1"
    assert standing_api.get(url.format("json")).json()["data"]
    assert standing_api.get(url.format("csv") + "&f=csv").status_code == 200
    assert standing_api.get(url.format("docx")).json()["code"] == "no_such_path"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html, application/xhtml+xml", "json"),
        ("text/csv", "csv"),
        ("text/csv;q=0.9, */*;q=0.1", "csv"),
        ("application/json, text/csv;q=0.5", "json"),
        ("application/json;q=0.2, text/csv;q=0.5", "csv"),
        ("application/vnd.apache.arrow.stream", "arrow"),
        ("Application/X-NDJSON", "ndjson"),
        ("application/jsonl", "ndjson"),
        ("text/csv;q=nonsense", "json"),
        ("text/csv;q=0", "json"),
        ("application/geo+json", "geojson"),
    ],
)
def test_accept_chooses_the_best_that_is_offered(accept: str, expected: str) -> None:
    assert accepted_format(accept, ALL) == expected


def test_only_what_is_offered_can_be_chosen() -> None:
    assert accepted_format("application/vnd.apache.parquet", ["json", "csv"]) == "json"
    assert chosen_format("csv", None, "application/json", ALL) == "csv"
    assert chosen_format(None, "parquet", "text/csv", ALL) == "parquet"
    with pytest.raises(HTTPException):
        chosen_format(None, "parquet", "", ["json", "csv"])
    with pytest.raises(InvalidParameters):
        chosen_format("csv", "parquet", "", ALL)


def test_the_sink_forgets_what_was_taken() -> None:
    sink = ForgetfulSink()
    sink.write(b"abc")
    assert (sink.take(), sink.take(), sink.tell()) == (b"abc", b"", 3)


def test_the_last_hour_is_the_newest(full_api: Any, full_city: Any) -> None:
    hours = rows_as_json(full_api, "thing=air-01&observed_property=pm2_5&bucket=PT15M&order=desc&limit=1")
    assert datetime.fromisoformat(hours[0]["bucket_start"]) == START + timedelta(hours=9)
