"""What clients send that the standard's examples do not show: whole entities sent back, names of types, links, times of all ages."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest

from citycore.store.connections import Connection
from ingest.rollups import roll_up, roll_up_days, roll_up_periods, settle_hours
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.hub_api.sensorthings_writing.conftest import (
    SECRET,
    Client,
    datastream,
    location,
    observed_property,
    sensor,
    station,
    thing,
)
from tests.hub_api.sensorthings_writing.posted import COLLECTIONS

AT = "2026-10-01T00:00:00Z"
FEATURE = {
    "name": "Beach",
    "description": "Sand",
    "encodingType": "application/geo+json",
    "feature": {"type": "Point", "coordinates": [58.6, 23.5]},
}
#: What each entity hangs on or has, to be sent back as it was expanded.
EXPANDED = {
    "Things": "Locations,HistoricalLocations,Datastreams",
    "Locations": "Things,HistoricalLocations",
    "HistoricalLocations": "Thing,Locations",
    "Datastreams": "Thing,Sensor,ObservedProperty,Observations",
    "Sensors": "Datastreams",
    "ObservedProperties": "Datastreams",
    "Observations": "Datastream,FeatureOfInterest",
    "FeaturesOfInterest": "Observations",
}


@pytest.fixture
def keys(client: Client) -> dict[str, str]:
    """Of each collection an entity, and all of them hang together."""
    own, stream = station(client)
    seen = client.made(
        f"Datastreams({stream})/Observations",
        {"phenomenonTime": AT, "result": 1, "FeatureOfInterest": FEATURE},
    )
    at = {"Things": own, "Datastreams": stream, "Observations": f"'{seen}'"}
    for collection, path in (
        ("Locations", f"Things({own})/Locations"),
        ("HistoricalLocations", f"Things({own})/HistoricalLocations"),
    ):
        at[collection] = client.get(path)["value"][0]["@iot.id"]
    for collection, path in (
        ("Sensors", f"Datastreams({stream})/Sensor"),
        ("ObservedProperties", f"Datastreams({stream})/ObservedProperty"),
        ("FeaturesOfInterest", f"Observations('{seen}')/FeatureOfInterest"),
    ):
        at[collection] = client.get(path)["@iot.id"]
    return {collection: f"{collection}({key})" for collection, key in at.items()}


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_a_get_tells_may_be_sent_back(
    client: Client, keys: dict[str, str], collection: str, method: str
) -> None:
    """As it is, with one property changed, and with what was expanded: what is there already stays."""
    path = keys[collection]
    whole = client.get(path)
    for sent in (whole, client.get(f"{path}?$expand={EXPANDED[collection]}")):
        answer = client.ask(method, path, sent)
        assert answer.status_code == 200, answer.text
        assert answer.json() == client.get(path) == whole
    name = next(
        name for name in ("description", "result", "time") if name in whole and name != "resultQuality"
    )
    other: Any = {"description": "Else", "result": 2, "time": "2026-10-02T00:00:00Z"}[name]
    assert client.ask(method, path, whole | {name: other}).status_code == 200
    assert client.get(path) == whole | {name: other}


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "", "text/json", "application/json;odata=x", "text/plain"]
)
def test_bodies_are_json_whatever_they_are_called(client: Client, kind: str) -> None:
    answer = client.post("Things", thing(), Content_Type=kind)
    assert answer.status_code == 201
    path = f"Things({answer.json()['@iot.id']})"
    assert answer.headers["location"].endswith(f"/sta/v1.1/{path}")
    assert client.ask("PATCH", path, {"name": "x"}, Content_Type=kind).status_code == 200


@pytest.mark.parametrize(
    "reference",
    [
        {"@iot.id": 0},
        {"@iot.id": "0"},
        {"id": 0},
        {"@iot.id": 0, "name": "Whatever it is called"},
        {"@iot.id": 0, "@iot.selfLink": "…"},
        {"@id": "Things(0)"},
        {"@id": "http://hub.test/sta/v1.1/Things(0)"},
        {"@odata.id": "Things(0)"},
    ],
)
def test_an_entity_is_named_in_any_of_these_ways(client: Client, reference: dict[str, Any]) -> None:
    own = client.made("Things", thing())
    named = {
        name: str(value).replace("0", str(own))
        if "0" in str(value) and isinstance(value, str)
        else own
        if value == 0
        else value
        for name, value in reference.items()
    }
    stream = client.made("Datastreams", datastream(Thing=named))
    assert client.get(f"Datastreams({stream})/Thing")["@iot.id"] == own
    assert client.status("PATCH", f"Datastreams({stream})", {"Thing": named}) == 200


def observation(**more: Any) -> dict[str, Any]:
    return {"phenomenonTime": AT, "result": 1, **more}


WHOLE = datastream(Thing=thing(Locations=[location()]), Observations=[observation()])
#: Each entity with all that may be made within it, and what is to be found behind it then.
WITHIN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "Things": (
        thing(
            Locations=[location(), location(58.5)],
            HistoricalLocations=[{"time": AT, "Locations": [location(58.6)]}],
            Datastreams=[datastream(Observations=[observation(), observation(FeatureOfInterest=FEATURE)])],
        ),
        ["Locations", "HistoricalLocations/Locations", "Datastreams/Observations/FeatureOfInterest", "Datastreams/Sensor"],
    ),
    "Locations": (location(Things=[thing(Datastreams=[datastream()])]), ["Things/Datastreams", "HistoricalLocations"]),
    "HistoricalLocations": (
        {"time": AT, "Thing": thing(Datastreams=[datastream()]), "Locations": [location()]},
        ["Thing/Datastreams", "Locations"],
    ),
    "Datastreams": (WHOLE, ["Thing/Locations", "Sensor", "ObservedProperty", "Observations/FeatureOfInterest"]),
    "Sensors": (
        sensor(Datastreams=[{name: each for name, each in WHOLE.items() if name != "Sensor"}]),
        ["Datastreams/Thing/Locations", "Datastreams/ObservedProperty", "Datastreams/Observations"],
    ),
    "ObservedProperties": (
        observed_property(Datastreams=[{name: each for name, each in WHOLE.items() if name != "ObservedProperty"}]),
        ["Datastreams/Sensor", "Datastreams/Observations"],
    ),
    "Observations": (
        observation(FeatureOfInterest=FEATURE, Datastream=datastream(Thing=thing())),
        ["Datastream/Thing", "Datastream/Sensor", "FeatureOfInterest"],
    ),
    "FeaturesOfInterest": (
        {**FEATURE, "Observations": [observation(Datastream=datastream(Thing=thing()))]},
        ["Observations/Datastream/Thing"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("collection", WITHIN)
def test_all_may_be_made_within_any(client: Client, collection: str) -> None:
    body, paths = WITHIN[collection]
    own = client.made(collection, body)
    key = f"'{own}'" if collection == "Observations" else own
    whole = client.get(f"{collection}({key})?$expand={','.join(paths)}")
    for path in paths:
        found = [whole]
        for step in path.split("/"):
            nested = [each[step] for each in found]
            found = [one for each in nested for one in (each if isinstance(each, list) else [each])]
        assert found, path
        assert all(each["@iot.id"] is not None for each in found)


def test_links_of_datastreams_change_from_either_side(client: Client) -> None:
    _, stream = station(client)
    one = f"Datastreams({stream})"
    for collection, link, body in (
        ("Things", "Thing", thing()),
        ("Sensors", "Sensor", sensor(name="Another")),
        ("ObservedProperties", "ObservedProperty", observed_property(name="Another")),
    ):
        first, second = client.made(collection, body), client.made(collection, body)
        assert client.status("PATCH", one, {link: {"@iot.id": first}}) == 200
        assert client.get(f"{one}/{link}")["@iot.id"] == first
        patch = {"Datastreams": [{"@iot.id": stream}]}
        assert client.status("PATCH", f"{collection}({second})", patch) == 200
        assert client.get(f"{one}/{link}")["@iot.id"] == second
        inline = {"Datastreams": [datastream()]}
        assert client.status("PATCH", f"{collection}({second})", inline) == 400


def test_no_links_are_stated_where_there_are_none(client: Client) -> None:
    """As an expansion tells them; where there are any it would take them away."""
    bare = client.made("Things", thing())
    none = {"HistoricalLocations": [], "Datastreams": []}
    assert client.status("PATCH", f"Things({bare})", none) == 200
    own, stream = station(client)
    for name in none:
        assert client.status("PATCH", f"Things({own})", {name: []}) == 400
    path = f"Datastreams({stream})"
    assert client.status("PATCH", path, {"Observations": []}) == 200
    client.made(f"{path}/Observations", {"result": 1})
    assert client.status("PATCH", path, {"Observations": []}) == 400


def test_nothing_is_taken_away_from_another_source(client: Client, owner: Client) -> None:
    _, stream = station(client)
    own = owner.made("Things", thing())
    patch = {"Datastreams": [{"@iot.id": stream}]}
    assert owner.status("PATCH", f"Things({own})", patch) == 403
    _, mine = station(owner)
    theirs = client.made("Things", thing())
    assert owner.status("PATCH", f"Datastreams({mine})", {"Thing": {"@iot.id": theirs}}) == 403


def test_what_is_null_is_not_there(client: Client) -> None:
    own = client.made(
        "Things", {**thing(properties=None, Locations=[location(properties=None)]), "Datastreams": None}
    )
    content = datastream(Thing={"@iot.id": own}, observedArea=None, properties=None, phenomenonTime=None)
    stream = client.made("Datastreams", content)
    names = ("phenomenonTime", "resultTime", "validTime", "resultQuality", "parameters", "FeatureOfInterest")
    seen = client.made(
        "Observations", {**dict.fromkeys(names), "result": 1, "Datastream": {"@iot.id": stream}}
    )
    told = client.get(f"Observations('{seen}')")
    assert told["phenomenonTime"]
    assert "parameters" not in told
    rows = [[None, None, None, None, None, None, 2]]
    components = ["FeatureOfInterest/id" if each == "FeatureOfInterest" else each for each in names]
    block = {"Datastream": {"@iot.id": stream}, "components": [*components, "result"], "dataArray": rows}
    (link,) = client.post("CreateObservations", [block]).json()
    assert client.ask("GET", link).json()["result"] == 2


@pytest.mark.parametrize(
    "moment", ["1900-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2149-01-01T12:00:00+04:00"]
)
def test_only_when_something_was_observed_is_bounded(client: Client, moment: str) -> None:
    """What is stated of a result, how long it is valid and where a thing was may be at any time."""
    own, stream = station(client)
    path = f"Datastreams({stream})/Observations"
    times = {"resultTime": moment, "validTime": f"1850-01-01T00:00:00Z/{moment}"}
    seen = client.get(f"Observations('{client.made(path, {'phenomenonTime': AT, 'result': 1, **times})}')")
    assert seen["validTime"].startswith("1850-01-01T00:00:00Z/")
    found = client.get(f"{path}?$filter=resultTime eq {moment.replace('+', '%2B')}")["value"]
    assert [each["@iot.id"] for each in found] == [seen["@iot.id"]]
    place = client.get(f"Things({own})/Locations")["value"][0]["@iot.id"]
    noted = {"time": moment, "Thing": {"@iot.id": own}, "Locations": [{"@iot.id": place}]}
    client.made("HistoricalLocations", noted)
    if moment > AT:
        ends_later = {"phenomenonTime": f"{AT}/{moment}", "result": 1}
        assert client.get(f"Observations('{client.made(path, ends_later)}')")["phenomenonTime"].startswith(
            f"{AT}/"
        )
    answer = client.post(path, {"phenomenonTime": moment, "result": 1})
    assert (answer.status_code, "phenomenonTime" in answer.json()["message"]) == (400, True)


def device_of(client: Client, database: Database, source_code: str, thing_id: int, name: str) -> Client:
    """One with a credential of its own, for this thing alone."""
    username = f"{source_code}-{name}"
    with database.connect("registry") as connection:
        connection.execute(
            "INSERT INTO source_credentials (source_id, username, secret_digest, thing_id)"
            " SELECT source_id, %s, %s, %s FROM sources WHERE code = %s",
            [username, sha256(SECRET.encode()).digest(), thing_id, source_code],
        )
    return Client(client.api, f"Bearer {username}:{SECRET}")


def roll_all_up(connection: Connection) -> None:
    """Hours, days and longer periods, without waiting for them to end."""
    at_once = IngestSettings(
        rollup_ended_hour_seconds=0.0, rollup_open_day_seconds=0, rollup_ended_period_seconds=0
    )
    for work in (roll_up, settle_hours, roll_up_days, roll_up_periods):
        while work(connection, at_once):
            pass


def test_what_is_long_ago_is_taken_from_all_but_devices(
    client: Client, owner: Client, database: Database, source_code: str
) -> None:
    """A device whose clock was never set says 1970 or a year that is as wrong."""
    own, stream = station(owner)
    device = device_of(client, database, source_code, own, "device")
    path = f"Datastreams({stream})/Observations"
    long_ago = {"phenomenonTime": "1999-12-31T23:59:59Z", "result": 1}
    block = {
        "Datastream": {"@iot.id": stream},
        "components": [*long_ago],
        "dataArray": [[*long_ago.values()]],
    }
    assert device.status("POST", path, long_ago) == 400
    assert device.post("CreateObservations", [block]).json() == ["error"]
    seen = device.made(path, {**long_ago, "phenomenonTime": "2000-01-01T00:00:00Z"})
    change = {"phenomenonTime": "1970-01-01T00:00:00Z"}
    assert device.status("PATCH", f"Observations('{seen}')", change) == 400
    assert owner.status("PATCH", f"Observations('{seen}')", change) == 200
    assert client.made(path, long_ago)
    assert "error" not in owner.post("CreateObservations", [block]).json()
    told = client.get(f"{path}?$orderby=phenomenonTime")["value"]
    assert [each["phenomenonTime"] for each in told] == [change["phenomenonTime"], long_ago["phenomenonTime"]]
    spans = f"{change['phenomenonTime']}/{long_ago['phenomenonTime']}"
    assert client.get(f"Datastreams({stream})")["phenomenonTime"] == spans

    with database.connect("worker") as connection:
        roll_all_up(connection)
        for table, starts in {
            "observations_daily": ["1969-12-31T20:00:00Z", "1999-12-31T20:00:00Z"],
            "observations_yearly": ["1969-12-31T20:00:00Z", "1999-12-31T20:00:00Z"],
        }.items():
            asked = f"SELECT bucket_start, observation_count FROM {table} WHERE datastream_id = %s ORDER BY 1"
            found = connection.execute(asked, [stream]).fetchall()
            assert found == [(datetime.fromisoformat(start), 1) for start in starts], table


def test_what_is_expected_is_taken_of_what_was_posted(
    client: Client, owner: Client, database: Database, source_code: str
) -> None:
    """Rows that lie ahead are the newest until they are deleted; what comes of them is bounded, and a device's clock is not believed."""
    own, stream = station(owner)
    path = f"Datastreams({stream})/Observations"
    now = client.get(f"Observations('{client.made(path, {'phenomenonTime': AT, 'result': 7})}')")
    ahead = ["2099-06-01T00:00:00Z", "2099-06-02T00:00:00Z"]
    block = {
        "Datastream": {"@iot.id": stream},
        "components": ["phenomenonTime", "result"],
        "dataArray": [[ahead[0], "90001.5"], [ahead[1], 90002.5]],
    }
    links = client.post("CreateObservations", [block]).json()
    assert [client.ask("GET", link).json()["result"] for link in links] == [90001.5, 90002.5]
    assert "error" not in owner.post("CreateObservations", [{**block, "dataArray": [[ahead[1], 3]]}]).json()
    newest = f"Things({own})?$expand=Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc))"
    assert client.get(newest)["Datastreams"][0]["Observations"][0]["result"] == 3
    assert client.get(f"Datastreams({stream})")["phenomenonTime"] == f"{AT}/{ahead[1]}"
    assert client.status("POST", path, {"phenomenonTime": "2100-01-01T00:00:01Z", "result": 1}) == 400
    device = device_of(client, database, source_code, own, "clock")
    assert device.post("CreateObservations", [block]).json() == ["error", "error"]
    with database.connect("worker") as connection:
        roll_all_up(connection)
        asked = (
            "SELECT observation_count FROM observations_hourly WHERE datastream_id = %s ORDER BY bucket_start"
        )
        assert connection.execute(asked, [stream]).fetchall() == [(1,), (1,), (2,)]
    for one in client.get(f"{path}?$filter=phenomenonTime gt {AT}&$select=id")["value"]:
        assert client.status("DELETE", f"Observations('{one['@iot.id']}')") == 200
    assert client.get(newest)["Datastreams"][0]["Observations"][0]["@iot.id"] == now["@iot.id"]
    assert client.get(f"Datastreams({stream})")["phenomenonTime"] == f"{AT}/{AT}"
