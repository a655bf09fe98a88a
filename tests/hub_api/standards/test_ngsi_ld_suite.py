"""What ETSI's suite of tests asks of reading (TP/NGSI-LD/ContextInformation/Consumption), by the numbers of its cases."""

from __future__ import annotations

from typing import Any

import pytest

from hub_api.standards.ngsi_ld.aggregates import Aggregated, Summary, aggregated_json
from hub_api.standards.ngsi_ld.entities import entity_json, temporal_json
from hub_api.standards.ngsi_ld.model import Entity, Presentation
from hub_api.standards.ngsi_ld.periods import Periods
from tests.hub_api.conftest import START, Api, standing_api, standing_city

__all__ = ["standing_api", "standing_city"]
ROOT = "/ngsi-ld/v1"
AIR, BUS = "urn:ngsi-ld:AirQualityObserved:air-01", "urn:ngsi-ld:Vehicle:bus-01"
SPAN = "timerel=after&timeAt=2020-01-01T12:03:00Z"
GEO = {"accept": "application/geo+json"}


@pytest.mark.parametrize(
    ("case", "path", "status", "kind"),
    [
        ("018_18_01", f"entities/{AIR}?pick=name&omit=name", 400, "BadRequestData"),
        ("018_18_02", f"entities/{AIR}?pick=name&attrs=kind", 400, "BadRequestData"),
        ("018_18_03", f"entities/{AIR}?omit=name&attrs=kind", 400, "BadRequestData"),
        ("018_18_04", f"entities/{AIR}?pick=id;name", 400, "BadRequestData"),
        ("018_18_05", f"entities/{AIR}?pick=id,locatedAt{{name", 400, "BadRequestData"),
        ("018_18_07", f"entities/{AIR}?pick=id,,name", 400, "BadRequestData"),
        ("018_18_09", f"entities/{AIR}?pick=id,locatedAt{{}}", 400, "BadRequestData"),
        ("5.7.1.4", f"entities/{AIR}?attrs=unknownAttribute", 404, "ResourceNotFound"),
        ("5.7.1.4", f"entities/{AIR}?attrs=pm10", 404, "ResourceNotFound"),
        ("5.7.1.4", f"entities/{AIR}?type=Vehicle", 404, "ResourceNotFound"),
        ("5.7.1.4", f"entities/{AIR}?geometryProperty=location", 400, "BadRequestData"),
        ("020_08_01", f"temporal/entities/{AIR}?attrs=unknownAttribute", 404, "ResourceNotFound"),
        ("021_20_01", f"temporal/entities?type=Vehicle&{SPAN}&format=invalidFormat", 400, "InvalidRequest"),
        ("021_20_02", f"temporal/entities?type=Vehicle&{SPAN}&options=invalidOptions", 400, "InvalidRequest"),
        ("021_20_03", f"temporal/entities?type=Vehicle&{SPAN}&options=temporalValues,invalidOptions", 400, "InvalidRequest"),
        ("021_20_04", f"temporal/entities?type=Vehicle&{SPAN}&format=temporalValues&options=aggregatedValues,invalidOptions", 400, "InvalidRequest"),
        ("021_24", f"temporal/entities?{SPAN}", 400, "BadRequestData"),
        ("027_01_01", "attributes/airQualityLevel", 404, "ResourceNotFound"),
        ("5722_01_01", "entities?attrs=createdAt", 400, "BadRequestData"),
        ("5722_01_02", 'entities?q=modifiedAt>"2020-01-01T00:00:00Z"', 400, "BadRequestData"),
        ("5722_01_03", 'entities?type=Building&q=owner{name}=="x"', 400, "BadRequestData"),
        ("5722_01_05", "entities?type=Building&csf=))bad((", 400, "BadRequestData"),
        ("6.3.12", "entities?type=Vehicle&options=temporalValues", 400, "InvalidRequest"),
    ],
)  # fmt: skip
def test_errors_have_the_types_of_the_cases(
    standing_api: Api, case: str, path: str, status: int, kind: str
) -> None:
    answer = standing_api.get(f"{ROOT}/{path}")
    told = answer.json()
    assert (answer.status_code, told["type"]) == (status, f"https://uri.etsi.org/ngsi-ld/errors/{kind}"), case
    assert told["title"]


