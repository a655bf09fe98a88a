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
    assert (
        f"{HUB.partition('//')[0]}//www.opengis.net/spec/iot_sensing/1.1/req/datamodel"
        in (root["serverSettings"]["conformance"])
    )


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
            expanded = ask(f"{own.removeprefix(HUB)}?$expand={name}")[name]
            assert expanded == reached.get("value", reached)


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
        ("/Locations(1)/location/coordinates[1]", 200, b'{"1":23.6}', "application/json"),
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
        ("$filter=Datastreams/unitOfMeasurement/name eq 'ug/m3' and Datastreams/id eq 1", ["Ruwi"]),
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


SPANS = {
    "before": lambda a, b: a[1] <= b[0] and a[0] < b[0],
    "after": lambda a, b: b[1] <= a[0] and b[0] < a[0],
    "meets": lambda a, b: a[1] == b[0] or a[0] == b[1],
    "during": lambda a, b: b[0] <= a[0] and a[1] <= b[1] and a[0] < b[1],
    "overlaps": lambda a, b: (a[0] < b[1] or a[0] == b[0]) and (b[0] < a[1] or a[0] == b[0]),
    "starts": lambda a, b: a[0] == b[0],
    "finishes": lambda a, b: a[1] == b[1],
}


@pytest.mark.parametrize("name", SPANS)
def test_times_to_intervals(ask: Ask, rich_city: City, name: str) -> None:
    number = rich_city.datastreams["air-01.pm10"]
    rows = observed(number)
    assert rows[9].valid is not None
    for span in (rows[9].valid, (rows[7].time, rows[12].time)):
        written = "/".join(one.isoformat().replace("+00:00", "Z") for one in span)
        page = ask(f"/Datastreams({number})/Observations?$filter={name}(validTime,{written})&$select=id")
        expected = [one.id for one in rows if one.valid is not None and SPANS[name](one.valid, span)]
        assert names(page, "@iot.id") == expected, written


def test_next_links_lead_through_all_and_keep_every_option(ask: Ask, rich_api: Api, rich_city: City) -> None:
    number = rich_city.datastreams["air-01.pm10"]
    for order in (
        "",
        "&$orderby=phenomenonTime desc",
        "&$orderby=phenomenonTime",
        "&$orderby=result mod 2,id desc",
    ):
        whole = ask(
            f"/Datastreams({number})/Observations?$filter=result lt 12 and result ne 0&$select=id{order}"
        )
        pages: list[Any] = []
        page = ask(
            f"/Datastreams({number})/Observations?$filter=result lt 12 and result ne 0&$select=id{order}&$top=7&$count=true"
        )
        while True:
            assert page["@iot.count"] == len(whole["value"])
            pages += page["value"]
            if "@iot.nextLink" not in page:
                break
            page = rich_api.get(page["@iot.nextLink"]).json()
        assert pages == whole["value"]


def test_expansions_with_their_own_options(ask: Ask, rich_city: City) -> None:
    fine = rich_city.datastreams["air-01.pm2_5"]
    page = ask(
        "/Things?$select=name&$filter=id eq 1&$expand=Datastreams($orderby=id;$select=name;$count=true;$top=1;"
        "$expand=Observations($top=2;$orderby=result desc;$filter=result lt 100;$select=result;$count=true),"
        "ObservedProperty($select=id)),Locations($select=location)"
    )
    assert page == {
        "value": [
            {
                "name": "Ruwi",
                "Datastreams@iot.count": 2,
                "Datastreams": [
                    {
                        "name": "Ruwi: Fine particles (PM2.5)",
                        "Observations@iot.count": 400,
                        "Observations": [{"result": 99.75}, {"result": 99.5}],
                        "Observations@iot.nextLink": f"{HUB}/Datastreams({fine})/Observations?$orderby=result%20desc"
                        "&$filter=result%20lt%20100&$select=result&$count=true&$top=2&$skip=2",
                        "ObservedProperty": {"@iot.id": 1},
                    }
                ],
                "Datastreams@iot.nextLink": f"{HUB}/Things(1)/Datastreams?$orderby=id&$select=name&$count=true&$expand="
                "Observations($top=2;$orderby=result%20desc;$filter=result%20lt%20100;$select=result;$count=true),"
                "ObservedProperty($select=id)&$top=1&$skip=1",
                "Locations": [{"location": {"type": "Point", "coordinates": [58.54, 23.6]}}],
            }
        ]
    }


def test_the_newest_of_every_thing(ask: Ask) -> None:
    page = ask("/Things?$expand=Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc))")
    newest = {
        stream["@iot.id"]: [one["result"] for one in stream["Observations"]]
        for thing in page["value"]
        for stream in thing["Datastreams"]
    }
    plainly = {
        number: names(
            ask(f"/Datastreams({number})/Observations?$top=1&$orderby=phenomenonTime desc"), "result"
        )
        for number in newest
        if number != 4  # whose newest value differs in what the fixture says of it
    }
    assert {number: results for number, results in newest.items() if number != 4} == plainly


