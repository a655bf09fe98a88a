"""``/portal/introductions``: an introduction for the two that meet, and the list of one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.introductions import outcomes, service
from hackathon.market.introductions.desk import IntroductionDesk
from hackathon.market.introductions.machine import ANSWER_DUE, INTRODUCTION, SHARED, UNANSWERED
from hackathon.market.introductions.model import Introduction, Side, Told
from hackathon.market.introductions.rules import sides_of
from hackathon.market.journeys.model import Kind
from hackathon.market.journeys.service import find_journey
from hackathon.market.pilots.service import has_pilot
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import deadlines_in, steps_of, words_in
from hub_api.programme.market.introductions.words import told_of, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: From these on a pilot can be proposed.
_PILOTED = frozenset({"contacts_shared", "meeting", "pilot"})


def look(session: Session, request: PortalRequest, introduction_id: UUID) -> dict[str, Any]:
    """``contacts`` by side, empty until both want to meet; ``own`` is what the visitor is in it."""
    connection, desk, actor = session.connection, session.of(IntroductionDesk), session.actor
    one = get_introduction(session, introduction_id)
    offers = service.get_steps(connection, desk, actor, introduction_id)
    planned = {each.name: each.instant for each in deadlines_in(session, introduction_id)}
    own, is_shared = sides_of(actor, one), one.state in SHARED
    return {
        "one": one,
        "contacts": service.get_contacts(connection, desk, actor, one),
        "questions": outcomes.list_questions(connection, desk, actor, introduction_id),
        "steps": steps_of(INTRODUCTION, offers, request),
        "step_words": words_in(session, introduction_id),
        "own": own,
        "is_shared": is_shared,
        "may_take": is_shared and bool({Side.AGENCY, Side.VENDOR} & set(own)),
        "due": planned.get(ANSWER_DUE) if one.state in UNANSWERED else None,
        "may_pilot": one.state in _PILOTED and not has_pilot(session, introduction_id),
        "journey": find_journey(session, Kind.INTRODUCTION, introduction_id),
    }


def get_introduction(session: Session, introduction_id: UUID) -> Introduction:
    desk = session.of(IntroductionDesk)
    return service.get_introduction(session.connection, desk, session.actor, introduction_id)


def move(session: Session, introduction_id: UUID, event: str, version: int, reason: str | None) -> None:
    desk = session.of(IntroductionDesk)
    service.move(session.connection, desk, session.actor, introduction_id, event, version, reason)


def take_contact(session: Session, introduction_id: UUID, version: int) -> None:
    desk = session.of(IntroductionDesk)
    service.take_contact(session.connection, desk, session.actor, introduction_id, version)


def read_answer(form: Form) -> tuple[int, Told]:
    return form.number("days"), told_of(form)


def answer(session: Session, introduction_id: UUID, sent: tuple[int, Told]) -> None:
    desk = session.of(IntroductionDesk)
    outcomes.answer(session.connection, desk, session.actor, introduction_id, *sent)


PAGE = Page(
    router,
    "/introductions/{introduction_id}",
    "market/introductions/show.html",
    look,
    guard=signed_in,
    object_guard=get_introduction,
    title="introductions.one",
    here="marketplace",
    vocabulary=vocabulary,
)
PAGE.steps(move)
PAGE.post("contact", lambda form: form.number("version"), "contact_taken", take_contact)
PAGE.post("outcome", read_answer, "outcome_told", answer)


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    connection, desk, after = session.connection, session.of(IntroductionDesk), request.query_id("after")
    found, onward = service.list_introductions(connection, desk, session.actor, after=after)
    waiting = {one for one, _, _ in outcomes.list_waiting(connection, desk, session.actor)}
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
