"""Whoever posts through the standard and asks for it as a person writes, and bodies for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from tests.hub_api.sensorthings_writing.conftest import Client

#: Of each collection its properties with whether they may be absent, and its relations.
COLLECTIONS: dict[str, tuple[dict[str, bool], tuple[str, ...]]] = {
    "Things": (
        {"name": False, "description": False, "properties": True},
        ("Datastreams", "HistoricalLocations", "Locations"),
    ),
    "Locations": (
        {"name": False, "description": False, "encodingType": False, "location": False, "properties": True},
        ("HistoricalLocations", "Things"),
    ),
    "HistoricalLocations": ({"time": False}, ("Thing", "Locations")),
    "Datastreams": (
        {
            "name": False, "description": False, "unitOfMeasurement": False, "observationType": False,
            "observedArea": True, "phenomenonTime": True, "resultTime": True, "properties": True,
        },
        ("Thing", "Sensor", "ObservedProperty", "Observations"),
    ),
    "Sensors": (
        {"name": False, "description": False, "encodingType": False, "metadata": False, "properties": True},
        ("Datastreams",),
    ),
    "ObservedProperties": (
        {"name": False, "definition": False, "description": False, "properties": True},
        ("Datastreams",),
    ),
    "Observations": (
        {
            "phenomenonTime": False, "result": False, "resultTime": False, "resultQuality": True, "validTime": True,
            "parameters": True,
        },
        ("Datastream", "FeatureOfInterest"),
    ),
    "FeaturesOfInterest": (
        {"name": False, "description": False, "encodingType": False, "feature": False, "properties": True},
        ("Observations",),
    ),
}  # fmt: skip
SINGULAR = {
    "Thing": "Things", "Sensor": "Sensors", "ObservedProperty": "ObservedProperties", "Datastream": "Datastreams",
    "FeatureOfInterest": "FeaturesOfInterest",
}  # fmt: skip
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
ANY = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
Row = dict[str, Any]


def collection_of(relation: str) -> str:
    return SINGULAR.get(relation, relation)


def key(number: int | str) -> str:
    return f"({number!r})"


class Service:
    """A client that asks as a person writes, and what it has posted by collection."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def made(self, path: str, content: Any) -> Any:
        return self.client.made(path, content)

    def answer(self, request: str) -> Any:
        path, mark, query = request.partition("?")
        return self.client.ask("GET", quote(path, safe="/()'$,") + mark + quote(query, safe="&=$()',;:/@*"))

    def get(self, request: str) -> Any:
        found = self.answer(request)
        assert found.status_code == 200, (request, found.text)
        return found.json()

    def ids(self, collection: str, condition: str) -> list[Any]:
        """Of all that a filter finds."""
        page = self.get(f"{collection}?$top=1000&$select=id&$filter={condition}")
        return [one["@iot.id"] for one in page["value"]]

    def clear(self) -> None:
        """As such tests do it: whatever a collection shows is deleted."""
        for collection in COLLECTIONS:
            while rows := self.get(f"{collection}?$select=id")["value"]:
                for row in rows:
                    path = f"{collection}{key(row['@iot.id'])}"
                    assert self.client.ask("DELETE", path).status_code in (200, 204, 404), path


def place(longitude: float, latitude: float) -> Row:
    return {"type": "Point", "coordinates": [longitude, latitude]}


def located(name: str, where: Row, **more: Any) -> Row:
    return {
        "name": name,
        "description": f"{name}, as posted",
        "encodingType": "application/geo+json",
        "location": where,
        **more,
    }


def sensor(name: str) -> Row:
    return {
        "name": name,
        "description": name,
        "encodingType": "application/pdf",
        "metadata": f"Sheet of {name}",
    }


def observed_property(name: str) -> Row:
    return {"name": name, "definition": f"https://example.org/{name.replace(' ', '-')}", "description": name}


def stream(name: str, kind: str = MEASUREMENT, **more: Any) -> Row:
    unit = {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
    return {"name": name, "description": name, "unitOfMeasurement": unit, "observationType": kind, **more}


def check(
    entity: Row, collection: str, select: Sequence[str] | None, *, is_outer: bool, request: str
) -> None:
    """An entity has what is selected of it, or all; links of what is expanded only where they are selected."""
    properties, relations = COLLECTIONS[collection]
    chosen = set(select or ("id", *properties, *(relations if is_outer else ())))
    assert ("@iot.id" in entity) == ("id" in chosen), request
    for name, is_optional in properties.items():
        assert (name in entity) == (name in chosen) or (is_optional and name in chosen), (name, request)
    for name in relations:
        assert (f"{name}@iot.navigationLink" in entity) == (name in chosen), (name, request)


def told(entity: Row, relation: str) -> list[Row]:
    """What is expanded along a relation, one or many."""
    inner = entity[relation]
    return inner if isinstance(inner, list) else [inner]


def half(collection: str, *, is_even: bool) -> list[str]:
    properties, relations = COLLECTIONS[collection]
    return [
        "id",
        *[name for place, name in enumerate((*properties, *relations)) if (place % 2 == 0) == is_even],
    ]


class Numbered:
    """What was posted of each collection, by its place."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.posted: dict[str, list[Any]] = {}

    def post(self, collection: str, content: Row) -> Any:
        made = self.service.made(collection, content)
        self.posted.setdefault(collection, []).append(made)
        return made

    def found(self, collection: str, condition: str) -> list[int]:
        return sorted(self.posted[collection].index(one) for one in self.service.ids(collection, condition))


def references(**numbers: Any) -> Row:
    return {name: {"@iot.id": number} for name, number in numbers.items()}