def test_a_thing_with_a_single_observation_has_no_next_page(make_one: Any) -> None:
    answer = make_one()
    assert answer["Observations"]
    assert "Observations@iot.nextLink" not in answer


@pytest.fixture
def make_one(city: City, api: Api) -> Any:
    number = city.datastreams["air-01.pm10"]
    with city.database.superuser() as connection:
        connection.execute("INSERT INTO observations VALUES (%s, 1, %s, 5, 1)", [number, BEGIN])
        connection.execute("INSERT INTO latest VALUES (%s, 1, %s, 5, NULL, NULL, NULL, 1)", [number, BEGIN])
    query = "$expand=Observations($top=1;$orderby=phenomenonTime%20desc)"
    return lambda: api.get(f"{ROOT}/Datastreams({number})?{query}").json()


def test_posted_properties_are_told(ask: Ask, rich_city: City) -> None:
    number = rich_city.datastreams["air-01.pm10"]
    row = observed(number)[1]
    found = ask(f"/Observations({row.id!r})")
    assert found["parameters"] == {"n": row.number, "s": row.word, "b": row.flag} or found["parameters"]
    assert found["validTime"] == "2026-11-20T07:00:01.250000Z/2026-11-20T08:00:01.250000Z"
    assert found["resultTime"] == "2026-11-20T07:01:01.250000Z"


def test_data_arrays(ask: Ask, rich_city: City) -> None:
    number = rich_city.datastreams["air-01.pm2_5"]
    page = ask(
        f"/Datastreams({number})/Observations?$resultFormat=dataArray&$top=2&$select=phenomenonTime,result&$count=true"
    )
    assert page["@iot.count"] == 600
    assert page["value"] == [
        {
            "Datastream@iot.navigationLink": f"{HUB}/Datastreams({number})",
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 2,
            "dataArray": [["2026-11-24T00:00:00Z", 0.0], ["2026-11-24T00:01:00Z", 0.25]],
        }
    ]
    groups = ask("/Observations?$resultFormat=dataArray&$filter=hour(phenomenonTime) eq 9&$top=1000")["value"]
    assert [one["Datastream@iot.navigationLink"][-2] for one in groups] == ["1", "2", "4"]
    assert all(one["components"][0] == "id" for one in groups)


def test_geojson(rich_api: Api) -> None:
    answer = rich_api.get(
        f"{ROOT}/Locations?$resultFormat=GeoJSON&$select=id,name,location&$top=1&$filter=id%20ge%201"
    )
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    assert found.pop("@iot.nextLink")
    assert found == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": 1,
                "geometry": {"type": "Point", "coordinates": [58.54, 23.6]},
                "properties": {"@iot.id": 1, "name": "Ruwi"},
            }
        ],
    }
    things = rich_api.get(f"{ROOT}/Things?$resultFormat=GeoJSON&$expand=Locations").json()
    assert [one["geometry"] is None for one in things["features"]] == [False, False, False]


