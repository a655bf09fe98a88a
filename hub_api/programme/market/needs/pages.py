"""``/portal/needs``: what agencies look for, for everybody, and the questions of vendors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter

from casework.journeys.service import find_journey
from casework.organisations.speakers import agencies_of
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from hackathon.market.introductions.matches import may_match
from hackathon.market.needs import asking, service
from hackathon.market.needs.machine import ANSWERED_IN
from hackathon.market.needs.model import Description
from hackathon.market.needs.openers import shown_keys
from hackathon.market.needs.passage import PASSAGE
from hackathon.market.needs.rules import FILTER_NAMES, is_inside, is_public, search_of
from hackathon.market.responses.service import is_vendor
from hub_api.programme.casework.organisations.words import agency_name
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.needs.words import DESCRIPTION, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


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


Page(
    router,
    "/needs",
    "market/needs/list.html",
    look_at_list,
    guard=anybody,
    title="marketplace.title",
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
)


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
    return Onward(f"/needs/{service.create(session, *sent)}/desk")


Page(
    router,
    "/needs/new",
    "market/needs/new.html",
    look_at_new,
    guard=writes_for_an_agency,
    title="needs.new",
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
).post("", read_new, "saved", create)


def look(session: Session, request: PortalRequest, need_id: UUID) -> dict[str, Any]:
    need = service.get_need(session, need_id)
    has_keys = need.description.is_sealed and is_public(need)
    return {
        "title": need.title(request.language),
        "need": need,
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


PAGE = Page(
    router,
    "/needs/{need_id}",
    "market/needs/show.html",
    look,
    guard=anybody,
    object_guard=service.get_need,
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
)
PAGE.post("questions", lambda form: form, "question_asked", ask)
