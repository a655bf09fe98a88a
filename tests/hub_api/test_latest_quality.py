"""Newest values without what is bad: which row is answered, of every type, in every format, and what is said where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from hub_api.city.latest.repository import LOOK_BACK, LOOK_BACK_ROWS
from tests.hub_api.conftest import START, Api, City

TABLES = {
    "air-01.pm2_5": ("observations", "result"),
    "weather-01.weather": ("observations_category", "result"),
    "bus-01.location": ("observations_position", "longitude, latitude"),
}
#: What a broken device says after the last of the city's values.
BROKEN = {
    "air-01.pm2_5": [327.67],
    "weather-01.weather": ["unplugged"],
    "bus-01.location": [0.0, 0.0],
}
LATER = START + timedelta(hours=10)


def store(city: City, name: str, values: list[Any], moment: datetime, quality: int) -> None:
    """A value of a datastream, and as the newest."""
    table, columns = TABLES[name]
    number, marks = city.datastreams[name], ", ".join(["%s"] * len(values))
    newest = {"observations": "result", "observations_category": "result_text"}.get(table, columns)
    with city.database.superuser() as connection:
        connection.execute(
            f"INSERT INTO {table} (datastream_id, batch_id, phenomenon_time, quality, {columns})"
            f" VALUES (%s, 1, %s, %s, {marks})",
            [number, moment, quality, *values],
        )
        assigned = ", ".join(f"{column} = %s" for column in newest.split(", "))
        connection.execute(
            f"UPDATE latest SET phenomenon_time = %s, quality = %s, {assigned} WHERE datastream_id = %s",
            [moment, quality, *values, number],
        )


@pytest.fixture
def broken(city: City) -> City:
    for name, values in BROKEN.items():
        store(city, name, values, LATER, 4)
    return city


def rows_of(api: Api, query: str = "") -> dict[str, dict[str, Any]]:
    answer = api.get(f"/v1/latest?{query}")
    assert answer.status_code == 200, answer.text
    return {row["thing"]: row for row in answer.json()["data"]}


def test_the_newest_that_is_not_bad_is_answered(broken: City, make_api: Any) -> None:
    api = make_api()
    found = rows_of(api)
    assert {thing: row["result"] for thing, row in found.items()} == {
        "air-01": 149.75,
        "weather-01": 'clear, "dry"',
        "bus-01": [58.509, 23.6],
    }
    assert {thing: row["quality"] for thing, row in found.items()} == {
        "air-01": 1,
        "weather-01": 2,
        "bus-01": 1,
    }
    assert found["air-01"]["phenomenon_time"] == "2026-11-24T09:59:00Z"
    meta = api.get("/v1/latest?limit=1").json()["meta"]
    assert meta["quality"] == ["good", "not_evaluated", "suspect"]
    lines = api.get("/v1/latest.ndjson").text
    assert "149.75" in lines
    assert "327.67" not in lines


def test_what_is_bad_is_answered_when_it_is_asked_for(broken: City, make_api: Any) -> None:
    api = make_api()
    for query in ("quality=good,bad", "quality=bad"):
        found = rows_of(api, query)
        assert {thing: row["result"] for thing, row in found.items()} == {
            "air-01": 327.67,
            "weather-01": "unplugged",
            "bus-01": [0.0, 0.0],
        }, query
        assert {row["quality"] for row in found.values()} == {4}
    assert api.get("/v1/latest?quality=fine").json()["code"] == "invalid_parameter"


def test_a_number_that_stands_for_a_missing_value_is_none(city: City, make_api: Any) -> None:
    store(city, "air-01.pm2_5", [327.67], LATER, 9)
    api = make_api()
    for query, expected in (
        ("", (149.75, 1)),
        ("quality=missing", (None, 9)),
        ("quality=suspect", (None, 9)),
    ):
        row = rows_of(api, query)["air-01"]
        assert (row["result"], row["quality"]) == expected, query


def test_no_answer_gives_a_number_that_stands_for_a_missing_value(city: City, make_api: Any) -> None:
    """It stays in the store as it was sent, and nobody reads it as a value."""
    store(city, "air-01.pm2_5", [327.67], LATER, 9)
    api = make_api()
    number = city.datastreams["air-01.pm2_5"]
    window = f"start={LATER - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}&end={LATER + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    found = api.get(f"/v1/observations?datastream={number}&{window}").json()["data"]
    assert [(row["result"], row["quality"]) for row in found][-1] == (None, 9)
    for path in (
        f"/v1/observations.csv?datastream={number}&{window}",
        f"/v1/observations.ndjson?datastream={number}&{window}",
        f"/v1/observations.ndjson?thing=air-01,weather-01&{window}",
        f"/v1/observations.geojson?thing=air-01&{window}",
        f"/sta/v1.1/Datastreams({number})/Observations",
        "/sta/v1.1/Datastreams?$expand=Observations($top=1;$orderby=phenomenonTime desc)",
        "/ogc/collections/observations/items?thing=air-01",
        "/ogc/collections/latest/items?thing=air-01",
        "/ngsi-ld/v1/entities?type=AirQualityObserved",
    ):
        answer = api.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert "327.67" not in answer.text, path
    table = pa.ipc.open_stream(
        api.get(f"/v1/observations.arrow?datastream={number}&{window}").content
    ).read_all()
    assert table.column("result").to_pylist()[-1] is None


@pytest.mark.parametrize("query", ["thing=air-01", "thing=air-01&fields=thing,result,quality"])
def test_a_datastream_with_nothing_better_is_there_without_a_result(
    broken: City, make_api: Any, query: str
) -> None:
    """Where the city's last values lie too many rows, or too long, before the newest."""
    number = broken.datastreams["air-01.pm2_5"]
    with broken.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations (datastream_id, batch_id, phenomenon_time, result, quality)"
            " SELECT %s, 1, %s::timestamptz + n * interval '1 second', 327.67, 4 FROM generate_series(1, %s) AS n",
            [number, LATER, LOOK_BACK_ROWS - 1],
        )
    row = rows_of(make_api(), query)["air-01"]
    assert (row["result"], row["quality"]) == (None, 4)


def test_what_lies_long_before_is_no_newest_value(city: City, make_api: Any) -> None:
    moment = START + timedelta(hours=9, minutes=59) + LOOK_BACK
    store(city, "air-01.pm2_5", [327.67], moment, 4)
    assert rows_of(make_api())["air-01"]["result"] == 149.75
    store(city, "air-01.pm2_5", [327.67], moment + timedelta(seconds=1), 4)
    row = rows_of(make_api())["air-01"]
    assert (row["result"], row["quality"]) == (None, 4)
    assert row["phenomenon_time"] == "2026-12-25T09:59:01Z"
