"""Introductions for the two that meet, and for the programme."""

from __future__ import annotations

from uuid import UUID

from casework.lists.model import DeskList, Sort, one_of, words
from casework.organisations.speakers import agencies_of
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved
from casework.workflow.rules import compare
from citycore.store.rows import known
from hackathon.market.introductions import errors, repository, rules
from hackathon.market.introductions.machine import ANSWER_DUE, INTRODUCTION, SHARED, UNANSWERED
from hackathon.market.introductions.mails import BOTH, INTRODUCTIONS, mails, stepped
from hackathon.market.introductions.model import Contact, Introduction, QuestionKey, Side, Suggestion
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.introductions.shelf import Shelf
from hackathon.market.matching.model import Match
from hackathon.market.matching.rules import day_of, rank_needs, refusal
from hackathon.market.matching.wording import filter_label
from hackathon.market.needs.model import Need
from hackathon.market.needs.repository import NEEDS, find_facts, find_need
from hackathon.market.needs.rules import may_see as may_see_need
from hackathon.market.needs.rules import vendors_of
from hackathon.market.offerings.model import Listed
from hackathon.market.offerings.repository import find_listed
from hackathon.market.vendors.repository import find_vendor
from hackathon.market.vendors.rules import speaks_for

#: The event by which each side says that it wants to meet.
_INTEREST = {rules.interest_of(side): side for side in BOTH}


def introduce(session: Session, need_id: UUID, offering_id: UUID, by: Side) -> UUID:
    """Suggest that the two meet; an agency or a vendor that does so is interested itself, the actor its contact."""
    # Who suggests for the same need waits here, so that the limit holds.
    session.lock(NEEDS, need_id)
    connection, at = session.connection, session.now()
    need = known(find_need(connection, need_id))
    listed = _require(session, need, find_listed(connection, offering_id), by)
    if not rules.is_open_need(need.state, is_sealed=need.description.is_sealed):
        raise errors.IntroductionNeedNotOpen
    suggestion = Suggestion(by, _match(session, need_id, listed), listed.version.number)
    _require_room(session, need_id, listed.vendor_id)
    introduction_id = session.new_id()
    if not repository.store_introduction(connection, introduction_id, suggestion, at):
        raise errors.IntroductionExists
    _set_due(session, introduction_id)
    session.note(INTRODUCTIONS, session.look(INTRODUCTIONS, introduction_id), "suggest", at, by=by.value)
    if by is Side.PROGRAMME:
        introduction = known(repository.find_introduction(connection, introduction_id))
        session.send(mails(connection, introduction, "suggested", BOTH, at), at)
    else:
        move(session, introduction_id, rules.interest_of(by), 1)
    return introduction_id


def move(
    session: Session, introduction_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step, with its mails. Who says for a side that it wants to meet agrees to be named to the other."""
    connection = session.connection
    moved = session.apply(INTRODUCTIONS, introduction_id, event, seen_version, reason)
    side = _INTEREST.get(event)
    if side is not None:
        repository.set_contact(connection, introduction_id, side, session.actor.person_id, moved.at)
        if moved.target in UNANSWERED:
            _set_due(session, introduction_id)
    if moved.target == "mutual" and _has_contacts(session, introduction_id):
        return move(session, introduction_id, "share_contacts", moved.version)
    if moved.target == "contacts_shared":
        for days, due_at in rules.questions_of(moved.at, session.of(IntroductionSettings)):
            for one in BOTH:
                repository.plan_question(connection, QuestionKey(introduction_id, one, days), due_at)
    introduction = known(repository.find_introduction(connection, introduction_id))
    by = side or rules.side_of(session.actor.at(moved.at), introduction)
    session.send(stepped(connection, introduction, moved, by), moved)
    return moved


def take_contact(session: Session, introduction_id: UUID, seen_version: int) -> None:
    """Be named for one's side from now on, instead of whoever was; from mutual interest on."""
    standing = session.lock(INTRODUCTIONS, introduction_id)
    at, side = session.now(), get_own_side(session, introduction_id)
    compare(standing, seen_version)
    if standing.state not in SHARED:
        raise errors.IntroductionNotMutual
    repository.set_contact(session.connection, introduction_id, side, session.actor.person_id, at)
    repository.note_change(session.connection, introduction_id)
    session.note(INTRODUCTIONS, standing, "take_contact", at, side=side.value)
    if standing.state == "mutual" and _has_contacts(session, introduction_id):
        move(session, introduction_id, "share_contacts", seen_version + 1)


def get_introduction(session: Session, introduction_id: UUID) -> Introduction:
    """One that the actor has a part in; else :class:`NoSuchObject`."""
    found = repository.find_introduction(session.connection, introduction_id)
    if found is None or not rules.may_see(session.actor.at(session.now()), found):
        raise NoSuchObject
    return found


def get_own_side(session: Session, introduction_id: UUID) -> Side:
    """Which of the two that meet the actor speaks for; :class:`NotAllowed` for the programme."""
    side = rules.side_of(session.actor.at(session.now()), get_introduction(session, introduction_id))
    if side is None:
        raise NotAllowed
    return side


def get_contacts(session: Session, introduction: Introduction) -> dict[Side, Contact | None]:
    """Of both sides, for the two that meet, from mutual interest on; before, and for others, nothing."""
    if not rules.sees_contacts(session.actor.at(session.now()), introduction):
        return {}
    contacts = {side: introduction.party(side).contact_id for side in BOTH}
    return {side: repository.find_contact(session.connection, one) for side, one in contacts.items()}


def _desk_values(session: Session) -> dict[str, object]:
    if not rules.is_programme(session.actor.at(session.now())):
        raise NotAllowed
    return {}


#: All of them for the programme, the newest first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "introduction_id",
    _desk_values,
    sorts={
        "begun": Sort("listed.created_at", "instant"),
        "since": Sort("listed.state_changed_at", "instant"),
    },
    first="-begun",
    filters=(words(), one_of("state", "listed.state", tuple(one.name for one in INTRODUCTION.states))),
)


