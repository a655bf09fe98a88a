"""Groups of a batch: all of it counts or none, whatever it changes and whoever refuses its last request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hub_api.sensorthings_writing.conftest import Client, datastream, location, station, thing
from tests.hub_api.sensorthings_writing.test_sta_batch import part, run

AT = "2026-10-01T00:00:00Z"
#: What a group does before its observations are refused. ``{thing}`` and the like stand for the ids of a station.
CHANGES: dict[str, tuple[str, str, Any]] = {
    "patch": ("patch", "Things({thing})", {"name": "Patched"}),
    "json patch": ("patch", "Things({thing})", [{"op": "replace", "path": "/name", "value": "Patched"}]),
    "put": ("put", "Things({thing})", {"name": "Put", "description": "-"}),
    "move": ("patch", "Things({thing})", {"Locations": [{"@iot.id": 0}]}),
    "delete": ("delete", "Observations('{first}')", None),
    "delete a thing": ("delete", "Things({other})", None),
    "result": ("patch", "Observations('{first}')", {"result": 7}),
    "time": ("patch", "Observations('{first}')", {"phenomenonTime": "2026-10-05T00:00:00Z"}),
    "parameters": ("patch", "Observations('{first}')", {"parameters": {"a": 1}}),
    "put an observation": ("put", "Observations('{second}')", {"result": 8}),
    "observe": ("post", "Datastreams({stream})/Observations", {"phenomenonTime": "2026-10-06T00:00:00Z", "result": 1}),
    "make": ("post", "Things", {"name": "Made in a group", "description": "-"}),
}  # fmt: skip
FUTURE = "2126-10-01T00:00:00Z"
#: What is refused at last, and by whom.
REFUSED: dict[str, tuple[str, Any, int]] = {
    "the reader": ("Datastreams({stream})/Observations", {"resultt": 1}, 400),
    "the registry": ("Datastreams({stream})/Observations", {"result": "warm"}, 400),
    "ingest": ("Datastreams({stream})/Observations", {"result": 1, "phenomenonTime": FUTURE}, 400),
    "ingest, of a new datastream": (
        "Observations",
        {"result": 1, "phenomenonTime": FUTURE, "Datastream": datastream(Thing={"@iot.id": "{thing}"})},
        400,
    ),
    "a limit, of a new datastream": (
        "Observations",
        {"result": -300, "Datastream": datastream(Thing={"@iot.id": "{thing}"}, ObservedProperty={"@iot.id": "{temperature}"})},
        400,
    ),
}  # fmt: skip


def filled(content: Any, ids: dict[str, Any]) -> Any:
    if isinstance(content, dict):
        return {name: filled(each, ids) for name, each in content.items()}
    if isinstance(content, list):
        return [filled(each, ids) for each in content]
    if not isinstance(content, str):
        return content
    whole = ids.get(content.strip("{}")) if content.startswith("{") else None
    for name, value in ids.items():
        content = content.replace("{" + name + "}", str(value))
    return content if whole is None else whole


@pytest.fixture
def ids(client: Client) -> dict[str, Any]:
    own, stream = station(client)
    other = client.made("Things", thing(name="Another", Datastreams=[datastream()]))
    path = f"Datastreams({stream})/Observations"
    first, second = (client.made(path, {"phenomenonTime": AT, "result": n}) for n in (1, 2))
    temperature = client.get("ObservedProperties?$filter=name eq 'Air temperature'")["value"][0]["@iot.id"]
    return {
        "thing": own,
        "stream": stream,
        "other": other,
        "first": first,
        "second": second,
        "temperature": temperature,
    }


def state(client: Client, ids: dict[str, Any]) -> Any:
    """All that the groups here change."""
    things = client.get("Things?$expand=Locations,HistoricalLocations&$top=1000")["value"]
    rows = client.get(f"Datastreams({ids['stream']})/Observations")["value"]
    streams = client.get("Datastreams?$select=id,name&$top=1000")["value"]
    return things, rows, streams


@pytest.mark.parametrize("refusal", REFUSED)
def test_nothing_is_left_of_a_group_that_is_refused(
    client: Client, ids: dict[str, Any], refusal: str
) -> None:
    before = state(client, ids)
    url, body, status = REFUSED[refusal]
    changes = [
        part(name, method, filled(target, ids), filled(content, ids), atomicityGroup="g")
        | ({"headers": {"Content-Type": "application/json-patch+json"}} if name == "json patch" else {})
        for name, (method, target, content) in CHANGES.items()
        if name not in {"move", "delete", "time", "parameters"}  # of one observation one change
    ]
    answers = run(
        client,
        *changes,
        part("last", "post", filled(url, ids), filled(body, ids), atomicityGroup="g"),
        part("after", "get", "Things?$top=1", dependsOn=["g"]),
    )
    assert {each["status"] for name, each in answers.items() if name in CHANGES} == {424}, answers
    assert (answers["last"]["status"], answers["after"]["status"]) == (status, 424)
    assert state(client, ids) == before


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_counts_with_the_group_and_not_without(
    client: Client, ids: dict[str, Any], change: str
) -> None:
    place = client.made("Locations", location(58.45))
    method, target, content = CHANGES[change]
    content = {"Locations": [{"@iot.id": place}]} if change == "move" else filled(content, ids)
    own = part("own", method, filled(target, ids), content, atomicityGroup="g")
    if change == "json patch":
        own["headers"] = {"Content-Type": "application/json-patch+json"}
    path = f"Datastreams({ids['stream']})/Observations"
    before = state(client, ids)
    late = part("late", "post", path, {"result": 1, "phenomenonTime": FUTURE}, atomicityGroup="g")
    assert [each["status"] for each in run(client, own, late).values()] == [424, 400]
    assert state(client, ids) == before
    good = part("good", "post", path, {"result": 3, "phenomenonTime": AT}, atomicityGroup="g")
    answers = run(client, own, good)
    assert [each["status"] for each in answers.values()] == [201 if method == "post" else 200, 201]
    assert client.ask("GET", answers["good"]["location"]).json()["result"] == 3
    after = state(client, ids)
    assert len(after[1]) == len(before[1]) + 1 + (change == "observe") - (change == "delete")
    assert after != before
    if change == "time":
        moved = client.ask("GET", answers["own"]["location"]).json()
        assert (moved["result"], moved["phenomenonTime"]) == (1, "2026-10-05T00:00:00Z")
    if change in {"result", "put an observation"}:
        told = client.get(f"Observations('{ids['first' if change == 'result' else 'second']}')")
        assert (told["result"], told["phenomenonTime"]) == (content["result"], AT)


@pytest.mark.parametrize(
    ("second", "status"),
    [
        (("patch", "Observations('{first}')", {"parameters": {"a": 1}}), 409),
        (("delete", "Observations('{first}')", None), 409),
        (("delete", "Datastreams({stream})", None), 404),
        (("delete", "Things({thing})", None), 404),
    ],
)
def test_what_a_group_changes_it_changes_once(
    client: Client, ids: dict[str, Any], second: tuple[str, str, Any], status: int
) -> None:
    before = state(client, ids)
    path = filled("Observations('{first}')", ids)
    first = part("first", "patch", path, {"result": 7}, atomicityGroup="g")
    method, target, content = second
    answers = run(client, first, part("second", method, filled(target, ids), content, atomicityGroup="g"))
    assert [each["status"] for each in answers.values()] == [424, status]
    assert state(client, ids) == before


def test_a_changeset_that_ingest_refuses_is_one_answer(client: Client, ids: dict[str, Any]) -> None:
    def http(method: str, url: str, body: str, id_: str) -> str:
        return (
            f"Content-Type: application/http\r\nContent-ID: {id_}\r\n\r\n"
            f"{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
        )

    before = state(client, ids)
    patch = http("PATCH", f"/v1.1/Things({ids['thing']})", '{"name": "Patched"}', "1")
    late = http(
        "POST",
        f"/v1.1/Datastreams({ids['stream']})/Observations",
        f'{{"result": 1, "phenomenonTime": "{FUTURE}"}}',
        "2",
    )
    body = (
        "--outer\r\nContent-Type: multipart/mixed;boundary=changes\r\n\r\n"
        f"--changes\r\n{patch}--changes\r\n{late}--changes--\r\n--outer--"
    )
    answer = client.post("$batch", body, Content_Type="multipart/mixed;boundary=outer")
    assert [line for line in answer.text.splitlines() if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 400 Bad Request"
    ]
    assert state(client, ids) == before
