"""Observations through SensorThings: one by one, in rows, changed and taken back; what ingest and the roll-ups have of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Database
from tests.hub_api.sensorthings_writing.conftest import Client, datastream, location, station, thing

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("OM_Measurement", 21.5, "warm"),
        ("OM_CountObservation", 7, 7.5),
        ("OM_TruthObservation", True, 1),
        ("OM_CategoryObservation", "cloudy", 3),
        ("OM_Observation", {"any": ["thing", 1, None]}, ...),
    ],
)
def test_results_of_all_types_come_back(client: Client, kind: str, good: Any, bad: Any) -> None:
    _, stream = station(client, observationType=OM + kind)
    sent = {
        "phenomenonTime": "2026-10-01T00:00:00Z/2026-10-01T01:00:00Z",
        "resultTime": "2026-10-01T02:00:00Z",
        "validTime": "2026-10-01T00:00:00Z/2026-10-02T00:00:00Z",
        "result": good,
        "parameters": {"tilt": 30},
        "resultQuality": {"grade": "A"},
    }
    own = client.made(f"Datastreams({stream})/Observations", sent)
    read = client.get(f"Observations('{own}')")
    assert {name: read[name] for name in ("result", "parameters", "resultQuality")} == {
        name: sent[name] for name in ("result", "parameters", "resultQuality")
    }
    assert read["phenomenonTime"].startswith("2026-10-01T00:00:00")
    assert "/" in read["phenomenonTime"]
    assert read["resultTime"].startswith("2026-10-01T02:00:00")
    if bad is not ...:
        assert client.status("POST", f"Datastreams({stream})/Observations", {"result": bad}) == 400


def test_an_observation_changes_and_goes(client: Client, database: Database) -> None:
    _, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    own = client.made(path, {"phenomenonTime": "2026-10-01T00:00:00Z", "result": 1.5})
    at = f"Observations('{own}')"
    assert client.ask("PATCH", at, {"result": 3.5, "parameters": {"a": 1}}).json()["result"] == 3.5
    assert client.get(at)["parameters"] == {"a": 1}
    assert client.status("PATCH", at, {"resultTime": "2026-10-01T01:00:00Z"}) == 200
    read = client.get(at)
    assert (read["result"], read["parameters"]) == (3.5, {"a": 1})
    moved = client.ask("PATCH", at, {"phenomenonTime": "2026-10-02T00:00:00Z"})
    assert moved.status_code == 200
    assert moved.json()["@iot.id"] != own
    assert client.get(at)["@iot.id"] == moved.json()["@iot.id"]
    assert [each["result"] for each in client.get(path)["value"]] == [3.5]
    later = client.made(path, {"phenomenonTime": "2026-10-03T00:00:00Z", "result": 9})
    with database.connect("read") as connection:
        newest = "SELECT result FROM latest WHERE datastream_id = %s"
        assert connection.execute(newest, [stream]).fetchone() == (9.0,)
        assert client.status("DELETE", f"Observations('{later}')") == 200
        assert connection.execute(newest, [stream]).fetchone() == (3.5,)
    assert client.status("GET", f"Observations('{later}')") == 404
    assert client.status("DELETE", f"Observations('{later}')") == 404
    assert client.status("DELETE", "Observations('x')") == 404
    assert client.status("DELETE", moved.headers["location"].partition("/sta/v1.1/")[2]) == 200
    assert client.get(path)["value"] == []


def test_a_feature_of_its_own(client: Client) -> None:
    _, stream = station(client)
    feature = {
        "name": "Beach",
        "description": "Sand",
        "encodingType": "application/geo+json",
        "feature": {"type": "Point", "coordinates": [58.6, 23.5]},
    }
    own = client.made(f"Datastreams({stream})/Observations", {"result": 1, "FeatureOfInterest": feature})
    read = client.get(f"Observations('{own}')/FeatureOfInterest")
    assert read["name"] == "Beach"
    other = client.made("FeaturesOfInterest", {**feature, "name": "Cliff"})
    changed = {"FeatureOfInterest": {"@iot.id": other}}
    assert client.status("PATCH", f"Observations('{own}')", changed) == 200
    assert client.get(f"Observations('{own}')/FeatureOfInterest")["name"] == "Cliff"
    second = client.made(
        f"FeaturesOfInterest({other})/Observations", {"result": 2, "Datastream": {"@iot.id": stream}}
    )
    assert client.status("DELETE", f"FeaturesOfInterest({other})") == 200
    assert [client.status("GET", f"Observations('{each}')") for each in (own, second)] == [404, 404]


def test_a_place_is_a_feature_until_somebody_deletes_it(client: Client) -> None:
    own, stream = station(client)
    seen = client.made(f"Datastreams({stream})/Observations", {"result": 1})
    feature = client.get(f"Observations('{seen}')/FeatureOfInterest")["@iot.id"]
    assert client.status("DELETE", f"FeaturesOfInterest({feature})") == 200
    assert client.status("GET", f"FeaturesOfInterest({feature})") == 404
    assert client.status("GET", f"Observations('{seen}')") == 404
    assert len(client.get(f"Things({own})/Locations")["value"]) == 1
    again = client.made(f"Datastreams({stream})/Observations", {"result": 2})
    assert client.get(f"Observations('{again}')/FeatureOfInterest")["@iot.id"] != feature


def test_rows_have_outcomes_of_their_own(client: Client, owner: Client) -> None:
    _, stream = station(client)
    _, other = station(owner)
    path = f"Datastreams({stream})/Observations"
    client.made(path, {"phenomenonTime": "2026-10-01T00:00:00Z", "result": 1})
    body = [
        {
            "Datastream": {"@iot.id": stream},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 7,
            "dataArray": [
                ["2026-10-01T00:00:00Z", 1],
                ["2026-10-01T00:00:00Z", 2],
                ["2026-10-01T00:01:00Z", 3],
                ["yesterday", 4],
                ["2026-10-01T00:02:00Z", "warm"],
                ["2126-10-01T00:02:00Z", 5],
                ["2026-10-01T00:03:00Z"],
            ],
        },
        {"Datastream": {"@iot.id": 999_999}, "components": ["result"], "dataArray": [[1], [2]]},
        {
            "Datastream": {"@iot.id": other},
            "components": ["result", "phenomenonTime", "FeatureOfInterest/id", "parameters"],
            "dataArray": [
                [6, "2026-10-01T00:00:00Z", 999_999, None],
                [7, "2026-10-01T00:05:00Z", None, {"a": 1}],
            ],
        },
    ]
    answer = client.post("CreateObservations", body)
    assert answer.status_code == 201
    links = answer.json()
    assert ["error" if each == "error" else "link" for each in links] == [
        "link", "link", "link", "error", "error", "error", "error", "error", "error", "error", "link",
    ]  # fmt: skip
    assert client.ask("GET", links[2]).json()["result"] == 3
    assert client.ask("GET", links[-1]).json()["parameters"] == {"a": 1}
    told = client.post("CreateObservations?outcomes=true", body).json()
    assert {each["row"]: each["code"] for each in told["errors"]} == {
        3: "not_a_time", 4: "wrong_result", 5: "clock_ahead", 6: "row_length",
        7: "no_such_entity", 8: "no_such_entity", 9: "no_such_entity",
    }  # fmt: skip
    assert all(each["message"] for each in told["errors"])
    mine = owner.post("CreateObservations?outcomes=true", body).json()
    assert {each["code"] for each in mine["errors"] if each["row"] < 7} == {"not_yours"}
    for wrong in (
        {},
        [{}],
        [{**body[0], "components": ["phenomenonTime"]}],
        [{**body[0], "components": ["x", "result"]}],
    ):
        assert client.status("POST", "CreateObservations", wrong) == 400
    assert Client(client.api, "").status("POST", "CreateObservations", body) == 401


def test_rows_are_in_the_ledger_and_flagged(client: Client, database: Database) -> None:
    humidity = client.get("ObservedProperties?$filter=name eq 'Relative humidity'")["value"][0]["@iot.id"]
    unit = {"name": "percent", "symbol": "%", "definition": None}
    own = client.made(
        "Things",
        thing(
            Locations=[location()],
            Datastreams=[datastream(ObservedProperty={"@iot.id": humidity}, unitOfMeasurement=unit)],
        ),
    )
    stream = client.get(f"Things({own})/Datastreams")["value"][0]["@iot.id"]
    with database.connect("ingest") as connection:
        count = "SELECT sum(received), sum(stored) FROM ingest_batches"
        before = connection.execute(count).fetchone()
        rows = [[f"2026-10-01T00:{minute:02}:00Z", 50 + minute] for minute in range(60)]
        body = [
            {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
        ]
        assert "error" not in client.post("CreateObservations", body).json()
        after = connection.execute(count).fetchone()
        assert before is not None
        assert after is not None
        assert (after[0] - (before[0] or 0), after[1] - (before[1] or 0)) == (60, 60)
        worst = "SELECT max(quality) FROM observations WHERE datastream_id = %s"
        assert connection.execute(worst, [stream]).fetchone() == (4,)