def list_introductions(
    session: Session, state: str | None = None, after: UUID | None = None
) -> tuple[list[Introduction], UUID | None]:
    """A page of those that the actor has a part in; of all for the programme; and after which the next begins."""
    actor, rows = session.actor.at(session.now()), session.of(IntroductionSettings).page_rows_max
    own = None if rules.is_programme(actor) else [*agencies_of(actor), *vendors_of(actor)]
    if own == []:
        return [], None
    found = repository.find_introductions(session.connection, own, state, after, rows + 1)
    return found[:rows], found[rows - 1].introduction_id if len(found) > rows else None


def _require(session: Session, need: Need, listed: Listed | None, by: Side) -> Listed:
    """The actor speaks for the side, and may know of what it suggests."""
    actor = session.actor.at(session.now())
    if not may_see_need(actor, need):
        raise NoSuchObject
    if listed is None:
        raise errors.IntroductionOfferingNotListed
    if by is Side.AGENCY:
        holds = rules.speaks_for_agency(actor, need.organisation_id)
    elif by is Side.PROGRAMME:
        holds = rules.is_programme(actor)
    else:
        vendor = known(find_vendor(session.connection, listed.vendor_id))
        holds = speaks_for(actor, vendor.organisation_id)
    if not holds:
        raise NotAllowed
    return listed


def _match(session: Session, need_id: UUID, listed: Listed) -> Match:
    """How well they fit today; :class:`IntroductionDoesNotFit` if a filter keeps the offering out."""
    facts = known(find_facts(session.connection, need_id))
    index = session.of(Shelf).index(session)
    if listed.offering_id not in index.rows:
        raise errors.IntroductionOfferingNotListed
    found = rank_needs(listed.offering_id, [facts], index, day_of(session.now()))
    if not found:
        filters = refusal(facts, index, listed.offering_id).filters
        raise errors.IntroductionDoesNotFit(why=filter_label(filters[0]))
    return found[0]


def _require_room(session: Session, need_id: UUID, vendor_id: UUID) -> None:
    settings = session.of(IntroductionSettings)
    of_need, of_vendor = repository.count_open(session.connection, need_id, vendor_id)
    for count, most in ((of_need, settings.open_per_need_max), (of_vendor, settings.open_per_vendor_max)):
        if count >= most:
            raise errors.TooManyIntroductions(count_max=most)


def _set_due(session: Session, introduction_id: UUID) -> None:
    """From now on the other side has so long to answer."""
    due = rules.answer_due(session.now(), session.of(IntroductionSettings))
    session.set_deadline(introduction_id, ANSWER_DUE, due)


def _has_contacts(session: Session, introduction_id: UUID) -> bool:
    facts = session.look(INTRODUCTIONS, introduction_id).facts
    return facts.has_agency_contact and facts.has_vendor_contact
