from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub_api.standards.sensorthings.errors import NothingThere, RequestInvalid
from hub_api.standards.sensorthings.resources import resource_of
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax.expressions import parse_filter, parse_order
from hub_api.standards.sensorthings.syntax.options import Expand, Options, parse_query
from hub_api.standards.sensorthings.syntax.paths import parse_path
from hub_api.standards.sensorthings.syntax.tree import (
    Among,
    Binary,
    Call,
    Geometry,
    Interval,
    Lambda,
    Literal,
    Negative,
    Not,
    Path,
)

SETTINGS = SensorThingsSettings()
A, B, C = (Path((name,)) for name in "abc")
ONE, TWO = Literal(1), Literal(2)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and c", Binary("or", A, Binary("and", B, C))),
        ("(a or b) and c", Binary("and", Binary("or", A, B), C)),
        ("a and b and c", Binary("and", Binary("and", A, B), C)),
        ("a add b mul c eq 1", Binary("eq", Binary("add", A, Binary("mul", B, C)), ONE)),
        ("a sub b sub c eq 1", Binary("eq", Binary("sub", Binary("sub", A, B), C), ONE)),
        ("not a eq 1", Not(Binary("eq", A, ONE))),
        ("not (a) and b", Binary("and", Not(A), B)),
        ("a gt -1", Binary("gt", A, Literal(-1))),
        ("a gt -b", Binary("gt", A, Negative(B))),
        ("a eq 'it''s'", Binary("eq", A, Literal("it's"))),
        ("a eq 1.5e-3", Binary("eq", A, Literal(0.0015))),
        ("a eq null", Binary("eq", A, Literal(None))),
        ("a eq true", Binary("eq", A, Literal(True))),
        ("true/x eq 1", Binary("eq", Path(("true", "x")), ONE)),
        ("a in (1, 2)", Among(A, (ONE, TWO))),
        ("a/b/0 eq 1", Binary("eq", Path(("a", "b", "0")), ONE)),
        ("a/b[0]/c eq 1", Binary("eq", Path(("a", "b", "0", "c")), ONE)),
        ("properties/air-01 eq 1", Binary("eq", Path(("properties", "air-01")), ONE)),
        ("@iot.id eq 1", Binary("eq", Path(("@iot.id",)), ONE)),
        ("startswith(a, 'x')", Call("startswith", (A, Literal("x")))),
        ("now() gt a", Binary("gt", Call("now", ()), A)),
        ("a/any(x: x/b eq 1)", Lambda("any", A, "x", Binary("eq", Path(("x", "b")), ONE))),
        ("a/all(x:x/b)", Lambda("all", A, "x", Path(("x", "b")))),
        ("a/any()", Lambda("any", A, "", None)),
        ("a gt 2026-11-24T12:00:00Z", Binary("gt", A, Literal(NOON))),
        ("a gt 2026-11-24T16:00:00+04:00", Binary("gt", A, Literal(NOON))),
        ("a gt 2026-11-24T16:00:00 04:00", Binary("gt", A, Literal(NOON))),
        ("a gt 2026-11-24T12:00Z", Binary("gt", A, Literal(NOON))),
        ("a gt datetime'2026-11-24T12:00:00Z'", Binary("gt", A, Literal(NOON))),
        ("a gt 2026-11-24T12:00:00.25Z", Binary("gt", A, Literal(NOON + timedelta(seconds=0.25)))),
        (
            "a eq 2026-11-24T12:00:00Z/2026-11-24T13:00:00Z",
            Binary("eq", A, Literal(Interval(NOON, NOON + timedelta(hours=1)))),
        ),
        ("date(a) eq 2026-11-24", Binary("eq", Call("date", (A,)), Literal(NOON.date()))),
        ("time(a) eq 12:00:00", Binary("eq", Call("time", (A,)), Literal(NOON.time()))),
        ("a add duration'P1DT2H'", Binary("add", A, Literal(timedelta(hours=26)))),
        ("a sub duration'-PT1.5S'", Binary("sub", A, Literal(timedelta(seconds=-1.5)))),
        (
            "st_equals(a, geography'POINT (58.4 23.6)')",
            Call("st_equals", (A, Literal(Geometry("POINT (58.4 23.6)")))),
        ),
        (
            "st_equals(a, geography'SRID=4326;POINT(58.4 23.6)')",
            Call("st_equals", (A, Literal(Geometry("POINT (58.4 23.6)")))),
        ),
    ],
)
def test_expressions(text: str, tree: object) -> None:
    assert parse_filter(text, SETTINGS) == tree


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "ends_early"),
        ("a eq", "ends_early"),
        ("a eq 1 1", "unexpected"),
        ("(a eq 1", "ends_before"),
        ("a eq 1)", "unexpected"),
        ("a eq 'x", "open_text"),
        ("a eq ~", "unreadable"),
        ("a == 1", "unreadable"),
        ("a eq 2026-13-01T00:00:00Z", "no_instant"),
        ("a eq 2026-02-30", "no_date"),
        ("a eq 25:00:00", "no_time"),
        ("a add duration'P1M'", "no_duration"),
        ("a add duration'P9999999D'", None),
        ("a eq duration'PT99999999H'", None),
        ("a eq 2026-11-25T00:00:00Z/2026-11-24T00:00:00Z", "interval_backwards"),
        ("a eq 99999999999999999999", "number_too_large"),
        ("a eq " + "9" * 10_000, "number_too_large"),
        ("a eq 1e999", "number_too_large"),
        ("st_equals(a, geography'POINT(1)')", "no_geometry"),
        ("st_equals(a, geography'POINT EMPTY')", "no_geometry"),
        ("st_equals(a, geography'POINT(23.6 158.4)')", "outside_earth"),
        ("st_equals(a, geography'SRID=3857;POINT(1 1)')", "other_srid"),
        ("st_equals(a, geography'LINESTRING(" + "1 1," * 3_000 + "1 1)')", "geometry_too_long"),
        ("a in ()", "among_nothing"),
        ("a eq 'x\0'", "null_character"),
        ("(" * 200 + "a" + ")" * 200, "too_deep"),
        ("not " * 200 + "a", "too_deep"),
        ("-" * 200 + "a", "too_deep"),
        ("f(" * 200 + "a" + ")" * 200, "too_deep"),
        (" and ".join(["a"] * 600), "too_many_parts"),
        ("a" + "/a" * 600, "too_many_parts"),
    ],
)
def test_what_is_no_expression(text: str, reason: str | None) -> None:
    if reason is None:
        parse_filter(text, SETTINGS)
        return
    with pytest.raises(RequestInvalid) as raised:
        parse_filter(text, SETTINGS)
    assert raised.value.reason == reason
    assert len(raised.value.text("en")) < 400
    assert raised.value.text("ar") != raised.value.text("en")


