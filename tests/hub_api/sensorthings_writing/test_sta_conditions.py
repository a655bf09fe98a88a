"""Conditions over what was posted, as conformance tests of the filtering have them: relations, JSON and geometries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hub_api.sensorthings_writing.posted import (
    ANY,
    Numbered,
    Row,
    Service,
    located,
    observed_property,
    place,
    references,
    sensor,
    stream,
)

SHAPES: tuple[Row, ...] = (
    place(8, 51),
    place(8, 52),
    place(8, 53),
    place(8, 54),
    {"type": "Polygon", "coordinates": [[[8, 53], [7, 52], [7, 53], [8, 53]]]},
    {"type": "LineString", "coordinates": [[5, 52], [5, 53]]},
    {"type": "LineString", "coordinates": [[5, 52], [6, 53]]},
    {"type": "LineString", "coordinates": [[4, 52], [8, 52]]},
)
BOX = "geography'POLYGON((7.5 51.5, 7.5 53.5, 8.5 53.5, 8.5 51.5, 7.5 51.5))'"
CUT = "geography'LINESTRING(7.5 51, 7.5 54)'"


@pytest.fixture(scope="class")
def related(service: Service) -> Numbered:
    """Four things, the second and third with properties and a place like these, seven datastreams over four properties."""
    world = Numbered(service)
    for n, properties in enumerate(
        [None, {"field": 2, "string": "one"}, {"field": 3, "string": "two"}, None]
    ):
        own = {} if properties is None else {"properties": properties}
        world.post("Things", {"name": f"Thing {n + 1}", "description": f"Number {n + 1}", **own})
    things = world.posted["Things"]
    for name, shape, field, of in [
        ("Location 1.0", SHAPES[0], 1, 0), ("Location 1.1", SHAPES[1], 1.1, 0), ("Location 2", SHAPES[2], 2, 1),
        ("Location 3", SHAPES[3], 3, 2), ("Location 4", SHAPES[4], 4, 3),
    ]:  # fmt: skip
        world.post(
            "Locations", located(name, shape, properties={"field": field}, Things=[{"@iot.id": things[of]}])
        )
    for n in range(4):
        world.post("Sensors", sensor(f"Sensor {n}"))
        world.post("ObservedProperties", observed_property(f"Property {n}"))
    for n, (of, by, what) in enumerate(
        [(0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 0), (1, 1, 1), (1, 3, 3), (2, 1, 0)]
    ):
        world.post(
            "Datastreams",
            stream(
                f"Datastream {n}",
                ANY,
                **references(
                    Thing=things[of],
                    Sensor=world.posted["Sensors"][by],
                    ObservedProperty=world.posted["ObservedProperties"][what],
                ),
            ),
        )
    for n in range(6):
        quality = f"number-{n}" if n % 2 else n
        world.post(
            "Observations",
            {
                "phenomenonTime": f"2016-01-01T0{n}:00:00Z",
                "result": n,
                "resultQuality": quality,
                **references(Datastream=world.posted["Datastreams"][0]),
            },
        )
    return world


class TestRelations:
    @pytest.mark.parametrize(
        ("collection", "condition", "expected"),
        [
            ("Things", "Locations/name eq 'Location 2'", [1]),
            ("Things", "startswith(HistoricalLocations/Locations/name, 'Location 1')", [0]),
            ("Things", "HistoricalLocations/Location/name eq 'Location 3'", [2]),
            ("Things", "HistoricalLocations/Locations/properties/field eq properties/field", [1, 2]),
            ("ObservedProperties", "Datastreams/Thing/Datastreams/ObservedProperty/name eq 'Property 0'", [0, 1, 2, 3]),
            ("ObservedProperties", "Datastreams/Thing/Datastreams/ObservedProperty/name eq 'Property 3'", [0, 1, 3]),
            ("Things", "substring(properties/string, 1) eq 'wo'", [2]),
            ("Things", "substring(properties/string, 1, 1) eq 'w'", [2]),
            ("Things", "substring(name, 4) eq 'g 4'", [3]),
            ("Things", "properties/field eq null", [0, 3]),
            ("Things", "properties/field ne null", [1, 2]),
            ("Things", "properties eq null", [0, 3]),
            ("Things", "Datastreams/id eq null", [3]),
            ("Things", "Datastreams/id ne null", [0, 1, 2]),
            ("Observations", "resultQuality eq 'number-1'", [1]),
            ("Observations", "resultQuality eq 2", [2]),
            ("Things", "Locations/any(l:l/name eq 'Location 2')", [1]),
            ("Things", "HistoricalLocations/any(h : h/Locations/any(l : startswith(l/name, 'Location 1')))", [0]),
            ("Things", "HistoricalLocations/any(h : h/Locations/any(l : l/properties/field eq properties/field))", [1, 2]),
            ("Things", "Datastreams/any(d:d/ObservedProperty/name eq 'Property 0') and Datastreams/any(d:d/ObservedProperty/name eq 'Property 1')", [0, 1]),
            ("Things", "Datastreams/any(d:d/ObservedProperty/name eq 'Property 3') and Datastreams/any(d:d/ObservedProperty/name eq 'Property 1')", [1]),
            ("Things", "Datastreams/any(d:d/ObservedProperty/name eq 'Property 0' and d/Sensor/name eq 'Sensor 1')", [2]),
        ],
    )  # fmt: skip
    def test_conditions(
        self, related: Numbered, collection: str, condition: str, expected: list[int]
    ) -> None:
        assert related.found(collection, condition) == expected

    def test_a_property_that_has_no_value_is_no_content(self, related: Numbered) -> None:
        path = f"Things({related.posted['Things'][0]})/properties"
        assert [related.service.answer(one).status_code for one in (path, f"{path}/$value")] == [204, 204]


@pytest.fixture(scope="class")
def drawn(service: Service) -> Numbered:
    """A location and a feature of each shape, the first four with an observation of three datastreams."""
    world = Numbered(service)
    for n in range(3):
        thing = world.post("Things", {"name": f"Thing {n}", "description": "-"})
        world.post(
            "Datastreams",
            stream(
                f"Datastream {n}",
                ANY,
                Sensor=sensor(f"S{n}"),
                ObservedProperty=observed_property(f"P{n}"),
                **references(Thing=thing),
            ),
        )
    for n, shape in enumerate(SHAPES):
        own = {"Things": [{"@iot.id": world.posted["Things"][max(n - 1, 0)]}]} if n < 4 else {}
        world.post("Locations", located(f"Location {n}", shape, **own))
        feature = {
            "name": f"Feature {n}",
            "description": "-",
            "encodingType": "application/geo+json",
            "feature": shape,
        }
        number = world.post("FeaturesOfInterest", feature)
        if n < 4:
            datastream = world.posted["Datastreams"][max(n - 1, 0)]
            world.post(
                "Observations",
                {
                    "phenomenonTime": f"2016-01-0{n + 1}T01:01:01Z",
                    "validTime": f"2016-01-0{n + 1}T01:01:01.000Z/2016-01-0{n + 1}T23:59:59.999Z",
                    "result": n,
                    **references(Datastream=datastream, FeatureOfInterest=number),
                },
            )
    return world


class TestGeometries:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("geo.distance(@, geography'POINT(8 54.1)') lt 1", [3]),
            ("geo.distance(@, geography'POINT(8 54.1)') gt 1", [0, 1, 2, 4, 5, 6, 7]),
            (f"geo.intersects(@, {CUT})", [4, 7]),
            ("geo.length(@) gt 1", [6, 7]),
            ("geo.length(@) ge 1", [5, 6, 7]),
            ("geo.length(@) eq 1", [5]),
            ("geo.length(@) ne 1", [0, 1, 2, 3, 4, 6, 7]),
            ("geo.length(@) lt 4", [0, 1, 2, 3, 4, 5, 6]),
            ("geo.length(@) le 4", [0, 1, 2, 3, 4, 5, 6, 7]),
            (f"st_contains({BOX}, @)", [1, 2]),
            (f"st_crosses({CUT}, @)", [4, 7]),
            (f"st_disjoint({BOX}, @)", [0, 3, 5, 6]),
            ("st_equals(@, geography'POINT(8 53)')", [2]),
            (f"ST_Intersects(@, {CUT})", [4, 7]),
            (f"st_overlaps({BOX}, @)", [4]),
            (f"st_relate({BOX}, @, 'T********')", [1, 2, 4, 7]),
            ("st_touches(geography'POLYGON((8 53, 7.5 54.5, 8.5 54.5, 8 53))', @)", [2, 4]),
            ("st_within(geography'POINT(7.5 52.75)', @)", [4]),
        ],
    )
    def test_of_locations_and_features(self, drawn: Numbered, condition: str, expected: list[int]) -> None:
        assert drawn.found("Locations", condition.replace("@", "location")) == expected
        assert drawn.found("FeaturesOfInterest", condition.replace("@", "feature")) == expected
        of_observations = condition.replace("@", "FeatureOfInterest/feature")
        assert drawn.found("Observations", of_observations) == [n for n in expected if n < 4]

    def test_of_the_area_that_a_datastream_observed(self, drawn: Numbered) -> None:
        assert drawn.found("Datastreams", f"geo.intersects(observedArea, {BOX})") == [0, 1]
        assert drawn.found("Datastreams", f"st_contains({BOX}, observedArea)") == [1]
        told = [
            drawn.service.get(f"Datastreams({number})/observedArea")["observedArea"]
            for number in drawn.posted["Datastreams"][:2]
        ]
        assert told == [{"type": "LineString", "coordinates": [[8, 51], [8, 52]]}, place(8, 53)]


def letters(first: int) -> str:
    return "".join(chr(ord("a") + (first + n) % 26) for n in range(10))


def mixed(first: int) -> Row:
    numbers = [first + n for n in range(5)]
    return {
        "string": letters(first % 26),
        "boolean": first % 2 == 0,
        "int": first,
        "numbers": numbers,
        "texts": [f"s{n}" for n in numbers],
        "table": [[n + m for m in range(3)] for n in numbers[:3]],
        "objects": [
            {"string": letters(n), "boolean": n % 2 == 0, "int": n, "numbers": [n, n + 1]}
            for n in numbers[:3]
        ],
    }


@pytest.fixture(scope="class")
def nested(service: Service) -> Numbered:
    """Four things with properties and thirteen observations with parameters of all kinds, and three more whose kinds are others."""
    world = Numbered(service)
    for n in range(4):
        world.post(
            "Things",
            {
                "name": f"Thing {n}",
                "description": "-",
                "properties": mixed(n + 8) | {"string": letters(n), "boolean": n % 2 == 0},
            },
        )
    observed = {"@iot.id": world.posted["Things"][0]}
    world.post("Locations", located("Location", place(8, 52), Things=[observed]))
    for n, unit in enumerate([("degree Celsius", "°C", "Cel"), ("degree Fahrenheit", "°F", "[degF]")]):
        world.post(
            "Datastreams",
            stream(
                f"Datastream {n}",
                ANY,
                Sensor=sensor(f"S{n}"),
                ObservedProperty=observed_property(f"P{n}"),
                unitOfMeasurement=dict(zip(("name", "symbol", "definition"), unit, strict=True)),
                **references(Thing=world.posted["Things"][0]),
            ),
        )
    status = {"code": 2, "label": "Checked", "comment": "Données contrôlées"}
    others = [
        {
            "int": letters(13),
            "string": False,
            "boolean": 13,
            "objects": [13, 14],
            "numbers": [[13]],
            "table": [{}],
        },
        {
            "int": True,
            "string": 14,
            "boolean": letters(14),
            "objects": [[14]],
            "numbers": [{}],
            "table": [14, 15],
        },
        {"int": "5", "boolean": "true"},
    ]
    for n, parameters in enumerate([*map(mixed, range(13)), *others]):
        quality = (
            {"DQ_Status": status} if n % 2 == 0 else [{"nameOfMeasure": "DQ_Status", "DQ_Result": status}]
        )
        world.post(
            "Observations",
            {
                "phenomenonTime": f"2016-01-01T00:{n:02}:00Z",
                "result": n if n < 13 else f"words {n}",
                "parameters": parameters,
                **({"resultQuality": quality} if n < 13 else {}),
                **references(Datastream=world.posted["Datastreams"][0]),
            },
        )
    return world


class TestJson:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("string", lambda of: of["string"]),
            ("boolean", lambda of: of["boolean"]),
            ("int", lambda of: of["int"]),
            ("numbers", lambda of: of["numbers"]),
            ("numbers[1]", lambda of: of["numbers"][1]),
            ("table[1]", lambda of: of["table"][1]),
            ("table[0][1]", lambda of: of["table"][0][1]),
            ("objects[0]/string", lambda of: of["objects"][0]["string"]),
        ],
    )
    def test_what_lies_within(self, nested: Numbered, path: str, expected: Callable[[Row], Any]) -> None:
        for collection, name, number in (("Things", "properties", 0), ("Observations", "parameters", 0)):
            whole = f"{collection}({nested.posted[collection][number]!r})/{name}"
            of = nested.service.get(whole)[name]
            assert nested.service.get(f"{whole}/{path}") == {path.rpartition("/")[2]: expected(of)}

    @pytest.mark.parametrize(
        ("condition", "things", "observations"),
        [
            ("@/string eq 'cdefghijkl'", [2], [2]),
            ("substringof('cdefgh', @/string)", [0, 1, 2], [0, 1, 2]),
            ("@/objects[0]/string eq 'jklmnopqrs'", [1], [9]),
            ("@/int eq '5'", [], [5, 15]),
            ("@/int eq 10", [2], [10]),
            ("@/int gt 9", [2, 3], [10, 11, 12]),
            ("@/int lt 9", [0], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("@/numbers[1] gt 10", [2, 3], [10, 11, 12]),
            ("@/table[1][0] gt 10", [2, 3], [10, 11, 12]),
            ("@/objects[1]/numbers[0] gt 10", [2, 3], [10, 11, 12]),
            ("@/boolean eq false", [1, 3], [1, 3, 5, 7, 9, 11]),
            ("@/boolean", [0, 2], [0, 2, 4, 6, 8, 10, 12]),
            ("not @/boolean", [1, 3], [1, 3, 5, 7, 9, 11]),
            ("@/objects[1]/boolean", [1, 3], [1, 3, 5, 7, 9, 11]),
            ("@/int in (8,9)", [0, 1], [8, 9]),
            ("9 in @/numbers", [0, 1], [5, 6, 7, 8, 9]),
            ("'s10' in @/texts", [0, 1, 2], [6, 7, 8, 9, 10]),
            ("not ('s10' in @/texts) and @/int lt 100", [3], [0, 1, 2, 3, 4, 5, 11, 12]),
        ],
    )
    def test_conditions(
        self, nested: Numbered, condition: str, things: list[int], observations: list[int]
    ) -> None:
        assert nested.found("Things", condition.replace("@", "properties")) == things
        assert nested.found("Observations", condition.replace("@", "parameters")) == observations

    @pytest.mark.parametrize(
        ("collection", "condition", "expected"),
        [
            ("Datastreams", "unitOfMeasurement/symbol eq '°F'", [1]),
            ("Datastreams", "unitOfMeasurement/name eq 'degree Celsius'", [0]),
            ("Datastreams", "unitOfMeasurement/definition eq '[degF]'", [1]),
            ("Observations", "parameters/int eq Datastream/Thing/properties/int", [8]),
            ("Observations", "parameters/string eq Datastream/Thing/properties/string", [0]),
            (
                "Observations",
                "parameters/boolean eq Datastream/Thing/properties/boolean",
                [0, 2, 4, 6, 8, 10, 12, 15],
            ),
            ("Observations", "resultQuality/DQ_Status/code eq 2", [0, 2, 4, 6, 8, 10, 12]),
            ("Observations", "resultQuality[0]/DQ_Result/code eq 2", [1, 3, 5, 7, 9, 11]),
            ("Observations", "result gt 10", [11, 12]),
            ("Observations", "startswith(result, 'words')", [13, 14, 15]),
            ("Observations", "result eq '12'", [12]),
        ],
    )
    def test_other_places(
        self, nested: Numbered, collection: str, condition: str, expected: list[int]
    ) -> None:
        assert nested.found(collection, condition) == expected

    def test_orders(self, nested: Numbered) -> None:
        page = nested.service.get("Things?$orderby=properties/objects[0]/int desc&$select=name")
        assert [one["name"] for one in page["value"]] == ["Thing 3", "Thing 2", "Thing 1", "Thing 0"]
