"""Things with several sensors of one property: every row says whose it is, in every format."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from citycore.registry.document import DatastreamEntry, Document, SensorEntry, SourceEntry, ThingEntry
from citycore.registry.service import apply
from tests.hub_api.conftest import START, Api, City

BALCONY = Document(
    sensors=[SensorEntry(code=code, name_en=code, name_ar=code) for code in ("dht22", "bmp180")],
    sources=[
        SourceEntry(
            code="balcony", name_en="Balcony", name_ar="شرفة",
            things=[
                ThingEntry(
                    code="node", kind="weather_station", name_en="Node", name_ar="عقدة", longitude=58.55, latitude=23.6,
                    datastreams=[
                        DatastreamEntry(observed_property="air_temperature", sensor="dht22", interval_seconds=60),
                        DatastreamEntry(observed_property="air_temperature", sensor="bmp180", interval_seconds=60),
                        DatastreamEntry(observed_property="relative_humidity", interval_seconds=60),
                    ],
                )
            ],
        )
    ],
)  # fmt: skip
RESULTS = {"dht22": 31.5, "bmp180": 30.25, None: 44.0}
WINDOW = "start=2026-11-24T00:00:00Z&end=2026-11-24T01:00:00Z"


@pytest.fixture
def numbers(city: City) -> dict[str | None, int]:
    """The datastreams by sensor, each with one value."""
    with city.database.connect("registry") as connection:
        apply(connection, BALCONY, START)
    with city.database.superuser() as connection:
        rows = connection.execute(
            "SELECT sensors.code, datastream_id FROM datastreams JOIN things USING (thing_id)"
            " LEFT JOIN sensors USING (sensor_id) WHERE things.code = 'node'"
        ).fetchall()
        found: dict[str | None, int] = dict(rows)
        for sensor, number in found.items():
            values = [number, START, RESULTS[sensor]]
            connection.execute(
                "INSERT INTO observations (datastream_id, batch_id, phenomenon_time, result, quality)"
                " VALUES (%s, 1, %s, %s, 1)",
                values,
            )
            connection.execute(
                "INSERT INTO latest (datastream_id, phenomenon_time, result, quality, batch_id) VALUES (%s, %s, %s, 1, 1)",
                values,
            )
    return found


@pytest.fixture
def api(numbers: Any, make_api: Any) -> Any:
    return make_api()


def rows_of(api: Api, url: str, chosen: str) -> list[dict[str, Any]]:
    answer = api.get(f"{url}&f={chosen}")
    assert answer.status_code == 200, answer.text
    match chosen:
        case "json":
            return list(answer.json()["data"])
        case "ndjson":
            return [json.loads(line) for line in answer.text.splitlines()]
        case "geojson":
            return [one["properties"] for one in answer.json()["features"]]
        case "csv":
            return list(csv.DictReader(io.StringIO(answer.text)))
        case "arrow":
            return list(pa.ipc.open_stream(answer.content).read_all().to_pylist())
        case _:
            return list(parquet.read_table(io.BytesIO(answer.content)).to_pylist())


FORMATS = ("json", "ndjson", "geojson", "csv", "arrow", "parquet")


def test_rows_of_several_sensors_say_which(api: Api) -> None:
    for url in (f"/v1/observations?thing=node&{WINDOW}", "/v1/latest?thing=node"):
        for chosen in FORMATS:
            found = {row["sensor"] or None: float(row["result"]) for row in rows_of(api, url, chosen)}
            assert found == RESULTS, (url, chosen)


def test_two_sensors_of_one_property_are_both_answered(api: Api, numbers: dict[str | None, int]) -> None:
    """A thing and a property name one datastream, unless it has several sensors of it."""
    url = f"/v1/observations?thing=node&observed_property=air_temperature&{WINDOW}"
    for chosen in FORMATS:
        found = {row["sensor"]: float(row["result"]) for row in rows_of(api, url, chosen)}
        assert found == {"dht22": 31.5, "bmp180": 30.25}, chosen
    alone = api.get(f"/v1/observations?datastream={numbers['bmp180']}&{WINDOW}").json()
    assert (alone["meta"]["datastream"]["sensor"], [row["result"] for row in alone["data"]]) == (
        "bmp180",
        [30.25],
    )


def test_rows_without_any_sensor_have_the_column(api: Api) -> None:
    url = f"/v1/observations?observed_property=relative_humidity&{WINDOW}"
    for chosen in FORMATS:
        assert [row["sensor"] or None for row in rows_of(api, url, chosen)] == [None], chosen


def test_things_and_datastreams_name_their_sensors(api: Api) -> None:
    expected = ["bmp180", "dht22", None]
    listed = api.get("/v1/datastreams?thing=node").json()["data"]
    within = api.get("/v1/things/node").json()["data"]["datastreams"]
    for found in (listed, within):
        assert sorted((one["sensor"] for one in found), key=str) == sorted(expected, key=str)
    chosen = api.get("/v1/latest?thing=node&fields=sensor,result").json()["data"]
    assert {one["sensor"]: one["result"] for one in chosen} == RESULTS
