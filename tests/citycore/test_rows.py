"""Rows as values by the names of columns, and parameters from values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import LiteralString, NamedTuple
from uuid import UUID

import psycopg
import pytest

from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from stack.postgres import PrivatePostgres


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Names:
    ar: str | None
    en: str | None


class Amount(NamedTuple):
    minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    code: str
    weight: Decimal
    colour: Colour | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    title: str
    colours: frozenset[Colour] = frozenset()
    parts: tuple[Part, ...] = ()
    price: Amount | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    thing_id: UUID
    maker: Names
    owner: Names | None
    content: Content
    colour: Colour | None
    steps: tuple[int, ...] = ()
    links: tuple[tuple[Colour, str], ...] = ()


class Labelled(NamedTuple):
    thing: Names
    part: Part
    extra: Mapping[str, object]


class Newest(NamedTuple):
    colour: Colour
    names: Names


class Reading(NamedTuple):
    newest: Newest | None


THING: LiteralString = """-- A thing.
SELECT %(thing_id)s::uuid AS thing_id, 'م' AS maker_ar, 'M' AS maker_en, %(owner_ar)s::text AS owner_ar,
       NULL::text AS owner_en, 'Title' AS title, ARRAY['red', 'blue'] AS colours,
       '[{"code": "a", "weight": "12.50", "colour": "blue", "at": "2026-01-02T03:04:05+00:00"},
         {"code": "b", "weight": "1"}]'::jsonb AS parts,
       %(minor)s::bigint AS price_minor, %(currency)s::text AS price_currency, 'red' AS colour,
       ARRAY[1, 2] AS steps, '[["red", "a"], ["blue", "b"]]'::jsonb AS links
"""
THING_ID = UUID(int=7)
BARE = {"thing_id": THING_ID, "owner_ar": None, "minor": None, "currency": None}
PARTS = (
    Part(code="a", weight=Decimal("12.50"), colour=Colour.BLUE, at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    Part(code="b", weight=Decimal(1)),
)
COLOURS = frozenset(Colour)


@pytest.fixture(scope="module")
def connection(postgres: PrivatePostgres) -> Iterator[Connection]:
    with psycopg.connect(postgres.url("owner", "postgres"), autocommit=True) as connection:
        yield connection


def test_fields_are_columns_inner_values_and_enumerations(connection):
    content = Content(title="Title", colours=COLOURS, parts=PARTS)
    links = ((Colour.RED, "a"), (Colour.BLUE, "b"))
    bare = Thing(THING_ID, Names("م", "M"), None, content, Colour.RED, (1, 2), links)
    assert rows_of(connection, Thing, THING, BARE) == [bare]
    whole = row_of(connection, Thing, THING, BARE | {"owner_ar": "ص", "minor": 5, "currency": "OMR"})
    assert whole is not None
    assert (whole.owner, whole.content.price) == (Names("ص", None), Amount(5, "OMR"))


def test_a_column_of_the_name_of_an_inner_value_is_its_json(connection):
    query: LiteralString = """SELECT NULL::text AS thing_ar, NULL::text AS thing_en,
        '{"code": "c", "weight": "0.1"}'::jsonb AS part, '{"a": [1]}'::jsonb AS extra"""
    expected = Labelled(Names(None, None), Part(code="c", weight=Decimal("0.1")), {"a": [1]})
    assert only_row(connection, Labelled, query) == expected


def test_an_inner_value_that_is_not_there_has_nothing_to_convert(connection):
    query: LiteralString = """-- A reading.
        SELECT %(colour)s::text AS newest_colour, %(ar)s::text AS newest_names_ar, NULL::text AS newest_names_en"""
    assert only_row(connection, Reading, query, {"colour": None, "ar": None}) == Reading(None)
    there = only_row(connection, Reading, query, {"colour": "red", "ar": "م"})
    assert there == Reading(Newest(Colour.RED, Names("م", None)))
    with pytest.raises(KeyError):
        only_row(connection, Reading, query, {"colour": None, "ar": "م"})


def test_one_column_is_a_plain_value(connection):
    assert rows_of(connection, Colour, "SELECT unnest(ARRAY['blue', 'red'])") == [Colour.BLUE, Colour.RED]
    assert only_row(connection, int, "SELECT count(*) FROM pg_class WHERE false") == 0
    assert row_of(connection, UUID, "SELECT gen_random_uuid() WHERE false") is None
    with pytest.raises(ValueError, match="not enough values"):
        only_row(connection, int, "SELECT 1 WHERE false")


@pytest.mark.parametrize(
    ("query", "kind", "fault"),
    [
        ("-- Too few.\nSELECT 1 AS minor", Amount, "Amount .*-- Too few.*: no column for currency"),
        ("SELECT 1 AS minor, 'OMR' AS currency, 2 AS more, 3 AS yet", Amount, "no field for more, yet"),
        ("SELECT 1 AS minor, 'OMR' AS currency, 2 AS minor", Amount, "more than once minor"),
        ("SELECT 'a' AS code, 1.5 AS weight, 'red' AS colour", Part, "no column for at"),
        ("SELECT 1 AS one, 2 AS two", int, "not one column but one, two"),
    ],
)
def test_what_does_not_fit_is_said_at_the_first_use(
    connection: Connection, query: LiteralString, kind: type, fault: str
):
    for _ in range(2):
        with pytest.raises(AssertionError, match=fault):
            rows_of(connection, kind, query)


def test_a_column_is_never_read_for_two_fields(connection):
    class Pair(NamedTuple):
        code: str
        part: Part

    query: LiteralString = "SELECT 'a' AS code, 1.5 AS weight, 'red' AS colour, now() AS at"
    with pytest.raises(AssertionError, match="more than once code"):
        rows_of(connection, Pair, query)


def test_values_come_back_as_they_went(connection):
    content = Content(title="Title", colours=COLOURS, parts=PARTS, price=Amount(5, "OMR"))
    whole = Thing(THING_ID, Names("م", None), Names(None, None), content, Colour.BLUE)
    query: LiteralString = """SELECT %(thing_id)s::uuid AS thing_id, %(maker_ar)s::text AS maker_ar,
        %(maker_en)s::text AS maker_en, %(owner_ar)s::text AS owner_ar, %(owner_en)s::text AS owner_en,
        %(content_title)s::text AS title, %(content_colours)s::text[] AS colours, %(content_parts)s::jsonb AS parts,
        %(content_price_minor)s::bigint AS price_minor, %(content_price_currency)s::text AS price_currency,
        %(colour)s::text AS colour, %(steps)s::int[] AS steps,
        '[]'::jsonb AS links"""
    assert row_of(connection, Thing, query, values_of(whole)) == Thing(
        THING_ID, Names("م", None), None, content, Colour.BLUE
    )
    empty = Thing(THING_ID, Names("م", None), None, Content(title=""), None)
    assert row_of(connection, Thing, query, values_of(empty)) == empty


def queries_of(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> dict[str, LiteralString]:
    package = f"statements_{folder.name}".replace("-", "_")
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    (folder / package / "queries.sql").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(folder)
    return load_queries(package)


def test_statements_share_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = """-- columns --
a, b
-- rows --
-- All of them.
SELECT
    -- + columns
