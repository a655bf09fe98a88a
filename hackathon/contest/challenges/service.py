"""Challenges for agencies, organisers and everybody. Steps go through ``workflow``, decisions through its releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.rules import compare
from casework.workflow.service import lock, look, note, unit
from citycore.clock import Clock
from citycore.store.connections import Connection
from hackathon.contest.challenges import repository
from hackathon.contest.challenges.errors import HackathonPast, NotEditableNow
from hackathon.contest.challenges.machine import AGENCY, BEFORE_THE_START, CHALLENGE, EDITABLE, JURY
from hackathon.contest.challenges.model import Challenge, Description, Named
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.challenges.rules import may_see, why_wrong
from hackathon.contest.challenges.settings import ChallengeSettings
from hackathon.contest.hackathons.rules import scopes_of as hackathon_scopes
from hackathon.contest.hackathons.service import get_hackathon


@dataclass(frozen=True, slots=True)
class Place:
    """Where a challenge belongs."""

    hackathon_id: UUID
    organisation_id: UUID


def create(  # noqa: PLR0913, PLR0917 (what is made where, by whom)
    connection: Connection,
    place: Place,
    description: Description,
    actor: Actor,
    clock: Clock,
    settings: ChallengeSettings,
) -> UUID:
    """A draft of an officer of the agency, for a hackathon that has not begun."""
    at = clock()
    if not holds_any(actor.at(at), AGENCY, [Scope(ScopeKind.ORGANISATION, place.organisation_id)]):
        raise NotAllowed
    _check(description, settings)
    challenge = Challenge(
        uuid4(), place.hackathon_id, place.organisation_id, description, CHALLENGE.initial.name, None, 1, at
    )
    with connection.transaction():
        hackathon = get_hackathon(connection, place.hackathon_id, actor)
        if hackathon.state not in BEFORE_THE_START:
            raise HackathonPast
        repository.store_challenge(connection, challenge, at)
        standing = look(connection, CHALLENGES, challenge.challenge_id, actor)
        note(connection, CHALLENGES, standing, "create", actor, at)
    return challenge.challenge_id


def edit(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    challenge_id: UUID,
    description: Description,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: ChallengeSettings,
) -> None:
    """Write it anew while it is its agency's to write in."""
    _check(description, settings)
    with unit(connection):
        standing = lock(connection, CHALLENGES, challenge_id, actor)
        at = clock()
        if not holds_any(actor.at(at), AGENCY, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        if standing.state not in EDITABLE:
            raise NotEditableNow
        repository.describe(connection, challenge_id, description)
        note(connection, CHALLENGES, standing, "edit", actor, at)


def get_challenge(connection: Connection, challenge_id: UUID, actor: Actor) -> Challenge:
    """One that the actor may see; :class:`NoSuchObject` for the others too."""
    with connection.transaction():
        found = repository.find_challenge(connection, challenge_id)
    if found is None or not may_see(actor, found):
        raise NoSuchObject
    return found


def list_challenges(
    connection: Connection,
    hackathon_id: UUID,
    actor: Actor,
    settings: ChallengeSettings,
    after: UUID | None = None,
) -> list[Challenge]:
    """A page of a hackathon's challenges that the actor may see; the next begins after its last."""
    with connection.transaction():
        get_hackathon(connection, hackathon_id, actor)
        return repository.find_challenges(
            connection,
            hackathon_id,
            all_of_them=holds_any(actor, JURY | AGENCY, hackathon_scopes(hackathon_id)),
            agencies=_scopes_held(actor, ScopeKind.ORGANISATION),
            own=_scopes_held(actor, ScopeKind.CHALLENGE),
            after=after,
            rows=settings.page_rows_max,
        )


def list_linkable(
    connection: Connection, what: Literal["datasets", "things"], settings: ChallengeSettings, after: str = ""
) -> list[Named]:
    """A page of what a challenge can link: datasets and things of the open-data API by their codes."""
    with connection.transaction():
        return repository.find_linkable(connection, what, after, settings.page_rows_max)


def _scopes_held(actor: Actor, kind: ScopeKind) -> list[UUID]:
    """Objects in which the actor is somebody who sees unpublished challenges."""
    roles: frozenset[Role] = AGENCY | JURY
    return [
        grant.scope.object_id
        for grant in actor.grants
        if grant.role in roles and grant.scope.kind is kind and grant.scope.object_id is not None
    ]


def _check(description: Description, settings: ChallengeSettings) -> None:
    refusal = why_wrong(description, settings)
    if refusal is not None:
        raise refusal
