"""Which things, days and columns a question chooses: several names, circles, words, days, weeks, fields and labels."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from citycore.clock import CITY_ZONE, day_start
from hub_api.city.text_search.model import texts_of
from hub_api.city.text_search.rules import find
from hub_api.serving.filters import parse_circle
from hub_api.serving.moments import window_of
from tests.conftest import open_database
from tests.hub_api.conftest import START, Api, City, seeded_city, standing

SERIES = "/v1/observations?thing=air-01&observed_property=pm2_5"
#: From Wednesday 2026-11-04 to Sunday 2026-11-22 in Muscat.
FIRST, DAYS = date(2026, 11, 4), 19


@pytest.fixture(scope="module")
def full_city(postgres: Any) -> Iterator[City]:
    with open_database(postgres) as database:
        city = seeded_city(database, second_station=True)
        number = city.datastreams["air-01.pm2_5"]
        with database.superuser() as connection:
            for day in range(DAYS):
                mean = None if day == 1 else float(day)
                start = day_start(FIRST + timedelta(days=day), CITY_ZONE)
                connection.execute(
                    "INSERT INTO observations_daily VALUES"
                    " (%s, %s, 24, 1440, %s, %s, %s, 1, 1, 2, 3, 20, 0, 1, 2, 24, now(), %s, %s, NULL)",
                    [number, start, mean, day - 1, day + 1, day, day + 0.5],
                )
                connection.execute(
                    "INSERT INTO observations_hourly SELECT %s, %s::timestamptz + n * interval '1 hour', 60, 60, %s,"
                    " 0, 1, 0, 0, 0, 0, 60, 0, 0, 0 FROM generate_series(0, 23) AS n",
                    [number, start, float(day)],
                )
        yield city


@pytest.fixture(scope="module")
def full_api(full_city: City) -> Iterator[Api]:
    with standing(full_city) as api:
        yield api


def things(api: Any, query: str) -> set[str]:
    answer = api.get(f"/v1/things?{query}")
    assert answer.status_code == 200, answer.text
    return {one["thing"] for one in answer.json()["data"]}


def test_several_names_side_by_side_or_repeated(full_api: Any, full_city: Any) -> None:
    both = {"air-01", "bus-01"}
    assert things(full_api, "thing=air-01,bus-01") == things(full_api, "thing=air-01&thing=bus-01") == both
    numbers = [full_city.datastreams[name] for name in ("air-01.pm2_5", "bus-01.location")]
    asked = ",".join(map(str, numbers))
    for path in ("latest", "datastreams", "observations"):
        rows = full_api.get(f"/v1/{path}?datastream={asked}").json()["data"]
        assert {row["datastream"] for row in rows} == set(numbers), path
    repeated = full_api.get("/v1/observations?thing=air-01&thing=weather-01&limit=3&f=csv")
    assert len(repeated.text.splitlines()) == 4
    one = full_api.get(f"/v1/observations?datastream={numbers[0]},{numbers[0]}&limit=1").json()
    assert one["meta"]["datastream"]["datastream"] == numbers[0], "the same twice is one"


def test_pages_of_several_names_go_on_with_all_of_them(full_api: Any) -> None:
    url: str | None = "/v1/things?thing=air-01&thing=bus-01&limit=1"
    found = []
    while url is not None:
        answer = full_api.get(url)
        found += [one["thing"] for one in answer.json()["data"]]
        url = answer.links["next"]["url"] if answer.json()["next"] else None
    assert found == ["air-01", "bus-01"]


@pytest.mark.parametrize(
    ("url", "suggestion"),
    [
        ("/v1/things?thing=air-01,air-2", "air-02"),
        ("/v1/latest?f=csv&thing=air-01&thing=air-2", "air-02"),
        ("/v1/observations?place=matrah,seebb", "seeb"),
        ("/v1/observations?place=%D9%85%D8%B7%D8%B1%D8%AD", "matrah"),
        ("/v1/things?place=%D8%B3%D9%8A%D8%A8", "seeb"),
        ("/v1/things?place=Matrah", "matrah"),
    ],
)
def test_one_that_does_not_exist_is_told(full_api: Any, url: str, suggestion: str) -> None:
    answer = full_api.get(url)
    assert (answer.status_code, answer.json()["suggestion"]) == (404, suggestion)
    assert full_api.get(answer.json()["hint_url"]).status_code == 200


def test_a_number_that_is_no_datastream_is_told(full_api: Any, full_city: Any) -> None:
    number = full_city.datastreams["air-01.pm2_5"]
    for path in ("latest", "datastreams", "observations"):
        answer = full_api.get(f"/v1/{path}?datastream={number},99999")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_what_is_near(full_api: Any) -> None:
    assert things(full_api, "near=58.54,23.6,1000") == {"air-01"}
    assert things(full_api, "near=58.19,23.665,3000") == {"air-02", "weather-01"}
    assert things(full_api, "near=58.509,23.6,10&kind=bus") == {"bus-01"}, "where it was seen last"
    assert things(full_api, "near=58.19,23.665,3000&bbox=58.19,23.6,58.3,23.7") == {"air-02"}
    rows = full_api.get("/v1/latest?near=58.54,23.6,5000").json()["data"]
    assert {row["thing"] for row in rows} == {"air-01", "bus-01"}
    assert full_api.get("/v1/datastreams?near=58.54,23.6,100").json()["data"][0]["thing"] == "air-01"
    assert len(full_api.get("/v1/observations?near=58.54,23.6,100&f=ndjson").text.splitlines()) == 600
    assert things(full_api, "near=0,0,1000") == set()


@given(
    st.tuples(st.floats(-180, 180), st.floats(-89, 89)),
    st.tuples(st.floats(-180, 180), st.floats(-89, 89)),
)
def test_distances_are_those_of_a_sphere(standing_city: Any, here: Any, there: Any) -> None:
    """Against the angle between two vectors, which is another way to the same distance."""
    from hub_api.serving.filters import IN_AREA, area_of

    vectors = [
        (math.cos(la) * math.cos(lo), math.cos(la) * math.sin(lo), math.sin(la))
        for lo, la in (map(math.radians, here), map(math.radians, there))
    ]
    cross = math.dist((0, 0, 0), _cross(*vectors))
    metres = 6_371_008.8 * math.atan2(cross, sum(a * b for a, b in zip(*vectors, strict=True)))
    query = (
        f"SELECT {IN_AREA} FROM (SELECT %(lon)s::float8 AS longitude, %(lat)s::float8 AS latitude) AS spot"
    )
    with standing_city.database.connect("read") as connection:
        for allowed, expected in ((metres * 1.001 + 1, True), (metres * 0.999 - 1, False)):
            if 0 < allowed < 20_000_000:
                asked = area_of(None, f"{here[0]},{here[1]},{allowed}")
                row = connection.execute(query, {**asked, "lon": there[0], "lat": there[1]}).fetchone()
                assert row == (expected,)


def _cross(a: Any, b: Any) -> tuple[float, float, float]:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Seeb", {"air-02", "weather-01"}),
        ("السيب", {"air-02", "weather-01"}),
        ("سيب", {"air-02", "weather-01"}),
        ("هواء سيب", {"air-02"}),
        ("حافله", {"bus-01"}),
        ("ROWI", set()),
        ("ruwi", {"air-01"}),
        ("pm2.5", {"air-01", "air-02"}),
        ("seeb pm2.5", {"air-02"}),
        ("air-01", {"air-01"}),
        ("...", set()),
    ],
)
def test_words_in_both_languages(full_api: Any, words: str, found: set[str]) -> None:
    answer = full_api.get("/v1/things", params={"q": words})
    assert {one["thing"] for one in answer.json()["data"]} == found
    for path in ("datastreams", "latest"):
        rows = full_api.get(f"/v1/{path}", params={"q": words}).json()["data"]
        assert {row["thing"] for row in rows} <= found
    assert full_api.get("/v1/observations", params={"q": words, "f": "csv", "limit": 1}).status_code == 200


def test_words_of_a_property_choose_its_datastreams_only() -> None:
    texts = texts_of(
        {1: "ruwi", 2: "seeb"}, {"pm2_5": "fine dust", "no2": "gas"}, ((7, 1, "pm2_5"), (8, 1, "no2"))
    )
    assert find(texts, "ruwi dust").datastreams == [7]
    assert find(texts, "ruwi dust").things == [1]
    assert find(texts, "seeb dust").things == []
    assert find(texts, "seeb").things == [2]


def test_days_are_whole_and_meta_says_what_they_were_read_as(full_api: Any) -> None:
    by_day = full_api.get(f"{SERIES}&start=2026-11-24&end=2026-11-24&limit=1").json()
    by_instants = full_api.get(f"{SERIES}&start=2026-11-23T20:00:00Z&end=2026-11-24T20:00:00Z&limit=1").json()
    assert by_day["data"] == by_instants["data"]
    assert by_day["meta"]["window"] == {
        "start": "2026-11-23T20:00:00Z", "end": "2026-11-24T20:00:00Z", "zone": "Asia/Muscat",
    }  # fmt: skip
    assert "window" not in by_instants["meta"]
    assert full_api.get(f"{SERIES}&start=2026-11-25").json()["data"] == []
    turned = full_api.get(f"{SERIES}&start=2026-11-25&end=2026-11-24T20:00:00Z").json()
    assert turned["errors"][0]["code"] == "start_not_before_end"
    assert full_api.get("/v1/alerts?start=2026-11-24&end=2026-11-24").status_code == 200


def test_windows_of_days_at_the_ends_of_the_calendar_are_open() -> None:
    for zone in ("Asia/Muscat", "America/Los_Angeles"):
        assert window_of(date.min, date.max, ZoneInfo(zone))[1] is None
    assert window_of(date.min, None, CITY_ZONE) == (None, None)
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    assert window_of(moment, moment, CITY_ZONE) == (moment, moment)


def test_weeks_begin_on_sunday_and_are_made_of_days(full_api: Any) -> None:
    url = f"{SERIES}&bucket=P1W&start=2026-11-01&end=2026-11-24"
    weeks = full_api.get(url).json()
    assert [row["local_date"] for row in weeks["data"]] == [
        "2026-11-01",
        "2026-11-08",
        "2026-11-15",
        "2026-11-22",
    ]
    first, second, third, _ = weeks["data"]
    assert (second["expected_count"], second["completeness"]) == (10_080, 168 / 10_080)
    assert first["bucket_start"] == "2026-10-31T20:00:00Z"
    assert (first["observation_count"], first["valid_day_count"], first["mean"]) == (96, 3, None), (
        "three valid days are no week"
    )
    assert (second["bucket_end"], second["mean"], second["minimum"], second["maximum"]) == (
        "2026-11-14T20:00:00Z",
        7,
        3,
        11,
    )
    assert (second["first_result"], second["last_result"], second["good_count"]) == (4, 10.5, 140)
    assert (third["p50"], third["missing_count"]) == (14, 7)
    assert weeks["meta"]["zone"] == "Asia/Muscat"
    whole = [
        row["local_date"]
        for row in full_api.get(f"{SERIES}&bucket=P1W&start=2026-11-03&end=2026-11-16").json()["data"]
    ]
    assert whole == ["2026-11-08", "2026-11-15"], "a bucket belongs to a window when it begins in it"
    table = parquet.read_table(pa.BufferReader(full_api.get(f"{url}&f=parquet").content))
    assert [str(day) for day in table["local_date"].to_pylist()] == [
        row["local_date"] for row in weeks["data"]
    ]
    assert table["bucket_end"].to_pylist()[1] == datetime.fromisoformat(second["bucket_end"])
    several = full_api.get(
        "/v1/observations?observed_property=pm2_5&bucket=P1W&order=desc&limit=2&start=2026-11-01"
    ).json()
    assert [row["local_date"] for row in several["data"]] == ["2026-11-22", "2026-11-15"]
    csv_rows = full_api.get(
        "/v1/observations.csv?observed_property=pm2_5&bucket=P1W&end=2026-11-24"
    ).text.splitlines()
    assert len(csv_rows) == 5


def header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text)))


def test_the_value_has_one_name_whatever_the_filter(full_api: Any) -> None:
    wide = "phenomenon_time,datastream,thing,observed_property,sensor,unit,thing_name_en,thing_name_ar,observed_property_name_en,observed_property_name_ar,result,quality,simulated"
    for question in (f"{SERIES}&", "/v1/observations?observed_property=pm2_5&"):
        answer = full_api.get(f"{question}labels=true&limit=1&f=csv").text
        assert header(answer) == wide.split(",")
        assert ",Ruwi,روي," in answer
        table = parquet.read_table(
            pa.BufferReader(full_api.get(f"{question}labels=true&limit=1&f=parquet").content)
        )
        assert table.column_names == wide.split(",")
        (row,) = table.to_pylist()
        line = json.loads(full_api.get(f"{question}labels=true&limit=1&f=ndjson").text)
        page = full_api.get(f"{question}labels=true&limit=1").json()["data"][0]
        assert line["thing_name"] == page["thing_name"] == {"en": "Ruwi", "ar": row["thing_name_ar"]}
        assert line["unit"] == page["unit"] == row["unit"] == "ug/m3"
        assert (line["result"], page["result"], row["result"]) == (0, 0, 0)
    for question in (f"{SERIES}&", "/v1/observations?observed_property=pm2_5&"):
        assert {"result", "unit"} < set(header(full_api.get(f"{question}limit=1&f=csv").text))


@pytest.mark.parametrize("question", [f"{SERIES}&", "/v1/observations?observed_property=pm2_5&"])
def test_fields_of_observations(full_api: Any, question: str) -> None:
    url = f"{question}limit=2&fields=result,thing_name,phenomenon_time"
    page = full_api.get(url).json()
    assert [list(row) for row in page["data"]] == [["result", "thing_name", "phenomenon_time"]] * 2
    assert page["meta"]["fields"] == ["result", "thing_name", "phenomenon_time"]
    assert list(json.loads(full_api.get(f"{url}&f=ndjson").text.splitlines()[0])) == [
        "result",
        "thing_name",
        "phenomenon_time",
    ]
    flat = ["result", "thing_name_en", "thing_name_ar", "phenomenon_time"]
    assert header(full_api.get(f"{url}&f=csv").text) == flat
    assert parquet.read_table(pa.BufferReader(full_api.get(f"{url}&f=parquet").content)).column_names == flat
    feature = full_api.get(f"{url}&f=geojson").json()["features"][0]
    assert feature["geometry"]["coordinates"] == [58.54, 23.6]
    assert parquet.read_table(
        pa.BufferReader(full_api.get(f"{question}limit=2&fields=result&f=geoparquet").content)
    ).column_names == ["result", "geometry"]
    days = full_api.get(
        f"{question}bucket=P1W&fields=local_date,bucket_end&f=parquet&start=2026-11-01&end=2026-11-24"
    )
    assert len(parquet.read_table(pa.BufferReader(days.content))) == 4


def test_fields_of_positions_and_of_mixed_rows(full_api: Any) -> None:
    bus = "/v1/observations?thing=bus-01&observed_property=location&limit=1"
    for names in ("result", "longitude,latitude"):
        assert full_api.get(f"{bus}&fields={names}").json()["data"] == [{"result": [58.5, 23.6]}]
        assert header(full_api.get(f"{bus}&f=csv&fields={names}").text) == ["longitude", "latitude"]
    mixed = "/v1/observations?bbox=58,23,59,24&limit=1&fields=result"
    assert header(full_api.get(f"{mixed}&f=csv").text) == ["result", "result_text", "longitude", "latitude"]
    assert list(full_api.get(mixed).json()["data"][0]) == ["result"]


def test_fields_of_lists(full_api: Any) -> None:
    url = "/v1/things?thing=air-01&fields=name,thing,longitude"
    page = full_api.get(url).json()
    assert page["data"] == [
        {
            "name": {"en": "Ruwi", "ar": "روي"},
            "thing": "air-01",
            "location": {"type": "Point", "coordinates": [58.54, 23.6]},
        }
    ]
    assert header(full_api.get(f"{url}&f=csv").text) == ["name_en", "name_ar", "thing", "longitude"]
    feature = full_api.get("/v1/latest?thing=bus-01&f=geojson&fields=thing").json()["features"][0]
    assert (feature["properties"], feature["geometry"]["type"]) == ({"thing": "bus-01"}, "Point")
    hours = full_api.get(
        "/v1/forecasts?thing=air-01&observed_property=pm2_5&f=csv&fields=median,candidates"
    ).text
    assert header(hours) == ["median", "candidates"]
    assert json.loads(list(csv.reader(io.StringIO(hours)))[1][1])[0]["model"] == "prophet"
    assert list(full_api.get("/v1/things?fields=observed_properties").json()["data"][0]) == ["datastreams"]
    assert list(full_api.get("/v1/latest.json?fields=result_text").json()["data"][0]) == ["result"]
    only_in_tables = full_api.get("/v1/forecasts?thing=air-01&observed_property=pm2_5&fields=median")
    assert only_in_tables.json()["errors"][0]["parameter"] == "fields"
    wrong = full_api.get("/v1/things.csv?fields=nam").json()
    assert wrong["errors"][0]["code"] == "misspelt_field"


def test_circles() -> None:
    assert parse_circle("58.5, 23.6,1e3") == (58.5, 23.6, 1000.0)
    assert START.tzinfo is UTC
