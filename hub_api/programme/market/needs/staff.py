"""``/portal/needs/…/desk``: a need for its agency and the programme."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.deadlines import extension_reasons
from citycore.clock import CITY_ZONE
from citycore.language import catalogue
from hackathon.market.needs import asking, openers, service
from hackathon.market.needs.machine import (
    AGENCY,
    EDITABLE,
    NEED,
    QUESTIONS_CLOSE,
    RESPONSES_CLOSE,
    UNPUBLISHED,
)
from hackathon.market.needs.rules import scopes_of
from hackathon.market.responses import outcome
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import extensions_of, steps_on
from hub_api.programme.market.needs.words import ANSWER, DESCRIPTION, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
PLANNED = (QUESTIONS_CLOSE, RESPONSES_CLOSE)
#: All but what the second opener's key does.
STAFF_STEPS = frozenset(step.event for step in NEED.transitions) - {"evaluate"}
_EXTENDED_IN = frozenset({"published", "qa_closed", "suspended"})


def look(session: Session, request: PortalRequest, need_id: UUID) -> dict[str, Any]:
    need, language = service.get_own_need(session, need_id), request.language
    is_agency = holds_any(session.actor, AGENCY, scopes_of(need_id, need.organisation_id))
    is_draft, is_over = need.state in UNPUBLISHED, NEED.state(need.state).is_terminal
    planned = session.planned(need_id)
    named, texts = openers.list_openers(session, need_id), catalogue("casework.workflow")
    return {
        "title": need.title(language),
        "need": need,
        "about": need.description,
        "steps": steps_on(session, request, NEED, need_id, STAFF_STEPS),
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
        "reasons": [(one, texts.text(f"extension.{one}", language)) for one in extension_reasons()],
        "written": DESCRIPTION.fill(need.description, request.typed),
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


PAGE = Page(
    router,
    "/needs/{need_id}/desk",
    "market/needs/staff.html",
    look,
    guard=signed_in,
    object_guard=service.get_own_need,
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
)
PAGE.steps(outcome.move)
PAGE.edit("edit", DESCRIPTION, "saved", service.edit)
PAGE.post("deadlines", read_deadlines, "saved", service.plan)
PAGE.post("extension", read_extension, "step_taken", spread(service.extend))
PAGE.post_part("questions/{question_id}/answer", ANSWER, "question_answered", asking.answer)
PAGE.post(
    "addenda", lambda form: (form.text("text_ar"), form.text("text_en")), "addendum_added", spread(asking.add)
)
PAGE.post("openers", lambda form: form.text("email"), "opener_added", openers.add_opener)
PAGE.press_part("openers/{opener_id}/remove", "step_taken", openers.remove_opener)