FROM t

-- first --
-- One.
-- + rows
LIMIT 1
-- plain --
SELECT 1
"""
    found = queries_of(tmp_path, monkeypatch, text)
    assert found == {"first": "-- One.\n-- All of them.\nSELECT\na, b\nFROM t\nLIMIT 1", "plain": "SELECT 1"}


def test_statements_share_parts_of_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / f"shared_{tmp_path.name}".replace("-", "_")
    package.mkdir()
    shared = "-- near --\n-- Close.\n-- + column\n< 9\n-- column --\nmetres\n"
    (package / "parts.sql").write_text(shared, "utf-8")
    part = f"{package.name}/parts.sql"
    found = queries_of(
        tmp_path, monkeypatch, f"-- a --\nSELECT FROM t WHERE\n    -- + {part}:near\nLIMIT 1\n"
    )
    assert found == {"a": "SELECT FROM t WHERE\n-- Close.\nmetres\n< 9\nLIMIT 1"}
    second = tmp_path / "second"
    second.mkdir()
    with pytest.raises(ValueError, match=r"parts\.sql has no part far"):
        queries_of(second, monkeypatch, f"-- a --\n-- + {part}:far\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("-- a --\n-- + b\n", "no part b"),
        ("-- a --\n-- + a\n", "has a within itself"),
        ("-- a --\n-- + b\n-- b --\n-- + c\n-- c --\n-- + b\n", "has b within itself"),
        ("-- a --\n-- + b\n-- b --\n-- + a\n", "has [ab] within itself"),
        ("-- a --\nSELECT 1\n-- a --\nSELECT 2\n", "twice"),
    ],
)
def test_unknown_and_circular_parts_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str
):
    with pytest.raises(ValueError, match=fault):
        queries_of(tmp_path, monkeypatch, text)
