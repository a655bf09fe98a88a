"""Needs for agencies, the programme and everybody: writing, reading, steps, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.access.rules import holds_any
from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.lists.service import held_by
from casework.organisations.speakers import agencies_of
from casework.programme import Session
from casework.taxonomy.model import Sector
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Extension, Moved
from hackathon.market.needs import repository
from hackathon.market.needs.errors import NeedNotEditable
from hackathon.market.needs.machine import AGENCY, EDITABLE, NEED, PROGRAMME
from hackathon.market.needs.mails import extended, reviewed
from hackathon.market.needs.model import Description, Need, NewNeed, Search, Vendor
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import check_description, is_inside, may_see, vendors_of
from hackathon.market.needs.settings import NeedSettings

#: Steps by which an agency learns what the programme decided.
_TOLD_TO_AGENCY = frozenset({"return", "publish", "suspend", "resume"})
#: Steps that concern responses too; they are taken there.
WITH_RESPONSES = frozenset({"evaluate", "announce", "evaluate_again", "award", "find_none", "cancel"})


def create(session: Session, organisation_id: UUID, about: Description) -> UUID:
    """A draft of an officer of the agency."""
    at, need_id = session.now(), session.new_id()
    session.require(AGENCY, [Scope(ScopeKind.ORGANISATION, organisation_id)])
    check_description(about, session.of(NeedSettings))
    new = NewNeed(need_id, organisation_id, about, session.actor.person_id)
    repository.store_need(session.connection, new, at)
    session.note(NEEDS, session.look(NEEDS, need_id), "create", at)
    return need_id


def edit(session: Session, need_id: UUID, about: Description, seen_version: int) -> None:
    """Write it anew while nobody relies on it; afterwards there are addenda."""
    check_description(about, session.of(NeedSettings))
    standing = session.hold(NEEDS, need_id, AGENCY, seen_version)
    if standing.state not in EDITABLE:
        raise NeedNotEditable
    repository.describe(session.connection, need_id, about)
    session.note(NEEDS, standing, "edit", session.now())


def get_need(session: Session, need_id: UUID) -> Need:
    """One that the actor may see; :class:`NoSuchObject` for the others too. What is prepared stays inside."""
    found = repository.find_need(session.connection, need_id)
    if found is None or not may_see(session.actor, found):
        raise NoSuchObject
    return found if is_inside(session.actor, found) else without_secrets(found)


def get_own_need(session: Session, need_id: UUID) -> Need:
    """One that the actor has work with; :class:`NotAllowed` for others, :class:`NoSuchObject` for what they do not know of."""
    found = get_need(session, need_id)
    if not is_inside(session.actor, found):
        raise NotAllowed
    return found


def search_needs(
    session: Session, wanted: Search, after: UUID | None = None
) -> tuple[list[Need], UUID | None]:
    """A page of what everybody sees, the newest first, and after which the next begins."""
    rows = session.of(NeedSettings).page_rows_max
    found = repository.search(session.connection, wanted, after, rows + 1)
    shown = [without_secrets(one) for one in found[:rows]]
    return shown, shown[-1].need_id if len(found) > rows else None


def list_new(session: Session, wanted: Search, since: datetime, until: datetime, rows: int) -> list[Need]:
    """What was published, or came into the wanted state, after ``since`` and not after ``until``, as everybody sees it."""
    found = repository.search(session.connection, wanted, None, rows, (since, until))
    return [without_secrets(one) for one in found]


def list_own(
    session: Session, state: str | None = None, after: UUID | None = None
) -> tuple[list[Need], UUID | None]:
    """What the actor's agencies have written; everything for the programme."""
    is_programme, agencies = holds_any(session.actor, PROGRAMME, []), agencies_of(session.actor)
    if not is_programme and not agencies:
        raise NotAllowed
    rows = session.of(NeedSettings).page_rows_max
    wanted = None if is_programme else agencies
    found = repository.find_of_agencies(session.connection, wanted, state, after, rows + 1)
    return found[:rows], found[rows - 1].need_id if len(found) > rows else None


#: All of them for the programme, the longest in their state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "need_id",
    held_by(PROGRAMME),
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "begun": Sort("listed.created_at", "instant"),
    },
    first="since",
    filters=(
        words(),
        one_of("state", "listed.state", tuple(one.name for one in NEED.states), default="under_review"),
        coded("sector", "listed.sector", tuple(Sector)),
    ),
    binding=NEEDS,
)


def list_similar(session: Session, need_id: UUID) -> list[Need]:
    """Published needs of other agencies that could be one with this one, for who writes or reviews it."""
    need, rows = get_own_need(session, need_id), session.of(NeedSettings).similar_rows_max
    found = repository.find_similar(session.connection, need.organisation_id, need.description, rows)
    return [without_secrets(one) for one in found]


def own_vendor(session: Session) -> Vendor | None:
    """The verified vendor that the actor speaks for."""
    return repository.find_vendor(session.connection, vendors_of(session.actor.at(session.now())))


def move(session: Session, need_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """A step that concerns the need alone; the agency is mailed what the programme decided."""
    if event in WITH_RESPONSES:
        raise ValueError(f"{event} concerns responses too")
    moved = session.apply(NEEDS, need_id, event, seen_version, reason)
    if event in _TOLD_TO_AGENCY:
        session.tell(reviewed, moved)
    return moved


def plan(session: Session, need_id: UUID, planned: Mapping[str, datetime]) -> None:
    """Set dates before they are announced."""
    session.plan(NEEDS, need_id, planned)


def extend(session: Session, need_id: UUID, name: str, instant: datetime, reason: str) -> Extension:
    """Move a date for everybody, and mail whoever has begun to respond."""
    extension = session.extend(NEEDS, need_id, name, instant, reason)
    session.send(extended(session, need_id, extension), extension.extended_at)
    return extension


def without_secrets(need: Need) -> Need:
    """What everybody may know: not what is prepared, nor a budget that is not public."""
    about = need.description
    if not about.is_budget_public:
        about = replace(about, budget_minor=None)
    return replace(need, description=about, intended_id=None, debrief_ar="", debrief_en="")
