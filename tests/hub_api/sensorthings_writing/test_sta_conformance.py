"""What conformance tests of the standard ask, with what was posted through it: each kind of request, by what its answer has to hold.

Every class begins with a hub in which nothing was posted yet and takes away what it posted, as such tests do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from itertools import product
from typing import Any

import pytest

from tests.hub_api.sensorthings_writing.posted import (
    COLLECTIONS,
    MEASUREMENT,
    SINGULAR,
    Row,
    Service,
    check,
    collection_of,
    half,
    key,
    located,
    observed_property,
    place,
    sensor,
    stream,
    told,
)


@pytest.fixture(scope="class")
def basic(service: Service) -> Service:
    """Two things with two datastreams of three observations each, whose places were exchanged."""
    things = []
    known: list[Row] = [observed_property(f"property {name}") for name in ("1", "shared", "2")]
    for n in (1, 2):
        streams = [
            stream(f"stream {n}{m}", Sensor=sensor(f"sensor {n}{m}"), ObservedProperty=known.pop(0))
            for m in (1, 2)
        ]
        content = {"name": f"thing {n}", "description": f"thing {n}", "properties": {"reference": n}}
        own = {"Locations": [located(f"place {n}", place(58 + n / 10, 23.5))], "Datastreams": streams}
        things.append(service.made("Things", {**content, **own}))
        known.append({"@iot.id": service.ids("ObservedProperties", "name eq 'property shared'")[0]})
    places = [service.get(f"Things({one})/Locations")["value"][0]["@iot.id"] for one in things]
    for one, other in zip(things, reversed(places), strict=True):
        answer = service.client.ask("PATCH", f"Things({one})", {"Locations": [{"@iot.id": other}]})
        assert answer.status_code == 200
    result = 0
    for one in things:
        for found in service.get(f"Things({one})/Datastreams?$orderby=name")["value"]:
            for _ in range(3):
                result += 1
                moment = f"2015-03-{result:02}T00:00:00Z"
                service.made(
                    f"Datastreams({found['@iot.id']})/Observations",
                    {"phenomenonTime": moment, "result": result},
                )
    return service


COUNTS = {
    "Things": 2, "Locations": 2, "HistoricalLocations": 4, "Datastreams": 4, "Sensors": 4, "ObservedProperties": 3,
    "Observations": 12, "FeaturesOfInterest": 2,
}  # fmt: skip


class TestReading:
    def test_paths_four_deep_with_references(self, basic: Service) -> None:
        def follow(path: str, name: str, depth: int) -> None:
            body = basic.get(path)
            is_many = name in COLLECTIONS
            assert ("value" in body) == is_many
            first = body["value"][0] if is_many else body
            links = basic.get(f"{path}/$ref")
            for one in links["value"] if is_many else [links]:
                assert one.keys() == {"@iot.selfLink"}
            if depth < 4:
                below = path + key(first["@iot.id"]) if is_many else path
                for relation in COLLECTIONS[collection_of(name)][1]:
                    follow(f"{below}/{relation}", relation, depth + 1)

        for collection in COLLECTIONS:
            follow(collection, collection, 1)

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_an_entity_its_properties_and_what_is_none(self, basic: Service, collection: str) -> None:
        properties, _ = COLLECTIONS[collection]
        first = basic.get(collection)["value"][0]
        check(first, collection, None, is_outer=True, request=collection)
        path = collection + key(first["@iot.id"])
        assert basic.get(path) == first
        assert basic.answer(f"{collection}({2**63 - 1})").status_code == 404
        for name, is_optional in properties.items():
            answer = basic.answer(f"{path}/{name}")
            raw = basic.answer(f"{path}/{name}/$value")
            assert answer.status_code == raw.status_code
            if answer.status_code == 204:
                assert is_optional or name == "resultTime"
                continue
            assert answer.json().keys() == {name}
            is_object = name in {
                "properties",
                "location",
                "feature",
                "unitOfMeasurement",
                "observedArea",
                "parameters",
            }
            assert raw.text.startswith("{") == is_object, name
            assert is_object or "{" not in raw.text

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_select(self, basic: Service, collection: str) -> None:
        properties, relations = COLLECTIONS[collection]
        chosen = [[one] for one in (*properties, *relations)]
        chosen += [list(properties)[:end] for end in range(2, len(properties) + 1)]
        for select in chosen:
            request = f"{collection}?$select={','.join(select)}"
            for entity in basic.get(request)["value"]:
                check(entity, collection, select, is_outer=True, request=request)

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_expand(self, basic: Service, collection: str) -> None:
        _, relations = COLLECTIONS[collection]
        first = collection + key(basic.get(collection)["value"][0]["@iot.id"])
        for number, relation in enumerate(relations, start=1):
            inner = collection_of(relation)
            request = f"{collection}?$expand={','.join(relations[:number])}"
            for entity in basic.get(request)["value"]:
                check(entity, collection, None, is_outer=True, request=request)
                assert [name for name in relations if name in entity] == list(relations[:number]), request
                for one in told(entity, relation):
                    check(one, inner, None, is_outer=False, request=request)
            for deeper in COLLECTIONS[inner][1]:
                request = f"{first}?$expand={relation}/{deeper}"
                for one in told(basic.get(request), relation):
                    assert deeper in one, request
                    check(one, inner, None, is_outer=False, request=request)

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_options_within_options(self, basic: Service, collection: str) -> None:
        first = basic.get(collection)["value"][0]["@iot.id"]
        pairs = [
            (relation, child)
            for relation in COLLECTIONS[collection][1]
            for child in COLLECTIONS[collection_of(relation)][1]
        ]
        for turn, (relation, child) in enumerate(pairs):
            is_even, inner = turn % 2 == 0, collection_of(relation)
            outer, middle, last = (
                half(one, is_even=is_even) for one in (collection, inner, collection_of(child))
            )
            paging = f"$top=2;$skip=0;$count={str(is_even).lower()};"
            deepest = f"{child}({'' if child in SINGULAR else paging}$select={','.join(last)})"
            within = f"{'' if relation in SINGULAR else paging}$select={','.join(middle)};$expand={deepest}"
            options = f"$select={','.join(outer)}&$expand={relation}({within})"
            for request in (
                f"{collection}{key(first)}?{options}",
                f"{collection}?{options}&$count=true&$top=2",
            ):
                body = basic.get(request)
                for entity in body.get("value", [body]):
                    check(entity, collection, outer, is_outer=True, request=request)
                    assert (f"{relation}@iot.count" in entity) == (is_even and relation not in SINGULAR), (
                        request
                    )
                    for one in told(entity, relation):
                        check(one, inner, middle, is_outer=False, request=request)
                        assert child in one

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_pages_and_counts(self, basic: Service, collection: str) -> None:
        count = COUNTS[collection]
        for top, skip in [(1, 0), (2, 0), (3, 0), (5, 0), (12, 0), (13, 0), (12, 1), (12, 2), (12, 4), (12, 12), (0, 0)]:  # fmt: skip
            request = f"{collection}?$top={top}&$skip={skip}"
            page = basic.get(request)
            assert len(page["value"]) == max(0, min(count - skip, top)), request
            assert ("@iot.nextLink" in page) == (0 < top < count - skip), request
            assert "@iot.count" not in page
        assert basic.get(f"{collection}?$count=true&$top=1")["@iot.count"] == count
        assert "@iot.count" not in basic.get(f"{collection}?$count=false")
        assert basic.answer(f"{collection}?$count=perhaps").status_code == 400
        seen, link = [], f"{collection}?$top=1&$select=id"
        while link:
            page = basic.client.get(link)
            seen += [one["@iot.id"] for one in page["value"]]
            link = page.get("@iot.nextLink", "")
        assert len(set(seen)) == count == len(seen)

    def test_counts_of_relations(self, basic: Service) -> None:
        expected = {
            ("Things", "Locations"): {1}, ("Things", "HistoricalLocations"): {2}, ("Things", "Datastreams"): {2},
            ("Locations", "Things"): {1}, ("Locations", "HistoricalLocations"): {2}, ("HistoricalLocations", "Locations"): {1},
            ("Datastreams", "Observations"): {3}, ("Sensors", "Datastreams"): {1}, ("ObservedProperties", "Datastreams"): {1, 2},
            ("FeaturesOfInterest", "Observations"): {6},
        }  # fmt: skip
        for (collection, relation), counts in expected.items():
            page = basic.get(f"{collection}?$expand={relation}($count=true;$top=1)")
            assert {one[f"{relation}@iot.count"] for one in page["value"]} == counts, (collection, relation)
            first = collection + key(page["value"][0]["@iot.id"])
            assert basic.get(f"{first}/{relation}?$count=true")["@iot.count"] in counts

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_orders(self, basic: Service, collection: str) -> None:
        names = list(COLLECTIONS[collection][0])
        for name, direction in product(names, ("", " asc", " desc")):
            page = basic.get(f"{collection}?$orderby={name}{direction}")
            values = [one.get(name) for one in page["value"]]
            told = [one for one in values if isinstance(one, (str, int, float))]
            if name in ("location", "feature"):
                told = [json.dumps(one["coordinates"]) for one in values]
            assert told == sorted(told, reverse=direction == " desc"), (name, direction)
        every = ",".join(f"{name} desc" for name in names)
        assert len(basic.get(f"{collection}?$orderby={every}")["value"]) == COUNTS[collection]

    @pytest.mark.parametrize(
        ("collection", "name", "value"),
        [
            ("Things", "name", "'thing 1'"),
            ("Locations", "description", "'place 2, as posted'"),
            ("Datastreams", "observationType", f"'{MEASUREMENT}'"),
            ("Sensors", "metadata", "'Sheet of sensor 12'"),
            ("ObservedProperties", "definition", "'https://example.org/property-2'"),
            ("FeaturesOfInterest", "name", "'place 1'"),
            ("HistoricalLocations", "time", "2026-01-01T00:00:00.104Z"),
            ("Observations", "phenomenonTime", "'2015-03-02T00:00:00.000Z'"),
            ("Observations", "phenomenonTime", "2015-03-02T00:00:00.000Z"),
            ("Observations", "resultTime", "2015-03-02T00:00:00.000Z"),
            ("Observations", "result", "2"),
            ("Observations", "result", "'2'"),
        ],
    )
    def test_comparisons(self, basic: Service, collection: str, name: str, value: str) -> None:
        wanted: Any = value.strip("'")
        signs: dict[str, Callable[[Any, Any], bool]] = {
            "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
            "ge": lambda a, b: a >= b, "gt": lambda a, b: a > b,
        }  # fmt: skip
        told = [one[name] for one in basic.get(f"{collection}?$top=100")["value"]]

        def read(given: Any) -> Any:
            if name.lower().endswith("time"):
                return datetime.fromisoformat(given)
            return float(given) if value == "2" else str(given)

        for sign, holds in signs.items():
            page = basic.get(f"{collection}?$top=1000&$filter={name} {sign} {value}")
            found = [
                one[name] for one in page["value"] if one[name] in told
            ]  # a filter finds all of the vocabulary
            expected = [one for one in told if one is not None and holds(read(one), read(wanted))]
            assert sorted(map(str, found)) == sorted(map(str, expected)), sign

    @pytest.mark.parametrize(
        ("condition", "results"),
        [
            ("result eq 2 and result eq 1 or result eq 1", [1]),
            ("(result eq 2 and result eq 1) or result eq 1", [1]),
            ("result eq 2 and (result eq 1 or result eq 1)", []),
            ("not result lt 1 and not result gt 1", [1]),
            ("1 add result mul 2 sub -1 eq 4", [1]),
            ("6 div 2 sub result eq 2", [1]),
            ("1 add 2.0 mod (result add 1) eq 1", [1]),
            ("14 div (result add 1) mod 3 mul 3 eq 3", [1]),
            ("result add 5 gt 15", [11, 12]),
            ("result mul 2 le 4", [1, 2]),
            ("result div 2 gt 5", [11, 12]),
            ("result mod 5 eq 0", [5, 10]),
            ("result ge 2.5 and result lt 4.5", [3, 4]),
            ("Datastream/Thing/name eq 'thing 2' and result lt 9", [7, 8]),
            ("Datastream/ObservedProperty/name eq 'property shared' and result gt 6", [10, 11, 12]),
            ("Datastreams/name eq 'stream 11'", [1, 2, 3]),
            ("round(result div 4) eq 3 and result gt 11", [12]),
            ("floor(result divby 4) eq 2 and ceiling(result divby 4) eq 3", [9, 10, 11]),
            ("phenomenonTime lt now() sub duration'P1D' and result eq 3", [3]),
            ("day(phenomenonTime) eq 8 and month(phenomenonTime) eq 3 and YEAR(phenomenonTime) eq 2015", [8]),
            ("date(phenomenonTime) eq 2015-03-04 and time(phenomenonTime) eq 00:00:00 and totaloffsetminutes(phenomenonTime) eq 0", [4]),
            ("hour(phenomenonTime) add minute(phenomenonTime) add second(phenomenonTime) add fractionalseconds(phenomenonTime) eq 0 and result lt 3", [1, 2]),
            ("indexof(Datastream/name, 'stream') eq 1 and indexof(Datastream/name, '11') eq 8", [1, 2, 3]),
            ("indexof(Datastream/name, 'x') eq 0 and result lt 2", [1]),
            ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime() and result lt 2", [1]),
        ],
    )  # fmt: skip
    def test_conditions_of_observations(self, basic: Service, condition: str, results: list[int]) -> None:
        page = basic.get(f"Observations?$orderby=result&$filter={condition}")
        assert [one["result"] for one in page["value"]] == results

    def test_options_hold_in_their_order(self, basic: Service) -> None:
        page = basic.get(
            "Observations?$count=true&$top=1&$skip=2&$orderby=phenomenonTime asc&$filter=result gt '3'"
        )
        assert (page["@iot.count"], [one["result"] for one in page["value"]]) == (
            6,
            [6],
        )  # a text is compared as texts are

    @pytest.mark.parametrize(
        "request_",
        [
            "Things?$expand=Datastreams",
            "Things?$expand=Datastreams/ObservedProperty",
            "Datastreams({stream})?$expand=Observations,ObservedProperty",
            "Datastreams({stream})?$expand=Observations($filter=result eq 1)",
            "Observations?$select=result,resultTime",
            "Datastreams({stream})?$select=id,Observations&$expand=Observations/FeatureOfInterest",
            "Datastreams({stream})?$expand=Observations($select=result)",
            "Observations?$orderby=result",
            "Observations?$orderby=ID&$top=10",
            "Observations?$expand=Datastream&$orderby=Datastreams/id desc, phenomenonTime",
            "Things?$top=5",
            "Observations?$top=5&$orderby=phenomenonTime desc",
            "Things?$skip=5",
            "Observations?$skip=2&$top=2&$orderby=resultTime",
            "Things?$count=true",
            "Observations?$filter=result lt 10.00",
            "Observations?$filter=Datastream/id eq ‘1’",
            "Things?$filter=geo.distance(Locations/location, geography’POINT(-122, 43)’) gt 1",
            "Things?$filter=geo.distance(Locations/location, geography'POINT(-122 43)') gt 1",
            "Things?$expand=Datastreams/Observations/FeatureOfInterest&$filter=Datastreams/Observations/FeatureOfInterest/id eq 'FOI_1' and Datastreams/Observations/resultTime ge 2010-06-01T00:00:00Z and Datastreams/Observations/resultTime le 2010-07-01T00:00:00Z",
            "Datastreams?$filter=unitOfMeasurement/name eq 'degree Celsius'",
            "Datastreams?$filter=unitOfMeasurement/name ne 'degree Celsius'",
            "Observations?$filter=result le 3.5 and FeatureOfInterest/id eq '1'",
            "Observations?$filter=result gt 20 or result le 3.5",
            "Things?$filter=not startswith(description,'test')",
            "Observations?$filter=(result sub 5) gt 10",
            "Things?$filter=substringof('Sensor Things',description)",
            "Things?$filter=endswith(description,'Things')",
            "Things?$filter=length(description) eq 13",
            "Things?$filter=indexof(description,'Sensor') eq 1",
            "Things?$filter=substring(description,1) eq 'ensor Things'",
            "Things?$filter=tolower(description) eq 'sensor things'",
            "Things?$filter=toupper(description) eq 'SENSOR THINGS'",
            "Things?$filter=trim(description) eq 'Sensor Things'",
            "Datastreams?$filter=concat(concat(unitOfMeasurement/symbol,', '), unitOfMeasurement/name) eq 'degree, Celsius'",
            "Observations?$filter=date(resultTime) ne date(validTime)",
            "Observations?$filter=time(resultTime) le validTime",
            "Observations?$filter=resultTime ge now()",
            "Observations?$filter=resultTime eq mindatetime()",
            "Observations?$filter=before(2016-07-26T09:56:00Z, validTime)",
            "Observations?$filter=overlaps(2016-01-02T01:01:01.000Z/2016-01-03T23:59:59.999Z, validTime)",
            "Locations?$filter=geo.distance(location, geography'POINT (30 10) ') gt 1",
            "Locations?$filter=geo.length(geography'LINESTRING (30 10, 10 30, 40 40) ') gt 1",
            "Locations?$filter=geo.intersects(location, geography'POLYGON ((30 10, 10 20, 20 40, 40 40, 30 10))')",
            "Locations?$filter=st_relate(location, geography'POLYGON ((30 10, 10 20, 20 40, 40 40, 30 10))', 'T********')",
            "Locations?$filter=st_contains(location, geography'POINT (30 10)')",
        ],
    )
    def test_examples_of_the_text(self, basic: Service, request_: str) -> None:
        """Word for word, its quotes of print, its comma in a point and its plural of one datastream included."""
        number = basic.ids("Datastreams", "name eq 'stream 11'")[0]
        body = basic.get(request_.format(stream=number))
        assert "value" in body or "@iot.id" in body

    def test_what_the_examples_show(self, basic: Service) -> None:
        first = basic.get("Things?$expand=Datastreams&$orderby=name")["value"][0]
        assert first["Datastreams"][0]["phenomenonTime"].count("/") == 1
        assert not [name for one in first["Datastreams"] for name in one if name.endswith("navigationLink")]
        newest = basic.get("Observations?$expand=Datastream&$orderby=Datastreams/id desc, phenomenonTime")[
            "value"
        ]
        assert [one["result"] for one in newest[:4]] == [10, 11, 12, 7]
        number = first["Datastreams"][0]["@iot.id"]
        only = basic.get(
            f"Datastreams({number})?$select=id,Observations&$expand=Observations/FeatureOfInterest"
        )
        assert only.keys() >= {"@iot.id", "Observations@iot.navigationLink", "Observations"}
        assert "name" not in only
        assert only["Observations"][0]["FeatureOfInterest"]["name"].startswith("place")
        few = basic.get(f"Datastreams({number})?$expand=Observations($filter=result eq 1)")
        assert [one["result"] for one in few["Observations"]] == [1]

    @pytest.mark.parametrize(
        ("request_", "status"),
        [
            ("Things?$filter=nonsense eq 1", 400),
            ("Things?$filter=name eq", 400),
            ("Things?$filter=unheard(name)", 400),
            ("Things?$select=nonsense", 400),
            ("Things?$expand=nonsense", 400),
            ("Things?$orderby=nonsense", 400),
            ("Things?$top=-1", 400),
            ("Things?$top=few", 400),
            ("Things?$skip=-1", 400),
            ("Things?$nonsense=1", 400),
            ("Things?$search=oven", 501),
            ("Things?$apply=aggregate(id)", 501),
            ("Nonsense", 404),
            ("Things(1)/nonsense", 404),
            ("Things('x')", 404),
        ],
    )
    def test_what_cannot_be_answered(self, basic: Service, request_: str, status: int) -> None:
        answer = basic.answer(request_)
        assert answer.status_code == status
        assert answer.json().keys() == {"code", "type", "message"}
