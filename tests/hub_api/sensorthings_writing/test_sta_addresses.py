"""What foreign clients address and send: paths of several steps, what an entity hangs on said twice, numbers as texts, deep bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.hub_api.sensorthings_writing.conftest import Client, datastream, location, station, thing

MULTIPART = {"Content_Type": "multipart/mixed; boundary=b"}


def nested(depth: int) -> Any:
    return json.loads('{"a":' * depth + "1" + "}" * depth)


def test_a_path_of_several_steps_leads_to_what_is_written(client: Client) -> None:
    own, stream = station(client)
    for path, collection in (
        (f"Datastreams({stream})/Sensor", "Sensors"),
        (f"Datastreams({stream})/Thing", "Things"),
        (f"Things({own})/Datastreams({stream})/ObservedProperty", "ObservedProperties"),
        (f"Things({own})/Datastreams({stream})", "Datastreams"),
    ):
        answer = client.ask("PATCH", path, {"description": f"By {path}"})
        assert answer.status_code == 200, answer.text
        assert f"/{collection}(" in answer.headers["location"]
        assert client.get(path)["description"] == f"By {path}"
    client.made(f"Datastreams({stream})/Thing/Locations", location(58.5, 23.5))
    assert client.get(f"Things({own})/Locations")["value"][0]["location"]["coordinates"] == [58.5, 23.5]
    client.made(f"Datastreams({stream})/Thing/Datastreams", datastream())
    assert len(client.get(f"Things({own})/Datastreams")["value"]) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PATCH", "Things({other})/Datastreams({stream})", 404),
        ("PUT", "Things({other})/Datastreams({stream})", 404),
        ("DELETE", "Things({other})/Datastreams({stream})", 404),
        ("DELETE", "Things({own})/Datastreams(99999)", 404),
        ("POST", "Datastreams(99999)/Observations", 404),
        ("POST", "Things({own})/Foo", 404),
        ("POST", "Thing", 404),
        ("POST", "Datastreams({stream})/Thing", 405),
        ("POST", "Things({own})", 405),
        ("DELETE", "Things", 405),
        ("PATCH", "Things({own})/name", 405),
        ("PUT", "Things({own})/Datastreams/$ref", 405),
    ],
)
def test_what_is_not_there_or_means_nothing(client: Client, method: str, path: str, status: int) -> None:
    own, stream = station(client)
    other = client.made("Things", thing())
    answer = client.ask(method, path.format(own=own, stream=stream, other=other), {"result": 1})
    assert (answer.status_code, answer.json()["code"]) == (status, status), answer.text
    assert "only be read" not in answer.json()["message"]
    assert client.get(f"Things({own})/Datastreams({stream})")["description"] == "How hot it is"


def test_what_an_entity_hangs_on_may_be_said_again_but_not_otherwise(client: Client) -> None:
    own, stream = station(client)
    client.made(f"Things({own})/Datastreams", datastream(Thing={"@iot.id": own}))
    sent = {"result": 1, "phenomenonTime": "2024-01-01T00:00:00Z", "Datastream": {"@iot.id": stream}}
    made = client.made(f"Datastreams({stream})/Observations", sent)
    assert client.status("PATCH", f"Observations('{made}')", {**sent, "result": 2}) == 200
    other = client.made("Things", thing())
    assert client.status("POST", f"Things({own})/Datastreams", datastream(Thing={"@iot.id": other})) == 400
    assert client.status("POST", f"Things({own})/Datastreams", datastream(Thing=thing())) == 400
    assert client.status("PATCH", f"Observations('{made}')", {"Datastream": {"@iot.id": stream + 1}}) == 400


@pytest.mark.parametrize(
    ("sent", "told"),
    [(8, "8"), (8.0, "8"), (8.5, "8.5"), ("99", "99"), ("-1.5e1", "-15"), (2**60, str(2**60)), ("x", "")],
)
def test_numbers_are_told_as_they_were_posted(client: Client, sent: Any, told: str | None) -> None:
    _, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    answer = client.post(path, {"result": sent, "phenomenonTime": "2024-01-01T00:00:00Z"})
    assert answer.status_code == (400 if told == "" else 201), answer.text
    if told:
        assert f'"result":{told},' in answer.text


def test_what_no_answer_could_hold_is_refused(client: Client) -> None:
    own = client.made("Things", thing(properties=nested(180)))
    path = f"Things({own})"
    assert (
        client.status("GET", f"{path}?$expand=Datastreams/Thing/Datastreams/Thing/Datastreams/Thing") == 200
    )
    for depth in (220, 900, 5000):
        body = '{"name":"n","description":"d","properties":' + '{"a":' * depth + "1" + "}" * (depth + 1)
        assert client.status("POST", "Things", body) == 400
    deeper = [{"op": "add", "path": "/properties" + "/a" * 150, "value": nested(150)}]
    answer = client.ask("PATCH", path, deeper, Content_Type="application/json-patch+json")
    assert answer.status_code == 400, answer.text
    request = "POST Things HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
    inner = json.dumps({"name": "n", "description": "d", "properties": nested(300) | {"b": "$1"}})
    part = f"--b\r\nContent-Type: application/http\r\n\r\n{request}{inner}\r\n--b--"
    answer = client.post("$batch", part, **MULTIPART)
    assert answer.status_code == 200, answer.text
    assert "HTTP/1.1 400" in answer.text
