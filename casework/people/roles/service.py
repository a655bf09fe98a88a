"""Giving and taking roles; each leaves a line in the audit log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.access.model import HUB, Actor, Grant, Role, Scope
from casework.audit.model import HUB_CHAIN, Detail, Line
from casework.people.errors import GrantNotFound, GrantRefused, PersonNotFound
from casework.people.model import State
from casework.people.repository import hold_person
from casework.people.roles import repository
from casework.people.roles.model import StoredGrant
from casework.people.roles.rules import why_not_given, why_not_taken
from casework.programme import Session
from casework.workflow.errors import check
from citycore.store.connections import Connection


def find_actor(connection: Connection, person_id: UUID, at: datetime) -> Actor:
    """A person with the roles held at an instant, within the caller's transaction."""
    return Actor(person_id, repository.find_grants(connection, person_id, at))


def grant(session: Session, person_id: UUID, wanted: Grant) -> StoredGrant:
    """Give a role; the same role in the same scope is replaced, with its end. :class:`GrantRefused`."""
    at, giver = session.now(), session.actor
    check(why_not_given(giver, person_id, wanted, at))
    person = hold_person(session.connection, person_id)
    if person is None or person.state is State.ERASED:
        raise PersonNotFound
    if person.state is not State.ACTIVE:
        raise GrantRefused(reason="inactive")
    if wanted.role is Role.ADMINISTRATOR and wanted.until is not None:
        repository.hold_administrators(session.connection)
        _keep_one_administrator(session.connection, person_id, wanted)
    stored = StoredGrant(session.new_id(), person_id, wanted, giver.person_id, at, None)
    repository.store_grant(session.connection, stored)
    session.log(_line(giver, stored, "granted", at))
    return stored


def revoke(session: Session, grant_id: UUID) -> None:
    """Take a role away, or lay one's own down; the last administrator stays one."""
    at, taker = session.now(), session.actor
    stored = repository.find_grant(session.connection, grant_id)
    if stored is None:
        raise GrantNotFound
    check(why_not_taken(taker, stored.person_id, stored.grant, at))
    repository.hold_administrators(session.connection)
    _keep_one_administrator(session.connection, stored.person_id, stored.grant)
    if not repository.revoke(session.connection, grant_id, taker.person_id, at):
        raise GrantNotFound
    session.log(_line(taker, stored, "revoked", at))


def list_grants(session: Session, person_id: UUID) -> list[StoredGrant]:
    """What a person was given and has not lost, also what has lapsed."""
    return repository.find_of_person(session.connection, person_id)


def list_holders(session: Session, role: Role, scope: Scope) -> list[StoredGrant]:
    """Who holds a role in a scope now."""
    return repository.find_in_scope(session.connection, role, scope, session.now())


def _keep_one_administrator(connection: Connection, person_id: UUID, taken: Grant) -> None:
    is_hub = taken.role is Role.ADMINISTRATOR and taken.scope == HUB
    if is_hub and repository.is_last_administrator(connection, person_id):
        raise GrantRefused(reason="last_administrator")


def _line(actor: Actor, stored: StoredGrant, event: str, at: datetime) -> Line:
    scope = stored.grant.scope
    details: dict[str, Detail] = {
        "role": stored.grant.role.value,
        "scope": scope.kind.value,
        "scope_id": None if scope.object_id is None else str(scope.object_id),
        "until": None if stored.grant.until is None else f"{stored.grant.until:%Y-%m-%dT%H:%M:%S%z}",
    }
    return Line(HUB_CHAIN, at, actor.key, "role", stored.person_id, event, None, None, None, details)