@pytest.mark.parametrize(
    ("query", "members"),
    [
        ("pick=id,type,pm2_5", ["id", "type", "pm2_5"]), ("pick=id|pm25", ["id", "pm2_5"]), ("pick=pm2_5", ["pm2_5"]),
        ("omit=name,location,kind,source,simulated,place", ["id", "type", "pm2_5"]), ("omit=id,type&pick=pm2_5", ["pm2_5"]),
        ("pick=createdAt,id&options=sysAttrs", ["id", "createdAt"]), ("pick=https://smartdatamodels.org/dataModel.Environment/pm25", ["pm2_5"]),
        ("type=AirQualityObserved,Vehicle&attrs=pm2_5", ["id", "type", "pm2_5"]), ("pick=nothing", []),
    ],
)  # fmt: skip
def test_members_are_picked_and_omitted(standing_api: Api, query: str, members: list[str]) -> None:
    assert list(standing_api.get(f"{ROOT}/entities/{AIR}?{query}").json()) == members
    if "type=" not in query:
        (listed,) = standing_api.get(f"{ROOT}/entities?type=AirQualityObserved&{query}").json()
        assert list(listed) == members


def test_members_of_what_is_posted_over_time_and_as_features(standing_api: Api) -> None:
    body = {"type": "Query", "entities": [{"type": "AirQualityObserved"}], "pick": ["id", "pm2_5"]}
    (entity,) = standing_api.request(
        "POST", f"{ROOT}/entityOperations/query?options=keyValues", json=body
    ).json()
    assert entity == {"id": AIR, "pm2_5": 149.75}
    refused = standing_api.request(
        "POST", f"{ROOT}/entityOperations/query", json={**body, "attrs": ["pm2_5"]}
    )
    assert refused.status_code == 400
    past = standing_api.get(
        f"{ROOT}/temporal/entities?type=AirQualityObserved&{SPAN}&lastN=1&omit=type"
    ).json()
    assert list(past[0]) == ["id", "pm2_5"]
    feature = standing_api.get(f"{ROOT}/entities/{AIR}?pick=pm2_5&options=keyValues", headers=GEO).json()
    assert (feature["id"], feature["properties"]) == (AIR, {"pm2_5": 149.75})


def test_features_have_their_context_within_or_beside_them(standing_api: Api) -> None:
    within = standing_api.get(f"{ROOT}/entities/{AIR}?geometryProperty=location", headers=GEO)
    assert "@context" in within.json()
    beside = standing_api.get(f"{ROOT}/entities/{AIR}", headers={**GEO, "prefer": "body=json"})
    assert "@context" not in beside.json()
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in beside.headers["link"]
    assert beside.headers["preference-applied"] == "body=json"
    assert (
        standing_api.get(f"{ROOT}/entities/{AIR}?geometryProperty=nowhere", headers=GEO).json()["geometry"]
        is None
    )


@pytest.mark.parametrize(
    ("query", "begins", "ends", "size"),
    [
        ("", "2026-11-24T00:00:00Z", "2026-11-24T08:19:00Z", "*"),
        ("lastN=600", "2026-11-24T09:59:00Z", "2026-11-24T01:40:00Z", "600"),
        ("lastN=600&timerel=before&timeAt=2027-01-01T01:01:00Z", "2027-01-01T01:01:00Z", "2026-11-24T01:40:00Z", "600"),
        ("lastN=600&timerel=between&timeAt=2019-01-01T01:01:00Z&endTimeAt=2027-01-01T01:01:00Z", "2027-01-01T01:01:00Z", "2026-11-24T01:40:00Z", "600"),
        ("lastN=600&timerel=after&timeAt=2019-01-01T01:01:00Z", "2026-11-24T09:59:00Z", "2026-11-24T01:40:00Z", "600"),
        ("timerel=before&timeAt=2027-01-01T01:01:00Z", "2026-11-24T00:00:00Z", "2026-11-24T08:19:00Z", "*"),
        ("timerel=between&timeAt=2019-01-01T01:01:00Z&endTimeAt=2027-01-01T01:01:00Z", "2019-01-01T01:01:00Z", "2026-11-24T08:19:00Z", "*"),
        ("timerel=after&timeAt=2019-01-01T01:01:00Z&options=temporalValues", "2019-01-01T01:01:00Z", "2026-11-24T08:19:00Z", "*"),
    ],
)  # fmt: skip
def test_ranges_as_the_cases_020_13_have_them(
    standing_api: Api, query: str, begins: str, ends: str, size: str
) -> None:
    answer = standing_api.get(f"{ROOT}/temporal/entities/{AIR}?{query}")
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"date-time {begins}-{ends}/{size}"


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("pm2_5>100", False), ("pm2_5>2", True), ("pm2_5<0", False), ("pm2_5==1.25", True), ("pm2_5==1..1.3", True), ("pm2_5!=0", True),
        ("pm2_5", True), ("pm2_5>2;pm2_5<0.3", True), ("pm2_5>100|pm2_5==0", True), ("weather", False), ("pm2_5.qualityFlag==1", True),
        ('pm2_5.observedAt>"2026-11-24T00:20:00Z"', False), ('kind=="air_quality_station"', True), ('pm2_5>2;name[en]=="Ruwi"', True),
    ],
)  # fmt: skip
def test_values_outside_of_the_span_never_satisfy_q(standing_api: Api, q: str, found: bool) -> None:
    """5744_01: the newest value is 149.75; within these minutes it goes from 0 to 2.25."""
    span = {"timerel": "between", "timeAt": "2026-11-24T00:00:00Z", "endTimeAt": "2026-11-24T00:10:00Z"}
    answer = standing_api.get(
        f"{ROOT}/temporal/entities", params={**span, "type": "AirQualityObserved", "q": q, "count": "true"}
    )
    assert ([one["id"] for one in answer.json()], answer.headers["ngsild-results-count"]) == (
        ([AIR], "1") if found else ([], "0")
    )
    posted = {"type": "Query", "entities": [{"type": "AirQualityObserved"}], "q": q, "temporalQ": span}
    assert (
        bool(standing_api.request("POST", f"{ROOT}/temporal/entityOperations/query", json=posted).json())
        is found
    )


