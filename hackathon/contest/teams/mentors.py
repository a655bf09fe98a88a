"""Mentors: appointed for a hackathon by its organisers, who let them help teams."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import SYSTEM, Grant, Role, Scope, ScopeKind
from casework.people.errors import PersonNotFound
from casework.people.model import Person
from casework.people.roles.model import StoredGrant
from casework.people.roles.service import grant, list_holders, revoke
from casework.people.standing import find_by_email
from casework.programme import Session
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams import mails, repository
from hackathon.contest.teams.errors import NoAccount, NotAMentor
from hackathon.contest.teams.machine import STAFF


def appoint(session: Session, hackathon_id: UUID, email: str) -> None:
    """Make somebody with an account a mentor of a hackathon; :class:`NoAccount`, :class:`GrantRefused`."""
    _require_staff(session, hackathon_id)
    hackathon = get_hackathon(session, hackathon_id)
    person = _find(session, email)
    role = Grant(Role.MENTOR, Scope(ScopeKind.HACKATHON, hackathon_id))
    grant(session, person.person_id, role)
    session.send(mails.to_mentor(session, person, hackathon.description), session.now())


def dismiss(session: Session, hackathon_id: UUID, person_id: UUID) -> None:
    """Somebody is no mentor of a hackathon any more, and helps none of its teams."""
    _require_staff(session, hackathon_id)
    held = [one for one in _holders(session, hackathon_id) if one.person_id == person_id]
    if not held:
        raise NotAMentor
    for team_id in repository.find_mentored(session.connection, person_id, hackathon_id):
        # Also of teams that are not there for whoever dismisses.
        standing = session.programme.within(session.connection, SYSTEM).lock(repository.TEAMS, team_id)
        repository.drop_mentor(session.connection, team_id, person_id)
        at, details = session.now(), {"person": str(person_id)}
        session.note(repository.TEAMS, standing, "dismiss_mentor", at, **details)
    for one in held:
        revoke(session, one.grant_id)


def list_mentors_of(session: Session, hackathon_id: UUID) -> list[UUID]:
    """Who is a mentor of a hackathon, for its organisers."""
    _require_staff(session, hackathon_id)
    return [one.person_id for one in _holders(session, hackathon_id)]


def list_mentored(session: Session, rows: int) -> list[UUID]:
    """Teams that somebody helps, those assigned last first, so many at most."""
    if session.actor.person_id is None:
        return []
    return repository.find_lately_mentored(session.connection, session.actor.person_id, rows)


def _holders(session: Session, hackathon_id: UUID) -> list[StoredGrant]:
    return list_holders(session, Role.MENTOR, Scope(ScopeKind.HACKATHON, hackathon_id))


def _find(session: Session, email: str) -> Person:
    try:
        return find_by_email(session, email)
    except PersonNotFound as error:
        raise NoAccount from error


def _require_staff(session: Session, hackathon_id: UUID) -> None:
    session.require(STAFF, scopes_of(hackathon_id))