def test_orders() -> None:
    keys = parse_order("a desc, b asc,concat(a,b), c", SETTINGS)
    assert [(one.expression, one.is_descending) for one in keys] == [
        (A, True), (B, False), (Call("concat", (A, B)), False), (C, False),
    ]  # fmt: skip


def named(*names: str) -> tuple[Expand, ...]:
    return tuple(Expand(name, Options()) for name in names)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("$top=5&$skip=2&$count=true", Options(top=5, skip=2, count=True)),
        ("%24top=5", Options(top=5)),
        ("$select=name,properties/kind", Options(select=(("name",), ("properties", "kind")))),
        ("$expand=Thing,Sensor", Options(expand=named("Thing", "Sensor"))),
        ("$expand=Thing&$expand=Sensor", Options(expand=named("Thing", "Sensor"))),
        ("$expand=Thing/Locations", Options(expand=(Expand("Thing", Options(expand=named("Locations"))),))),
        (
            "$expand=Thing/Locations,Thing/Datastreams",
            Options(expand=(Expand("Thing", Options(expand=named("Locations", "Datastreams"))),)),
        ),
        (
            "$expand=Observations($top=1;$orderby=a%20desc;$filter=a%20eq%20'x;y)'),Thing",
            Options(
                expand=(
                    Expand(
                        "Observations",
                        Options(
                            top=1,
                            order=parse_order("a desc", SETTINGS),
                            filter=parse_filter("a eq 'x;y)'", SETTINGS),
                        ),
                    ),
                    *named("Thing"),
                )
            ),
        ),
        ("$resultFormat=dataarray", Options(result_format="dataArray")),
        ("lang=ar&", Options()),
    ],
)
def test_options(query: str, expected: Options) -> None:
    def bare(options: Options) -> Options:
        inner = tuple(Expand(one.navigation, bare(one.options)) for one in options.expand)
        return Options(
            options.filter, options.select, inner, options.order, options.top, options.skip, options.after,
            options.count, options.result_format,
        )  # fmt: skip

    assert bare(parse_query(query, SETTINGS)) == expected


