"""Several observations of one instant: kept apart however they are sent, told and found by the time that was stated."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.conftest import Database
from tests.hub_api.sensorthings_writing.conftest import ROOT, Client, datastream, location, station, thing

AT, LATER = "2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z"
SPAN = "2026-10-01T00:00:00Z/2026-10-01T01:00:00Z"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
FEATURE = {
    "name": "Beach",
    "description": "Sand",
    "encodingType": "application/geo+json",
    "feature": {"type": "Point", "coordinates": [58.6, 23.5]},
}
Send = Callable[[Client, int, list[dict[str, Any]]], list[str]]
#: One after the other at one instant: what it states, and the number of the one that it is.
STATED: list[tuple[dict[str, Any], int]] = [
    ({"result": 1}, 0),
    ({"result": 2}, 1),
    ({"result": 1}, 0),
    ({"result": 1, "parameters": {"a": 1, "b": True}}, 2),
    ({"result": 1, "parameters": {"b": True, "a": 1}}, 2),
    ({"result": 1, "parameters": {"a": 1, "b": 1}}, 3),
    ({"result": 1, "resultTime": LATER}, 4),
    ({"result": 1, "validTime": f"{AT}/{LATER}"}, 5),
    ({"result": 1, "resultQuality": "fine"}, 6),
    ({"result": 1, "phenomenonTime": SPAN}, 7),
    ({"result": 2, "phenomenonTime": SPAN}, 8),
    ({"result": 1, "phenomenonTime": SPAN}, 7),
    ({"result": 1, "phenomenonTime": SPAN.replace("01:00", "02:00")}, 9),
    ({"result": 2, "phenomenonTime": "2026-10-01T04:00:00+04:00"}, 1),
    ({"result": 9_007_199_254_740_993}, 10),
    ({"result": 9_007_199_254_740_992}, 11),
]
COUNT = 1 + max(number for _, number in STATED)
COMPONENTS = ("resultQuality", "result", "parameters", "resultTime", "phenomenonTime", "validTime")


def posted(client: Client, stream: int, sent: list[dict[str, Any]]) -> list[str]:
    return [client.made(f"Datastreams({stream})/Observations", each) for each in sent]


def in_rows(client: Client, stream: int, sent: list[dict[str, Any]]) -> list[str]:
    rows = [[each.get(name) for name in COMPONENTS] for each in sent]
    block = {"Datastream": {"@iot.id": stream}, "components": COMPONENTS, "dataArray": rows}
    answer = client.post("CreateObservations", [block])
    assert answer.status_code == 201
    return [each.rpartition("('")[2].removesuffix("')") for each in answer.json()]


def in_blocks(client: Client, stream: int, sent: list[dict[str, Any]]) -> list[str]:
    return [in_rows(client, stream, [each])[0] for each in sent]


def batched(client: Client, stream: int, sent: list[dict[str, Any]], **more: str) -> list[str]:
    url = f"Datastreams({stream})/Observations"
    parts = [
        {"id": str(number), "method": "post", "url": url, "body": each, **more}
        for number, each in enumerate(sent)
    ]
    answers = client.post("$batch", {"requests": parts}).json()["responses"]
    assert [each["status"] for each in answers] == [201] * len(sent)
    return [each["location"].rpartition("('")[2].removesuffix("')") for each in answers]


def in_a_group(client: Client, stream: int, sent: list[dict[str, Any]]) -> list[str]:
    return batched(client, stream, sent, atomicityGroup="g")


@pytest.mark.parametrize("send", [posted, in_rows, in_blocks, batched, in_a_group])
def test_what_states_something_else_is_another_one(client: Client, send: Send) -> None:
    _, stream = station(client)
    sent = [{"phenomenonTime": AT, **each} for each, _ in STATED]
    first, second = send(client, stream, sent), send(client, stream, sent)
    assert first == second, "the same again is there already"
    own = [first[[number for _, number in STATED].index(number)] for number in range(COUNT)]
    assert [own.index(each) for each in first] == [number for _, number in STATED]
    assert len(set(own)) == COUNT
    kept = client.get(f"Datastreams({stream})/Observations?$count=true")
    assert kept["@iot.count"] == COUNT
    for each, id_ in zip(sent, first, strict=True):
        told = client.get(f"Observations('{id_}')")
        wanted = {**each, "phenomenonTime": each["phenomenonTime"].replace("T04:00:00+04:00", "T00:00:00Z")}
        assert {name: told[name] for name in each} == wanted


def test_many_at_once_at_one_instant(client: Client) -> None:
    """Seven in one body, with a datastream that is new; and clients that each find a place taken meanwhile."""
    sent = [{"phenomenonTime": AT, "result": number} for number in range(7)]
    _, stream = station(client, Observations=sent)
    path = f"Datastreams({stream})/Observations"

    async def together(api: httpx.AsyncClient) -> list[httpx.Response]:
        fields = {"Authorization": client.authorization}
        bodies = ({**sent[0], "result": number} for number in range(7, 13))
        return await asyncio.gather(
            *(api.post(f"{ROOT}/{path}", json=body, headers=fields) for body in bodies)
        )

    assert [each.status_code for each in client.api.run(together)] == [201] * 6
    told = client.get(f"{path}?$top=50&$filter=phenomenonTime eq {AT}")["value"]
    assert sorted(each["result"] for each in told) == list(range(13))


def test_results_of_other_types_too(client: Client) -> None:
    for kind, results in (
        ("OM_CategoryObservation", ["a", "b"]),
        ("OM_Observation", [{"a": 1}, [1], None, "a"]),
        ("OM_TruthObservation", [True, False]),
    ):
        _, stream = station(client, observationType=OM + kind)
        path = f"Datastreams({stream})/Observations"
        for _ in range(2):
            for result in results:
                client.made(path, {"phenomenonTime": AT, "result": result})
        assert [each["result"] for each in client.get(path)["value"]] == results


@pytest.fixture(scope="module")
def crowd(api: Any) -> tuple[Client, int, list[str]]:
    """Three of an instant, an interval that begins then, and one a microsecond later, which was there first."""
    client = Client(api)
    _, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    client.made(path, {"phenomenonTime": "2026-10-01T00:00:00.000001Z", "result": 9})
    ids = [
        client.made(path, {"phenomenonTime": time, "result": n}) for n, time in enumerate((AT, AT, AT, SPAN))
    ]
    return client, stream, ids


@pytest.mark.parametrize(
    ("condition", "results"),
    [
        (f"phenomenonTime eq {AT}", [0, 1, 2]),
        (f"phenomenonTime ne {AT}", [9, 3]),
        (f"phenomenonTime gt {AT}", [9]),
        (f"phenomenonTime ge {AT}", [0, 9, 1, 2, 3]),
        (f"phenomenonTime le {AT}", [0, 1, 2]),
        (f"phenomenonTime lt {AT}", []),
        (f"phenomenonTime lt {LATER}", [0, 9, 1, 2, 3]),
        (f"not (phenomenonTime gt {AT})", [0, 1, 2, 3]),
        (f"phenomenonTime eq {SPAN}", [3]),
        (f"overlaps(phenomenonTime,{AT})", [0, 1, 2, 3]),
        (f"finishes(phenomenonTime,{AT})", [0, 1, 2]),
        (f"during(phenomenonTime,{AT}/{LATER})", [0, 9, 1, 2, 3]),
        ("fractionalseconds(phenomenonTime) eq 0", [0, 1, 2, 3]),
        ("time(phenomenonTime) eq 00:00:00", [0, 1, 2, 3]),
        (f"phenomenonTime sub {AT} eq duration'PT0S'", [0, 1, 2, 3]),
        (f"phenomenonTime add duration'PT1H' eq {AT} add duration'PT1H'", [0, 1, 2]),
    ],
)
def test_they_are_found_by_the_time_that_was_stated(
    crowd: tuple[Client, int, list[str]], condition: str, results: list[int]
) -> None:
    client, stream, _ = crowd
    found = client.get(f"Datastreams({stream})/Observations?$filter={quote(condition)}")["value"]
    assert [each["result"] for each in found] == results


@pytest.mark.parametrize("order", ["phenomenonTime", "phenomenonTime desc", "phenomenonTime asc,result", ""])
def test_pages_tell_each_once(crowd: tuple[Client, int, list[str]], order: str) -> None:
    client, stream, _ = crowd
    option = f"&$orderby={quote(order)}" if order else ""
    url, results = f"Datastreams({stream})/Observations?$top=2{option}", []
    while url:
        page = client.get(url)
        results += [each["result"] for each in page["value"]]
        url = page.get("@iot.nextLink", "").partition("/sta/v1.1/")[2]
    assert sorted(results) == [0, 1, 2, 3, 9]
    told = client.get(f"Datastreams({stream})?$expand=Observations($filter=phenomenonTime eq {AT})")
    assert [each["result"] for each in told["Observations"]] == [0, 1, 2]


def test_spans_and_features_are_those_of_the_stated_time(client: Client) -> None:
    own, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    ids = posted(client, stream, [{"phenomenonTime": AT, "result": n} for n in range(3)])
    assert client.get(f"Datastreams({stream})")["phenomenonTime"] == f"{AT}/{AT}"
    assert client.status("DELETE", f"Observations('{ids[0]}')") == 200
    assert client.get(f"Datastreams({stream})")["phenomenonTime"] == f"{AT}/{AT}"
    condition = quote(f"phenomenonTime eq {AT}/{AT} and id eq {stream}")
    assert len(client.get(f"Datastreams?$filter={condition}")["value"]) == 1
    assert [each["result"] for each in client.get(path)["value"]] == [1, 2]
    again = client.made(path, {"phenomenonTime": AT, "result": 0})
    assert again == ids[0], "the place is free again"
    feature = client.get(f"Observations('{ids[2]}')/FeatureOfInterest")
    assert feature["feature"] == location()["location"]
    assert len(client.get(f"FeaturesOfInterest({feature['@iot.id']})/Observations")["value"]) == 3
    client.made(f"Things({own})/Locations", location(58.5))
    moved = client.made(path, {"phenomenonTime": AT, "result": 0})
    assert moved != again, "where its thing is now is not where it was then"
    assert client.get(f"Observations('{moved}')/FeatureOfInterest")["@iot.id"] != feature["@iot.id"]


def test_they_change_and_go_each_by_itself(client: Client) -> None:
    _, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    first, second, third = posted(client, stream, [{"phenomenonTime": AT, "result": n} for n in range(3)])

    def told() -> list[tuple[Any, ...]]:
        rows = client.get(f"{path}?$orderby=result")["value"]
        return [(each["result"], each["phenomenonTime"], each.get("parameters")) for each in rows]

    one = f"Observations('{second}')"
    assert client.ask("PATCH", one, {"result": 10}).json()["@iot.id"] == second
    assert client.status("PATCH", one, {"parameters": {"a": 1}}) == 200
    assert told() == [(0, AT, None), (2, AT, None), (10, AT, {"a": 1})]
    assert client.status("PATCH", one, {"phenomenonTime": SPAN}) == 200
    assert told()[2] == (10, SPAN, {"a": 1})
    assert client.status("PATCH", one, {"phenomenonTime": AT}) == 200
    whole = client.get(one) | {"result": 11}
    assert client.ask("PUT", one, whole).json()["result"] == 11
    assert told() == [(0, AT, None), (2, AT, None), (11, AT, {"a": 1})]
    assert client.status("PUT", one, {"result": 12}) == 200
    assert told() == [(0, AT, None), (2, AT, None), (12, AT, None)]
    away = client.ask("PATCH", f"Observations('{third}')", {"phenomenonTime": LATER}).json()["@iot.id"]
    assert told() == [(0, AT, None), (2, LATER, None), (12, AT, None)]
    assert client.get(f"Observations('{third}')")["@iot.id"] == away, "its id leads on"
    back = client.ask("PATCH", f"Observations('{away}')", {"phenomenonTime": AT}).json()["@iot.id"]
    assert told() == [(0, AT, None), (2, AT, None), (12, AT, None)]
    patch = [{"op": "replace", "path": "/result", "value": 13}]
    answer = client.ask("PATCH", f"Observations('{back}')", patch, Content_Type="application/json-patch+json")
    assert answer.json()["result"] == 13
    for each in (first, second, back):
        assert client.status("DELETE", f"Observations('{each}')") == 200
    assert told() == []


def test_a_moved_one_and_another_at_its_time_before(client: Client) -> None:
    """What is there counts before what was."""
    _, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    was = client.made(path, {"phenomenonTime": AT, "result": 1})
    now = client.ask("PATCH", f"Observations('{was}')", {"phenomenonTime": LATER}).json()["@iot.id"]
    other = client.made(path, {"phenomenonTime": AT, "result": 2})
    assert client.ask("PATCH", f"Observations('{other}')", {"result": 3}).json()["result"] == 3
    assert client.status("DELETE", f"Observations('{other}')") == 200
    assert [each["@iot.id"] for each in client.get(path)["value"]] == [now]


def test_an_old_id_leads_on_below_its_datastream_too(client: Client) -> None:
    own, stream = station(client)
    other = client.made("Things", thing(Locations=[location()]))
    path = f"Datastreams({stream})/Observations"
    old = client.made(path, {"result": 1})
    client.made(path, {"phenomenonTime": AT, "result": 300})
    good, bad = (f"Things({each})/{path}('{old}')" for each in (own, other))
    for method, body in (("PUT", {"phenomenonTime": AT, "result": 301}), ("PATCH", {"result": 303})):
        assert client.status(method, good, body) == 200
        assert client.status(method, bad, body) == 404
    assert client.get(good)["result"] == 303
    assert client.status("DELETE", bad) == 404
    assert client.status("DELETE", good) == 200
    assert client.status("GET", good) == 404
    assert [each["result"] for each in client.get(path)["value"]] == [300]


def test_the_hub_counts_all_and_tells_where_they_are_kept(client: Client, database: Database) -> None:
    """A jump within a microsecond is suspect, where the observed property has such a test."""
    temperature = client.get("ObservedProperties?$filter=name eq 'Air temperature'")["value"][0]["@iot.id"]
    content = datastream(ObservedProperty={"@iot.id": temperature})
    own = client.made("Things", thing(Locations=[location()], Datastreams=[content]))
    stream = client.get(f"Things({own})/Datastreams")["value"][0]["@iot.id"]
    posted(client, stream, [{"phenomenonTime": AT, "result": n} for n in (20, 21, 35)])
    rows = client.api.get(f"/v1/observations?datastream={stream}").json()["data"]
    assert [each["phenomenon_time"][17:26] for each in rows] == ["00Z", "00.000001", "00.000002"]
    with database.connect("read") as connection:
        newest = "SELECT result FROM latest WHERE datastream_id = %s"
        assert connection.execute(newest, [stream]).fetchone() == (35.0,)
        flags = "SELECT quality FROM observations WHERE datastream_id = %s ORDER BY phenomenon_time"
        assert [row[0] for row in connection.execute(flags, [stream])] == [1, 3, 3]


def test_plain_rows_of_one_instant(client: Client) -> None:
    """The quick way of rows, in one request and in several; whole numbers as they were sent."""
    _, stream = station(client)
    results = [1, 2, 1, 2**53 + 1, 2**53 + 2, 2**53 + 1, 1.5]
    rows = [[AT, each] for each in results]
    block = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    links = client.post("CreateObservations", [block, {**block, "dataArray": rows[:2]}]).json()
    assert [client.ask("GET", each).json()["result"] for each in links] == [*results, 1, 2]
    assert len(set(links)) == 5
    assert client.post("CreateObservations", [block]).json() == links[: len(rows)]


def test_rows_state_what_they_are_of_or_are_where_their_thing_is(client: Client) -> None:
    """As single posts are: a row without a feature, of a thing that is nowhere, is refused."""
    bare = client.made("Things", thing(Datastreams=[datastream()]))
    nowhere = client.get(f"Things({bare})/Datastreams")["value"][0]["@iot.id"]
    _, stream = station(client)
    feature = client.made("FeaturesOfInterest", FEATURE)
    unsaid, said = ["result", "phenomenonTime"], ["FeatureOfInterest/id", "result", "phenomenonTime"]
    blocks = [
        {"Datastream": {"@iot.id": id_}, "components": components, "dataArray": rows}
        for id_, components, rows in (
            (nowhere, unsaid, [[1, AT], [2]]),
            (nowhere, said, [[feature, 3, AT], [None, 4, AT], [str(feature), 5, AT], ["x", 6, AT]]),
            (stream, unsaid, [[7, AT]]),
            (stream, said, [[feature, 8, AT], [None, 9, AT]]),
        )
    ]
    told = client.post("CreateObservations?outcomes=true", blocks).json()
    codes = {each["row"]: each["code"] for each in told["errors"]}
    assert codes == {0: "no_feature", 1: "no_feature", 3: "no_feature", 5: "no_such_entity"}
    assert client.status("POST", f"Datastreams({nowhere})/Observations", {"result": 1}) == 400
    links = [each for each in told["value"] if each != "error"]
    names = [client.ask("GET", f"{each}/FeatureOfInterest").json()["name"] for each in links]
    assert names == ["Beach", "Beach", "Kitchen", "Beach", "Kitchen"]
    where = client.ask("GET", f"{links[2]}/FeatureOfInterest").json()["@iot.id"]
    assert client.status("DELETE", f"FeaturesOfInterest({where})") == 200
    (again,) = client.post("CreateObservations", [blocks[2]]).json()
    anew = client.ask("GET", f"{again}/FeatureOfInterest").json()
    assert (anew["name"], anew["@iot.id"] != where) == ("Kitchen", True)
    single = client.made(f"Datastreams({stream})/Observations", {"result": 10, "phenomenonTime": AT})
    assert client.get(f"Observations('{single}')/FeatureOfInterest")["@iot.id"] == anew["@iot.id"]


def test_no_more_than_there_are_places(client: Client) -> None:
    _, stream = station(client)
    rows = [[AT, number] for number in range(1_002)]
    block = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    told = client.post("CreateObservations?outcomes=true", [block]).json()
    assert told["value"].count("error") == 2
    assert {each["code"] for each in told["errors"]} == {"conflicting"}
    assert (
        client.status("POST", f"Datastreams({stream})/Observations", {"phenomenonTime": AT, "result": -1})
        == 409
    )


@pytest.mark.parametrize(("policy", "results"), [("keep_last", [2]), ("quarantine", [1, 2])])
def test_a_datastream_that_keeps_the_last_result_of_an_instant_does(
    client: Client, database: Database, policy: str, results: list[int]
) -> None:
    _, stream = station(client)
    with database.connect("registry") as connection:
        rule = "UPDATE datastreams SET conflict_policy = %s WHERE datastream_id = %s"
        connection.execute(rule, [policy, stream])
    path = f"Datastreams({stream})/Observations"
    posted(client, stream, [{"phenomenonTime": AT, "result": n} for n in (1, 2)])
    assert [each["result"] for each in client.get(path)["value"]] == results
    spans = [{"phenomenonTime": SPAN.replace("01:00", f"0{n}:00"), "result": n} for n in (3, 4)]
    assert len(set(posted(client, stream, spans[:1]) + in_rows(client, stream, spans))) == 2
    assert [each["result"] for each in client.get(path)["value"]] == [*results, 3, 4]
