"""Formats of results, and what is answered to what is wrong or too much."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.hub_api.conftest import Api, City
from tests.hub_api.sensorthings.conftest import BEGIN, ROOT

HUB = f"http://hub.test{ROOT}"
Ask = Callable[[str], Any]


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
        ("/Locations?$orderby=geography'POINT(1 1)'", 400, "order"),
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


@pytest.mark.parametrize("request_", ["/Observations?$count=true&$top=1", "/Observations/$count"])
def test_what_cannot_be_counted_in_time_is_no_number(
    city: City, make_api: Any, monkeypatch: Any, request_: str
) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT %s, 1, %s::timestamptz - n * interval '1 s', 1, 1"
            " FROM generate_series(1, 200000) AS n",
            [city.datastreams["air-01.pm10"], BEGIN],
        )
    told = make_api().get(ROOT + request_).text
    assert "200620" in told, "600 numbers, ten words and ten places were there"
    monkeypatch.setenv("FALAJ_STA_COUNT_SECONDS_MAX", "0.001")
    answer = make_api().get(ROOT + request_)
    assert (answer.status_code, answer.json()["code"]) == (503, 503)
    assert "Retry-After" in answer.headers


def test_an_api_that_knows_no_archive_gives_no_shorter_answer(city: City, api: Api) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO archive_parts (source_id, local_date, sector, change_count, version, starts_at, ends_at,"
            " first_datastream_id, last_datastream_id, path, row_count, flag_count, byte_count, sha256, rows_digest,"
            " first_phenomenon_time, written_at, verified_at, let_go_at)"
            " SELECT source_id, '2026-01-01', 'air', 1, 1, '2025-12-31T20:00Z', '2026-01-01T20:00Z', 1, 9, 'x', 1, 0, 1,"
            " sha256(''), sha256(''), '2026-01-01T00:00Z', now(), now(), now() FROM things WHERE code = 'air-01'"
        )
    for asked in ("?$top=1", "/$count", "?$orderby=result"):
        answer = api.get(f"{ROOT}/Datastreams({number})/Observations{asked}")
        assert answer.status_code == 503, answer.text
    newest = api.get(f"{ROOT}/Datastreams({number})/Observations?$top=1&$orderby=phenomenonTime desc")
    assert len(newest.json()["value"]) == 1
    sky = city.datastreams["weather-01.weather"]
    assert api.get(f"{ROOT}/Datastreams({sky})/Observations?$top=1").status_code == 200


@pytest.mark.parametrize("path", ["", "/Things", "/Things(1)/name"])
def test_what_can_be_asked_of_an_address(rich_api: Api, path: str) -> None:
    answer = rich_api.request("OPTIONS", ROOT + path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert {"GET", "HEAD", "OPTIONS", "POST"} <= set(answer.headers["allow"].split(", "))
