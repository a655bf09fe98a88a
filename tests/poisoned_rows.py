"""Rows that the database refuses to write: whatever a job wants to do with one of them fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql

from tests.conftest import Database


@contextmanager
def poisoned(database: Database, table: str, column: str, value: object) -> Iterator[None]:
    """Within it, no row of ``table`` (``schema.name``) with this value in this column can be written."""
    where = sql.Identifier(*table.split("."))
    with database.superuser() as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'poisoned: %', TG_ARGV[1]; END $$"
        )
        connection.execute(
            sql.SQL(
                "CREATE TRIGGER poisoned BEFORE INSERT OR UPDATE ON {} FOR EACH ROW"
                " WHEN (NEW.{}::text = {}) EXECUTE FUNCTION public.refuse({}, {})"
            ).format(
                where,
                sql.Identifier(column),
                sql.Literal(str(value)),
                sql.Literal(table),
                sql.Literal(str(value)),
            )
        )
    try:
        yield
    finally:
        with database.superuser() as connection:
            connection.execute(sql.SQL("DROP TRIGGER poisoned ON {}").format(where))
