"""Rows read in portions, as they go into an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import LiteralString

from psycopg.rows import dict_row

from casework.people.holders import Row
from citycore.store.connections import Connection

#: Rows of a statement that are in memory at once.
_PORTION_ROWS = 200


def stream_rows(
    connection: Connection, statement: LiteralString, parameters: Mapping[str, object]
) -> Iterator[Row]:
    """The rows as they come, by column name; within a transaction."""
    with connection.cursor(name="export_rows", row_factory=dict_row) as cursor:
        cursor.itersize = _PORTION_ROWS
        cursor.execute(statement, parameters)
        yield from cursor
