"""The statements of the audit log. It never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from casework.audit.model import Head, Line, StoredLine
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, rows_of

QUERIES = load_queries("casework.audit")
#: Lines in memory at once while a chain is read.
FETCH_LINES = 500


def lock_chains(connection: Connection, chains: Sequence[str]) -> None:
    connection.execute(QUERIES["lock_chains"], {"chains": chains})


def find_heads_of(connection: Connection, chains: Sequence[str]) -> dict[str, Head]:
    found = rows_of(connection, Head, QUERIES["heads_of"], {"chains": chains})
    return {head.chain: head for head in found}


def store_lines(connection: Connection, stored: Sequence[StoredLine]) -> None:
    execute_each(connection, QUERIES["append"], [values_of(one.line) | values_of(one) for one in stored])


def find_chains(connection: Connection, chain: str | None) -> Iterator[tuple[str, Head | None]]:
    """Every chain with its head, if it has one."""
    with connection.cursor(name="audit_chains") as cursor:
        cursor.itersize = FETCH_LINES
        cursor.execute(QUERIES["chains"], {"chain": chain})
        for name, position, digest in cursor:
            yield name, None if position is None else Head(name, position, bytes(digest))


def find_heads(connection: Connection) -> list[Head]:
    return rows_of(connection, Head, QUERIES["heads"])


def find_lines(connection: Connection, chain: str) -> Iterator[StoredLine]:
    """A chain from its beginning, a bounded number in memory."""
    with connection.cursor(name="audit_lines") as cursor:
        cursor.itersize = FETCH_LINES
        cursor.execute(QUERIES["lines"], {"chain": chain})
        for row in cursor:
            yield _stored(row)


def find_lines_until(connection: Connection, chain: str, object_id: UUID, event: str) -> list[StoredLine]:
    """The beginning of a chain, up to the first such line and with it; nothing where there is none."""
    parameters = {"chain": chain, "object_id": object_id, "event": event}
    return [_stored(row) for row in connection.execute(QUERIES["lines_until"], parameters).fetchall()]


def find_lines_of(connection: Connection, object_id: UUID, rows: int) -> list[StoredLine]:
    """What was done to an object, newest first."""
    found = connection.execute(QUERIES["lines_of_object"], {"object_id": object_id, "rows": rows})
    return [_stored(row) for row in found.fetchall()]


def _stored(row: tuple[Any, ...]) -> StoredLine:
    position, *columns, previous, digest, scheme = row
    return StoredLine(position, Line(*columns), bytes(previous), bytes(digest), scheme)
