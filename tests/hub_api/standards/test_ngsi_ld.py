"""NGSI-LD at the wire: entities, queries, paging, time and errors, over the small city."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.hub_api.conftest import Api, standing_api, standing_city
from tests.hub_api.test_archive import Scene, scene

__all__ = ["scene", "standing_api", "standing_city"]
ROOT = "/ngsi-ld/v1"
AIR, SKY, BUS = (
    "urn:ngsi-ld:AirQualityObserved:air-01",
    "urn:ngsi-ld:WeatherObserved:weather-01",
    "urn:ngsi-ld:Vehicle:bus-01",
)
HALF = "2026-11-24T09:59:00Z"


def ask(api: Api, path: str, status: int = 200, headers: Any = None, **query: Any) -> Any:
    answer = api.get(f"{ROOT}/{path}?{urlencode(query)}", headers=headers or {})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_entity_normalized_concise_and_simplified(standing_api: Api) -> None:
    dated = ask(standing_api, f"entities/{AIR}", options="sysAttrs")
    assert (dated["modifiedAt"], dated["pm2_5"]["modifiedAt"]) == (dated["createdAt"], HALF)
    assert ask(standing_api, f"entities/{AIR}") == {
        "id": AIR,
        "type": "AirQualityObserved",
        "name": {"type": "LanguageProperty", "languageMap": {"en": "Ruwi", "ar": "روي"}},
        "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [58.54, 23.6]}},
        "kind": {"type": "Property", "value": "air_quality_station"},
        "source": {"type": "Property", "value": "simulator"},
        "simulated": {"type": "Property", "value": True},
        "place": {"type": "Property", "value": "matrah"},
        "pm2_5": {
            "type": "Property", "value": 149.75, "observedAt": HALF, "unitCode": "GQ",
            "qualityFlag": {"type": "Property", "value": 1},
        },
    }  # fmt: skip
    concise = ask(standing_api, f"entities/{AIR}", options="concise", attrs="pm2_5,name", lang="ar")
    assert concise == {
        "id": AIR, "type": "AirQualityObserved", "name": {"value": "روي", "lang": "ar"},
        "pm2_5": {"value": 149.75, "observedAt": HALF, "unitCode": "GQ", "qualityFlag": 1},
    }  # fmt: skip
    assert ask(standing_api, f"entities/{BUS}", format="simplified", attrs="location") == {
        "id": BUS, "type": "Vehicle", "location": {"type": "Point", "coordinates": [58.509, 23.6]},
    }  # fmt: skip
    # The same attribute as the Smart Data Models call it, and by its IRI.
    for name in ("pm25", "https://smartdatamodels.org/dataModel.Environment/pm25"):
        assert ask(standing_api, f"entities/{AIR}", options="keyValues", attrs=name)["pm2_5"] == 149.75


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"type": "AirQualityObserved"}, [AIR]),
        ({"type": "https://smartdatamodels.org/dataModel.Environment/AirQualityObserved"}, [AIR]),
        ({"type": "AirQualityObserved,Vehicle"}, [AIR, BUS]),
        ({"type": "Nothing"}, []),
        ({"id": f"{BUS},{SKY}"}, [BUS, SKY]),
        ({"id": "urn:ngsi-ld:Vehicle:air-01"}, []),
        ({"idPattern": "air-.*"}, [AIR]),
        ({"idPattern": "^air"}, []),
        ({"attrs": "pm2_5"}, [AIR]),
        ({"attrs": "pm10"}, []),
        ({"q": "pm2_5>149"}, [AIR]),
        ({"q": "pm2_5>149.75"}, []),
        ({"q": "pm2_5==100..150"}, [AIR]),
        ({"q": "pm2_5!=100..150"}, []),
        ({"q": "pm2_5==1,149.75"}, [AIR]),
        ({"q": 'pm2_5=="149.75"'}, []),
        ({"q": "pm2_5|weather"}, [AIR, SKY]),
        ({"q": "pm2_5;weather"}, []),
        ({"q": "weather==clear"}, [SKY]),
        ({"q": "weather~=^cl.a"}, [SKY]),
        ({"q": "weather!~=cl"}, []),
        ({"q": "weather!=clear"}, []),
        ({"q": "pm2_5.qualityFlag==1|weather.qualityFlag==1"}, [AIR]),
        ({"q": 'pm2_5.unitCode=="GQ"'}, [AIR]),
        ({"q": f"pm2_5.observedAt>={HALF}"}, [AIR]),
        ({"q": f"pm2_5.observedAt>{HALF}"}, []),
        ({"q": "pm2_5.unknown==1"}, []),
        ({"q": 'name=="Ruwi"'}, [AIR]),
        ({"q": 'name[ar]=="روي"'}, [AIR]),
        ({"q": "simulated==false"}, [SKY]),
        ({"q": "location;!1"}, 400),
        ({"q": "location"}, [AIR, BUS, SKY]),
        ({"q": "place==seeb;(weather|pm2_5)"}, [SKY]),
        ({"q": "temperature"}, []),
        ({"georel": "near;maxDistance==3200", "geometry": "Point", "coordinates": "[58.54,23.6]"}, [AIR, BUS]),
        ({"georel": "near;maxDistance==3100", "geometry": "Point", "coordinates": "[58.54,23.6]"}, [AIR]),
        ({"georel": "near;minDistance==3100", "geometry": "Point", "coordinates": "[58.54,23.6]"}, [BUS, SKY]),
        ({"georel": "within", "geometry": "Polygon", "coordinates": "[[[58,23],[58.52,23],[58.52,24],[58,24],[58,23]]]"}, [BUS, SKY]),
        ({"georel": "disjoint", "geometry": "Polygon", "coordinates": "[[[58,23],[58.52,23],[58.52,24],[58,24],[58,23]]]"}, [AIR]),
        (
            {
                "georel": "within", "geometry": "Polygon",
                "coordinates": "[[[58,23],[59,23],[59,24],[58,24],[58,23]],[[58.1,23.5],[58.3,23.5],[58.3,23.8],[58.1,23.8],[58.1,23.5]]]",
            },
            [AIR, BUS],
        ),
        ({"georel": "equals", "geometry": "Point", "coordinates": "[58.54,23.6]"}, [AIR]),
        ({"georel": "near;maxDistance==9", "geometry": "Point", "coordinates": "[58.54,23.6]", "geoproperty": "observationSpace"}, []),
        ({"local": "true"}, [AIR, BUS, SKY]),
    ],
)  # fmt: skip
def test_which_entities_are_found(standing_api: Api, query: dict[str, str], found: Any) -> None:
    if found == 400:
        assert ask(standing_api, "entities", 400, **query)["type"].endswith("/BadRequestData")
        return
    assert [entity["id"] for entity in ask(standing_api, "entities", **query)] == found


def test_pages_counts_and_contexts(standing_api: Api) -> None:
    first = standing_api.get(f"{ROOT}/entities?local=true&limit=2&count=true")
    assert (first.headers["NGSILD-Results-Count"], len(first.json())) == ("3", 2)
    context, following = first.headers["link"].split(", ")
    assert context.endswith(
        '/ngsi-ld/context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )
    target = following.partition(">")[0].lstrip("<")
    last = standing_api.get(target)
    assert [entity["id"] for entity in last.json()] == [SKY]
    assert 'rel="prev"' in last.headers["link"]
    assert 'rel="next"' not in last.headers["link"]
    none = standing_api.get(f"{ROOT}/entities?local=true&limit=0&count=true")
    assert (none.json(), none.headers["NGSILD-Results-Count"]) == ([], "3")
    linked = standing_api.get(f"{ROOT}/entities/{AIR}", headers={"Accept": "application/ld+json"})
    assert linked.headers["content-type"] == "application/ld+json"
    ours, core = linked.json()["@context"]
    assert core.endswith("ngsi-ld-core-context-v1.8.jsonld")
    terms = standing_api.get(ours.removeprefix("http://hub.test")).json()["@context"]
    assert set(linked.json()) - {"id", "type", "location", "@context"} <= set(terms)
    again = standing_api.get(
        f"{ROOT}/entities/{AIR}",
        headers={"If-None-Match": standing_api.get(f"{ROOT}/entities/{AIR}").headers["etag"]},
    )
    assert again.status_code == 304


def test_features(standing_api: Api) -> None:
    headers = {"Accept": "application/geo+json"}
    found = ask(standing_api, "entities", headers=headers, type="Vehicle", options="keyValues")
    (feature,) = found["features"]
    assert (found["type"], feature["id"], feature["type"]) == ("FeatureCollection", BUS, "Feature")
    assert feature["geometry"] == {"type": "Point", "coordinates": [58.509, 23.6]}
    assert feature["properties"]["type"] == "Vehicle"


def test_swapped_coordinates_are_told(standing_api: Api) -> None:
    query = urlencode(
        {"georel": "near;maxDistance==3000", "geometry": "Point", "coordinates": "[23.6,58.54]"}
    )
    answer = standing_api.get(f"{ROOT}/entities?{query}")
    assert answer.json() == []
    assert "the longitude comes first" in answer.headers["NGSILD-Warning"]


def test_over_time(standing_api: Api) -> None:
    whole = {"timerel": "between", "timeAt": "2026-11-24T00:00:00Z", "endTimeAt": "2026-11-24T00:03:00Z"}
    (air,) = ask(standing_api, "temporal/entities", type="AirQualityObserved", **whole)
    assert air["pm2_5"][2] == {
        "type": "Property", "value": 0.5, "observedAt": "2026-11-24T00:02:00Z", "unitCode": "GQ",
        "qualityFlag": {"type": "Property", "value": 1},
    }  # fmt: skip
    assert len(air["pm2_5"]) == 3
    values = ask(standing_api, f"temporal/entities/{AIR}", options="temporalValues", lastN=2)
    assert values["pm2_5"] == {
        "type": "Property",
        "values": [[149.75, HALF], [149.5, "2026-11-24T09:58:00Z"]],
    }
    (bus,) = ask(
        standing_api, "temporal/entities", type="Vehicle", timerel="after", timeAt="2026-11-24T00:08:00Z"
    )
    assert [each["value"]["coordinates"][0] for each in bus["location"]] == [58.508, 58.509]
    (sky,) = ask(
        standing_api, "temporal/entities", attrs="weather", timerel="before", timeAt="2026-11-24T01:00:00Z"
    )
    assert [each["value"] for each in sky["weather"]] == ['clear, "dry"']
    cut = standing_api.get(f"{ROOT}/temporal/entities/{AIR}")
    assert (cut.status_code, len(cut.json()["pm2_5"])) == (206, 500)
    assert cut.headers["content-range"] == "date-time 2026-11-24T00:00:00Z-2026-11-24T08:19:00Z/*"


def test_types_and_attributes(standing_api: Api) -> None:
    assert ask(standing_api, "types")["typeList"] == ["AirQualityObserved", "Vehicle", "WeatherObserved"]
    assert ask(standing_api, "types", details="true")[1]["attributeNames"] == ["location"]
    assert ask(standing_api, "types/Vehicle")["entityCount"] == 1
    assert "pm2_5" in ask(standing_api, "attributes")["attributeList"]
    assert ask(standing_api, "attributes/weather")["typeNames"] == ["WeatherObserved"]


def test_a_query_that_is_posted(standing_api: Api) -> None:
    body = {
        "type": "Query", "entities": [{"type": "AirQualityObserved"}], "q": "pm2_5>100", "attrs": ["pm2_5"],
        "geoQ": {"georel": "near;maxDistance==10", "geometry": "Point", "coordinates": [58.54, 23.6]},
    }  # fmt: skip
    address = f"{ROOT}/entityOperations/query?options=keyValues"
    answer = standing_api.request("POST", address, json=body)
    assert answer.json() == [{"id": AIR, "type": "AirQualityObserved", "pm2_5": 149.75}], answer.text
    over_time = {**body, "temporalQ": {"timerel": "after", "timeAt": "2026-11-24T09:58:00Z"}}
    past = f"{ROOT}/temporal/entityOperations/query?options=temporalValues"
    (entity,) = standing_api.request("POST", past, json=over_time).json()
    assert entity["pm2_5"]["values"] == [[149.5, "2026-11-24T09:58:00Z"], [149.75, HALF]]
    assert standing_api.request("POST", past, json=body).status_code == 400
    assert standing_api.request("POST", address, json=over_time).status_code == 400
    for wrong in (
        "[]",
        '{"q": 3}',
        "{",
        "null",
        json.dumps({"q": "a"} | {"x": 1}),
        '{"attrs":["' + "a" * 100_001 + '"]}',
    ):
        refused = standing_api.request("POST", address, content=wrong)
        assert (refused.status_code, refused.json()["type"]) == (
            400,
            "https://uri.etsi.org/ngsi-ld/errors/BadRequestData",
        )


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("entities", 400, "BadRequestData"),
        ("entities?type=Vehicle&limit=1001", 400, "BadRequestData"),
        ("entities?type=Vehicle&offset=100001", 400, "BadRequestData"),
        ("entities?type=Vehicle&limit=0", 400, "BadRequestData"),
        ("entities?type=Vehicle&unknown=1", 400, "BadRequestData"),
        ("entities?type=Vehicle&type=Bus", 400, "BadRequestData"),
        ("entities?q=" + quote("a==\0"), 400, "BadRequestData"),
        ("entities?attrs=" + quote("a\0"), 400, "BadRequestData"),
        ("entities?id=air-01", 400, "BadRequestData"),
        ("entities?idPattern=" + quote("(a+)+$"), 400, "BadRequestData"),
        ("entities/air-01", 400, "BadRequestData"),
        ("entities/urn:ngsi-ld:A:%00", 400, "BadRequestData"),
        ("types/%00", 404, "ResourceNotFound"),
        (f"entities/{AIR}x", 404, "ResourceNotFound"),
        ("temporal/entities?type=Vehicle", 400, "BadRequestData"),
        ("types/Nothing", 404, "ResourceNotFound"),
        ("nothing", 404, "ResourceNotFound"),
    ],
)
def test_what_is_wrong_is_said_as_the_standard_says_it(
    standing_api: Api, path: str, status: int, kind: str
) -> None:
    answer = standing_api.get(f"{ROOT}/{path}", headers={"Accept-Language": "ar"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), (
        answer.text
    )
    assert answer.json()["type"] == f"https://uri.etsi.org/ngsi-ld/errors/{kind}"
    assert any("ء" <= letter <= "ي" for letter in answer.json()["detail"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "entities"),
        ("PATCH", f"entities/{AIR}"),
        ("DELETE", f"entities/{AIR}"),
        ("PUT", f"entities/{AIR}"),
    ],
)
def test_nothing_can_be_written(standing_api: Api, method: str, path: str) -> None:
    answer = standing_api.request(method, f"{ROOT}/{path}", json={})
    assert (answer.status_code, answer.json()["type"]) == (
        405,
        "https://uri.etsi.org/ngsi-ld/errors/OperationNotSupported",
    )
    assert answer.headers["allow"] == "GET"


def test_what_cannot_be_accepted(standing_api: Api) -> None:
    answer = standing_api.get(f"{ROOT}/types", headers={"Accept": "text/turtle"})
    assert answer.status_code == 406


def test_what_left_the_store_is_read_in_the_archive(scene: Scene) -> None:
    window = "timerel=between&timeAt=2026-11-22T00:00:00Z&endTimeAt=2026-11-24T12:00:00Z"
    questions = [
        f"temporal/entities/{AIR}?{window}",
        f"temporal/entities/{AIR}?lastN=400&options=temporalValues&timerel=before&timeAt=2026-11-23T12:00:00Z",
        f"temporal/entities?local=true&{window}",
    ]
    before = [scene.api.get(f"{ROOT}/{question}").json() for question in questions]
    assert len(before[1]["pm2_5"]["values"]) > 300
    assert scene.archive(3).let_go > 0
    assert [scene.api.get(f"{ROOT}/{question}").json() for question in questions] == before
