"""After a large import the planner knows how large the registry is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from citycore.registry.document import Document, read
from citycore.registry.service import ROWS_COUNTED_ANEW_MIN, apply
from citycore.store.connections import Connection
from tests.conftest import Database

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PROPERTIES = ("pm2_5", "pm10", "air_temperature", "relative_humidity", "no2")
TABLES = ("datastreams", "locations", "sources", "thing_locations", "things")


def registry(things: int) -> Document:
    """A source with a number of things, each with five datastreams."""
    name = {"name_en": "N", "name_ar": "ن"}
    described = [
        {
            "code": f"t-{number}",
            "kind": "station",
            "longitude": 58.4,
            "latitude": 23.6,
            "datastreams": [{"observed_property": code} for code in PROPERTIES],
            **name,
        }
        for number in range(things)
    ]
    return read({"sources": [{"code": "s", "things": described, **name}]})


def analyses(connection: Connection) -> dict[str, int]:
    """How often each table was analysed, other than by autovacuum."""
    rows = connection.execute(
        "SELECT relname, analyze_count FROM pg_stat_user_tables WHERE relname = ANY (%s) ORDER BY relname",
        [list(TABLES)],
    )
    return dict(rows.fetchall())


@pytest.mark.parametrize("is_inside", [False, True])
def test_a_large_import_lets_the_planner_know(database: Database, is_inside: bool) -> None:
    things = ROWS_COUNTED_ANEW_MIN // len(PROPERTIES)
    with database.superuser() as reader, database.connect("registry") as connection:
        before = analyses(reader)
        if is_inside:
            with connection.transaction():
                apply(connection, registry(things), NOW)
        else:
            apply(connection, registry(things), NOW)
        assert analyses(reader) == {table: before[table] + 1 for table in TABLES}
        estimates: dict[str, int] = dict(
            reader.execute(
                "SELECT relname, reltuples::int FROM pg_class WHERE relname = ANY (%s)", [list(TABLES)]
            ).fetchall()
        )
    assert (estimates["datastreams"], estimates["things"]) == (things * len(PROPERTIES), things)


def test_a_small_import_one_on_trial_and_one_with_nothing_new_do_not(database: Database) -> None:
    few = ROWS_COUNTED_ANEW_MIN // len(PROPERTIES) // 2
    with database.superuser() as reader, database.connect("registry") as connection:
        before = analyses(reader)
        apply(connection, registry(few * 2), NOW, is_trial=True)
        apply(connection, registry(few), NOW)
        apply(connection, registry(few), NOW)
        assert analyses(reader) == before


def test_an_import_stands_where_a_table_is_held_by_another(database: Database) -> None:
    things = ROWS_COUNTED_ANEW_MIN // len(PROPERTIES)
    with database.superuser() as other, database.connect("registry") as connection:
        connection.execute("SET lock_timeout = '50ms'")
        before = analyses(other)
        with other.transaction():
            other.execute("LOCK TABLE things IN SHARE UPDATE EXCLUSIVE MODE")
            with connection.transaction():
                apply(connection, registry(things), NOW)
        assert other.execute("SELECT count(*) FROM things").fetchone() == (things,)
        assert analyses(other)["things"] == before["things"]
