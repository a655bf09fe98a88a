"""Hackathons for those who run them and those who look for one. Steps go through ``workflow.service.apply``."""

from __future__ import annotations

from uuid import UUID, uuid4

from casework.access.model import Actor, Role, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.rules import compare
from casework.workflow.service import lock, look, note, unit
from citycore.clock import Clock
from citycore.store.connections import Connection
from hackathon.contest.hackathons import repository
from hackathon.contest.hackathons.errors import NoLongerEditable
from hackathon.contest.hackathons.machine import EDITABLE, HACKATHON, STAFF
from hackathon.contest.hackathons.model import Description, Hackathon
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.rules import may_see, why_wrong
from hackathon.contest.hackathons.settings import HackathonSettings


def create(
    connection: Connection, description: Description, actor: Actor, clock: Clock, settings: HackathonSettings
) -> UUID:
    """A draft of somebody who organises for the whole hub; their role in it is theirs already."""
    at = clock()
    if not holds_any(actor.at(at), STAFF, ()):
        raise NotAllowed
    _check(description, settings)
    hackathon_id = uuid4()
    with connection.transaction():
        repository.store_hackathon(connection, hackathon_id, description, at)
        standing = look(connection, HACKATHONS, hackathon_id, actor)
        note(connection, HACKATHONS, standing, "create", actor, at)
    return hackathon_id


def edit(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    hackathon_id: UUID,
    description: Description,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: HackathonSettings,
) -> None:
    """Write anew what a hackathon says about itself, before people rely on it."""
    _check(description, settings)
    with unit(connection):
        standing = lock(connection, HACKATHONS, hackathon_id, actor)
        at = clock()
        if not holds_any(actor.at(at), STAFF, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        if standing.state not in EDITABLE:
            raise NoLongerEditable
        repository.describe(connection, hackathon_id, description)
        note(connection, HACKATHONS, standing, "edit", actor, at)


def get_hackathon(connection: Connection, hackathon_id: UUID, actor: Actor) -> Hackathon:
    """One that the actor may see; :class:`NoSuchObject` for the others too."""
    with connection.transaction():
        found = repository.find_hackathon(connection, hackathon_id)
        if found is None or not may_see(actor, hackathon_id, _known_state(connection, found)):
            raise NoSuchObject
    return found


def find_by_code(connection: Connection, code: str, actor: Actor) -> Hackathon:
    """The one with this name in addresses, as :func:`get_hackathon`."""
    with connection.transaction():
        hackathon_id = repository.find_id(connection, code)
    if hackathon_id is None:
        raise NoSuchObject
    return get_hackathon(connection, hackathon_id, actor)


def list_hackathons(
    connection: Connection, actor: Actor, settings: HackathonSettings, after: UUID | None = None
) -> list[Hackathon]:
    """A page of those that the actor may see, newest first; the next page begins after its last."""
    own = [
        grant.scope.object_id
        for grant in actor.grants
        if grant.role is Role.ORGANISER and grant.scope.kind is ScopeKind.HACKATHON and grant.scope.object_id
    ]
    with connection.transaction():
        return repository.find_hackathons(
            connection,
            own=own,
            all_of_them=holds_any(actor, STAFF, ()),
            after=after,
            rows=settings.page_rows_max,
        )


def _known_state(connection: Connection, hackathon: Hackathon) -> str:
    """What is given up before its announcement stays the draft that it was."""
    if hackathon.state == "cancelled" and not repository.was_announced(connection, hackathon.hackathon_id):
        return HACKATHON.initial.name
    return hackathon.state


def _check(description: Description, settings: HackathonSettings) -> None:
    refusal = why_wrong(description, settings)
    if refusal is not None:
        raise refusal