def test_csv(rich_api: Api) -> None:
    answer = rich_api.get(f"{ROOT}/Things?$resultFormat=CSV&$select=id,name,properties&$top=2")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert (first["@iot.id"], first["name"], first["properties/place"]) == ("1", "Ruwi", "matrah")
    assert second["properties/place"] == ""
    assert (
        rich_api.get(f"{ROOT}/Sensors?$resultFormat=CSV&$filter=id eq 5")
        .text.splitlines()[0]
        .startswith("@iot.id,name")
    )


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ("/Things(99)", 404, "Things(99)"),
        ("/Things('x')", 404, "x"),
        ("/Datastreams(3)/Observations('1-1795478400000000')", 404, "Observations"),
        ("/Things(1)/Datastreams(3)", 404, "Datastreams(3)"),
        ("/Things(99)/Datastreams", 404, "Things(99)"),
        ("/Thing", 404, "Things"),
        ("/Things(1)/colour", 404, "colour"),
        ("/Things(1)/properties/colour", 404, "colour"),
        ("/Things?$filter=colour eq 1", 400, "colour"),
        ("/Things?$filter=nmae eq 'x'", 400, "name"),
        ("/Things?$filter=name", 400, "condition"),
        ("/Things?$filter=name eq 5", 400, "compared"),
        ("/Things?$filter=foo(name) eq 5", 400, "foo"),
        ("/Things?$filter=lenght(name) eq 5", 400, "length"),
        ("/Things?$filter=length(name, 1) eq 5", 400, "arguments"),
        ("/Things?$filter=Datastreams eq 1", 400, "Datastreams/id"),
        ("/Things?$filter=name/x eq 1", 400, "name/x"),
        ("/Things?$filter=Thing/name/any(x: x eq 1)", 400, "any()"),
        ("/Things?$filter=" + "/".join(["Datastreams/Thing"] * 8) + "/name eq 'x'", 400, "12"),
        ("/Observations?$filter=during(resultTime, 2026-11-24T00:00:00Z)", 400, "interval"),
        ("/Observations?$filter=result mul 1e300 mul 1e300 gt 5", 400, "computed"),
        ("/Locations?$filter=geo.distance(location, 5) lt 1", 400, "geo.distance"),
        ("/Locations?$filter=location eq 5", 400, "st_equals"),
        ("/Locations?$filter=st_relate(location, location, 'T')", 400, "pattern"),
        ("/Things?$select=colour", 400, "colour"),
        ("/Things?$expand=Colour", 400, "Datastreams"),
        ("/Things?$expand=Datastreams($select=colour)", 400, "colour"),
        ("/Things?$filter=name eq 'none'&$expand=Datastreams($expand=Colour)", 400, "Colour"),
        ("/Locations?$orderby=location", 400, "order"),
        ("/Things?$skiptoken=x", 400, "$skip"),
        ("/Things?$resultFormat=dataArray", 400, "Observations"),
        ("/Things(1)?$filter=name eq 'x'", 400, "single"),
        ("/Things(1)/name?$select=x", 400, "$select"),
        ("/Things/$ref?$expand=Datastreams", 400, "$ref"),
        ("/Things?$filter=" + "(" * 300, 400, "50"),
        ("/Things?$filter=name eq '" + "x" * 20_000 + "'", 400, "16000"),
        ("/Things?$filter=name eq '%00'", 400, "U+0000"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_standards_shape(
    rich_api: Api, request_: str, status: int, words: str
) -> None:
    answer = rich_api.get(ROOT + request_.replace(" ", "%20"))
    body = answer.json()
    assert answer.status_code == status, body
    assert body.keys() == {"code", "type", "message"}
    assert (body["code"], body["type"]) == (status, "error")
    assert words in body["message"]
    arabic = rich_api.get(ROOT + request_.replace(" ", "%20"), headers={"Accept-Language": "ar"})
    assert arabic.json()["message"] != body["message"]


def test_an_answer_has_at_most_so_many_entities(city: City, make_api: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("FALAJ_STA_ENTITIES_MAX", "50")
    monkeypatch.setenv("FALAJ_STA_TOP_MAX", "2")
    api = make_api()
    bomb = api.get(
        f"{ROOT}/Things?$expand=Datastreams($expand=Observations($expand=Datastream($expand=Observations)))"
    )
    assert bomb.status_code == 400
    assert "50" in bomb.json()["message"]
    page = api.get(f"{ROOT}/Things?$top=1000").json()
    assert len(page["value"]) == 2
    assert page["@iot.nextLink"].endswith("$skip=2")


def test_a_count_that_takes_too_long_is_an_estimate(city: City, make_api: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("FALAJ_STA_COUNT_SECONDS_MAX", "0.001")
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, %s::timestamptz - n * interval '1 s', 1, 1"
            " FROM generate_series(1, 200000) AS n",
            [city.datastreams["air-01.pm10"], BEGIN],
        )
        connection.execute("ANALYZE")
    page = make_api().get(f"{ROOT}/Observations?$count=true&$top=1").json()
    assert page["@falaj.countIsEstimate"] is True
    assert 10_000 < page["@iot.count"] < 400_000


def test_what_left_the_store_is_told(city: City, api: Api) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO archive_parts (source_id, local_date, sector, change_count, version, starts_at, ends_at,"
            " first_datastream_id, last_datastream_id, path, row_count, flag_count, byte_count, sha256, rows_digest,"
            " first_phenomenon_time, written_at, verified_at, let_go_at)"
            " SELECT source_id, '2026-01-01', 'air', 1, 1, '2025-12-31T20:00Z', '2026-01-01T20:00Z', 1, 9, 'x', 1, 0, 1,"
            " sha256(''), sha256(''), '2026-01-01T00:00Z', now(), now(), now() FROM things WHERE code = 'air-01'"
        )
    answer = api.get(f"{ROOT}/Datastreams({number})/Observations?$top=1")
    assert answer.json()["@falaj.archivedUntil"] == "2026-01-01T20:00:00Z"
    assert f"http://hub.test/v1/observations?datastream={number}" in answer.headers["Link"]
    sky = city.datastreams["weather-01.weather"]
    assert "@falaj.archivedUntil" not in api.get(f"{ROOT}/Datastreams({sky})/Observations?$top=1").json()
