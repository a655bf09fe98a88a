"""``/portal/needs``: what agencies look for, for everybody, and the questions of vendors.

``/portal/account/needs`` and ``/portal/desk/needs``: what one's agency wrote, and what waits for the programme.

``/portal/needs/…/desk``: a need for its agency and the programme.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter

from casework.access.rules import holds_any
from casework.journeys.service import find_journey
from casework.organisations.speakers import agencies_of
from casework.people.model import Names
from casework.programme import Session
from casework.taxonomy.model import Sector
from casework.workflow.deadlines import extension_choices
from casework.workflow.errors import NotAllowed
from citycore.clock import CITY_ZONE
from hackathon.market.introductions.matches import may_match
from hackathon.market.needs import asking, openers, service
from hackathon.market.needs.errors import (
    NeedDatesMissing,
    NeedKeysMissing,
    NeedNotOpened,
    NeedNotWritten,
    NeedWeightsWrong,
)
from hackathon.market.needs.machine import (
    AGENCY,
    ANSWERED_IN,
    EDITABLE,
    NEED,
    QUESTIONS_CLOSE,
    RESPONSES_CLOSE,
    UNPUBLISHED,
)
from hackathon.market.needs.model import Description, Need, Search
from hackathon.market.needs.openers import shown_keys
from hackathon.market.needs.passage import PASSAGE
from hackathon.market.needs.rules import FILTER_NAMES, is_inside, is_public, scopes_of, search_of
from hackathon.market.needs.service import list_own
from hackathon.market.responses import outcome
from hackathon.market.responses.service import is_vendor
from hub_api.programme.casework.organisations.words import agency_name
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, labels_of, states_of
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, anybody, as_sent, signed_in, spread
from hub_api.programme.kit.parts import DONE
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Remedies, extensions_of, steps_on, with_remedies
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.needs.words import ANSWER, DESCRIPTION, PARTS, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, here="marketplace", tab="needs", vocabulary=vocabulary)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    codes = {name: request.query(name) for name in FILTER_NAMES if request.query(name)}
    words = request.query("q")
    asked = {"q": words, **codes} if words else codes
    try:
        wanted = search_of(words, codes)
    except ValueError as error:
        raise FormUnreadable from error
    needs, onward = service.search_needs(session, wanted, request.query_id("after"))
    return {
        "needs": needs,
        "wanted": asked,
        "words": words,
        "codes": codes,
        "is_officer": bool(agencies_of(session.actor)),
        "onward": onward and urlencode({**asked, "after": str(onward)}),
    }


page("/needs", "market/needs/list.html", look_at_list, guard=anybody, title="marketplace.title")


def entry_of(one: Need) -> Entry:
    said = one.description
    titles, texts = Names(said.title_ar, said.title_en), Names(said.problem_ar, said.problem_en)
    return Entry(one.need_id, titles, texts, one.published_at or one.created_at)


feed(router, "/needs", lambda session: service.search_needs(session, Search())[0], entry_of)


def writes_for_an_agency(request: PortalRequest) -> None:
    """Whoever speaks for an agency; :class:`NotAllowed`."""
    if not agencies_of(request.person.actor):
        raise NotAllowed


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    agencies = [(str(one), agency_name(session, request, one)) for one in agencies_of(session.actor)]
    return {"agencies": agencies, "written": DESCRIPTION.fill(None, request.typed)}


def read_new(form: Form) -> tuple[UUID, Description]:
    return form.id("organisation"), DESCRIPTION(form)


def create(session: Session, sent: tuple[UUID, Description]) -> Onward:
    """On to the next part of what it says."""
    return Onward(f"/needs/{service.create(session, *sent)}/desk/write/required")


page("/needs/new", "market/needs/new.html", look_at_new, guard=writes_for_an_agency, title="needs.new").post(
    "", read_new, "saved", create
)


def look(session: Session, request: PortalRequest, need_id: UUID) -> dict[str, Any]:
    need = service.get_need(session, need_id)
    has_keys = need.description.is_sealed and is_public(need)
    return {
        "title": need.title(request.language),
        "need": need,
        "sharing_text": need.description.problem_ar
        if request.language == "ar"
        else need.description.problem_en,
        "is_inside": is_inside(session.actor, need),
        "is_answered": need.state in ANSWERED_IN and need.description.is_sealed,
        "may_match": may_match(session.actor, need),
        "may_ask": asking.may_ask(session, need) and need.state == "published",
        "is_vendor": is_vendor(session),
        "questions": [one for one in asking.list_questions(session, need_id) if one.answered_at is not None],
        "own_questions": asking.list_own_questions(session, need_id),
        "addenda": asking.list_addenda(session, need_id),
        "deadlines": session.deadlines(need_id),
        "extensions": session.extensions(need_id),
        "has_keys": has_keys,
        "opener_keys": shown_keys(session, need_id) if has_keys else None,
        "journey": find_journey(session, PASSAGE, need_id),
    }


def ask(session: Session, need_id: UUID, form: Form) -> None:
    asking.ask(session, need_id, form.text("text"), form.language)


PAGE = page(
    "/needs/{need_id}",
    "market/needs/show.html",
    look,
    guard=anybody,
    object_guard=service.get_need,
    subject=Subject(NEED, "need", lambda one: one.need_id),
)
PAGE.post("questions", lambda form: form, "question_asked", ask)


own_page = partial(Page, router, vocabulary=vocabulary)
_STATES = tuple(one.name for one in NEED.states)


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Whoever speaks for no agency learns how to."""
    if not agencies_of(session.actor):
        return {"needs": [], "state": "", "all_states": [], "is_officer": False}
    chosen = request.query("state")
    if chosen and chosen not in _STATES:
        raise FormUnreadable
    needs, onward = list_own(session, chosen or None, request.query_id("after"))
    return {
        "needs": needs,
        "state": chosen,
        "onward": onward,
        "is_officer": True,
        "all_states": [(one, NEED.label("state", one).text(request.language)) for one in _STATES],
    }


