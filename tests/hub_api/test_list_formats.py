"""Lists in every format: the elements of JSON, complete, from one mechanism."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from hub_api.serving.formats import MEDIA_TYPES
from tests.hub_api.conftest import START

PLAIN = ("csv", "ndjson", "parquet", "arrow")
LISTS = {
    "things": (*PLAIN, "geojson", "geoparquet"),
    "latest": (*PLAIN, "geojson", "geoparquet"),
    "datastreams": PLAIN,
    "forecasts": PLAIN,
}


@pytest.fixture
def api(city: Any, make_api: Any) -> Any:
    """Blocks of two elements, so that every list has several."""
    return make_api(list_block_rows=2)


def read_rows(answer: Any, chosen: str) -> list[dict[str, Any]]:
    """The records of an answer: nested elements for lines and features, flat ones for tables."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == MEDIA_TYPES[chosen]  # type: ignore[index]  # a format
    if chosen == "ndjson":
        return [json.loads(line) for line in answer.text.splitlines()]
    if chosen == "geojson":
        body = answer.json()
        assert body["numberReturned"] == len(body["features"])
        return [one["properties"] | {"location": one["geometry"]} for one in body["features"]]
    if chosen == "csv":
        return list(csv.DictReader(io.StringIO(answer.text)))
    if chosen == "arrow":
        return list(pa.ipc.open_stream(answer.content).read_all().to_pylist())
    return list(parquet.read_table(io.BytesIO(answer.content)).to_pylist())


def test_every_list_has_all_its_elements_in_every_format(api: Any) -> None:
    for name, formats in LISTS.items():
        expected = api.get(f"/v1/{name}").json()["data"]
        key = "thing" if name == "things" else "datastream"
        for chosen in formats:
            for url in (f"/v1/{name}?f={chosen}", f"/v1/{name}.{chosen}"):
                found = read_rows(api.get(url), chosen)
                if chosen in ("ndjson", "geojson"):
                    assert found == expected, url
                else:
                    assert [str(row[key]) for row in found] == [str(one[key]) for one in expected], url
        by_accept = api.get(f"/v1/{name}", headers={"accept": "text/csv"})
        assert by_accept.text == api.get(f"/v1/{name}.csv").text
        assert f'filename="{name}.csv"' in by_accept.headers["content-disposition"]


def test_tables_of_things_and_latest_are_flat(api: Any, city: Any) -> None:
    air, bus, sky = read_rows(api.get("/v1/things.parquet"), "parquet")
    numbers = " ".join(str(city.datastreams[f"air-01.{code}"]) for code in ("pm2_5", "pm10"))
    assert air == {
        "thing": "air-01", "kind": "air_quality_station", "name_en": "Ruwi", "name_ar": "روي",
        "source": "simulator", "simulated": True, "reviewed": True, "longitude": 58.54, "latitude": 23.6, "place": "matrah",
        "datastreams": numbers, "observed_properties": "pm2_5 pm10",
    }  # fmt: skip
    assert (bus["longitude"], bus["place"], sky["simulated"]) == (58.509, None, False)
    rows = {row["thing"]: row for row in read_rows(api.get("/v1/latest.arrow"), "arrow")}
    assert [rows[name]["result"] for name in ("air-01", "weather-01", "bus-01")] == [149.75, None, None]
    assert rows["weather-01"]["result_text"] == "clear"
    assert (rows["bus-01"]["longitude"], rows["bus-01"]["latitude"]) == (58.509, 23.6)
    assert rows["air-01"]["phenomenon_time"] == datetime.fromisoformat("2026-11-24T09:59:00Z")
    (line,) = read_rows(api.get("/v1/latest.csv?thing=air-01"), "csv")
    assert (line["result"], line["simulated"], line["result_text"]) == ("149.75", "true", "")
    assert line["phenomenon_time"] == "2026-11-24T09:59:00.000000Z"
    assert line["thing_name_ar"] == "روي"


def test_geoparquet_of_lists_is_read_by_geopandas(api: Any, tmp_path: Any) -> None:
    import geopandas

    for name in ("things", "latest"):
        file = tmp_path / f"{name}.parquet"
        file.write_bytes(api.get(f"/v1/{name}.geoparquet").content)
        frame = geopandas.read_parquet(file)
        assert frame.crs == "OGC:CRS84"
        points = dict(zip(frame["thing"], zip(frame.geometry.x, frame.geometry.y, strict=True), strict=True))
        assert points == {"air-01": (58.54, 23.6), "bus-01": (58.509, 23.6), "weather-01": (58.18, 23.67)}


def test_one_forecast_as_a_table_is_its_hours(api: Any, city: Any) -> None:
    url = f"/v1/forecasts.{{}}?datastream={city.datastreams['air-01.pm2_5']}"
    hours = read_rows(api.get(url.format("parquet")), "parquet")
    assert [hour["phenomenon_time"].hour for hour in hours] == [9, 10, 11]
    assert {(hour["model"], hour["unit"], hour["simulated"]) for hour in hours} == {
        ("prophet", "ug/m3", True)
    }
    assert [hour["upper_95"] for hour in hours] == [3, 4, 5]
    (line,) = read_rows(api.get(url.format("ndjson")), "ndjson")
    assert line == api.get(url.format("json")).json()["data"][0]
    assert len(line["values"]) == 3
    (head,) = read_rows(api.get("/v1/forecasts.csv"), "csv")
    assert (head["coverage_80"], head["fallback_reason"]) == ("0.8", "")


