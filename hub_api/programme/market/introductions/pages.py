"""``/portal/introductions``: an introduction for the two that meet, and the list of one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.journeys.service import find_journey
from casework.programme import Session
from hackathon.market.introductions import outcomes, service
from hackathon.market.introductions.machine import ANSWER_DUE, INTRODUCTION, SHARED, TALKING, UNANSWERED
from hackathon.market.introductions.passage import PASSAGE
from hackathon.market.introductions.rules import side_of, sides_of
from hackathon.market.pilots.service import has_pilot
from hub_api.programme.kit.pages import Page, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.introductions.words import TOLD, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, introduction_id: UUID) -> dict[str, Any]:
    """``contacts`` by side, empty until both want to meet; ``own`` is what the visitor is in it."""
    one = service.get_introduction(session, introduction_id)
    planned = session.planned(introduction_id)
    is_shared = one.state in SHARED
    return {
        "one": one,
        "contacts": service.get_contacts(session, one),
        "questions": outcomes.list_questions(session, introduction_id),
        "steps": steps_on(session, request, INTRODUCTION, introduction_id),
        "step_words": session.words(introduction_id),
        "own": sides_of(session.actor, one),
        "is_shared": is_shared,
        "may_take": is_shared and side_of(session.actor, one) is not None,
        "due": planned.get(ANSWER_DUE) if one.state in UNANSWERED else None,
        "may_pilot": one.state in TALKING and not has_pilot(session, introduction_id),
        "journey": find_journey(session, PASSAGE, introduction_id),
    }


PAGE = Page(
    router,
    "/introductions/{introduction_id}",
    "market/introductions/show.html",
    look,
    guard=signed_in,
    object_guard=service.get_introduction,
    title="introductions.one",
    here="marketplace",
    vocabulary=vocabulary,
)
PAGE.steps(service.move)
PAGE.post("contact", lambda form: form.number("version"), "contact_taken", service.take_contact)
PAGE.post("outcome", lambda form: (form.number("days"), TOLD(form)), "outcome_told", spread(outcomes.answer))


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    found, onward = service.list_introductions(session, after=request.query_id("after"))
    waiting = {one.introduction_id for one in outcomes.list_waiting(session)}
    return {"found": found, "onward": onward, "waiting": waiting}


Page(
    router,
    "/account/introductions",
    "market/introductions/own.html",
    look_at_own,
    guard=signed_in,
    title="introductions.own",
    here="account",
    vocabulary=vocabulary,
)
