"""The query language, patterns, geo-queries and spans of NGSI-LD, as tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hub_api.serving.errors import InvalidParameters
from hub_api.standards.ngsi_ld.geometry import parse_area
from hub_api.standards.ngsi_ld.model import Area, Between, Condition, Every, Some, Span, Term
from hub_api.standards.ngsi_ld.parsing import like_of, parse_query
from hub_api.standards.ngsi_ld.rules import form_of, media_type_of, span_of
from hub_api.standards.ngsi_ld.schemas import SpanParameters
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings

SETTINGS = NgsiLdSettings()
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
A, B, C = (Term(name, None) for name in "abc")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pm2_5>20", Term("pm2_5", None, ">", (20.0,))),
        ("pm2_5<=-1.5e2", Term("pm2_5", None, "<=", (-150.0,))),
        ("a;b|c", Some((Every((A, B)), C))),
        ("a;(b|c)", Every((A, Some((B, C))))),
        ("a|b;c", Some((A, Every((B, C))))),
        ('weather=="clear, \\"dry\\""', Term("weather", None, "==", ('clear, "dry"',))),
        ("weather==clear,rain", Term("weather", None, "==", ("clear", "rain"))),
        ("a!=1..2.5", Term("a", None, "!=", (Between(1.0, 2.5),))),
        ('a=="b".."d"', Term("a", None, "==", (Between("b", "d"),))),
        ("simulated==true", Term("simulated", None, "==", (True,))),
        ("a.observedAt>=2026-11-24T12:00:00Z", Term("a", "observedAt", ">=", (NOON,))),
        ('name[ar]=="روي"', Term("name", "ar", "==", ("روي",))),
        ("name~=^Ru.*i$", Term("name", None, "~=", ("Ru%i",))),
        ("a!~=50%", Term("a", None, "!~=", ("%50\\%%",))),
        ("https://example.org/a.b==1", Term("https://example.org/a.b", None, "==", (1.0,))),
        ("refSource==urn:ngsi-ld:Thing:a", Term("refSource", None, "==", ("urn:ngsi-ld:Thing:a",))),
    ],
)
def test_queries_that_are_read(text: str, found: Condition) -> None:
    assert parse_query(text, SETTINGS) == found


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "ngsi_ld_attribute", 1),
        ("pm2_5>", "ngsi_ld_value", 7),
        ("pm2_5>>3", "ngsi_ld_value", 7),
        ("pm2_5=3", "ngsi_ld_connective", 6),
        ("a;", "ngsi_ld_attribute", 3),
        ("(a", "ngsi_ld_parenthesis", 3),
        ("a)", "ngsi_ld_connective", 2),
        ("a==1..", "ngsi_ld_value", 4),
        ("a==(select 1)", "ngsi_ld_value", 4),
        ("a' or 1=1--", "ngsi_ld_connective", 2),
        ("a>1,2", "ngsi_ld_one_value", None),
        ("a>1..2", "ngsi_ld_one_value", None),
        ("a==1..2,3", "ngsi_ld_range_alone", None),
        ("a==1..b", "ngsi_ld_range_types", None),
        ("a~=(a+)+$", "ngsi_ld_value", 4),
        ('a~="(a+)+$"', "ngsi_ld_pattern", None),
        ("(" * 11 + "a" + ")" * 11, "ngsi_ld_depth", None),
        (";".join(["a"] * 26), "ngsi_ld_terms", None),
        ("a==" + ",".join("1" * 51), "ngsi_ld_values", None),
        ("a" * 2_001, "too_long", None),
        ("(" * 2_000, "ngsi_ld_depth", None),
        ("a==\0", "bad_characters", None),
    ],
)
def test_queries_that_are_refused(text: str, code: str, position: int | None) -> None:
    with pytest.raises(InvalidParameters) as refused:
        parse_query(text, SETTINGS)
    (fault,) = refused.value.faults
    assert (fault.parameter, fault.code, fault.fields.get("position")) == ("q", code, position)
    assert fault.text("ar") != fault.text("en")


@pytest.mark.parametrize(
    ("pattern", "like"),
    [
        ("urn:ngsi-ld:.*:air-0.$", "%urn:ngsi-ld:%:air-0_"),
        ("^a\\.b", "a.b%"),
        ("a_b%", "%a\\_b\\%%"),
        ("a\\\\", "%a\\\\%"),
        ("a\\$", "%a$%"),
    ],
)
def test_patterns(pattern: str, like: str) -> None:
    assert like_of(pattern, "idPattern", SETTINGS) == like


@pytest.mark.parametrize(
    "pattern", ["", "a+", "a|b", "[ab]", "a**", "\\d", "a\\", "a^b", "a" * 201, ".*" * 6, "a\0"]
)
def test_patterns_that_are_refused(pattern: str) -> None:
    with pytest.raises(InvalidParameters):
        like_of(pattern, "idPattern", SETTINGS)


SQUARE = "[[[58,23],[59,23],[59,24],[58,23]]]"
RING = "((58.0,23.0),(59.0,23.0),(59.0,24.0),(58.0,23.0))"


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "area"),
    [
        ("near;maxDistance==2000", "Point", "[58.4,23.6]", Area(relation="near", point=(58.4, 23.6), metres_max=2_000.0)),
        ("near;minDistance==1e9", "Point", [58.4, 23.6], Area(relation="near", point=(58.4, 23.6), metres_min=20_100_000.0)),
        ("within", "Polygon", SQUARE, Area(relation="within", polygons=((RING, ()),))),
        ("intersects", "MultiPolygon", f"[{SQUARE}]", Area(relation="within", polygons=((RING, ()),))),
        ("disjoint", "Point", "[58.4,23.6]", Area(relation="disjoint", point=(58.4, 23.6))),
        ("contains", "Point", "[58.4,23.6,7]", Area(relation="equals", point=(58.4, 23.6))),
        ("overlaps", "Point", "[58.4,23.6]", Area(relation="nothing")),
        (None, None, None, None),
    ],
)  # fmt: skip
def test_areas(georel: str | None, geometry: str | None, coordinates: Any, area: Area | None) -> None:
    assert parse_area(georel, geometry, coordinates, None, SETTINGS) == area


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "parameter", "code"),
    [
        ("near", "Point", "[58.4,23.6]", "georel", "ngsi_ld_distance"),
        ("near;maxDistance==-1", "Point", "[58.4,23.6]", "georel", "ngsi_ld_distance"),
        ("near;maxDistance==nan", "Point", "[58.4,23.6]", "georel", "ngsi_ld_distance"),
        ("within;maxDistance==1", "Polygon", SQUARE, "georel", "ngsi_ld_distance"),
        ("beside", "Point", "[58.4,23.6]", "georel", "not_one_of"),
        ("within", "LineString", "[[58,23],[59,23]]", "geometry", "not_one_of"),
        ("near;maxDistance==1", "Point", "[23.6,158.4]", "coordinates", "ngsi_ld_order"),
        ("near;maxDistance==1", "Point", "58.4,23.6", "coordinates", "ngsi_ld_coordinates"),
        ("near;maxDistance==1", "Point", "[58.4]", "coordinates", "ngsi_ld_coordinates"),
        ("near;maxDistance==1", "Point", "[true,1]", "coordinates", "ngsi_ld_coordinates"),
        ("within", "Polygon", "[[[58,23],[59,23],[59,24]]]", "coordinates", "ngsi_ld_ring"),
        ("within", "Polygon", "[[[58,23],[59,23],[59,24],[58,24]]]", "coordinates", "ngsi_ld_ring"),
        ("within", "Polygon", str([[[0, 0]] * 1_001]), "coordinates", "ngsi_ld_values"),
        ("within", "Polygon", "[" * 9_000, "coordinates", "ngsi_ld_coordinates"),
        ("within", None, SQUARE, "geometry", "ngsi_ld_needed"),
    ],
)
def test_areas_that_are_refused(
    georel: str, geometry: str | None, coordinates: str, parameter: str, code: str
) -> None:
    with pytest.raises(InvalidParameters) as refused:
        parse_area(georel, geometry, coordinates, None, SETTINGS)
    (fault,) = refused.value.faults
    assert (fault.parameter, fault.code) == (parameter, code)


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ({"timerel": "after", "timeAt": "2026-11-24T12:00:00Z"}, Span(start=NOON, end=None)),
        (
            {"timerel": "before", "timeAt": "2026-11-24T16:00:00+04:00", "lastN": 3},
            Span(start=None, end=NOON, last=3),
        ),
        (
            {"timerel": "between", "timeAt": "2026-11-24T12:00:00Z", "endTimeAt": "2026-11-24T12:00:00Z"},
            "endTimeAt",
        ),
        ({"timerel": "between", "timeAt": "2026-11-24T12:00:00Z"}, "endTimeAt"),
        ({"timerel": "after", "timeAt": "2026-11-24"}, "timeAt"),
        ({"timerel": "after"}, "timeAt"),
        ({"timeAt": "2026-11-24T12:00:00Z"}, "timerel"),
        ({}, "timerel"),
    ],
)
def test_spans(asked: dict[str, Any], span: Span | str) -> None:
    query = SpanParameters.model_validate(asked)
    if isinstance(span, Span):
        assert span_of(query, is_required=True) == span
        return
    with pytest.raises(InvalidParameters) as refused:
        span_of(query, is_required=True)
    assert refused.value.faults[0].parameter == span


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("*/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json;q=0.5, application/geo+json", "application/geo+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/turtle", None),
        ("application/json;q=0", None),
    ],
)
def test_accept(accept: str, found: str | None) -> None:
    assert media_type_of(accept) == found


def test_forms() -> None:
    assert form_of("keyValues,sysAttrs", None, SETTINGS) == ("simplified", ("keyValues", "sysAttrs"))
    assert form_of("keyValues", "concise", SETTINGS)[0] == "concise"
    with pytest.raises(InvalidParameters):
        form_of("keyvalues", None, SETTINGS)
