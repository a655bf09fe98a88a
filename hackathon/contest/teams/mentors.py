"""Mentors: appointed for a hackathon by its organisers, who let them help teams."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.people.errors import PersonNotFound
from casework.people.model import Person
from casework.people.roles.model import StoredGrant
from casework.people.roles.service import grant, list_holders, revoke
from casework.people.standing import find_by_email
from casework.workflow.errors import NotAllowed
from casework.workflow.service import lock, note
from citycore.store.connections import Connection
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams import mails, repository
from hackathon.contest.teams.desk import TeamDesk
from hackathon.contest.teams.errors import NoAccount, NotAMentor
from hackathon.contest.teams.machine import STAFF


def appoint(connection: Connection, desk: TeamDesk, actor: Actor, hackathon_id: UUID, email: str) -> None:
    """Make somebody with an account a mentor of a hackathon; :class:`NoAccount`, :class:`GrantRefused`."""
    with connection.transaction():
        _require_staff(desk, actor, hackathon_id)
        hackathon = get_hackathon(connection, hackathon_id, actor)
        person = _find(connection, email)
        role = Grant(Role.MENTOR, Scope(ScopeKind.HACKATHON, hackathon_id))
        grant(connection, desk.desk, actor, person.person_id, role)
        enqueue(connection, mails.to_mentor(desk, person, hackathon.description), desk.desk.clock())


def dismiss(
    connection: Connection, desk: TeamDesk, actor: Actor, hackathon_id: UUID, person_id: UUID
) -> None:
    """Somebody is no mentor of a hackathon any more, and helps none of its teams."""
    with connection.transaction():
        _require_staff(desk, actor, hackathon_id)
        held = [one for one in _holders(connection, desk, hackathon_id) if one.person_id == person_id]
        if not held:
            raise NotAMentor
        for team_id in repository.find_mentored(connection, person_id, hackathon_id):
            # Also of teams that are not there for whoever dismisses.
            standing = lock(connection, repository.TEAMS, team_id, SYSTEM)
            repository.drop_mentor(connection, team_id, person_id)
            at, details = desk.desk.clock(), {"person": str(person_id)}
            note(connection, repository.TEAMS, standing, "dismiss_mentor", actor, at, details)
        for one in held:
            revoke(connection, desk.desk, actor, one.grant_id)


def list_mentors_of(connection: Connection, desk: TeamDesk, actor: Actor, hackathon_id: UUID) -> list[UUID]:
    """Who is a mentor of a hackathon, for its organisers."""
    _require_staff(desk, actor, hackathon_id)
    return [one.person_id for one in _holders(connection, desk, hackathon_id)]


def list_mentored(connection: Connection, actor: Actor, rows: int) -> list[UUID]:
    """Teams that somebody helps, those assigned last first, so many at most."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return repository.find_lately_mentored(connection, actor.person_id, rows)


def _holders(connection: Connection, desk: TeamDesk, hackathon_id: UUID) -> list[StoredGrant]:
    return list_holders(connection, desk.desk, Role.MENTOR, Scope(ScopeKind.HACKATHON, hackathon_id))


def _find(connection: Connection, email: str) -> Person:
    try:
        return find_by_email(connection, email)
    except PersonNotFound as error:
        raise NoAccount from error


def _require_staff(desk: TeamDesk, actor: Actor, hackathon_id: UUID) -> None:
    if not holds_any(actor.at(desk.desk.clock()), STAFF, scopes_of(hackathon_id)):
        raise NotAllowed