own_page(
    "/account/needs", "market/needs/own.html", look_at_own, guard=signed_in, title="needs.own", here="account"
)
ListPage(
    router,
    "/desk/needs",
    service.DESK,
    (
        Column("list.title", names("title"), link="/needs/{need_id}/desk"),
        Column("needs.agency", names("agency")),
        Column("needs.sector", code("sector", lambda one: Sector(one).label)),
        Column("list.state", state(NEED)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=require_programme,
    here="desk",
    title="needs.queue",
    empty="needs.desk_empty",
    fields={
        "q": FilterLabel("needs.words"),
        "state": FilterLabel("list.state", states_of(NEED)),
        "sector": FilterLabel("needs.sector", labels_of(lambda one: Sector(one).label)),
    },
    bulk=bulk_steps(NEED, ("publish", "return"), outcome.move),
    vocabulary=vocabulary,
)


PLANNED = (QUESTIONS_CLOSE, RESPONSES_CLOSE)
#: All but what the second opener's key does.
STAFF_STEPS = frozenset(step.event for step in NEED.transitions) - {"evaluate"}
_EXTENDED_IN = frozenset({"published", "qa_closed", "suspended"})


def remedies_of(need_id: UUID) -> Remedies:
    """Where its desk puts right what is missing."""
    path = f"/needs/{need_id}"
    return {
        NeedNotWritten: f"{path}/desk/write/what",
        NeedWeightsWrong: f"{path}/desk/write/criteria",
        NeedDatesMissing: "#dates",
        NeedKeysMissing: "#openers",
        NeedNotOpened: f"{path}/opening",
    }


def look_at_desk(session: Session, request: PortalRequest, need_id: UUID) -> dict[str, Any]:
    need, language = service.get_own_need(session, need_id), request.language
    is_agency = holds_any(session.actor, AGENCY, scopes_of(need_id, need.organisation_id))
    is_draft, is_over = need.state in UNPUBLISHED, NEED.state(need.state).is_terminal
    planned = session.planned(need_id)
    named = openers.list_openers(session, need_id)
    return {
        "title": need.title(language),
        "need": need,
        "about": need.description,
        "steps": with_remedies(steps_on(session, request, NEED, need_id, STAFF_STEPS), remedies_of(need_id)),
        "step_words": session.words(need_id),
        "planned": planned,
        "questions": asking.list_questions(session, need_id),
        "addenda": asking.list_addenda(session, need_id),
        "openers": named,
        "similar": service.list_similar(session, need_id) if is_draft else [],
        "is_agency": is_agency,
        "is_opener": any(one.person_id == session.actor.person_id for one in named),
        "may_edit": is_agency and need.state in EDITABLE,
        "may_plan": need.state in NEED.planned_in,
        "may_name": is_draft and need.description.is_sealed,
        "may_extend": need.state in _EXTENDED_IN,
        "may_add": is_agency and not is_draft and not is_over,
        "names": PLANNED,
        "extendable": extensions_of(NEED, need.state, planned, PLANNED, request),
        "reasons": extension_choices(language),
        "parts": list(PARTS.parts),
    }


def local(instant: datetime) -> str:
    """As browsers take what was chosen, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"


def read_deadlines(form: Form) -> dict[str, datetime]:
    return {name: instant for name in PLANNED if (instant := form.instant(name)) is not None}


def read_extension(form: Form) -> tuple[str, datetime, str]:
    if form.text("name") not in PLANNED:
        raise FormUnreadable
    return form.text("name"), form.chosen_instant("instant"), form.text("reason")


STAFF_PAGE = Page(
    router,
    "/needs/{need_id}/desk",
    "market/needs/staff.html",
    look_at_desk,
    guard=signed_in,
    object_guard=service.get_own_need,
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
)
STAFF_PAGE.steps(outcome.move)
STAFF_PAGE.post("deadlines", read_deadlines, "saved", service.plan)
STAFF_PAGE.post("extension", read_extension, "step_taken", spread(service.extend))
STAFF_PAGE.post_part("questions/{question_id}/answer", ANSWER, "question_answered", asking.answer)
STAFF_PAGE.post(
    "addenda", lambda form: (form.text("text_ar"), form.text("text_en")), "addendum_added", spread(asking.add)
)
STAFF_PAGE.post("openers", lambda form: form.text("email"), "opener_added", openers.add_opener)
STAFF_PAGE.press_part("openers/{opener_id}/remove", "step_taken", openers.remove_opener)


def look_at_part(session: Session, request: PortalRequest, need_id: UUID, part: str) -> dict[str, Any]:
    need = get_editable(session, need_id, part)
    return {
        "title": need.title(request.language),
        "need": need,
        "progress": PARTS.progress(part),
        "written": PARTS.fill(need.description, request.typed),
    }


def get_editable(session: Session, need_id: UUID, _: str) -> Need:
    """For its agency while it can be written; :class:`NotAllowed`."""
    need = service.get_own_need(session, need_id)
    if need.state not in EDITABLE:
        raise NotAllowed
    session.require(AGENCY, scopes_of(need_id, need.organisation_id))
    return need


def save_part(session: Session, need_id: UUID, part: str, sent: Form, seen_version: int) -> Onward:
    """Whatever button was pressed; it says what comes next."""
    _, onward = PARTS.progress(part), PARTS.next_of(sent)
    known = service.get_own_need(session, need_id).description
    service.edit(session, need_id, PARTS.read(part, sent, known), seen_version)
    desk = f"/needs/{need_id}/desk"
    return Onward(desk if onward == DONE else f"{desk}/write/{onward}")


Page(
    router,
    "/needs/{need_id}/desk/write/{part}",
    "market/needs/write.html",
    look_at_part,
    guard=signed_in,
    object_guard=get_editable,
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
).edit("", as_sent, "saved", save_part)
