"""OGC API – Features on the wire: what Part 1 and Part 3 ask for, and what careless and hostile readers send."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

import pytest
from openapi_spec_validator import validate

from hub_api.standards.ogc.documents import CONFORMANCE
from hub_api.standards.ogc.features.model import COLLECTIONS

ROOT = "/ogc"
THINGS = f"{ROOT}/collections/things/items"
OBSERVATIONS = f"{ROOT}/collections/observations/items"
LATEST = f"{ROOT}/collections/latest/items"


def rels(document: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in document["links"]:
        assert link["href"].startswith("http://hub.test/")
        found.setdefault(link["rel"], []).append(link["type"])
    return found


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json()["errors"]]


def test_the_landing_page_leads_to_everything(standing_api: Any) -> None:
    for path in (ROOT, f"{ROOT}/"):
        landing = standing_api.get(path)
        assert landing.headers["content-type"] == "application/json"
        assert rels(landing.json()) == {
            "self": ["application/json"], "alternate": ["text/html"], "conformance": ["application/json"],
            "service-desc": ["application/vnd.oai.openapi+json;version=3.0"], "service-doc": ["text/html"],
            "data": ["application/json"],
        }  # fmt: skip
    for link in landing.json()["links"]:
        answer = standing_api.get(link["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0]
    conforms = standing_api.get(f"{ROOT}/conformance").json()["conformsTo"]
    assert conforms == list(CONFORMANCE)
    assert len(set(conforms)) == len(conforms)


def test_the_definition_is_valid_and_has_what_others_look_for(standing_api: Any) -> None:
    document = standing_api.get(f"{ROOT}/api").json()
    validate(document)
    assert document["servers"] == [{"url": "http://hub.test/ogc"}]
    for name in COLLECTIONS:
        assert f"/collections/{name}/items" in document["paths"]
        assert f"/collections/{name}/items/{{featureId}}" in document["paths"]
    shared = document["components"]["parameters"]
    limit = {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100}
    assert limit.items() <= shared["limit"]["schema"].items()
    assert (shared["bbox"]["style"], shared["bbox"]["explode"]) == ("form", False)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_says_where_its_features_are_and_what_they_have(standing_api: Any, name: str) -> None:
    document = standing_api.get(f"{ROOT}/collections/{name}").json()
    listed = {one["id"]: one for one in standing_api.get(f"{ROOT}/collections").json()["collections"]}
    assert listed[name] == document
    kinds = rels(document)
    assert {"self", "alternate", "items", "license", "describedby"} <= set(kinds)
    assert set(kinds["items"]) == {"application/geo+json", "text/html"}
    assert len(document["extent"]["spatial"]["bbox"][0]) == 4
    queryables = standing_api.get(f"{ROOT}/collections/{name}/queryables")
    assert queryables.headers["content-type"] == "application/schema+json"
    assert queryables.json()["$id"] == f"http://hub.test/ogc/collections/{name}/queryables"
    page = standing_api.get(
        f"{ROOT}/collections/{name}/items?limit=2", headers={"origin": "https://elsewhere.test"}
    )
    assert page.headers["content-type"] == "application/geo+json"
    assert page.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert page.headers["access-control-allow-origin"] == "*"
    collection = page.json()
    assert {"self", "alternate", "collection"} <= set(rels(collection))
    assert collection["numberReturned"] == len(collection["features"])
    for feature in collection["features"]:
        assert set(feature["properties"]) | {"geometry"} == set(queryables.json()["properties"])
        one = standing_api.get(f"{ROOT}/collections/{name}/items/{quote(str(feature['id']), safe='')}")
        assert {key: value for key, value in one.json().items() if key != "links"} == feature
        assert {"self", "alternate", "collection"} <= set(rels(one.json()))


def test_in_arabic_everything_is_arabic(standing_api: Any) -> None:
    arabic = standing_api.get(f"{ROOT}/collections/places", headers={"accept-language": "ar"})
    assert (arabic.json()["title"], arabic.headers["content-language"]) == ("الأماكن", "ar")
    assert standing_api.get(f"{ROOT}/collections/places?lang=ar").json()["title"] == "الأماكن"
    wrong = standing_api.get(f"{THINGS}?bbox=1&lang=ar").json()["description"]
    assert "إطار" in wrong


def test_pages_follow_each_other_until_nothing_is_left(standing_api: Any) -> None:
    for path, count in (
        (THINGS, 3),
        (f"{OBSERVATIONS}?datetime=2026-11-24T00:00:00Z/2026-11-24T00:08:00Z", 19),
    ):
        whole = standing_api.get(f"{path}{'&' if '?' in path else '?'}limit=1000").json()
        assert whole["numberMatched"] == whole["numberReturned"] == count
        url, seen = f"{path}{'&' if '?' in path else '?'}limit=2", []
        while url:
            page = standing_api.get(url).json()
            assert 0 < len(page["features"]) <= 2
            seen += page["features"]
            url = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        assert seen == whole["features"]


def test_limits_above_the_maximum_are_the_maximum(standing_api: Any) -> None:
    for limit in ("10001", "99999999999999999999999999"):
        assert standing_api.get(f"{THINGS}?limit={limit}").json()["numberReturned"] == 3
    for limit in ("0", "-1", "x", "1.5", "", "٣"):
        assert codes(standing_api.get(f"{THINGS}?limit={limit}")) == ["not_a_limit"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("bbox=58.5,23.5,58.6,23.7", ["air-01", "bus-01"]),
        ("bbox=58.5,23.5,0,58.6,23.7,100", ["air-01", "bus-01"]),
        ("bbox=58.54,23.6,58.54,23.6", ["air-01"]),
        ("bbox=100,20,-170,30", []),
        ("bbox=58.53,-90,57,90", ["air-01"]),
        ("kind=bus", ["bus-01"]),
        ("simulated=false", ["weather-01"]),
        ("filter=kind='bus' or thing like 'air%25'", ["air-01", "bus-01"]),
        ('filter-lang=cql2-json&filter={"op":"=","args":[{"property":"kind"},"bus"]}', ["bus-01"]),
        ("filter=s_within(geometry,POLYGON((58 23,58.3 23,58.3 24,58 24,58 23)))", ["weather-01"]),
        ("filter=casei(name_en)=casei('RUWI')&bbox=58,23,59,24", ["air-01"]),
        ("filter=name_ar='روي'", ["air-01"]),
        ("datetime=2001-01-01", ["air-01", "bus-01", "weather-01"]),
        ("crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84", ["air-01", "bus-01", "weather-01"]),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_found(standing_api: Any, query: str, ids: list[str]) -> None:
    assert [one["id"] for one in standing_api.get(f"{THINGS}?{query}").json()["features"]] == ids


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("datetime=2026-11-24T09:58:00Z/..", 2), ("datetime=../2026-11-24T00:00:00Z", 3), ("datetime=/2026-11-24T00:00:00Z", 3),
        ("datetime=2026-11-24T00:05:00Z", 2), ("datetime=2026-11-24", 620), ("datetime=2026-11-23", 0),
        ("datetime=2026-11-24T04:00:00%2B04:00", 3), ("thing=bus-01", 10), ("datastream=3", 10), ("filter=datastream=3.5", 0),
        ("filter=result>149", 3), ("filter=result>149 and thing='air-01'", 3), ("filter=result_text like 'clear%25'", 10),
        ("filter=thing='bus-01' and s_intersects(geometry,BBOX(58.5045,23.5,58.6,23.7))", 5), ("quality=2", 10),
        ("filter=t_after(phenomenon_time,TIMESTAMP('2026-11-24T09:57:00Z'))", 2), ("bbox=58.5045,23.5,58.5075,23.7", 3),
        ("filter=phenomenon_time between '2026-11-24T09:00:00Z' and '2026-11-24T09:01:00Z' and not thing='air-01'", 1),
        ("thing=air-02", 0), ("filter=geometry is null", 0),
    ],
)  # fmt: skip
def test_observations_are_chosen_by_datastream_time_and_value(
    standing_api: Any, query: str, count: int
) -> None:
    page = standing_api.get(f"{OBSERVATIONS}?limit=10000&{query}").json()
    assert page["numberReturned"] == page["numberMatched"] == count
    times = [one["properties"]["phenomenon_time"] for one in page["features"]]
    assert times == sorted(times, reverse=True)


def test_a_filter_that_takes_few_rows_looks_at_some_and_goes_on(city: Any, make_api: Any) -> None:
    from hub_api.standards.ogc.settings import OgcSettings

    api = make_api(ogc=OgcSettings(scan_rows_max=100))
    url, pages, seen = f"{OBSERVATIONS}?filter=result=0.25 or result=149.75", 0, []
    while url:
        page = api.get(url).json()
        seen += [one["properties"]["result"] for one in page["features"]]
        pages, url = pages + 1, next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
    assert seen == [149.75, 0.25]
    assert pages == 7


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        (f"{ROOT}/collections/thing/items", 404, "no_such_collection"), (f"{ROOT}/collections/x", 404, "no_such_collection"),
        (f"{THINGS}/air-09", 404, "no_such_feature"), (f"{LATEST}/abc", 404, "no_such_feature"),
        (f"{LATEST}/99999999999999999999", 404, "no_such_feature"), (f"{OBSERVATIONS}/1-x", 404, "no_such_feature"),
        (f"{OBSERVATIONS}/9-1", 404, "no_such_feature"), (f"{OBSERVATIONS}/1-999999999999999999", 404, "no_such_feature"),
        (f"{THINGS}/a%00b", 404, "no_such_feature"), (f"{THINGS}/a%2Fb", 404, "no_such_feature"),
        (f"{ROOT}/collections/alerts/items/x'y", 404, "no_such_feature"), (f"{ROOT}/nothing", 404, "no_such_path"),
        (f"{THINGS}?f=xml", 400, "invalid_parameter"), (f"{OBSERVATIONS}?datastream=3.5", 400, "invalid_parameter"), (f"{THINGS}?nope=1", 400, "invalid_parameter"),
        (f"{THINGS}?limit=1&limit=2", 400, "invalid_parameter"), (f"{THINGS}?bbox=1,2,3", 400, "invalid_parameter"),
        (f"{THINGS}?bbox=a,b,c,d", 400, "invalid_parameter"), (f"{THINGS}?bbox=nan,1,2,3", 400, "invalid_parameter"),
        (f"{THINGS}?crs=EPSG:3857", 400, "invalid_parameter"), (f"{THINGS}?filter-crs=EPSG:4326&filter=kind='x'", 400, "invalid_parameter"),
        (f"{THINGS}?datetime=yesterday", 400, "invalid_parameter"), (f"{THINGS}?datetime=../..", 400, "invalid_parameter"),
        (f"{THINGS}?datetime=2026-02-30", 400, "invalid_parameter"), (f"{THINGS}?datetime=2026-11-24T00:00:00", 400, "invalid_parameter"),
        (f"{THINGS}?filter=pg_sleep(10)=1", 400, "invalid_parameter"), (f"{THINGS}?filter-lang=sql&filter=1=1", 400, "invalid_parameter"),
        (f"{THINGS}?cursor=AAAA", 400, "invalid_parameter"), (f"{ROOT}?x=1", 400, "invalid_parameter"),
        (f"{ROOT}/collections/things/queryables?f=xml", 400, "invalid_parameter"),
    ],
)  # fmt: skip
def test_errors_have_the_shape_of_the_standard(standing_api: Any, url: str, status: int, code: str) -> None:
    answer = standing_api.get(url, headers={"origin": "https://elsewhere.test"})
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/json"
    assert told["description"]
    assert answer.headers["access-control-allow-origin"] == "*"
    page = standing_api.get(url, headers={"accept": "text/html"})
    assert page.status_code == status
    if "f=" not in url:
        assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "url",
    [
        f"{THINGS}?{'&'.join(f'thin{n}=1' for n in range(3_000))}", f"{THINGS}?{'a' * 60_000}=1",
        f"/ogc/collections/observations/locations?parameter-name={'a' * 60_000}", f"{THINGS}?bbox={'1,' * 30_000}",
        f"{THINGS}?datetime={'2' * 60_000}", f"{THINGS}?limit={'x' * 60_000}", f"{THINGS}?f={'x' * 60_000}",
        f"/ogc/collections/observations/area?coords=POLYGON((1 1{',1 1' * 9_000}))", f"{THINGS}/{'x' * 60_000}",
        f"{THINGS}?cursor={'A' * 60_000}", f"/ogc/collections/{'x' * 60_000}", f"{OBSERVATIONS}?thing={'x' * 60_000}",
    ],
    ids=lambda url: url[:50],
)  # fmt: skip
def test_what_is_much_too_long_is_answered_soon_and_shortly(standing_api: Any, url: str) -> None:
    began = time.process_time()
    answer = standing_api.get(url)
    assert answer.status_code in {400, 404} or answer.json()["features"] == []
    told = answer.json().get("description", "")
    assert len(told) < 10_000
    assert time.process_time() - began < 1


def test_what_is_hardly_meant_is_said(standing_api: Any) -> None:
    def warned(query: str) -> list[str]:
        answer = standing_api.get(f"{OBSERVATIONS}?{query}").json()
        assert answer["features"] == []
        return [one["code"] for one in answer["warnings"]]

    assert warned("bbox=23.5,58.4,23.7,58.6") == ["box_swapped"]
    assert warned("bbox=58.4,23.7,58.6,23.5") == ["south_above_north"]
    assert warned("bbox=58.4,100,58.6,120") == ["beyond_the_globe"]
    assert warned("datetime=2026-12-01T00:00:00Z/2026-11-01T00:00:00Z") == ["time_reversed"]
    assert warned("thing=air-1") == ["unknown_name"]
    assert "warnings" not in standing_api.get(f"{OBSERVATIONS}?bbox=10,10,11,11").json()


def test_answers_are_kept_and_asked_again_by_etag(standing_api: Any) -> None:
    first = standing_api.get(f"{THINGS}?limit=1")
    again = standing_api.get(f"{THINGS}?limit=1", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    elsewhere = standing_api.get(f"{THINGS}?limit=1", headers={"host": "other.test"})
    assert elsewhere.headers["etag"] != first.headers["etag"]
    assert "http://other.test/ogc" in elsewhere.text
    head = standing_api.request("HEAD", f"{THINGS}?limit=1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "application/geo+json"
    refused = standing_api.request("POST", THINGS)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path",
    [
        ROOT, f"{ROOT}/api", f"{ROOT}/conformance", f"{ROOT}/collections", f"{ROOT}/collections/observations", THINGS,
        f"{THINGS}/air-01", f"{OBSERVATIONS}?limit=2", f"{LATEST}?bbox=23,58,24,59", f"{ROOT}/collections/observations/locations",
    ],
)  # fmt: skip
def test_people_get_pages_in_their_language(standing_api: Any, path: str) -> None:
    seen = {}
    for language in ("en", "ar"):
        page = standing_api.get(path, headers={"accept": "text/html,*/*;q=0.8", "accept-language": language})
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert f'lang="{language}"' in page.text
        assert not re.search(r"(?:src|stylesheet\" href)=\"https?:", page.text)
        seen[language] = re.sub(r"<[^>]+>", " ", page.text)
        for link in re.findall(r'<a[^>]* href="(/ogc[^"]*)"', page.text)[:4]:
            assert standing_api.get(link.replace("&amp;", "&")).status_code == 200, link
    assert seen["en"] != seen["ar"]
    assert "</script" not in page.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_tell_the_time_of_oman(standing_api: Any, language: str) -> None:
    for path in (LATEST, f"{ROOT}/collections/observations"):
        page = standing_api.get(f"{path}?f=html&lang={language}").text
        assert "2026-11-24 13:59:00 (UTC+4)" in page
        assert "T09:59:00Z" not in page
