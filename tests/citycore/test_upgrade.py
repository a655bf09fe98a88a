"""A hub that stands at the baseline, with rows in all of its tables, is brought to the newest schema and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from psycopg import sql

from casework.audit.service import verify
from citycore.store.connections import Connection
from citycore.store.migrate import migrate, upgrade
from stack.postgres import PrivatePostgres
from tests.citycore.baseline.dump import (
    BASELINE,
    baseline_digest,
    dumped_tables,
    identifier,
    read_rows,
    restore,
    tables,
)
from tests.conftest import Database
from tests.hub_api.conftest import Api, City, standing

#: Tables ("innovation.needs") and columns ("innovation.needs.sector") that a later revision took away or wrote
#: anew, each with the reason.
CHANGED: dict[str, str] = {}
DUMPED = dumped_tables(read_rows())
COLUMNS = {
    table: [name for name in columns if f"{table}.{name}" not in CHANGED]
    for table, (columns, _) in DUMPED.items()
    if table not in CHANGED
}
#: What else is read besides the lists of the programme.
CITY = (
    "/v1/things",
    "/v1/latest",
    "/v1/observations?datastream=1",
    "/v1/forecasts",
    "/v1/datasets",
    "/v1/ledger",
)

Rows = dict[str, list[tuple[str]]]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The newest schema, and what was there when it still was the baseline's."""

    database: Database
    baseline_tables: dict[str, list[str]]
    baseline_rows: Rows
    rows: Rows


def rows_of(connection: Connection) -> Rows:
    """What the columns of the dump hold, row by row."""
    query = sql.SQL("SELECT ROW({})::text FROM {} ORDER BY 1")
    return {
        table: connection.execute(
            query.format(sql.SQL(", ").join(map(sql.Identifier, columns)), identifier(table))
        ).fetchall()
        for table, columns in COLUMNS.items()
    }


@pytest.fixture(scope="module")
def upgraded(postgres: PrivatePostgres) -> Iterator[Upgraded]:
    database = Database(postgres, "from_the_baseline")
    postgres.create_database(database.name)
    try:
        restore(database)
        with database.superuser() as connection:
            before = tables(connection), rows_of(connection)
        upgrade(database.url("owner"))
        with database.superuser() as connection:
            after = rows_of(connection)
        migrate(database.url("owner"))
        yield Upgraded(database, *before, after)
    finally:
        with postgres.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))


@pytest.fixture(scope="module")
def api(upgraded: Upgraded) -> Iterator[Api]:
    with standing(City(upgraded.database, {})) as api:
        yield api


def test_the_baseline_is_not_changed_any_more() -> None:
    assert read_rows().splitlines()[0] == f"-- {BASELINE} {baseline_digest()}", (
        "write a new revision; or, while no hub has the baseline, make the dump anew:"
        " .venv/bin/python -m tests.citycore.baseline.dump"
    )


def test_the_dump_has_rows_in_every_table_of_the_baseline(upgraded: Upgraded) -> None:
    assert {table: columns for table, (columns, _) in DUMPED.items()} == upgraded.baseline_tables
    assert [table for table, (_, rows) in DUMPED.items() if rows == 0] == []
    counts = {table: rows for table, (_, rows) in DUMPED.items() if table in COLUMNS}
    assert {table: len(rows) for table, rows in upgraded.baseline_rows.items()} == counts


#: Where a revision notes what is to be computed once more.
NOTED_ANEW = {"dirty_buckets"}


def test_no_row_is_lost_or_altered(upgraded: Upgraded) -> None:
    added = {table: set(upgraded.rows[table]) - set(rows) for table, rows in upgraded.baseline_rows.items()}
    kept = {
        table: [row for row in upgraded.rows[table] if row not in added[table]]
        for table in upgraded.baseline_rows
    }
    assert [table for table, rows in upgraded.baseline_rows.items() if kept[table] != rows] == []
    assert {table for table, rows in added.items() if rows} <= NOTED_ANEW


def test_the_log_of_the_programme_is_whole(upgraded: Upgraded) -> None:
    with upgraded.database.connect("portal") as connection:
        verdict = verify(connection)
    assert (verdict.findings, verdict.lines) == ((), DUMPED["innovation.audit"][1])


def test_the_open_data_is_read(api: Api) -> None:
    paths = [
        path for path in api.app.openapi()["paths"] if path.startswith("/v1/innovation/") and "{" not in path
    ]
    answers = {path: api.get(path) for path in (*CITY, *paths)}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    lists = {
        path: answer.json()["data"]
        for path, answer in answers.items()
        if answer.headers["content-type"] == "application/json" and "data" in answer.json()
    }
    assert len(lists) > 2 * len(CITY)
    assert [path for path, rows in lists.items() if not rows] == []


def test_numbers_go_on_after_those_that_are_taken(upgraded: Upgraded) -> None:
    another = (
        "INSERT INTO sources (code, kind, name_en, name_ar) VALUES ('another', 'device', 'Another', 'آخر')"
    )
    with upgraded.database.superuser() as connection, connection.transaction(force_rollback=True):
        connection.execute(another)
