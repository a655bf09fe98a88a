"""What foreign suites of conformance ask for that is easily done otherwise."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Database
from tests.hub_api.sensorthings_writing.conftest import (
    Client,
    datastream,
    location,
    observed_property,
    sensor,
    station,
    thing,
)

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
ANY = "someType"


def at(minutes: int) -> str:
    return f"2016-01-01T{6 + minutes // 60:02}:{minutes % 60:02}:00Z"


#: Instants, and intervals of which several begin at one of them.
TIMES: list[tuple[int, int | None]] = [
    (0, None), (59, None), (60, None), (61, None), (120, None),
    (0, 59), (0, 60), (0, 61), (60, 120), (60, 119), (60, 121), (59, 121),
]  # fmt: skip


@pytest.fixture(scope="module")
def timed(api: Any) -> tuple[Client, int]:
    """An observation for each of the times; its result is its place."""
    client = Client(api)
    _, stream = station(client, observationType=ANY)
    ids = set()
    for number, (start, end) in enumerate(TIMES):
        time = at(start) if end is None else f"{at(start)}/{at(end)}"
        own = client.made(f"Datastreams({stream})/Observations", {"phenomenonTime": time, "result": number})
        assert client.get(f"Observations('{own}')")["phenomenonTime"] == time
        ids.add(own)
    assert len(ids) == len(TIMES)
    return client, stream


def before(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[1] <= b[0] and a[0] < b[0]


RELATIONS = {
    "lt": before,
    "gt": lambda a, b: before(b, a),
    "le": lambda a, b: a[0] <= b[0] and a[1] <= b[1],
    "ge": lambda a, b: a[0] >= b[0] and a[1] >= b[1],
    "eq": lambda a, b: a == b,
    "starts": lambda a, b: a[0] == b[0],
    "finishes": lambda a, b: a[1] == b[1],
    "meets": lambda a, b: a[1] == b[0] or a[0] == b[1],
    "overlaps": lambda a, b: (a[0] < b[1] or a[0] == b[0]) and (b[0] < a[1] or a[0] == b[0]),
    "during": lambda a, b: b[0] <= a[0] and a[1] <= b[1] and a[0] < b[1],
}


@pytest.mark.parametrize("word", RELATIONS)
@pytest.mark.parametrize(("start", "end"), [(60, None), (60, 120)])
def test_a_stated_start_counts_to_the_microsecond(
    timed: tuple[Client, int], word: str, start: int, end: int | None
) -> None:
    client, stream = timed
    literal = at(start) if end is None else f"{at(start)}/{at(end)}"
    is_call = len(word) > 2
    for is_turned in (False, True):
        left, right = (literal, "phenomenonTime") if is_turned else ("phenomenonTime", literal)
        if word == "during" and right == at(start):
            continue  # nothing is within an instant
        text = f"{word}({left},{right})" if is_call else f"{left} {word} {right}"
        rows = client.get(f"Datastreams({stream})/Observations?$top=100&$filter={quote(text)}")["value"]
        other = (start, start if end is None else end)
        wanted = []
        for number, (first, last) in enumerate(TIMES):
            own = (first, first if last is None else last)
            pair = (other, own) if is_turned else (own, other)
            is_interval = last is not None
            if word == "during" and is_turned and not is_interval:
                continue
            if RELATIONS[word](*pair):
                wanted.append(number)
        assert sorted(row["result"] for row in rows) == wanted, text


def test_an_interval_stays_the_one_that_it_is(timed: tuple[Client, int]) -> None:
    client, stream = timed
    path = f"Datastreams({stream})/Observations"
    shifted = client.made(path, {"phenomenonTime": f"{at(60)}/{at(121)}", "result": 10})
    assert [row["@iot.id"] for row in client.get(f"{path}?$filter=result eq 10")["value"]] == [shifted]
    one = f"Observations('{shifted}')"
    assert client.status("PATCH", one, {"result": 10, "parameters": {"a": 1}}) == 200
    assert client.get(one)["phenomenonTime"] == f"{at(60)}/{at(121)}"
    assert client.status("PATCH", one, {"phenomenonTime": f"{at(60)}/{at(122)}"}) == 200
    assert client.get(one)["phenomenonTime"] == f"{at(60)}/{at(122)}"
    assert client.status("PATCH", one, {"phenomenonTime": at(60)}) == 200
    assert client.get(one)["phenomenonTime"] == at(60)
    assert client.status("PATCH", one, {"phenomenonTime": f"{at(60)}/{at(121)}"}) == 200


def test_a_whole_number_is_told_as_it_was_sent(client: Client) -> None:
    _, stream = station(client)
    sent = 8_123_456_789_012_345_678
    own = client.made(f"Datastreams({stream})/Observations", {"result": sent})
    at_ = f"Observations('{own}')"
    assert client.get(at_)["result"] == sent
    assert client.get(f"{at_}/result") == {"result": sent}
    assert client.status("PATCH", at_, {"result": 5}) == 200
    assert client.get(at_)["result"] == 5


def test_what_is_put_keeps_nothing_though_its_result_is_the_same(client: Client) -> None:
    _, stream = station(client)
    time = "2016-01-01T00:00:00Z"
    sent = {"phenomenonTime": time, "result": 1, "parameters": {"a": 1}, "resultTime": "2016-01-02T00:00:00Z"}
    own = client.made(f"Datastreams({stream})/Observations", sent)
    for result in (1, 2):
        assert client.status("PATCH", f"Observations('{own}')", {"parameters": {"a": 1}}) == 200
        assert (
            client.status("PUT", f"Observations('{own}')", {"phenomenonTime": time, "result": result}) == 200
        )
        read = client.get(f"Observations('{own}')")
        assert (read["result"], read["resultTime"], "parameters" in read) == (result, None, False)


def test_an_observation_is_of_something(client: Client) -> None:
    own = client.made("Things", thing(Datastreams=[datastream()]))
    stream = client.get(f"Things({own})/Datastreams")["value"][0]["@iot.id"]
    path = f"Datastreams({stream})/Observations"
    answer = client.post(path, {"result": 1})
    assert answer.status_code == 400
    assert "FeatureOfInterest" in answer.json()["message"]
    feature = {key: value for key, value in location().items() if key != "location"}
    feature |= {"feature": location()["location"]}
    assert client.status("POST", path, {"result": 1, "FeatureOfInterest": feature}) == 201
    assert client.status("POST", f"Things({own})/Locations", location()) == 201
    assert client.status("POST", path, {"result": 1}) == 201


def test_a_feature_that_was_deleted_does_not_come_back(client: Client) -> None:
    _, stream = station(client)
    path = f"Datastreams({stream})/Observations"

    def feature() -> int:
        own = client.made(path, {"result": 1})
        return int(client.get(f"Observations('{own}')/FeatureOfInterest")["@iot.id"])

    first = feature()
    assert client.status("DELETE", f"FeaturesOfInterest({first})") == 200
    second = feature()
    assert second != first
    assert feature() == second
    assert client.status("GET", f"FeaturesOfInterest({first})") == 404


@pytest.mark.parametrize("root", ["", "/v1.1/", "/sta/v1.1/", "https://hub.example/behind/a/proxy/sta/v1.1/"])
def test_a_batch_is_addressed_in_all_the_ways_of_the_text(client: Client, root: str) -> None:
    boundary, inner = "batch_36522ad7", "changeset_77162fcd"
    body = "\r\n".join(
        [
            f"--{boundary}", "Content-Type: application/http", "", f"GET {root}Sensors?$select=name&$top=1 HTTP/1.1",
            "Host: localhost", "", "", f"--{boundary}", f"Content-Type: multipart/mixed;boundary={inner}", "",
            f"--{inner}", "Content-Type: application/http", "Content-ID: sensor1", "", f"POST {root}Sensors HTTP/1.1",
            "Content-Type: application/json", "", json.dumps(sensor()), f"--{inner}--", f"--{boundary}--",
        ]
    )  # fmt: skip
    answer = client.post("$batch", body, Content_Type=f"multipart/mixed;boundary={boundary}")
    statuses = [line.split()[1] for line in answer.text.splitlines() if line.startswith("HTTP/")]
    assert statuses == ["200", "201"], answer.text


def test_a_group_says_where_and_no_more(client: Client) -> None:
    own = client.made("Things", thing())
    requests = [
        {"id": "1", "method": "post", "url": "Things", "body": thing(), "atomicityGroup": "g"},
        {"id": "2", "method": "patch", "url": f"Things({own})", "body": {"name": "x"}, "atomicityGroup": "g"},
    ]
    answers = client.post("$batch", {"requests": requests}).json()["responses"]
    assert [{**each, "headers": None} for each in answers] == [
        {"id": "1", "status": 201, "location": answers[0]["location"], "headers": None},
        {"id": "2", "status": 200, "headers": None},
    ]


def test_options_are_known_in_any_case(client: Client) -> None:
    own = client.made("Things", thing())
    assert client.get("Things?$orderBy=id%20desc&$Top=1")["value"][0]["@iot.id"] == own


@pytest.mark.parametrize("direction", ["", " desc"])
def test_ids_decide_between_equal_times_as_the_texts_that_they_are(
    api: Any, database: Database, direction: str
) -> None:
    """“1000-…” is before “999-…”, on every page and across them."""
    client = Client(api)
    first = 10**4 - 3 if direction else 10**3 - 3
    with database.superuser() as connection:
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('datastreams', 'datastream_id'), %s)", [first]
        )
    instants = [at(60 * hour) for hour in range(2)]
    observations = [{"phenomenonTime": instant, "result": 1} for instant in instants]
    streams = [
        datastream(Observations=observations, ObservedProperty=observed_property(name=f"{first} {n}"))
        for n in range(6)
    ]
    own = client.made("Things", thing(Locations=[location()], Datastreams=streams))
    page = client.get(f"Things({own})/Datastreams?$expand=Observations($select=id)&$select=id")["value"]
    ids = [one["@iot.id"] for each in page for one in each["Observations"]]
    time_of = {one: int(one.partition("-")[2]) for one in ids}
    expected = sorted(ids, key=lambda one: (-time_of[one] if direction else time_of[one], one))
    assert expected != sorted(
        ids, key=lambda one: (-time_of[one] if direction else time_of[one], len(one), one)
    )
    for condition in (f"Datastream/Thing/id eq {own}", f"Datastream/Thing/id eq {own} and result eq 1"):
        for top in (4, 5, 100):
            found = []
            url = f"Observations?$filter={quote(condition)}&$orderby=phenomenonTime{quote(direction)},id&$top={top}"
            while url:
                body = client.get(url)
                found += [one["@iot.id"] for one in body["value"]]
                url = body.get("@iot.nextLink", "")
            assert found == expected, (condition, top)


def test_a_time_with_milliseconds_is_told_as_it_was_stated(api: Any) -> None:
    client = Client(api)
    _, stream = station(client)
    for time in (
        "2021-02-01T12:34:56.789Z",
        "2021-02-01T12:34:56.100Z/2021-02-01T12:34:57Z",
        "2021-02-01T12:35:00.123456Z",
    ):
        own = client.made(f"Datastreams({stream})/Observations", {"phenomenonTime": time, "result": 1})
        assert client.get(f"Observations('{own}')/phenomenonTime") == {"phenomenonTime": time}
        assert client.ask("GET", f"Observations('{own}')/phenomenonTime/$value").text == time
