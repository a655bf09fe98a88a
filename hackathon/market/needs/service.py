"""Needs for agencies, the programme and everybody: writing, reading, steps, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.workflow import deadlines
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Extension, Moved
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, unit
from citycore.store.connections import Connection
from hackathon.market.needs import repository
from hackathon.market.needs.desk import NeedDesk
from hackathon.market.needs.errors import NotEditableNow
from hackathon.market.needs.machine import AGENCY, EDITABLE, PROGRAMME
from hackathon.market.needs.mails import extended, reviewed
from hackathon.market.needs.model import Description, Need, Search
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import agencies_of, code_of, is_inside, may_see, why_wrong

#: Steps by which an agency learns what the programme decided.
_TOLD_TO_AGENCY = frozenset({"return", "publish", "suspend", "resume"})
#: Steps that concern responses too; they are taken there.
WITH_RESPONSES = frozenset({"evaluate", "announce", "evaluate_again", "award", "find_none", "cancel"})


def create(
    connection: Connection, desk: NeedDesk, actor: Actor, organisation_id: UUID, about: Description
) -> UUID:
    """A draft of an officer of the agency."""
    at, need_id = desk.desk.clock(), desk.desk.new_id()
    if not holds_any(actor.at(at), AGENCY, [Scope(ScopeKind.ORGANISATION, organisation_id)]):
        raise NotAllowed
    _check(desk, about)
    with connection.transaction():
        code = code_of(about.title_en, need_id)
        repository.store_need(
            connection, need_id, code, organisation_id, about, created_by=actor.person_id, at=at
        )
        note(connection, NEEDS, look(connection, NEEDS, need_id, actor), "create", actor, at)
    return need_id


def edit(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    desk: NeedDesk,
    actor: Actor,
    need_id: UUID,
    about: Description,
    seen_version: int,
) -> None:
    """Write it anew while nobody relies on it; afterwards there are addenda."""
    _check(desk, about)
    with unit(connection):
        standing = lock(connection, NEEDS, need_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), AGENCY, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        if standing.state not in EDITABLE:
            raise NotEditableNow
        repository.describe(connection, need_id, about)
        note(connection, NEEDS, standing, "edit", actor, at)


def get_need(connection: Connection, actor: Actor, need_id: UUID) -> Need:
    """One that the actor may see; :class:`NoSuchObject` for the others too. What is prepared stays inside."""
    with connection.transaction():
        found = repository.find_need(connection, need_id)
    if found is None or not may_see(actor, found):
        raise NoSuchObject
    return _shown(actor, found)


def get_own_need(connection: Connection, actor: Actor, need_id: UUID) -> Need:
    """One that the actor has work with; :class:`NotAllowed` for others, :class:`NoSuchObject` for what they do not know of."""
    found = get_need(connection, actor, need_id)
    if not is_inside(actor, found):
        raise NotAllowed
    return found


def search_needs(
    connection: Connection, desk: NeedDesk, wanted: Search, after: UUID | None = None
) -> tuple[list[Need], UUID | None]:
    """A page of what everybody sees, the newest first, and after which the next begins."""
    rows = desk.settings.page_rows_max
    with connection.transaction():
        found = repository.search(connection, wanted, after, rows + 1)
    shown = [without_secrets(one) for one in found[:rows]]
    return shown, shown[-1].need_id if len(found) > rows else None


def list_new(
    connection: Connection, wanted: Search, since: datetime, until: datetime, rows: int
) -> list[Need]:
    """What was published, or came into the wanted state, after ``since`` and not after ``until``, as everybody sees it."""
    with connection.transaction():
        found = repository.search(connection, wanted, None, rows, (since, until))
    return [without_secrets(one) for one in found]


def list_own(
    connection: Connection, desk: NeedDesk, actor: Actor, state: str | None = None, after: UUID | None = None
) -> tuple[list[Need], UUID | None]:
    """What the actor's agencies have written; everything for the programme."""
    is_programme, agencies, rows = (
        holds_any(actor, PROGRAMME, []),
        agencies_of(actor),
        desk.settings.page_rows_max,
    )
    if not is_programme and not agencies:
        raise NotAllowed
    with connection.transaction():
        found = repository.find_of_agencies(
            connection, None if is_programme else agencies, state, after, rows + 1
        )
    return found[:rows], found[rows - 1].need_id if len(found) > rows else None


def list_similar(connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID) -> list[Need]:
    """Published needs of other agencies that could be one with this one, for who writes or reviews it."""
    need = get_own_need(connection, actor, need_id)
    with connection.transaction():
        found = repository.find_similar(
            connection, need.organisation_id, need.description, desk.settings.similar_rows_max
        )
    return [without_secrets(one) for one in found]


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: NeedDesk,
    actor: Actor,
    need_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """A step that concerns the need alone; the agency is mailed what the programme decided."""
    if event in WITH_RESPONSES:
        raise ValueError(f"{event} concerns responses too")
    with connection.transaction():
        moved = apply(
            connection,
            NEEDS,
            need_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event in _TOLD_TO_AGENCY:
            enqueue(connection, reviewed(connection, desk, moved), moved.at, words=moved.words)
        return moved


def plan(
    connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID, planned: Mapping[str, datetime]
) -> None:
    """Set dates before they are announced."""
    deadlines.plan(connection, NEEDS, need_id, planned, actor, desk.desk.clock)


def extend(  # noqa: PLR0913, PLR0917 (as the engine's own)
    connection: Connection,
    desk: NeedDesk,
    actor: Actor,
    need_id: UUID,
    name: str,
    instant: datetime,
    *,
    reason: str,
) -> Extension:
    """Move a date for everybody, and mail whoever has begun to respond."""
    with connection.transaction():
        extension = deadlines.extend(
            connection, NEEDS, need_id, name, instant, actor, desk.desk.clock, reason=reason
        )
        enqueue(connection, extended(connection, desk, need_id, extension), extension.extended_at)
        return extension


def without_secrets(need: Need) -> Need:
    """What everybody may know: not what is prepared, nor a budget that is not public."""
    about = need.description
    if not about.is_budget_public:
        about = replace(about, budget_minor=None)
    return replace(need, description=about, intended_id=None, debrief_ar="", debrief_en="")


def _shown(actor: Actor, need: Need) -> Need:
    return need if is_inside(actor, need) else without_secrets(need)


def _check(desk: NeedDesk, about: Description) -> None:
    refusal = why_wrong(about, desk.settings)
    if refusal is not None:
        raise refusal
