"""The statements about roles. It never commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.access.model import Grant, Role, Scope
from casework.people.roles.model import StoredGrant
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.people.roles")


def find_grants(connection: Connection, person_id: UUID, at: datetime) -> tuple[Grant, ...]:
    return tuple(rows_of(connection, Grant, QUERIES["grants"], {"person_id": person_id, "at": at}))


def store_grant(connection: Connection, stored: StoredGrant) -> None:
    parameters = values_of(stored)
    connection.execute(QUERIES["close_same"], parameters)
    connection.execute(QUERIES["store"], parameters)


def revoke(connection: Connection, grant_id: UUID, by: UUID | None, at: datetime) -> bool:
    """Whether it was there to be taken away."""
    return connection.execute(QUERIES["revoke"], {"grant_id": grant_id, "by": by, "at": at}).rowcount > 0


def find_grant(connection: Connection, grant_id: UUID) -> StoredGrant | None:
    return row_of(connection, StoredGrant, QUERIES["grant"], {"grant_id": grant_id})


def find_of_person(connection: Connection, person_id: UUID) -> list[StoredGrant]:
    return rows_of(connection, StoredGrant, QUERIES["of_person"], {"person_id": person_id})


def find_in_scope(connection: Connection, role: Role, scope: Scope, at: datetime) -> list[StoredGrant]:
    parameters = {"role": role, "scope_kind": scope.kind, "scope_id": scope.object_id, "at": at}
    return rows_of(connection, StoredGrant, QUERIES["in_scope"], parameters)


def hold_administrators(connection: Connection) -> None:
    connection.execute(QUERIES["hold_administrators"])


def is_last_administrator(connection: Connection, person_id: UUID) -> bool:
    """Whether the hub would be without one for good; call :func:`hold_administrators` before."""
    parameters = {"person_id": person_id}
    is_one = only_row(connection, bool, QUERIES["is_administrator"], parameters)
    return is_one and not only_row(connection, bool, QUERIES["other_administrators"], parameters)
