"""What the requests of the standard's text are answered with, each in the documented shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hub_api.conftest import Api, City
from tests.hub_api.sensorthings.conftest import ROOT

HUB = f"http://hub.test{ROOT}"
Ask = Callable[[str], Any]
#: Of each entity what is mandatory, and its navigation properties.
ENTITIES = {
    "Things": ({"name", "description"}, {"Locations", "HistoricalLocations", "Datastreams"}),
    "Locations": ({"name", "description", "encodingType", "location"}, {"Things", "HistoricalLocations"}),
    "HistoricalLocations": ({"time"}, {"Thing", "Locations"}),
    "Datastreams": (
        {"name", "description", "observationType", "unitOfMeasurement"},
        {"Thing", "Sensor", "ObservedProperty", "Observations"},
    ),
    "Sensors": ({"name", "description", "encodingType", "metadata"}, {"Datastreams"}),
    "ObservedProperties": ({"name", "definition", "description"}, {"Datastreams"}),
    "Observations": (
        {"phenomenonTime", "result", "resultTime", "resultQuality"},
        {"Datastream", "FeatureOfInterest"},
    ),
    "FeaturesOfInterest": ({"name", "description", "encodingType", "feature"}, {"Observations"}),
}


def test_the_root_lists_the_collections_and_what_is_conformant(ask: Ask) -> None:
    root = ask("")
    assert root["value"] == [{"name": name, "url": f"{HUB}/{name}"} for name in ask_order()]
    declared = root["serverSettings"]["conformance"]
    assert len(declared) == len(set(declared))
    # Classes and, for those who look for them, single requirements.
    for name in ("datamodel", "datamodel/thing/properties", "request-data", "request-data/pagination"):
        assert f"http://www.opengis.net/spec/iot_sensing/1.1/req/{name}" in declared


def ask_order() -> list[str]:
    return [
        "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "ObservedProperties", "Observations",
        "FeaturesOfInterest",
    ]  # fmt: skip


@pytest.mark.parametrize("collection", ENTITIES)
def test_every_entity_with_its_properties_and_links(ask: Ask, collection: str) -> None:
    mandatory, links = ENTITIES[collection]
    page = ask(f"/{collection}?$top=2")
    for entity in page["value"]:
        own = entity["@iot.selfLink"]
        key = entity["@iot.id"]
        assert own == f"{HUB}/{collection}({key!r})"
        assert mandatory <= entity.keys()
        assert {
            name.removesuffix("@iot.navigationLink") for name in entity if name.endswith("navigationLink")
        } == links
        for name in links:
            assert entity[f"{name}@iot.navigationLink"] == f"{own}/{name}"
        assert ask(own.removeprefix(HUB)) == entity
        for name in links:
            reached = ask(f"{own.removeprefix(HUB)}/{name}")
            assert ("value" in reached) == name.endswith("s")
            expanded = ask(f"{own.removeprefix(HUB)}?$expand={name}")
            assert expanded[f"{name}@iot.navigationLink"] == entity[f"{name}@iot.navigationLink"]
            assert expanded[name] == without_links(reached.get("value", reached))


def without_links(told: Any) -> Any:
    """As an entity is told where it is expanded."""
    if isinstance(told, list):
        return [without_links(one) for one in told]
    return {name: value for name, value in told.items() if not name.endswith("navigationLink")}


def test_navigation_to_any_depth(ask: Ask, rich_city: City) -> None:
    fine = rich_city.datastreams["air-01.pm2_5"]
    assert len(ask(f"/Things(1)/Datastreams({fine})/Observations")["value"]) == 100
    assert ask(f"/Datastreams({fine})/Thing/Locations(1)/Things(1)/Datastreams({fine})/ObservedProperty")[
        "name"
    ].startswith("Fine")
    first = ask(f"/Datastreams({fine})/Observations?$top=1")["value"][0]
    assert ask(f"/Observations({first['@iot.id']!r})/Datastream/Thing/name") == {"name": "Ruwi"}
    assert ask(f"/Observations({first['@iot.id']})") == first
    assert ask(f"/Observations({first['@iot.id']!r})/FeatureOfInterest/Observations?$top=1")["value"] == [
        first
    ]


@pytest.mark.parametrize(
    ("path", "status", "body", "media_type"),
    [
        ("/Things(1)/name", 200, b'{"name":"Ruwi"}', "application/json"),
        ("/Things(1)/name/$value", 200, b"Ruwi", "text/plain; charset=utf-8"),
        ("/Things(1)/id", 200, b'{"id":1}', "application/json"),
        ("/Things(1)/properties/kind", 200, b'{"kind":"air_quality_station"}', "application/json"),
        ("/Things(1)/properties/kind/$value", 200, b"air_quality_station", "text/plain; charset=utf-8"),
        ("/Locations(1)/location/coordinates/0", 200, b'{"0":58.54}', "application/json"),
        ("/Locations(1)/location/coordinates[1]", 200, b'{"coordinates[1]":23.6}', "application/json"),
        ("/Locations(1)/location/$value", 200, b'{"type":"Point","coordinates":[58.54,23.6]}', "application/json"),
        ("/Datastreams(1)/observedArea", 204, b"", None),
        ("/Datastreams(1)/unitOfMeasurement/symbol/$value", 200, "µg/m³".encode(), "text/plain; charset=utf-8"),
        ("/Things/$count", 200, b"3", "text/plain; charset=utf-8"),
        ("/Things(1)/Datastreams/$count", 200, b"2", "text/plain; charset=utf-8"),
        ("/Things(1)/Datastreams/$ref?$top=1&$orderby=id desc", 200, None, "application/json"),
    ],
)  # fmt: skip
def test_properties_values_and_references(
    rich_api: Api, path: str, status: int, body: bytes | None, media_type: str | None
) -> None:
    answer = rich_api.get(ROOT + path.replace(" ", "%20"))
    assert (answer.status_code, answer.headers.get("content-type")) == (status, media_type)
    if body is not None:
        assert answer.content == body
    else:
        assert answer.json() == {
            "@iot.nextLink": f"{HUB}/Things(1)/Datastreams/$ref?$top=1&$orderby=id%20desc&$skip=1",
            "value": [{"@iot.selfLink": f"{HUB}/Datastreams(2)"}],
        }


def names(page: Any, key: str = "name") -> list[Any]:
    return [one[key] for one in page["value"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("$filter=name eq 'Ruwi'", ["Ruwi"]),
        ("$filter=not (name eq 'Ruwi')", ["Bus 1", "Seeb"]),
        ("$filter=properties/kind eq 'bus'", ["Bus 1"]),
        ("$filter=properties/place eq null", ["Bus 1"]),
        ("$filter=properties/place ne null and properties/place ne 'seeb'", ["Ruwi"]),
        ("$filter=id in (1, 3)", ["Ruwi", "Seeb"]),
        ("$filter=id eq '3'", ["Seeb"]),
        ("$filter=Datastreams/ObservedProperty/properties/code eq 'pm10'", ["Ruwi"]),
        ("$filter=Datastreams/Observations/result gt 149", ["Ruwi"]),
        ("$filter=Datastreams/id eq null", []),
        ("$filter=Datastreams/any(d: startswith(d/ObservedProperty/name, 'Fine')) and Datastreams/any(d: d/id eq 2)", ["Ruwi"]),
        ("$filter=Datastreams/all(d: d/ObservedProperty/properties/code eq 'location')", ["Bus 1"]),
        ("$filter=not Locations/any(l: l/id gt 0)", ["Bus 1"]),
        ("$filter=Locations/any(l: st_within(l/location, geography'POLYGON((58 23,58.3 23,58.3 24,58 24,58 23))'))", ["Seeb"]),
        ("$filter=geo.distance(Locations/location, geography'POINT(58.54 23.6)') lt 0.01", ["Ruwi"]),
        ("$filter=Datastreams/unitOfMeasurement/symbol eq 'µg/m³' and Datastreams/id eq 1", ["Ruwi"]),
        ("$orderby=name desc", ["Seeb", "Ruwi", "Bus 1"]),
        ("$orderby=properties/place desc,name", ["Seeb", "Ruwi", "Bus 1"]),
        ("$orderby=properties/place asc", ["Bus 1", "Ruwi", "Seeb"]),
        ("$orderby=length(name) desc,id desc", ["Bus 1", "Seeb", "Ruwi"]),
        ("$orderby=Datastreams/Observations/phenomenonTime desc", ["Ruwi", "Seeb", "Bus 1"]),
        ("$skip=1&$top=1&$orderby=id", ["Bus 1"]),
        ("$top=0", []),
    ],
)  # fmt: skip
def test_things_by_options(ask: Ask, query: str, expected: list[str]) -> None:
    assert names(ask(f"/Things?$select=name&{query}")) == expected


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("result eq 'clear, \"dry\"'", 10),
        ("result ne null", 660),
        ("result/type eq 'Point'", 10),
        ("result/coordinates[0] gt 58.505", 4),
        ("resultQuality/flag eq 2 and Datastream/id eq 4", 10),
        ("Datastream/id eq 1 and result lt 1", 4),
        ("Datastream/Thing/name eq 'Bus 1'", 10),
        ("Datastream/Sensor/id eq 0", 660),
        ("FeatureOfInterest/name eq 'Seeb'", 10),
        ("FeatureOfInterest/id eq null", 10),
        ("st_equals(FeatureOfInterest/feature, geography'POINT(58.54 23.6)')", 640),
        ("phenomenonTime ge 2026-11-24 and phenomenonTime lt 2026-11-24T00:02:00Z and Datastream/id eq 1", 2),
        ("phenomenonTime lt '2026-11-24T00:02:00Z' and Datastream/id eq 1", 2),
        ("date(phenomenonTime) eq 2026-11-24 and time(phenomenonTime) eq 09:59:00", 1),
        ("during(phenomenonTime, 2026-11-24T00:00:00Z/2026-11-24T00:02:00Z) and Datastream/id eq 1", 2),
        ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime()", 660),
        ("phenomenonTime ge now() sub duration'PT2H1M' and phenomenonTime lt now() sub duration'PT2H'", 1),
        ("id eq '1-1795478400000000'", 1),
        ("id gt '4-1795478400000000'", 9),
    ],
)
def test_observations_by_condition(ask: Ask, condition: str, count: int) -> None:
    page = ask(f"/Observations?$filter={condition}&$count=true&$top=1")
    assert page["@iot.count"] == count
    assert len(page["value"]) == 1
