"""``$batch``: parts that refer to each other, groups that count together, in both formats."""

from __future__ import annotations

import json
from typing import Any

from tests.hub_api.sensorthings_writing.conftest import ROOT, Client, datastream, location, thing


def run(client: Client, *requests: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = client.post("$batch", {"requests": list(requests)})
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["responses"]}


def part(id_: str, method: str, url: str, body: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": id_, "method": method, "url": url, **({} if body is None else {"body": body}), **more}


def test_parts_refer_to_what_earlier_ones_made(client: Client) -> None:
    answers = run(
        client,
        part("thing", "post", "Things", thing()),
        part("place", "post", "$thing/Locations", location()),
        part("stream", "post", "Datastreams", datastream(Thing={"@iot.id": "$thing"})),
        part("seen", "post", "$stream/Observations", {"result": 4}),
        part("read", "get", "$thing?$select=name&$expand=Datastreams($expand=Observations)"),
        part("wrong", "post", "$nothing/Locations", location()),
        part("bad", "post", "Things", {}),
        part("after", "get", "Things?$top=1", dependsOn=["bad"]),
        part("batch", "post", "$batch", {}),
        part("away", "get", "/v1/admin/registry"),
        part("last", "get", f"{ROOT}/Things?$top=1"),
        part("null", "get", "Things(null)"),
    )
    assert {id_: each["status"] for id_, each in answers.items()} == {
        "thing": 201, "place": 201, "stream": 201, "seen": 201, "read": 200, "wrong": 400, "bad": 400, "after": 424,
        "batch": 400, "away": 400, "last": 200, "null": 404,
    }  # fmt: skip
    assert answers["read"]["body"]["Datastreams"][0]["Observations"][0]["result"] == 4
    assert answers["wrong"]["body"]["type"] == "error"
    assert answers["thing"]["location"] == answers["thing"]["body"]["@iot.selfLink"]


def test_a_group_is_all_or_nothing(client: Client) -> None:
    count = client.get("Things?$count=true")["@iot.count"]
    answers = run(
        client,
        part("1", "post", "Things", thing(), atomicityGroup="g"),
        part("2", "post", "Datastreams", {}, atomicityGroup="g"),
        part("3", "post", "Things", thing(), atomicityGroup="g"),
        part("4", "post", "$1/Locations", location()),
    )
    assert [each["status"] for each in answers.values()] == [424, 400, 424, 400]
    assert client.get("Things?$count=true")["@iot.count"] == count
    late = {"result": 1, "phenomenonTime": "2126-01-01T00:00:00Z"}
    answers = run(
        client,
        part("1", "post", "Things", thing(Locations=[location()]), atomicityGroup="g"),
        part(
            "2",
            "post",
            "Observations",
            {**late, "Datastream": datastream(Thing={"@iot.id": "$1"})},
            atomicityGroup="g",
        ),
    )
    assert [each["status"] for each in answers.values()] == [424, 400]
    assert client.get("Things?$count=true")["@iot.count"] == count
    answers = run(
        client,
        part("1", "post", "Things", thing(Locations=[location()]), atomicityGroup="g"),
        part("2", "post", "Datastreams", datastream(Thing={"@iot.id": "$1"}), atomicityGroup="g"),
        part("3", "post", "$2/Observations", {"result": 1}, atomicityGroup="g"),
        part("4", "get", "$2/Observations"),
    )
    assert [each["status"] for each in answers.values()] == [201, 201, 201, 200]
    assert len(answers["4"]["body"]["value"]) == 1


def test_multipart(client: Client) -> None:
    def http(method: str, url: str, body: Any = None, id_: str = "") -> str:
        fields = "Content-Type: application/json\r\n" if body is not None else ""
        content = "" if body is None else json.dumps(body)
        mark = f"Content-ID: {id_}\r\n" if id_ else ""
        return f"Content-Type: application/http\r\n{mark}\r\n{method} {url} HTTP/1.1\r\n{fields}\r\n{content}\r\n"

    changes = (
        "Content-Type: multipart/mixed; boundary=changes\r\n\r\n"
        f"--changes\r\n{http('POST', 'Things', thing(name='In parts'), '1')}"
        f"--changes\r\n{http('POST', '$1/Datastreams', datastream(), '2')}--changes--\r\n"
    )
    body = f"--outer\r\n{http('GET', 'Things?$top=1')}--outer\r\n{changes}--outer\r\n{http('GET', 'Things(0)')}--outer--\r\n"
    answer = client.post("$batch", body, Content_Type="multipart/mixed;boundary=outer")
    assert answer.status_code == 200
    kind = answer.headers["content-type"]
    assert kind.startswith("multipart/mixed; boundary=")
    assert [line for line in answer.text.splitlines() if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 200 OK", "HTTP/1.1 201 Created", "HTTP/1.1 201 Created", "HTTP/1.1 404 Not Found",
    ]  # fmt: skip
    assert client.get("Things?$filter=name eq 'In parts'&$expand=Datastreams")["value"][0]["Datastreams"]
    failing = body.replace('"name": "In parts"', '"nmae": "In parts"')
    lines = client.post("$batch", failing, Content_Type="multipart/mixed;boundary=outer").text.splitlines()
    assert [line[9:12] for line in lines if line.startswith("HTTP/1.1")] == ["200", "400", "404"]
    for wrong in (
        "",
        "--outer\r\n",
        "--outer\r\n\r\n\r\nGET Things\r\n--outer--",
        body.replace("--outer--", ""),
    ):
        answer = client.post("$batch", wrong, Content_Type="multipart/mixed;boundary=outer")
        assert answer.status_code == 400, wrong
    assert client.ask("POST", "$batch", "x", Content_Type="text/plain").status_code == 400
    many = {"requests": [part(str(number), "get", "Things(0)") for number in range(201)]}
    assert client.status("POST", "$batch", many) == 400


def test_a_stranger_reads_in_a_batch_and_writes_nothing(client: Client) -> None:
    answers = run(
        Client(client.api, ""), part("1", "get", "Things?$top=1"), part("2", "post", "Things", thing())
    )
    assert [each["status"] for each in answers.values()] == [200, 401]
