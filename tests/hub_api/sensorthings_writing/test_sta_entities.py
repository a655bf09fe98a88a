"""Entities that come, change and go through SensorThings, as anybody reads them afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hub_api.sensorthings_writing.conftest import (
    Client,
    datastream,
    location,
    observed_property,
    sensor,
    station,
    thing,
)

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0"


def values(entity: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entity.items() if "@" not in name}


@pytest.mark.parametrize(
    ("collection", "body"),
    [
        ("Things", thing()),
        ("Locations", location(properties={"floor": 2})),
        ("Sensors", sensor(properties={"batch": "7"})),
        ("ObservedProperties", observed_property(properties={"is": "warm"})),
        (
            "FeaturesOfInterest",
            {
                "name": "Wadi",
                "description": "A valley",
                "encodingType": "application/geo+json",
                "feature": {
                    "type": "Polygon",
                    "coordinates": [[[58, 23], [58.2, 23], [58.2, 23.2], [58, 23]]],
                },
                "properties": {"dry": True},
            },
        ),
    ],
)
def test_what_is_posted_comes_back_is_changed_and_goes(
    client: Client, collection: str, body: dict[str, Any]
) -> None:
    own = client.made(collection, body)
    path = f"{collection}({own})"
    assert values(client.get(path)) == body
    changed = client.ask("PATCH", path, {"description": "Another"})
    assert (changed.status_code, values(changed.json())) == (200, {**body, "description": "Another"})
    patch = [{"op": "add", "path": "/properties/more", "value": [1]}]
    if "properties" in body:
        assert client.ask("PATCH", path, patch, Content_Type="application/json-patch+json").status_code == 200
        assert client.get(path)["properties"]["more"] == [1]
    whole = {name: value for name, value in body.items() if name != "properties"}
    assert client.status("PUT", path, whole) == 200
    assert {**values(client.get(path)), "properties": None} == {**whole, "properties": None}
    assert client.status("PUT", path, {"name": "x"}) == 400
    assert client.status("DELETE", path) == 200
    assert (
        client.status("GET", path) == client.status("DELETE", path) == client.status("PATCH", path, {}) == 404
    )


def test_a_deep_insert_makes_all_of_it(client: Client) -> None:
    observations = [
        {"phenomenonTime": f"2026-11-01T00:0{minute}:00Z", "result": 20.5 + minute} for minute in range(3)
    ]
    own = client.made(
        "Things", thing(Locations=[location()], Datastreams=[datastream(Observations=observations)])
    )
    read = client.get(
        f"Things({own})?$expand=Locations,HistoricalLocations,Datastreams($expand=Sensor,ObservedProperty,Observations)"
    )
    (stream,) = read["Datastreams"]
    assert [each["result"] for each in sorted(stream["Observations"], key=lambda o: o["phenomenonTime"])] == [
        20.5,
        21.5,
        22.5,
    ]
    assert stream["Sensor"]["metadata"] == sensor()["metadata"]
    assert stream["ObservedProperty"]["definition"] == observed_property()["definition"]
    assert stream["unitOfMeasurement"] == datastream()["unitOfMeasurement"]
    assert len(read["HistoricalLocations"]) == 1
    feature = client.get(f"Datastreams({stream['@iot.id']})/Observations?$expand=FeatureOfInterest")["value"][
        0
    ]
    assert feature["FeatureOfInterest"]["feature"] == location()["location"]


def test_nothing_is_left_of_a_deep_insert_that_fails(client: Client) -> None:
    count = client.get("Things?$count=true")["@iot.count"]
    sensors = client.get("Sensors?$count=true")["@iot.count"]
    late = {"phenomenonTime": "2126-11-01T00:00:00Z", "result": 1}
    bad = thing(Locations=[location()], Datastreams=[datastream(Observations=[late])])
    assert client.status("POST", "Things", bad) == 400
    missing = thing(Datastreams=[datastream(ObservedProperty={"@iot.id": 2_000_000_000})])
    assert client.status("POST", "Things", missing) == 400
    assert client.get("Things?$count=true")["@iot.count"] == count
    assert client.get("Sensors?$count=true")["@iot.count"] == sensors


def test_a_location_that_follows_moves_the_thing_and_its_features(client: Client) -> None:
    own, stream = station(client)
    first = client.made(f"Datastreams({stream})/Observations", {"result": 1})
    client.made(f"Things({own})/Locations", location(58.5, name="Garden"))
    read = client.get(f"Things({own})?$expand=Locations,HistoricalLocations($expand=Locations)")
    assert [each["name"] for each in read["Locations"]] == ["Garden"]
    assert sorted(each["Locations"][0]["name"] for each in read["HistoricalLocations"]) == [
        "Garden",
        "Kitchen",
    ]
    second = client.made(
        f"Datastreams({stream})/Observations", {"result": 2, "phenomenonTime": "2026-01-01T00:00:00Z"}
    )
    names = [client.get(f"Observations('{each}')/FeatureOfInterest")["name"] for each in (first, second)]
    assert names == ["Kitchen", "Garden"]
    where = client.get(f"Things({own})/Locations")["value"][0]["@iot.id"]
    assert client.status("PATCH", f"Things({own})", {"Locations": [{"@iot.id": where}]}) == 200
    back = {"time": "2020-01-01T00:00:00Z", "Thing": {"@iot.id": own}, "Locations": [{"@iot.id": where}]}
    client.made("HistoricalLocations", back)
    assert len(client.get(f"Things({own})/HistoricalLocations")["value"]) == 4
    # One that does not say where moves nothing, even if it is the newest.
    client.made(f"Things({own})/HistoricalLocations", {"time": "2030-01-01T00:00:00Z"})
    assert len(client.get(f"Things({own})/Locations")["value"]) == 1


def test_a_datastream_twice_of_the_same_three(client: Client) -> None:
    own, stream = station(client)
    known = client.get(f"Datastreams({stream})?$expand=Sensor,ObservedProperty")
    same = datastream(
        Thing={"@iot.id": own},
        Sensor={"@iot.id": known["Sensor"]["@iot.id"]},
        ObservedProperty={"@iot.id": known["ObservedProperty"]["@iot.id"]},
    )
    again = client.made("Datastreams", same)
    assert again != stream
    assert client.get(f"Datastreams({again})/Sensor")["@iot.id"] == known["Sensor"]["@iot.id"]
    assert len(client.get(f"Sensors({known['Sensor']['@iot.id']})/Datastreams")["value"]) == 2
    client.made(f"Datastreams({stream})/Observations", {"result": 1.5})
    assert client.get(f"Datastreams({again})/Observations")["value"] == []


def test_a_datastream_changes_as_far_as_its_results_allow(client: Client) -> None:
    own, stream = station(client)
    path = f"Datastreams({stream})"
    kelvin = {"name": "kelvin", "symbol": "K", "definition": None}
    assert client.ask("PATCH", path, {"unitOfMeasurement": kelvin}).json()["unitOfMeasurement"] == kelvin
    whole = {
        name: datastream()[name] for name in ("name", "description", "unitOfMeasurement", "observationType")
    }
    assert client.status("PUT", path, whole) == 200
    client.made(f"{path}/Observations", {"result": 20})
    assert client.status("PATCH", path, {"observationType": f"{OM}/OM_CategoryObservation"}) == 409
    restated = {**whole, "unitOfMeasurement": kelvin, "observationType": f"{OM}/OM_Observation"}
    read = client.ask("PUT", path, restated).json()
    assert {name: read[name] for name in restated} == restated
    assert client.status("PATCH", path, {"name": "Still numbers"}) == 200
    made = client.made(f"{path}/Observations", {"result": "99"})
    assert client.get(f"Observations('{made}')")["result"] == 99
    assert client.get(f"{path}/Observations/$count") == 2
    other = client.made("Things", thing(name="Other"))
    changed = {"Sensor": {"@iot.id": client.made("Sensors", sensor(name="New"))}, "Thing": {"@iot.id": other}}
    assert client.status("PATCH", path, changed) == 200
    read = client.get(f"{path}?$expand=Sensor,Thing,Observations")
    assert (read["Sensor"]["name"], read["Thing"]["@iot.id"], len(read["Observations"])) == ("New", other, 2)
    assert client.status("PATCH", path, {"Sensor": sensor()}) == 400
    assert client.status("PATCH", path, {"Observations": []}) == 400
    assert client.status("PATCH", path, {"Thing": {"@iot.id": 99_999}}) == 400
    history = client.get(f"Things({own})/HistoricalLocations")["value"][0]["@iot.id"]
    assert (
        client.ask("PATCH", f"HistoricalLocations({history})", {"time": "2020-01-01T00:00:00Z"})
        .json()["time"]
        .startswith("2020-01-01T00:00:00")
    )
    assert client.status("DELETE", f"HistoricalLocations({history})") == 200
    where = client.get(f"Things({own})/Locations")["value"][0]["@iot.id"]
    assert client.status("DELETE", f"Locations({where})") == 200
    assert client.get(f"Things({own})/Locations")["value"] == []


@pytest.mark.parametrize("gone", ["Locations", "HistoricalLocations"])
def test_what_was_observed_at_a_location_outlives_it(client: Client, gone: str) -> None:
    own, stream = station(client)
    place = client.get(f"Things({own})/{gone}")["value"][0]["@iot.id"]
    made = [
        client.made(f"Datastreams({stream})/Observations", {"result": 1, **time})
        for time in ({"phenomenonTime": "2015-03-01T00:00:00Z"}, {})
    ]
    assert client.status("DELETE", f"{gone}({place})") == 200
    for each in made:
        feature = client.get(f"Observations('{each}')/FeatureOfInterest")
        assert feature["feature"]["coordinates"] == [58.4, 23.6]
        assert client.get(f"FeaturesOfInterest({feature['@iot.id']})/Observations/$count") == len(made)
    assert client.get(f"Things({own})/HistoricalLocations")["value"] == []
    assert client.status("DELETE", f"FeaturesOfInterest({feature['@iot.id']})") == 200
    assert client.get(f"Datastreams({stream})/Observations")["value"] == []


def test_a_source_keeps_the_unit_of_its_results(owner: Client) -> None:
    _, stream = station(owner)
    owner.made(f"Datastreams({stream})/Observations", {"result": 20})
    for changed in (
        {"unitOfMeasurement": {"name": "kelvin", "symbol": "K", "definition": None}},
        {"observationType": f"{OM}/OM_Observation"},
    ):
        assert owner.status("PATCH", f"Datastreams({stream})", changed) == 409
    assert owner.status("PATCH", f"Datastreams({stream})", {"name": "Ours"}) == 200


def test_a_whole_entity_with_an_id_is_one_that_there_is(client: Client) -> None:
    _, stream = station(client)
    whole = client.get(f"Datastreams({stream})")
    seen = client.made("Observations", {"result": 3, "Datastream": whole})
    assert client.get(f"Observations('{seen}')/Datastream")["@iot.id"] == stream
    assert client.status("PUT", f"Datastreams({stream})", whole) == 200


def test_deleting_takes_along_what_cannot_be_without(client: Client) -> None:
    own, stream = station(client)
    seen = client.made(f"Datastreams({stream})/Observations", {"result": 1})
    sensor_id = client.get(f"Datastreams({stream})/Sensor")["@iot.id"]
    assert client.status("DELETE", f"Sensors({sensor_id})") == 200
    gone = [f"Datastreams({stream})", f"Observations('{seen}')", f"Sensors({sensor_id})"]
    assert [client.status("GET", path) for path in gone] == [404] * 3
    assert client.status("GET", f"Things({own})") == 200
    assert client.status("DELETE", f"Things({own})") == 200
    assert client.status("GET", f"Things({own})") == 404


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("Things", {"name": "x"}, "needs “description”"),
        ("Things", {**thing(), "nmae": 1}, "“nmae”; it has: name"),
        ("Things", [], "Here stands an entity"),
        ("Things", b"{", "not JSON"),
        ("Things", b"", "empty"),
        ("Things", thing(properties=[]), "JSON object"),
        ("Things", thing(Datastreams={}), "list of entities"),
        ("Things", thing(Datastreams=[datastream(Thing={"@iot.id": 1})]), "leave it out here"),
        ("Things", thing(name="x\0"), "U+0000"),
        ("Locations", location(23.6, 158.4), "Swap them"),
        ("Locations", location(location={"type": "Point", "coordinates": ["a", 1]}), "no position"),
        ("Locations", location(location={"type": "Circle"}), "no GeoJSON"),
        ("Datastreams", datastream(), "needs “Thing”"),
        ("Datastreams", datastream(Thing={"@iot.id": 99999}), "no Thing with the id 99999"),
        ("Observations", {"result": 1}, "needs “Datastream”"),
        ("Observations", {"result": 1, "Datastream": {"@iot.id": "x"}}, "no Datastream with the id x"),
        ("HistoricalLocations", {"time": "yesterday", "Thing": {"@iot.id": 1}}, "no time"),
    ],
)
def test_what_cannot_be_written_is_told_with_its_place(
    client: Client, path: str, body: Any, said: str
) -> None:
    answer = client.post(path, body)
    assert answer.status_code == 400, answer.text
    assert said in answer.json()["message"]


def test_what_is_never_written_says_so(client: Client) -> None:
    assert client.status("POST", "Things(1)", thing()) == 405
    assert client.status("DELETE", "Things") == 405
    assert client.status("PATCH", "Things", {}) == 405
    assert client.status("POST", "Nothings", {}) == 404
    assert client.status("POST", "Things(1)/name", {}) == 405


def test_bodies_are_bounded(client: Client) -> None:
    assert client.ask("POST", "Things", b" " * (1024 * 1024 + 1)).status_code in {400, 413}
    deep = b'{"name":"x","description":"y","properties":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001
    assert client.status("POST", "Things", deep) == 400
    nested: dict[str, Any] = thing()
    for _ in range(12):
        nested = thing(Locations=[location(Things=[nested])])
    assert client.status("POST", "Things", nested) == 400


def test_who_writes(client: Client, owner: Client) -> None:
    stranger = Client(client.api, "")
    assert stranger.status("POST", "Things", thing()) == 401
    assert "key" in stranger.post("Things", thing()).json()["message"]
    assert Client(client.api, "Bearer nonsense").status("POST", "Things", thing()) == 401
    assert Client(client.api, "Basic bm9uc2Vuc2U6bm9uc2Vuc2U=").status("DELETE", "Things(1)") == 401
    others, their_stream = station(client)
    assert owner.status("PATCH", f"Things({others})", {"name": "Mine"}) == 403
    assert owner.status("POST", f"Datastreams({their_stream})/Observations", {"result": 1}) == 403
    own, stream = station(owner)
    assert owner.status("PATCH", f"Things({own})", {"name": "Mine"}) == 200
    owner.made(f"Datastreams({stream})/Observations", {"result": 1})
    assert owner.status("DELETE", f"Things({own})") == 409
    assert client.status("DELETE", f"Things({own})") == 200
    assert owner.ask("GET", "Things").status_code == 200