def test_filters_limit_and_proofs_hold_in_every_format(api: Any) -> None:
    for chosen in LISTS["things"]:
        assert len(read_rows(api.get(f"/v1/things.{chosen}?source=simulator"), chosen)) == 2
        assert len(read_rows(api.get(f"/v1/things.{chosen}?limit=1"), chosen)) == 1
        assert len(read_rows(api.get(f"/v1/things.{chosen}?limit=20000"), chosen)) == 3
        assert read_rows(api.get(f"/v1/things.{chosen}?kind=bus&place=seeb"), chosen) == []
        assert api.get(f"/v1/things.{chosen}?place=matra").json()["suggestion"] == "matrah"
    assert '"complete":true,"rows":3' in api.get("/v1/latest.ndjson?trailer=true").text
    assert "# complete rows=3 sha256=" in api.get("/v1/latest.csv?trailer=true").text
    told = api.get("/v1/latest.csv?header=metadata&bom=true&source=recorded").text
    assert told.startswith("\ufeff# question: http://hub.test/v1/latest.csv?")
    assert '"licence":"CC-BY-4.0"' in told
    assert "simulator" not in told
    schema = parquet.read_schema(io.BytesIO(api.get("/v1/things.parquet").content))
    assert {one["source"] for one in json.loads(schema.metadata[b"sources"])} == {"recorded", "simulator"}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("/v1/things.geojson?limit=2", {"simulator"}),
        ("/v1/things.geojson?limit=3", {"recorded", "simulator"}),
        ("/v1/things.geojson?limit=2&fields=thing", {"simulator"}),
        ("/v1/things.geojson?kind=bus&limit=2", {"simulator"}),
        ("/v1/things.geojson?kind=bus&place=seeb&limit=2", set()),
        ("/v1/things.geojson", {"recorded", "simulator"}),
    ],
)
def test_few_rows_name_the_sources_that_they_are_of(api: Any, url: str, told: set[str]) -> None:
    answer = api.get(url).json()
    assert {one["source"] for one in answer["meta"]["sources"]} == told
    assert answer["numberReturned"] == len(answer["features"])


def test_what_a_format_lacks_is_named(api: Any) -> None:
    for url, code in (
        ("/v1/things?bom=true", "csv_only"),
        ("/v1/latest?f=parquet&trailer=true", "lines_only"),
        ("/v1/latest?f=csv&cursor=x", "json_only"),
        ("/v1/datastreams?f=geojson", "not_one_of"),
        ("/v1/forecasts.csv?f=json", "not_with_extension"),
    ):
        (fault,) = api.get(url).json()["errors"]
        assert fault["code"] == code


def test_an_extension_that_a_list_does_not_have_is_no_path(api: Any) -> None:
    assert api.get("/v1/datastreams.geojson").json()["code"] == "no_such_path"
    assert api.get("/v1/things.docx").json()["code"] == "no_such_path"


def test_lists_are_not_sent_again_until_something_changes(city: Any, make_api: Any) -> None:
    api = make_api(validator_seconds_max=0)
    urls = [f"/v1/{name}{rest}" for name in LISTS for rest in ("", ".csv", "?limit=1")]
    seen = {url: api.get(url) for url in urls}
    for url, answer in seen.items():
        assert answer.headers["etag"].startswith('W/"')
        assert answer.headers["last-modified"] == "Tue, 24 Nov 2026 09:59:00 GMT"
        again = api.get(url, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
        assert again.headers["cache-control"] == answer.headers["cache-control"]
        assert again.headers["vary"] == answer.headers["vary"]
    _change(city)
    for url, answer in seen.items():
        again = api.get(url, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 200, url
        assert again.headers["etag"] != answer.headers["etag"]


def _change(city: Any) -> None:
    """A new name, a new value and a new forecast of the first station."""
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        connection.execute("UPDATE things SET name_en = 'New Ruwi' WHERE code = 'air-01'")
        connection.execute("UPDATE latest SET result = 1, batch_id = 101 WHERE datastream_id = %s", [number])
        connection.execute(
            "INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline, backtest_origins,"
            " training_start, training_hours, data_digest, candidates)"
            " VALUES (%(d)s, %(t)s::timestamptz + interval '10 h', %(t)s, 3, 'm', 'm', 0, %(t)s, 1, 'y', '[]')",
            {"d": number, "t": START},
        )


def test_a_renamed_thing_is_news_for_its_latest_value_and_export(city: Any, make_api: Any) -> None:
    api = make_api(validator_seconds_max=0)
    for url in ("/v1/latest", "/v1/latest.csv", "/v1/datastreams?thing=air-01", "/v1/things.parquet"):
        etag = api.get(url).headers["etag"]
        with city.database.superuser() as connection:
            connection.execute("UPDATE things SET name_en = name_en || '!' WHERE code = 'air-01'")
        assert api.get(url, headers={"if-none-match": etag}).status_code == 200, url