def test_what_is_known_of_an_attribute_and_a_type(standing_api: Api) -> None:
    told: dict[str, Any] = standing_api.get(f"{ROOT}/attributes/pm2_5").json()
    assert (told["attributeCount"], told["attributeTypes"], told["typeNames"]) == (
        1,
        ["Property"],
        ["AirQualityObserved"],
    )
    assert standing_api.get(f"{ROOT}/entities/{BUS}?type=Vehicle").status_code == 200
    counted = standing_api.get(f"{ROOT}/entities?type=Vehicle&limit=0&count=true")
    assert (counted.json(), counted.headers["ngsild-results-count"]) == ([], "1")


def two_sensors() -> Entity:
    shared = {
        "thing_id": 1,
        "observed_property": "pm2_5",
        "unit": "ug/m3",
        "result_type": "measurement",
        "quality": 1,
        "text": None,
    }
    series = [
        {
            **shared,
            "datastream": number,
            "sensor": f"s{number}",
            "created_at": START,
            "at": START,
            "result": float(number),
        }
        for number in (1, 2)
    ]
    series.append({**series[0], "datastream": 3, "observed_property": "pm10", "sensor": None, "result": 3.0})
    return Entity(
        thing_id=1, code="a", type="T", kind="k", name={"en": "A", "ar": "ا"}, source="s", simulated=True, place=None,
        longitude=None, latitude=None, seen_at=None, created_at=START, series=sorted(series, key=lambda one: str(one["observed_property"])),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("datasets", "found"),
    [
        ((), {"pm10": [3.0], "pm2_5": [1.0, 2.0]}),
        (("@none",), {"pm10": [3.0]}),
        (("urn:ngsi-ld:dataset:s2",), {"pm2_5": [2.0]}),
        (("urn:ngsi-ld:dataset:s1", "urn:ngsi-ld:dataset:s2", "@none"), {"pm10": [3.0], "pm2_5": [1.0, 2.0]}),
        (("urn:ngsi-ld:dataset:s9",), {}),
    ],
)  # fmt: skip
def test_instances_are_chosen_by_their_dataset(
    datasets: tuple[str, ...], found: dict[str, list[float]]
) -> None:
    """019_12: whatever is left of several keeps its dataset."""
    entity, how = two_sensors(), Presentation(datasets=datasets)
    told = entity_json(entity, how)
    assert ("name" in told) is (not datasets or "@none" in datasets)
    rows = {number: [(START, 1, float(number), None, None, None)] for number in (1, 2, 3)}
    past = temporal_json(entity, how, rows)
    periods = Periods((START,), START)
    summed = {number: {1: Summary(1, float(number))} for number in (1, 2, 3)}
    sums = aggregated_json(entity, how, Aggregated(("sum",), periods, summed, frozenset(), None))
    for written in (told, past, sums or {}):
        instances = {
            code: written[code] if isinstance(written[code], list) else [written[code]]
            for code in ("pm10", "pm2_5")
            if code in written
        }
        assert {
            code: [one["sum"][0][0] if "sum" in one else one["value"] for one in some]
            for code, some in instances.items()
        } == found
        assert all("datasetId" in one for one in instances.get("pm2_5", ()))
        assert not any("datasetId" in one for one in instances.get("pm10", ()))


def test_datasets_at_the_wire(standing_api: Api) -> None:
    assert "pm2_5" in standing_api.get(f"{ROOT}/entities/{AIR}?datasetId=@none").json()
    assert list(standing_api.get(f"{ROOT}/entities/{AIR}?datasetId=urn:ngsi-ld:dataset:x").json()) == [
        "id",
        "type",
    ]
    assert standing_api.get(f"{ROOT}/entities/{AIR}?datasetId=x").status_code == 400
    body = {"type": "Query", "entities": [{"type": "AirQualityObserved"}], "datasetId": ["@none"]}
    (entity,) = standing_api.request("POST", f"{ROOT}/entityOperations/query", json=body).json()
    assert "pm2_5" in entity
