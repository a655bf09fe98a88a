"""The abstract tests of the standards, sent as their suites send them: OGC 21-065r2 (CQL2), 19-079r2 (filters), 19-086r6 (EDR)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from hub_api.standards.ogc.features.model import COLLECTIONS

Json = dict[str, Any]
ROOT = "/ogc"
DATA = f"{ROOT}/collections/observations"
SIGNS = ("=", "<>", ">", "<", ">=", "<=")
MOMENT, YEAR = "2022-04-24T07:59:57Z", ["2021-01-01T00:00:00Z", "2021-12-31T23:59:59Z"]
#: By the type of a queryable: the value of the tests as text and as JSON.
VALUES: dict[str, tuple[str, object]] = {
    "string": ("'foo'", "foo"), "boolean": ("true", True), "number": ("3.14", 3.14), "integer": ("1", 1),
    "date-time": (f"TIMESTAMP('{MOMENT}')", {"timestamp": MOMENT}),
}  # fmt: skip
SHAPES = (
    "BBOX(-180,-90,180,90)", "BBOX(0,40,10,50)", "BBOX(150,-90,-150,90)", "POINT(7.02 49.92)", "LINESTRING(-180 -45, 0 -45)",
    "MULTIPOINT(7.02 49.92, 90 18)", "MULTILINESTRING((-180 -45, 0 -45), (0 45, 180 45))",
    "POLYGON((-180 -90, -90 -90, -90 90, -180 90, -180 -90), (-120 -50, -100 -50, -100 -40, -120 -40, -120 -50))",
    "MULTIPOLYGON(((-180 -90,-90 -90,-90 90,-180 90,-180 -90),(-120 -50,-100 -50,-100 -40,-120 -40,-120 -50)),((0 0,10 0,10 10,0 10,0 0)))",
    "GEOMETRYCOLLECTION(POINT(7.02 49.92), POLYGON((0 0, 10 0, 10 10, 0 10, 0 0)))",
)  # fmt: skip
NOWHERE = ("POINT(90 180)", "MULTIPOINT(7.02 49.92, 90 180)", "BBOX(1000000,1000000,2000000,2000000)")


def folded(value: object) -> Json:
    return {"op": "casei", "args": [value]}


def questions(name: str, kind: str) -> Iterator[tuple[str, Json]]:
    """What the tests ask of a queryable of a type, as text and as JSON."""
    here, (text, value) = {"property": name}, VALUES[kind]
    for sign in SIGNS:
        yield f"{name} {sign} {text}", {"op": sign, "args": [here, value]}
    if kind == "string":
        for pattern in ("%", "_%", "", "%%", r"\%\_"):
            yield f"{name} LIKE '{pattern}'", {"op": "like", "args": [here, pattern]}
        yield f"{name} in ('foo', 'bar')", {"op": "in", "args": [here, ["foo", "bar"]]}
        for sign, one in (("=", "foo"), ("<>", "FOO")):
            yield f"CASEI({name}) {sign} casei('{one}')", {"op": sign, "args": [folded(here), folded(one)]}
        for one in ("foo%", "FOO%"):
            yield f"CASEI({name}) LIKE casei('{one}')", {"op": "like", "args": [folded(here), folded(one)]}
        yield f"CASEI({name}) IN (casei('a'))", {"op": "in", "args": [folded(here), [folded("a")]]}
    elif kind in {"number", "integer"}:
        yield f"{name} BETWEEN 0 AND 100", {"op": "between", "args": [here, 0, 100]}
        yield f"{name} between 100.0 and 1.0", {"op": "between", "args": [here, 100.0, 1.0]}
        yield f"{name} IN (1, 2, 3)", {"op": "in", "args": [here, [1, 2, 3]]}
    elif kind == "boolean":
        yield f"{name} in (true)", {"op": "in", "args": [here, [True]]}
    else:
        yield f"{name} in ('{YEAR[0]}', '{YEAR[1]}')", {"op": "in", "args": [here, YEAR]}
        for relation in ("t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"):
            yield f"{relation.upper()}({name},{text})", {"op": relation, "args": [here, value]}
            ends = ",".join(f"'{one}'" for one in YEAR)
            yield f"{relation}({name},INTERVAL({ends}))", {"op": relation, "args": [here, {"interval": YEAR}]}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_filters_as_the_abstract_tests_of_cql2_have_them(standing_api: Any, collection: str) -> None:
    queryables = standing_api.get(f"{ROOT}/collections/{collection}/queryables").json()["properties"]

    def found(content: str, language: str = "cql2-text", status: int = 200) -> set[object]:
        answer = standing_api.get(
            f"{ROOT}/collections/{collection}/items",
            params={"filter": content, "filter-lang": language, "limit": "1000"},
        )
        assert answer.status_code == status, (content, answer.text)
        return {one["id"] for one in answer.json().get("features", ())}

    def both(text: str, content: object) -> set[object]:
        taken = found(text)
        assert found(orjson.dumps(content).decode(), "cql2-json") == taken, text
        return taken

    every = both("true", content=True)
    assert both("false", content=False) == set()
    for name, schema in queryables.items():
        is_null = {"op": "isNull", "args": [{"property": name}]}
        nothing = both(f"{name} IS NULL", is_null)
        assert both(f"{name} is not null", {"op": "not", "args": [is_null]}) == every - nothing
        if "type" not in schema:
            assert schema["$ref"].startswith("https://geojson.org/schema/")
            for one in SHAPES:
                found(f"S_INTERSECTS({name},{one})")
            for one in NOWHERE:
                found(f"S_INTERSECTS({name},{one})", status=400)
            continue
        kind = "date-time" if schema.get("format") == "date-time" else schema["type"]
        taken = {text: both(text, content) for text, content in questions(name, kind)}
        literal = VALUES[kind][0]
        for one, other in (("=", "<>"), (">", "<="), ("<", ">=")):
            assert not taken[f"{name} {one} {literal}"] & taken[f"{name} {other} {literal}"], name
        if kind == "string":
            assert taken[f"{name} LIKE '%'"] == taken[f"{name} LIKE '%%'"] == every - nothing
            assert not taken[f"{name} LIKE '_%'"] & taken[f"{name} LIKE ''"]
            assert taken[f"CASEI({name}) LIKE casei('foo%')"] == taken[f"CASEI({name}) LIKE casei('FOO%')"]
    found("this_is_not_a_queryable IS NULL", status=400)
    found("THIS IS NOT A FILTER", status=400)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_boxes_times_and_limits_as_the_suite_for_features_sends_them(
    standing_api: Any, collection: str
) -> None:
    asked = f"{ROOT}/collections/{collection}/items"
    extent = standing_api.get(f"{ROOT}/collections/{collection}").json()["extent"]
    whole = ",".join(map(str, extent["spatial"]["bbox"][0]))
    boxes = (
        whole,
        "-1.5,50.0,1.5,53.0",
        "-80.0,-5.0,-70.0,5.0",
        "177.0,65.0,-177.0,70.0",
        "-180.0,85.0,180.0,90.0",
        "-180.0,-90.0,180.0,-85.0",
    )
    times = [
        "2026-11-24T02:00:00Z",
        "2026-11-24T02:00:00Z/2026-11-24T04:00:00Z",
        "2026-11-24/P2D",
        "2026-11-24t02:00:00z/PT1H",
    ]
    queries = [
        *(f"bbox={one}" for one in boxes),
        *(f"datetime={one}" for one in times),
        "limit=1",
        "limit=100",
        "limit=10000",
    ]
    for query in queries:
        answer = standing_api.get(f"{asked}?{query}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["numberReturned"] == len(page["features"]) <= 10_000
        assert page["timeStamp"]
        assert {"self", "alternate"} <= {link["rel"] for link in page["links"]}
        assert all(link["rel"] and link["type"] for link in page["links"])
        if "numberMatched" in page:
            assert page["numberMatched"] >= page["numberReturned"]
    for wrong in (
        "limit=0",
        "limit=-1",
        "unknown=x",
        "bbox=1,2",
        "datetime=2026-11-24/P",
        "bbox-crs=EPSG:9999",
        "crs=EPSG:9999",
    ):
        assert standing_api.get(f"{asked}?{wrong}").status_code == 400, wrong
    if "temporal" in extent:
        assert extent["temporal"]["values"] == ["/".join(extent["temporal"]["interval"][0])]


def test_a_duration_ends_where_it_says(standing_api: Any) -> None:
    for duration, last in (
        ("PT3M", "2026-11-24T00:03:00Z"),
        ("P1D", "2026-11-24T09:59:00Z"),
        ("P1M", "2026-11-24T09:59:00Z"),
    ):
        page = standing_api.get(
            f"{DATA}/items?datastream=1&datetime=2026-11-24T00:00:00Z/{duration}&limit=1"
        ).json()
        assert page["features"][0]["properties"]["phenomenon_time"] == last


def test_predicates_join_as_the_abstract_tests_join_them(standing_api: Any) -> None:
    parts = (
        "kind = 'bus'",
        "place IS NULL",
        "simulated = true",
        "S_INTERSECTS(geometry,BBOX(58,23,58.3,24))",
    )
    rows = {
        "air-01": (False, False, True, False), "bus-01": (True, True, True, False), "weather-01": (False, False, False, True),
    }  # fmt: skip
    for turn in range(4):
        one, two, three, four = (parts[(turn + number) % 4] for number in range(4))
        page = standing_api.get(
            f"{ROOT}/collections/things/items",
            params={"filter": f"(NOT ({two}) AND {one}) OR ({three} and {four}) or not ({one} OR {four})"},
        )
        wanted = set()
        for thing, truths in rows.items():
            a, b, c, d = (truths[(turn + number) % 4] for number in range(4))
            if (not b and a) or (c and d) or not (a or d):
                wanted.add(thing)
        assert {feature["id"] for feature in page.json()["features"]} == wanted


def test_every_collection_says_what_environmental_data_asks_of_it(standing_api: Any) -> None:
    for one in standing_api.get(f"{ROOT}/collections").json()["collections"]:
        assert {"id", "title", "description", "keywords", "crs", "parameter_names", "output_formats"} <= set(
            one
        )
        (box,) = one["extent"]["spatial"]["bbox"]
        assert len(box) == 4
        rels = {link["rel"] for link in one["links"]}
        assert {"self", "alternate", "data", "http://www.opengis.net/def/rel/ogc/1.0/queryables"} <= rels
        assert all(link["rel"] and link["type"] for link in one["links"])
        for name, query in one["data_queries"].items():
            variables = query["link"]["variables"]
            assert query["link"]["rel"] == "data"
            assert (variables["query_type"], variables["output_formats"][0]) == (
                name,
                variables["default_output_format"],
            )
        for parameter in one["parameter_names"].values():
            assert parameter["type"] == "Parameter"
            assert {"id", "label"} <= set(parameter["observedProperty"])


def test_the_definition_has_the_parameters_as_the_suites_read_them(standing_api: Any) -> None:
    document = standing_api.get(f"{ROOT}/api").json()
    shared = document["components"]["parameters"]
    for path, operations in document["paths"].items():
        for given in operations["get"]["parameters"]:
            one = shared[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
            if one["name"] in {
                "coords",
                "datetime",
                "parameter-name",
                "crs",
                "f",
                "z",
                "within",
                "within-units",
                "bbox",
                "limit",
            }:
                assert (one["in"], one["style"], one["explode"]) == ("query", "form", False), (
                    path,
                    one["name"],
                )
                must = one["name"] in {"coords", "within", "within-units"}
                assert one.get("required", False) is must, (path, one["name"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("position", 400), ("position?coords=", 400), ("position?coords=POINT()", 400), ("area", 400), ("area?coords=", 400),
        ("area?coords=POLYGON()", 400), ("radius?coords=POINT(58.54 23.6)", 400), ("radius?coords=POINT(58.54 23.6)&within=5", 400),
        ("position?coords=POINT(58.54+23.6)&parameter-name=pm2_5&crs=CRS84&f=CoverageJSON&datetime=2026-11-24T00:00Z/2026-11-24T00:05Z", 200),
        ("position?coords=POINT(58.54 23.6)&crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84&f=GeoJSON&datetime=2026-11-24T00:00:00Z/..", 200),
        ("position?coords=POINT(58.54 23.6)&z=850", 200), ("position?coords=POINT(58.54 23.6)&z=100/550", 200),
        ("position?coords=POINT(58.54 23.6)&z=10,80,200", 200), ("position?coords=POINT(58.54 23.6)&z=R20/100/50", 200),
        ("radius?coords=POINT(58.54 23.6)&within=5&within-units=km&z=../10", 200), ("position?coords=POINT Z (58.54 23.6 12)", 200),
        ("position?coords=point(58.54%2023.6)", 200), ("position?coords=SRID=4326;POINT(58.54 23.6)", 400), ("position?coords=POINT EMPTY", 400),
        ("area?coords=MULTIPOLYGON(((58 23,59 23,59 24,58 24,58 23)))", 200), ("area?coords=POLYGON((58 23,59 23,59 24,58 24))", 200),
        ("position?coords=POINT(58.54 123.6)", 400), ("locations", 200), ("locations/nowhere", 404),
        ("position?coords=POINT(58.54 23.6)&crs=EPSG:3857", 400), ("position?coords=POINT(58.54 23.6)&f=NetCDF", 400),
        ("position?coords=POINT(58.54 23.6)&parameter-name=nothing", 400), ("position?coords=POINT(58.54 23.6)&datetime=soon", 400),
    ],
)  # fmt: skip
def test_queries_of_environmental_data_as_the_suites_send_them(
    standing_api: Any, path: str, status: int
) -> None:
    answer = standing_api.get(f"{DATA}/{path}")
    assert answer.status_code == status, answer.text
    if status == 400:
        assert {"code", "description"} <= set(answer.json())
