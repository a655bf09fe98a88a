"""Hackathons for those who run them and those who look for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from casework.access.model import Role, ScopeKind
from casework.access.rules import holds_any, objects_of
from casework.pictures.service import Pictured
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Deadline, Moved
from hackathon.contest.hackathons import repository
from hackathon.contest.hackathons.errors import NoLongerEditable
from hackathon.contest.hackathons.machine import EDITABLE, HACKATHON, STAFF, UNDATED
from hackathon.contest.hackathons.model import Description, Hackathon
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.rules import check, may_see
from hackathon.contest.hackathons.settings import HackathonSettings

#: Whoever organises one gives it its picture.
PICTURED: Final = Pictured(HACKATHONS, STAFF)


def create(session: Session, description: Description) -> UUID:
    """A draft of somebody who organises for the whole hub; their role in it is theirs already."""
    at = session.now()
    session.require(STAFF, ())
    check(description, session.of(HackathonSettings))
    hackathon_id = session.new_id()
    repository.store_hackathon(session.connection, hackathon_id, description, at)
    session.note(HACKATHONS, session.look(HACKATHONS, hackathon_id), "create", at)
    return hackathon_id


def edit(session: Session, hackathon_id: UUID, description: Description, seen_version: int) -> None:
    """Write anew what a hackathon says about itself, before people rely on it."""
    check(description, session.of(HackathonSettings))
    standing = session.hold(HACKATHONS, hackathon_id, STAFF, seen_version)
    at = session.now()
    if standing.state not in EDITABLE:
        raise NoLongerEditable
    repository.describe(session.connection, hackathon_id, description)
    session.note(HACKATHONS, standing, "edit", at)


def move(
    session: Session, hackathon_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step of those who organise it."""
    return session.apply(HACKATHONS, hackathon_id, event, seen_version, reason)


def plan(session: Session, hackathon_id: UUID, dates: Mapping[str, datetime]) -> None:
    """Set its deadlines before people rely on them; those that are not named stay."""
    session.plan(HACKATHONS, hackathon_id, dates)


def extend(session: Session, hackathon_id: UUID, name: str, instant: datetime, reason: str) -> None:
    """Move a deadline later, for everybody alike."""
    session.extend(HACKATHONS, hackathon_id, name, instant, reason)


def get_hackathon(session: Session, hackathon_id: UUID) -> Hackathon:
    """One that the actor may see; :class:`NoSuchObject` for the others too."""
    found = repository.find_hackathon(session.connection, hackathon_id)
    if found is None or not may_see(session.actor, hackathon_id, _known_state(session, found)):
        raise NoSuchObject
    return found


def find_by_code(session: Session, code: str) -> Hackathon:
    """The one with this name in addresses, as :func:`get_hackathon`."""
    return get_hackathon(session, existing(repository.find_id(session.connection, code)))


def list_hackathons(session: Session, after: UUID | None = None) -> list[Hackathon]:
    """A page of those that the actor may see, newest first; the next page begins after its last."""
    return repository.find_hackathons(
        session.connection,
        own=objects_of(session.actor, {Role.ORGANISER}, ScopeKind.HACKATHON),
        all_of_them=holds_any(session.actor, STAFF, ()),
        after=after,
        rows=session.of(HackathonSettings).page_rows_max,
    )


def next_dates(session: Session, hackathons: Collection[UUID]) -> dict[UUID, Deadline]:
    """What comes next in each of these; nothing of one that is called off, or whose dates are being planned anew."""
    return repository.find_next_dates(session.connection, hackathons, UNDATED, session.now())


def _known_state(session: Session, hackathon: Hackathon) -> str:
    """What is given up before its announcement stays the draft that it was."""
    if hackathon.state == "cancelled" and not repository.was_announced(
        session.connection, hackathon.hackathon_id
    ):
        return HACKATHON.initial.name
    return hackathon.state
