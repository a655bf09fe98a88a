"""Introductions for the two that meet, and for the programme."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from casework.access.model import Actor
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState
from casework.workflow.model import Deadline, Moved, Offer
from casework.workflow.repository import set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, possible_steps, unit
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.market.introductions import mails, repository
from hackathon.market.introductions.desk import IntroductionDesk
from hackathon.market.introductions.errors import (
    AlreadyIntroduced,
    DoesNotFit,
    NeedNotOpen,
    NotShared,
    OfferingNotListed,
    TooManyIntroductions,
)
from hackathon.market.introductions.machine import SHARED, UNANSWERED
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.introductions.model import Contact, Facts, Introduction, Side
from hackathon.market.introductions.rules import (
    answer_due,
    interest_of,
    is_open_need,
    is_programme,
    may_see,
    questions_of,
    sees_contacts,
    sides_of,
    speaks_for_agency,
    speaks_for_vendor,
)
from hackathon.market.matching.model import Match
from hackathon.market.matching.rules import rank_needs, refusal
from hackathon.market.matching.wording import filter_label
from hackathon.market.needs.model import Need
from hackathon.market.needs.repository import NEEDS, find_facts, find_need
from hackathon.market.needs.rules import agencies_of, vendors_of
from hackathon.market.needs.rules import may_see as may_see_need
from hackathon.market.offerings.model import Listed
from hackathon.market.offerings.repository import find_listed
from hackathon.market.vendors.repository import find_vendor

#: The event by which each side says that it wants to meet.
_INTEREST = {interest_of(side): side for side in (Side.AGENCY, Side.VENDOR)}


def introduce(  # noqa: PLR0913, PLR0917 (who wants whom to meet)
    connection: Connection, desk: IntroductionDesk, actor: Actor, need_id: UUID, offering_id: UUID, by: Side
) -> UUID:
    """Suggest that the two meet; an agency or a vendor that does so is interested itself, the actor its contact."""
    with unit(connection):
        # Who suggests for the same need waits here, so that the limit holds.
        lock(connection, NEEDS, need_id, actor)
        at = desk.desk.clock()
        need, listed = find_need(connection, need_id), find_listed(connection, offering_id)
        assert need is not None
        _require(connection, actor.at(at), need, listed, by)
        assert listed is not None
        if not is_open_need(need.state, is_sealed=need.description.is_sealed):
            raise NeedNotOpen
        match = _match(connection, desk, need_id, listed)
        _require_room(connection, desk, need_id, listed.vendor_id)
        introduction_id = desk.desk.new_id()
        number = listed.version.number
        if not repository.store_introduction(connection, introduction_id, match, number, by, at):
            raise AlreadyIntroduced
        _set_due(connection, desk, introduction_id)
        standing = look(connection, INTRODUCTIONS, introduction_id, actor)
        note(connection, INTRODUCTIONS, standing, "suggest", actor, at, {"by": by.value})
        if by is Side.PROGRAMME:
            enqueue(connection, mails.suggested(connection, _find(connection, introduction_id), at), at)
        else:
            move(connection, desk, actor, introduction_id, interest_of(by), 1)
    return introduction_id


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: IntroductionDesk,
    actor: Actor,
    introduction_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step, with its mails. Who says for a side that it wants to meet agrees to be named to the other."""
    with unit(connection):
        moved = apply(
            connection,
            INTRODUCTIONS,
            introduction_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        side = _INTEREST.get(event)
        if side is not None:
            repository.set_contact(connection, introduction_id, side, actor.person_id, moved.at)
            _set_due(connection, desk, introduction_id)
        if moved.target == "mutual" and _has_contacts(connection, introduction_id, actor):
            return move(connection, desk, actor, introduction_id, "share_contacts", moved.version)
        if moved.target == "contacts_shared":
            for days, due_at in questions_of(moved.at, desk.settings):
                for one in mails.BOTH:
                    repository.plan_question(connection, introduction_id, one, days, due_at)
        introduction = _find(connection, introduction_id)
        by = side or next(iter(sides_of(actor.at(moved.at), introduction)), Side.PROGRAMME)
        enqueue(connection, mails.stepped(connection, introduction, moved, by), moved.at, words=moved.words)
    return moved


def take_contact(
    connection: Connection, desk: IntroductionDesk, actor: Actor, introduction_id: UUID, seen_version: int
) -> None:
    """Be named for one's side from now on, instead of whoever was; from mutual interest on."""
    with unit(connection):
        standing = lock(connection, INTRODUCTIONS, introduction_id, actor)
        at = desk.desk.clock()
        introduction = _find(connection, introduction_id)
        own = [side for side in sides_of(actor.at(at), introduction) if side is not Side.PROGRAMME]
        if not own:
            raise NotAllowed
        compare(standing, seen_version)
        if introduction.state not in SHARED:
            raise NotShared
        repository.set_contact(connection, introduction_id, own[0], actor.person_id, at)
        repository.note_change(connection, introduction_id)
        note(connection, INTRODUCTIONS, standing, "take_contact", actor, at, {"side": own[0].value})
        if introduction.state == "mutual" and _has_contacts(connection, introduction_id, actor):
            move(connection, desk, actor, introduction_id, "share_contacts", seen_version + 1)


def get_introduction(
    connection: Connection, desk: IntroductionDesk, actor: Actor, introduction_id: UUID
) -> Introduction:
    """One that the actor has a part in; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_introduction(connection, introduction_id)
    if found is None or not may_see(actor.at(desk.desk.clock()), found):
        raise NoSuchObject
    return found


def get_contacts(
    connection: Connection, desk: IntroductionDesk, actor: Actor, introduction: Introduction
) -> dict[Side, Contact | None]:
    """Of both sides, for the two that meet, from mutual interest on; before, and for others, nothing."""
    with connection.transaction():
        now = _find(connection, introduction.introduction_id)
        if not sees_contacts(actor.at(desk.desk.clock()), now):
            return {}
        return {side: repository.find_contact(connection, now.party(side).contact_id) for side in mails.BOTH}


def get_steps(
    connection: Connection, desk: IntroductionDesk, actor: Actor, introduction_id: UUID
) -> Sequence[Offer[Facts]]:
    return possible_steps(connection, INTRODUCTIONS, introduction_id, actor, desk.desk.clock)


def list_introductions(  # noqa: PLR0913 (a page has this many sides)
    connection: Connection,
    desk: IntroductionDesk,
    actor: Actor,
    *,
    state: str | None = None,
    need_id: UUID | None = None,
    offering_id: UUID | None = None,
    after: UUID | None = None,
) -> tuple[list[Introduction], UUID | None]:
    """A page of those that the actor has a part in; of all for the programme; and after which the next begins."""
    acting, rows = actor.at(desk.desk.clock()), desk.settings.page_rows_max
    own = None if is_programme(acting) else [*agencies_of(acting), *vendors_of(acting)]
    if own == []:
        return [], None
    with connection.transaction():
        found = repository.find_introductions(
            connection, own, rows + 1, need_id=need_id, offering_id=offering_id, state=state, after=after
        )
    return found[:rows], found[rows - 1].introduction_id if len(found) > rows else None


def _require(connection: Connection, actor: Actor, need: Need, listed: Listed | None, by: Side) -> None:
    """The actor speaks for the side, and may know of what it suggests."""
    if not may_see_need(actor, need):
        raise NoSuchObject
    if listed is None:
        raise OfferingNotListed
    if by is Side.VENDOR:
        vendor = find_vendor(connection, listed.vendor_id)
        assert vendor is not None
        holds = speaks_for_vendor(actor, vendor.organisation_id)
    else:
        holds = speaks_for_agency(actor, need.organisation_id) if by is Side.AGENCY else is_programme(actor)
    if not holds:
        raise NotAllowed


def _match(connection: Connection, desk: IntroductionDesk, need_id: UUID, listed: Listed) -> Match:
    """How well they fit today; :class:`DoesNotFit` if a filter keeps the offering out."""
    facts = find_facts(connection, need_id)
    assert facts is not None
    index = desk.shelf.index(connection, desk.matching, desk.settings.index_offerings_max)
    if listed.offering_id not in index.rows:
        raise OfferingNotListed
    day = desk.desk.clock().astimezone(CITY_ZONE).date()
    found = rank_needs(listed.offering_id, [facts], index, day)
    if not found:
        filters = refusal(facts, index, listed.offering_id).filters
        raise DoesNotFit(why=filter_label(filters[0]))
    return found[0]


def _require_room(connection: Connection, desk: IntroductionDesk, need_id: UUID, vendor_id: UUID) -> None:
    of_need, of_vendor = repository.count_open(connection, need_id, vendor_id)
    limits = ((of_need, desk.settings.open_per_need_max), (of_vendor, desk.settings.open_per_vendor_max))
    for count, most in limits:
        if count >= most:
            raise TooManyIntroductions(count_max=most)


def _set_due(connection: Connection, desk: IntroductionDesk, introduction_id: UUID) -> None:
    """From now on the other side has so long to answer."""
    if _find(connection, introduction_id).state not in UNANSWERED:
        return
    due = answer_due(desk.desk.clock(), desk.settings)
    deadline = Deadline(INTRODUCTIONS.machine.deadlines[0], due, CITY_ZONE.key)
    set_deadline(connection, introduction_id, deadline)


def _has_contacts(connection: Connection, introduction_id: UUID, actor: Actor) -> bool:
    facts = look(connection, INTRODUCTIONS, introduction_id, actor).facts
    return facts.has_agency_contact and facts.has_vendor_contact


def _find(connection: Connection, introduction_id: UUID) -> Introduction:
    found = repository.find_introduction(connection, introduction_id)
    if found is None:
        raise NotInThisState
    return found
