"""CQL2: what is read, what is refused and how soon; and that SQL and the plain function answer alike."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import cql2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from hub_api.serving.errors import InvalidParameters
from hub_api.standards.ogc.cql2 import model
from hub_api.standards.ogc.cql2.evaluation import evaluated
from hub_api.standards.ogc.cql2.rules import read_filter
from hub_api.standards.ogc.cql2.statements import Condition
from hub_api.standards.ogc.cql2.text import read_text
from hub_api.standards.ogc.settings import OgcSettings

SETTINGS = OgcSettings()
KINDS: dict[str, model.Kind] = {
    "kind": "text", "result": "number", "simulated": "truth", "seen": "instant", "geometry": "geometry",
}  # fmt: skip
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def read(text: str) -> model.Node:
    return read_filter(text, KINDS, SETTINGS)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1", "a <> 'it''s'", "a between 1 and 2", "a not in (1,2)", "a like 'x%'", "a is not null", "not (a = -3)",
        "a = 1 and b = 2 or c = 'x'", "casei(a) = casei('X')", "a = true", "s_intersects(geometry, POINT(58 23))",
        "s_within(geometry, BBOX(58,23,59,24))", "s_intersects(g, POLYGON((58 23,59 23,59 24,58 23)))", '"my.prop" = 1',
        "s_intersects(g, MULTIPOLYGON(((0 0,1 0,1 1,0 0))))", "s_intersects(g, GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1)))", "t_after(t, TIMESTAMP('2026-01-01T00:00:00Z'))",
        "t_during(t, INTERVAL('2026-01-01','..'))", "d = DATE('2026-01-01')", "pg_sleep(10) = 1", "x.y = 1.5e3",
    ],
)  # fmt: skip
def test_text_is_read_as_the_reference_parser_reads_it(text: str) -> None:
    assert read_text(text, 20) == cql2.parse_text(text).to_json()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pg_sleep(10) = 1", "no_such_function"),
        ("casey(kind) = 'x'", "no_such_function_but"),
        ("pg_read_file('/etc/passwd') = 'x'", "no_such_function"),
        ("kind = pg_sleep(1)", "no_such_function"),
        ("s_touches(geometry, POINT(1 2))", "no_such_function"),
        ("password = 'x'", "no_such_queryable"),
        ("kindd = 'x'", "no_such_queryable_but"),
        ("kind = 5", "wrong_value"),
        ("result > 'x'", "wrong_value"),
        ("result + 1 > 2", "no_arithmetic"),
        ("simulated between true and false", "wrong_kind"),
        ("s_intersects(geometry, POINT(90 180))", "no_such_position"),
        ("s_intersects(geometry, MULTIPOINT(7 49, 90 180))", "no_such_position"),
        ("s_intersects(geometry, BBOX(1000000,1000000,2000000,2000000))", "no_such_position"),
        ("s_intersects(geometry, GEOMETRYCOLLECTION())", "filter_syntax"),
        ("s_intersects(geometry, GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 2))))", "not_a_geometry"),
        ("s_intersects(geometry, GEOMETRYCOLLECTION(1))", "not_a_geometry"),
        ("kind", "not_a_condition"),
        ("kind = kind", "two_properties"),
        ("1 = 1", "no_property"),
        ("geometry = 'x'", "wrong_kind"),
        ("seen = TIMESTAMP('2026-02-30T00:00:00Z')", "not_a_time"),
        ("seen > '2026-11-24T00:00:00'", "not_a_time"),
        ("t_after(kind, DATE('2026-01-01'))", "wrong_kind"),
        ("s_intersects(geometry, POINT(1))", "filter_syntax"),
        ("s_intersects(geometry, POLYGON((1 2)))", "not_a_geometry"),
        ("s_intersects(geometry, 'POINT(1 2)')", "not_a_geometry"),
        ("kind = 'x", "filter_syntax"),
        ("kind = 'x')", "filter_syntax"),
        ("kind = ", "filter_ends"),
        ("kind like result", "like_needs_text"),
        ("kind = 'x'; DROP TABLE things", "filter_syntax"),
        ("", "filter_empty"),
        ("kind = '\0'", "filter_empty"),
        ('{"op":"=","args":[{"property":"kind"}', "filter_json"),
        ('{"op":"=","args":[{"property":"kind"}]}', "wrong_arguments"),
        ('{"op":"and","args":[true]}', "wrong_arguments"),
        ('{"op":["="],"args":[]}', "not_a_predicate"),
        ('{"op":"=","args":[{"property":["kind"]},"x"]}', "no_property"),
        ('{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[[1]]}]}', "not_a_geometry"),
        ('{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,3]}]}', "not_a_geometry"),
        ('{"op":"=","args":[{"property":"result"},1e999]}', "filter_json"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_to_do(text: str, code: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        read(text)
    (fault,) = refused.value.faults
    assert fault.code == code
    for language in ("en", "ar"):
        assert fault.text(language)
        assert len(fault.text(language)) < 700


@pytest.mark.parametrize(
    "text",
    [
        "(" * 7_000, "(" * 3_000 + "kind = 'x'" + ")" * 3_000, "not " * 1_900 + "simulated", "casei(" * 1_000, "'" * 7_999,
        "kind in (" + ",".join(["'x'"] * 1_500) + ")", " and ".join(["simulated"] * 600), "a" * 10_000_000,
        '{"op":"not","args":[' * 300 + "true" + "]}" * 300, "s_intersects(geometry, POLYGON" + "(" * 5_000, "-" * 7_000,
        "s_intersects(geometry, " + "GEOMETRYCOLLECTION(" * 400 + ")" * 400,
        "s_intersects(geometry, LINESTRING(" + ",".join(["1 2"] * 1_990) + ",1 2,3 4" * 20 + "))", "\\" * 7_999,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_bombs_are_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(InvalidParameters):
        read(text)
    assert time.process_time() - began < 1


TEXTS = st.sampled_from(["bus", "Bus", "air_station", "a%b", "a_b", "", "حافلة", "x\\y"])
NUMBERS = st.sampled_from([-1.0, 0.0, 1.0, 2.5, 100.0])
MOMENTS = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
PLACES = st.tuples(
    st.sampled_from([58.05, 58.15, 58.25, 58.35]), st.sampled_from([23.05, 23.15, 23.25, 23.35])
)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def stamped(moment: datetime) -> str:
    return f"TIMESTAMP('{moment.isoformat().replace('+00:00', 'Z')}')"


SIGNS = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])
GEOMETRIES = st.sampled_from(
    [
        "BBOX(58.0,23.0,58.2,23.2)", "POLYGON((58 23,58.3 23,58.3 23.3,58 23.3,58 23),(58.1 23.1,58.2 23.1,58.2 23.2,58.1 23.2,58.1 23.1))",
        "POINT(58.15 23.15)", "POLYGON((58 23,58.4 23,58 23.41,58 23))", "MULTIPOINT((58.05 23.05),(58.35 23.35))",
        "POLYGON((58 23,58.3 23.3,58.3 23,58 23.3,58 23))", "GEOMETRYCOLLECTION(POINT(58.35 23.35),LINESTRING(58 23,58.4 23.4),POLYGON((58 23,58.1 23,58.1 23.1,58 23)))",
    ]
)  # fmt: skip
LEAVES = st.one_of(
    st.builds("kind {} {}".format, st.sampled_from(["=", "<>"]), TEXTS.map(quoted)),
    st.builds("casei(kind) = casei({})".format, TEXTS.map(quoted)),
    st.builds("kind like {}".format, st.sampled_from(["b%", "%_s", "a\\%b", "%", "_", "x\\\\y"]).map(quoted)),
    st.builds("casei(kind) like casei({})".format, st.sampled_from(["B%", "%US"]).map(quoted)),
    st.builds("kind in ({}, {})".format, TEXTS.map(quoted), TEXTS.map(quoted)),
    st.builds("result {} {}".format, SIGNS, NUMBERS),
    st.builds("{} {} result".format, NUMBERS, SIGNS),
    st.builds("result not between {} and {}".format, NUMBERS, NUMBERS),
    st.sampled_from(["simulated", "simulated = false", "simulated < true", "simulated >= false", "kind is null", "result is not null", "geometry is null"]),
    st.builds("seen {} {}".format, SIGNS, MOMENTS.map(stamped)),
    st.builds("t_{}(seen, {})".format, st.sampled_from(["after", "before", "equals", "disjoint"]), MOMENTS.map(stamped)),
    st.builds(
        "t_{}(seen, INTERVAL({}, {}))".format,
        st.sampled_from(["during", "intersects", "disjoint", "after", "before", "equals"]),
        MOMENTS.map(lambda moment: quoted(moment.isoformat())) | st.just("'..'"),
        MOMENTS.map(lambda moment: quoted(moment.isoformat())),
    ),
    st.builds("s_{}(geometry, {})".format, st.sampled_from(["intersects", "within", "disjoint", "equals"]), GEOMETRIES),
)  # fmt: skip
FILTERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": TEXTS | st.none(), "result": NUMBERS | st.none(), "simulated": st.booleans(), "seen": MOMENTS | st.none(),
            "geometry": PLACES | st.none(),
        }
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(postgres: Any) -> Any:
    from tests.conftest import open_database

    with open_database(postgres) as database, database.connect("read") as connected:
        yield connected


def fitting(connection: Any, node: model.Node, rows: list[dict[str, Any]]) -> list[int]:
    """The rows that PostgreSQL takes."""
    condition = Condition()
    fits = condition.of(node)
    placed = [row["geometry"] or (None, None) for row in rows]
    statement = sql.SQL(
        "SELECT number FROM unnest(%(kinds)s::text[], %(results)s::float8[], %(simulated)s::boolean[], %(seen)s::timestamptz[],"
        " %(x)s::float8[], %(y)s::float8[]) WITH ORDINALITY AS feature"
        " (kind, result, simulated, seen, longitude, latitude, number) WHERE {} ORDER BY number"
    ).format(fits)
    values = {
        "kinds": [row["kind"] for row in rows], "results": [row["result"] for row in rows],
        "simulated": [row["simulated"] for row in rows], "seen": [row["seen"] for row in rows],
        "x": [place[0] for place in placed], "y": [place[1] for place in placed],
    }  # fmt: skip
    return [number - 1 for (number,) in connection.execute(statement, {**values, **condition.values})]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=FILTERS, rows=ROWS)
def test_sql_and_the_function_take_the_same_rows(
    connection: Any, text: str, rows: list[dict[str, Any]]
) -> None:
    node = read(text)
    test = evaluated(node)
    assert fitting(connection, node, rows) == [number for number, row in enumerate(rows) if test(row) is True]
