"""The statements about roles. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import Grant, Role, Scope, ScopeKind
from casework.people.roles.model import StoredGrant
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people.roles")


def find_grants(connection: Connection, person_id: UUID, at: datetime) -> tuple[Grant, ...]:
    rows = connection.execute(QUERIES["grants"], {"person_id": person_id, "at": at}).fetchall()
    return tuple(_grant(*row) for row in rows)


def store_grant(connection: Connection, stored: StoredGrant) -> None:
    scope = stored.grant.scope
    parameters = {
        "grant_id": stored.grant_id,
        "person_id": stored.person_id,
        "role": stored.grant.role,
        "scope_kind": scope.kind,
        "scope_id": scope.object_id,
        "until": stored.grant.until,
        "granted_by": stored.granted_by,
        "by": stored.granted_by,
        "at": stored.granted_at,
    }
    connection.execute(QUERIES["close_same"], parameters)
    connection.execute(QUERIES["store"], parameters)


def revoke(connection: Connection, grant_id: UUID, by: UUID | None, at: datetime) -> bool:
    """Whether it was there to be taken away."""
    return connection.execute(QUERIES["revoke"], {"grant_id": grant_id, "by": by, "at": at}).rowcount > 0


def find_grant(connection: Connection, grant_id: UUID) -> StoredGrant | None:
    row = connection.execute(QUERIES["grant"], {"grant_id": grant_id}).fetchone()
    return None if row is None else _stored(row)


def find_of_person(connection: Connection, person_id: UUID) -> list[StoredGrant]:
    rows = connection.execute(QUERIES["of_person"], {"person_id": person_id}).fetchall()
    return [_stored(row) for row in rows]


def find_in_scope(connection: Connection, role: Role, scope: Scope, at: datetime) -> list[StoredGrant]:
    parameters = {"role": role, "scope_kind": scope.kind, "scope_id": scope.object_id, "at": at}
    return [_stored(row) for row in connection.execute(QUERIES["in_scope"], parameters).fetchall()]


def hold_administrators(connection: Connection) -> None:
    connection.execute(QUERIES["hold_administrators"])


def is_last_administrator(connection: Connection, person_id: UUID) -> bool:
    """Whether the hub would be without one for good; call :func:`hold_administrators` before."""
    parameters = {"person_id": person_id}
    is_one = connection.execute(QUERIES["is_administrator"], parameters).fetchone()
    others = connection.execute(QUERIES["other_administrators"], parameters).fetchone()
    assert is_one is not None
    assert others is not None
    return bool(is_one[0]) and not others[0]


def _grant(role: str, kind: str, scope_id: UUID | None, until: datetime | None) -> Grant:
    return Grant(Role(role), Scope(ScopeKind(kind), scope_id), until)


def _stored(row: Sequence[Any]) -> StoredGrant:
    grant_id, person_id, role, kind, scope_id, until, granted_by, granted_at, revoked_at = row
    return StoredGrant(
        grant_id, person_id, _grant(role, kind, scope_id, until), granted_by, granted_at, revoked_at
    )
