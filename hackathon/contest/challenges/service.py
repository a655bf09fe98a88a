"""Challenges for agencies, organisers and everybody. Steps go through ``workflow``, decisions through its releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.access.rules import holds_any, objects_of
from casework.decisions.service import is_agency
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Moved
from hackathon.contest.challenges import repository
from hackathon.contest.challenges.errors import ChallengeNotEditable, HackathonPast
from hackathon.contest.challenges.machine import AGENCY, BEFORE_THE_START, CHALLENGE, JURY, STAFF
from hackathon.contest.challenges.model import Challenge, Description, Named, Reader
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.challenges.rules import check, may_see, may_write, scopes_of
from hackathon.contest.challenges.settings import ChallengeSettings
from hackathon.contest.hackathons.rules import scopes_of as hackathon_scopes
from hackathon.contest.hackathons.service import get_hackathon


@dataclass(frozen=True, slots=True)
class Place:
    """Where a challenge belongs."""

    hackathon_id: UUID
    organisation_id: UUID


def create(session: Session, place: Place, description: Description) -> UUID:
    """A draft of an officer of the agency, for a hackathon that has not begun."""
    session.require(AGENCY, [Scope(ScopeKind.ORGANISATION, place.organisation_id)])
    return _create(session, place, description, CHALLENGE.initial.name)


def create_own(session: Session, place: Place, description: Description) -> UUID:
    """One that organisers write in the name of a verified agency: approved, and published when they say so."""
    session.require(STAFF, hackathon_scopes(place.hackathon_id))
    if not is_agency(session, place.organisation_id):
        raise NoSuchObject
    return _create(session, place, description, "approved", by_organisers=True)


def _create(
    session: Session, place: Place, description: Description, state: str, *, by_organisers: bool = False
) -> UUID:
    at = session.now()
    check(description, session.of(ChallengeSettings))
    challenge = Challenge(
        session.new_id(),
        place.hackathon_id,
        place.organisation_id,
        description,
        state,
        None,
        1,
        at,
        by_organisers,
    )
    hackathon = get_hackathon(session, place.hackathon_id)
    if hackathon.state not in BEFORE_THE_START:
        raise HackathonPast
    repository.store_challenge(session.connection, challenge, at)
    session.note(CHALLENGES, session.look(CHALLENGES, challenge.challenge_id), "create", at)
    return challenge.challenge_id


def edit(session: Session, challenge_id: UUID, description: Description, seen_version: int) -> None:
    """Write it anew while it is its agency's, or its organisers', to write in."""
    check(description, session.of(ChallengeSettings))
    standing = session.hold(CHALLENGES, challenge_id, AGENCY | STAFF, seen_version)
    at, known = session.now(), get_challenge(session, challenge_id)
    if not known.by_organisers:
        session.require(AGENCY, scopes_of(known))
    if not may_write(session.actor, known):
        raise ChallengeNotEditable
    repository.describe(session.connection, challenge_id, description)
    session.note(CHALLENGES, standing, "edit", at)


def move(
    session: Session, challenge_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step that is no decision."""
    return session.apply(CHALLENGES, challenge_id, event, seen_version, reason)


def get_challenge(session: Session, challenge_id: UUID) -> Challenge:
    """One that the actor may see; :class:`NoSuchObject` for the others too."""
    found = repository.find_challenge(session.connection, challenge_id)
    if found is None or not may_see(session.actor, found):
        raise NoSuchObject
    return found


def list_challenges(session: Session, hackathon_id: UUID, after: UUID | None = None) -> list[Challenge]:
    """A page of a hackathon's challenges that the actor may see; the next begins after its last."""
    get_hackathon(session, hackathon_id)
    reader = Reader(
        holds_any(session.actor, JURY | AGENCY, hackathon_scopes(hackathon_id)),
        tuple(objects_of(session.actor, AGENCY | JURY, ScopeKind.ORGANISATION)),
        tuple(objects_of(session.actor, AGENCY | JURY, ScopeKind.CHALLENGE)),
    )
    rows = session.of(ChallengeSettings).page_rows_max
    return repository.find_challenges(session.connection, hackathon_id, reader, after, rows)


def list_linkable(session: Session, what: Literal["datasets", "things"], after: str = "") -> list[Named]:
    """A page of what a challenge can link: datasets and things of the open-data API by their codes."""
    return repository.find_linkable(
        session.connection, what, after, session.of(ChallengeSettings).page_rows_max
    )