@pytest.mark.parametrize(
    ("query", "option", "reason"),
    [
        ("$top=-1", "$top", "not_a_count"),
        ("$top=many", "$top", "not_a_count"),
        ("$top=" + "9" * 99, "$top", "not_a_count"),
        ("$skip=9999999999", "$skip", "skip_too_large"),
        ("$count=yes", "$count", "not_one_of"),
        ("$resultFormat=xml", "$resultFormat", "not_one_of"),
        ("$search=x", "$search", "unsupported_option"),
        ("filter=a", "filter", "misspelt_option"),
        ("$top=1&$top=2", "$top", "repeated"),
        ("$filter=%FF", "?", "not_utf8"),
        ("$filter=" + "a" * 20_000, "?", "query_too_long"),
        ("$expand=", "$expand", "empty"),
        ("$expand=Thing,", "$expand", "empty"),
        ("$expand=Thing(", "$expand", "bracket_open"),
        ("$expand=Thing)", "$expand", "bracket_not_open"),
        ("$expand=Thing($top)", "$expand", "no_value"),
        ("$expand=Thing($resultFormat=CSV)", "$resultFormat", "unknown_option"),
        ("$expand=Thing($top=1),Thing($top=2)", "$expand", "expanded_twice"),
        ("$expand=" + "A($expand=" * 7 + "A" + ")" * 7, "$expand", "too_deep"),
        ("$expand=" + "/".join(["A"] * 9), "$expand", "too_deep"),
        ("$expand=" + ",".join(f"A{n}" for n in range(99)), "$expand", "too_many_expands"),
        ("$orderby=" + ",".join(["a"] * 11), "$orderby", "too_many_keys"),
        ("$select=a,,b", "$select", "empty"),
    ],
)
def test_what_is_no_option(query: str, option: str, reason: str) -> None:
    with pytest.raises(RequestInvalid) as raised:
        parse_query(query, SETTINGS)
    found = raised.value
    if reason == "unknown_option" and option == "$resultFormat":
        assert found.reason in ("unknown_option", "misspelt_option")
        return
    assert (found.option, found.reason) == (option, reason)


@pytest.mark.parametrize(
    ("path", "steps", "tail", "ending"),
    [
        ("Things", [("Things", None)], (), None),
        ("/Things(1)/", [("Things", 1)], (), None),
        ("Things('1')/Datastreams(2)/Observations", [("Things", 1), ("Datastreams", 2), ("Observations", None)], (), None),
        ("Datastreams(1)/Thing/Locations", [("Datastreams", 1), ("Thing", None), ("Locations", None)], (), None),
        ("Things(1)/name", [("Things", 1)], ("name",), None),
        ("Things(1)/name/$value", [("Things", 1)], ("name",), "value"),
        ("Things(1)/properties/a[0]/b", [("Things", 1)], ("properties", "a", "0", "b"), None),
        ("Things/$ref", [("Things", None)], (), "ref"),
        ("Things(1)/Datastreams/$count", [("Things", 1), ("Datastreams", None)], (), "count"),
        (
            "Observations(12-1764602361000000)",
            [("Observations", (12, datetime(2025, 12, 1, 15, 19, 21, tzinfo=UTC)))],
            (),
            None,
        ),
        ("Observations('12--5')/Datastream", [("Observations", (12, datetime(1969, 12, 31, 23, 59, 59, 999995, tzinfo=UTC))), ("Datastream", None)], (), None),
    ],
)  # fmt: skip
def test_paths(path: str, steps: list[tuple[str, object]], tail: tuple[str, ...], ending: str | None) -> None:
    found = resource_of(parse_path(path, SETTINGS))
    assert [(found.first.collection, found.key), *((one.link.name, one.key) for one in found.steps)] == steps
    assert (found.tail, found.ending) == (tail, ending)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("Thing", "no_collection"),
        ("things", "no_collection"),
        ("$ref", "no_collection"),
        ("Things/Datastreams", "behind_collection"),
        ("Things(1)/Datastreams/name", "behind_collection"),
        ("Things(abc)", "no_entity"),
        ("Things('a b')", "no_entity"),
        ("Things(99999999999)", "no_entity"),
        ("Observations(5)", "no_entity"),
        ("Observations('1-x')", "no_entity"),
        ("Observations('99999999999-1')", "no_entity"),
        ("Observations('1-999999999999999999')", "no_entity"),
        ("Things(1)/colour", "no_property"),
        ("Things(1)/name(2)", "no_property"),
        ("Datastreams(1)/Thing(1)", "key_of_one"),
        ("Things(1)/$value", "wrong_ending"),
        ("Things(1)/name/$ref", "wrong_ending"),
        ("Things(1)/$count", "wrong_ending"),
        ("Things(1", "no_segment"),
        ("Things()", "no_segment"),
        ("Things(1)x", "no_segment"),
        ("Things('1)", "no_segment"),
        ("Things(1)//Datastreams", "no_segment"),
        ("/".join(["Things(1)"] * 99), "path_too_deep"),
        ("Things(1)/name" + "x" * 5_000, "path_too_long"),
    ],
)
def test_what_is_no_path(path: str, reason: str) -> None:
    with pytest.raises(NothingThere) as raised:
        resource_of(parse_path(path, SETTINGS))
    assert raised.value.reason == reason
    assert raised.value.text("ar")
