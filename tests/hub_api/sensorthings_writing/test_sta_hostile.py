"""What a careless or hostile client sends: an answer in the standard's shape, and nothing left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from citycore.store.registry import store_places
from ingest.rollups import roll_up
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.hub_api.conftest import square
from tests.hub_api.sensorthings_writing.conftest import (
    Client,
    datastream,
    location,
    observed_property,
    sensor,
    station,
    thing,
)

ODD = [
    None, True, 0, -1, 1e308, 10**40, "", " ", "x" * 30_000, "\U0001f600", "'; DROP TABLE things; --", "../../etc/passwd", "%s %(id)s {0}",
    [], [[]], {}, {"@iot.id": None}, {"@iot.id": []}, {"@iot.id": -1}, {"@iot.id": 10**30}, {"@iot.id": "1 OR 1=1"}, {"@id": 5}, {"type": "Point"},
]  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "Things": thing(Locations=[location()]),
    "Locations": location(),
    "Sensors": sensor(),
    "ObservedProperties": observed_property(),
    "Datastreams": datastream(Thing={"@iot.id": 1}),
    "HistoricalLocations": {"time": "2026-01-01T00:00:00Z", "Thing": {"@iot.id": 1}, "Locations": [location()]},
    "Observations": {
        "result": 1, "phenomenonTime": "2026-01-01T00:00:00Z", "resultTime": None, "validTime": None, "parameters": {},
        "resultQuality": None, "Datastream": {"@iot.id": 1}, "FeatureOfInterest": {"@iot.id": 1},
    },
    "FeaturesOfInterest": {**{k: v for k, v in location().items() if k != "location"}, "feature": location()["location"]},
}  # fmt: skip


@pytest.mark.parametrize("collection", BODIES)
def test_any_value_anywhere_has_an_answer(client: Client, collection: str) -> None:
    own, stream = station(client)
    text = json.dumps(BODIES[collection])
    body = json.loads(text)
    if "Thing" in body:
        body["Thing"] = {"@iot.id": own}
    if "Datastream" in body:
        body["Datastream"] = {"@iot.id": stream}
    for name in [*body, "properties", "unknown"]:
        for odd in ODD:
            answer = client.post(collection, {**body, name: odd})
            assert answer.status_code in {201, 400, 409}, (
                f"{name}={odd!r}: {answer.status_code} {answer.text}"
            )
            if answer.status_code != 201:
                assert answer.json()["type"] == "error"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_any_path_has_an_answer(client: Client, method: str) -> None:
    for path in (
        "Things(1)/Things(1)", "Things('1')", "Things(1 or 1=1)", "Things()", "Things(99999999999999999999)", "Things(-1)", "Sensors(0)",
        "Observations(1)", "Observations('1-')", "Observations('1-99999999999999999999')", "Observations('0-0')", "x" * 3_000, "Things(1)/$ref",
        "$batch/x", "CreateObservations(1)", "Datastreams(1)/Thing", "Things(1)/Locations(1)/Things(1)", "%00", "Things%00(1)",
        "/".join(["Things(1)"] * 50), "FeaturesOfInterest(99999)", "ObservedProperties(1)", "Locations(-1)",
    ):  # fmt: skip
        answer = client.ask(method, path, {"name": "x"} if method != "DELETE" else None)
        is_vocabulary = path == "ObservedProperties(1)"
        assert answer.status_code in (
            {200, 400, 405, 409} if is_vocabulary else {200, 400, 401, 403, 404, 405, 409}
        ), path


def test_patches_and_rows_of_any_kind(client: Client) -> None:
    own, stream = station(client)
    for patch in ([1], [{}], [{"op": "x", "path": "/name"}], [{"op": "add", "path": "name", "value": 1}], [{"op": "remove", "path": "/name"}],
                  [{"op": "move", "from": "/properties", "path": "/properties/a/b"}], [{"op": "add", "path": "/properties/-", "value": 1}] * 200,
                  [{"op": "test", "path": "/name", "value": "no"}], [{"op": "replace", "path": "", "value": {}}]):  # fmt: skip
        answer = client.ask("PATCH", f"Things({own})", patch, Content_Type="application/json-patch+json")
        assert answer.status_code in {200, 400, 409}, (patch, answer.text)
    block = {
        "Datastream": {"@iot.id": stream},
        "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
    }
    rows = [
        [odd, another, third] for odd in ODD[:14] for another in ODD[:14] for third in (None, "x", -1, {}, [])
    ]
    answer = client.post("CreateObservations", [{**block, "dataArray": rows + ODD}])
    assert answer.status_code == 201
    assert len(answer.json()) == len(rows) + len(ODD)
    for odd in ODD:
        assert client.post("CreateObservations", json.dumps(odd)).status_code in {201, 400}
        assert client.post(
            "CreateObservations", [{**block, "Datastream": odd, "dataArray": [[1, 2, 3]]}]
        ).status_code in {201, 400}
        assert client.post(
            "CreateObservations", [{**block, "components": odd, "dataArray": [[1]]}]
        ).status_code in {201, 400}
        assert client.post("$batch", json.dumps(odd)).status_code == 400
        assert client.post(
            "$batch", {"requests": [odd, {"id": "1", "method": odd, "url": odd}]}
        ).status_code in {200, 400}


def test_units_of_any_kind(client: Client) -> None:
    for symbol in ("°C", "m/s", "µg/m³", "parts per kitten", "{}", "💧", "", None, "%", "'", "x" * 100):
        _, stream = station(client, unitOfMeasurement={"name": None, "symbol": symbol, "definition": None})
        assert client.get(f"Datastreams({stream})")["unitOfMeasurement"]["symbol"] == symbol
        client.made(f"Datastreams({stream})/Observations", {"result": 1})
    answer = Client(client.api, "").ask("GET", "/v1/datastreams?limit=100")
    assert answer.status_code == 200


def test_swapped_where_the_hub_knows_better(client: Client, database: Database) -> None:
    with database.connect("owner") as connection:
        store_places(connection, [square("seeb", "السيب", 58.0)])
    answer = client.post("Locations", location(23.6, 58.1))
    assert answer.status_code == 400
    assert "swapped it lies in seeb" in answer.json()["message"]
    client.made("Locations", location(58.1, 23.6))
    client.made("Locations", location(24.9, 60.2))
    own, _ = station(client)
    client.made(f"Things({own})/Locations", location(58.1, 23.6))
    with database.connect("read") as connection:
        row = connection.execute(
            "SELECT longitude, place_code FROM things WHERE thing_id = %s", [own]
        ).fetchone()
        since = connection.execute(
            "SELECT count(*) FROM thing_locations WHERE thing_id = %s", [own]
        ).fetchone()
    assert (row, since) == ((58.1, "seeb"), (2,))


def test_nothing_derived_is_left_of_what_is_deleted(client: Client, database: Database) -> None:
    _, stream = station(client)
    rows = [[f"2026-10-01T{hour:02}:00:00Z", hour] for hour in range(24)]
    body = [
        {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    ]
    links = client.post("CreateObservations", body).json()

    def hours() -> list[int]:
        with database.connect("worker") as connection:
            while roll_up(connection, IngestSettings()):
                pass
        with database.connect("read") as connection:
            own = "SELECT observation_count FROM observations_hourly WHERE datastream_id = %s ORDER BY bucket_start"
            return [row[0] for row in connection.execute(own, [stream]).fetchall()]

    assert hours() == [1] * 24
    assert client.ask("DELETE", links[3]).status_code == 200
    assert hours() == [1] * 23
    assert client.status("DELETE", f"Datastreams({stream})") == 200
    assert hours() == []
