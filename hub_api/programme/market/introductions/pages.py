"""``/portal/introductions``: an introduction for the two that meet, and the list of one's own.

``/portal/desk/introductions``: the programme's figures, and all introductions.

Who could help with a need, and which needs suit a vendor's offerings: each with its explanation.

How matches and introductions are said, and what their forms send.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.access.model import Role
from casework.journeys.service import find_journey
from casework.programme import Session
from casework.taxonomy.model import PriceBand
from casework.workflow.wording import Label
from hackathon.market.introductions import outcomes, service
from hackathon.market.introductions.machine import ANSWER_DUE, INTRODUCTION, SHARED, TALKING, UNANSWERED
from hackathon.market.introductions.matches import match_need, match_vendors
from hackathon.market.introductions.model import PACKAGE, Side, Told
from hackathon.market.introductions.passage import PASSAGE
from hackathon.market.introductions.rules import side_of, sides_of
from hackathon.market.introductions.service import introduce
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.matching.wording import filter_label, part_label, points_text, score_text, why
from hackathon.market.pilots.service import has_pilot
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, states_of
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.turning import Part, beginning, start_of
from hub_api.programme.kit.values import ValueForm
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.offerings.words import vocabulary as offering_words


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of introductions call things."""
    language = request.language
    return {
        "stage_label": lambda name: Label(PACKAGE, f"stage.{name}"),
        "score": partial(score_text, language=language),
        "part_label": part_label,
        "points": partial(points_text, language=language),
        "why": partial(why, language=language),
        "filter_label": filter_label,
        "price_bands": [(one.value, one.label.text(language)) for one in PriceBand],
    }


#: What a side says has come of it.
TOLD = ValueForm(
    Told,
    {"has_met": "met", "has_pilot": "pilot", "has_contract": "contract", "value_band": "value"},
)


router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=signed_in, vocabulary=vocabulary)


def look(session: Session, request: PortalRequest, introduction_id: UUID) -> dict[str, Any]:
    """``contacts`` by side, empty until both want to meet; ``own`` is what the visitor is in it."""
    one = service.get_introduction(session, introduction_id)
    planned = session.planned(introduction_id)
    is_shared = one.state in SHARED
    return {
        "one": one,
        "planned": planned,
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


PAGE = page(
    "/introductions/{introduction_id}",
    "market/introductions/show.html",
    look,
    object_guard=service.get_introduction,
    subject=Subject(INTRODUCTION, "one", lambda one: one.introduction_id),
    title="introductions.one",
    here="marketplace",
)
PAGE.steps(service.move)
PAGE.post("contact", lambda form: form.number("version"), "contact_taken", service.take_contact)
PAGE.post("outcome", lambda form: (form.number("days"), TOLD(form)), "outcome_told", spread(outcomes.answer))


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    found, onward = service.list_introductions(session, after=request.query_id("after"))
    waiting = {one.introduction_id for one in outcomes.list_waiting(session)}
    return {
        "found": found,
        "onward": onward,
        "waiting": waiting,
        "is_vendor": session.holds_anywhere({Role.VENDOR}),
    }


page(
    "/account/introductions",
    "market/introductions/own.html",
    look_at_own,
    title="introductions.own",
    here="account",
)


ListPage(
    router,
    "/desk/introductions",
    service.DESK,
    (
        Column("introductions.need", names("need"), link="/introductions/{introduction_id}"),
        Column("introductions.offering", names("offering")),
        Column("vendors.company", names("vendor")),
        Column("list.state", state(INTRODUCTION)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=require_programme,
    here="desk",
    title="introductions.desk",
    empty="introductions.desk_empty",
    fields={
        "q": FilterLabel("introductions.need"),
        "state": FilterLabel("list.state", states_of(INTRODUCTION)),
    },
    template="market/introductions/staff_list.html",
    more=lambda session, _: {"figures": outcomes.count_figures(session)},
    vocabulary=vocabulary,
)


def match_vocabulary(request: PortalRequest) -> dict[str, Any]:
    return offering_words(request) | vocabulary(request)


def look_at_vendors(session: Session, _: PortalRequest, need_id: UUID) -> dict[str, Any]:
    return {"found": match_need(session, need_id)}


def read_offering(form: Form) -> tuple[UUID, Side]:
    """Of a vendor that the agency is interested in, or that the programme suggests to both."""
    if form.text("by") not in {Side.AGENCY, Side.PROGRAMME}:
        raise FormUnreadable
    return form.id("offering"), Side(form.text("by"))


def introduce_vendor(session: Session, need_id: UUID, sent: tuple[UUID, Side]) -> Onward:
    return Onward(f"/introductions/{introduce(session, need_id, *sent)}")


match_page = partial(Page, router, guard=signed_in, vocabulary=match_vocabulary)
match_page(
    "/needs/{need_id}/matches",
    "market/introductions/of_need.html",
    look_at_vendors,
    object_guard=match_need,
    title="introductions.matches",
    here="marketplace",
).post("/needs/{need_id}/introductions", read_offering, "introduced", introduce_vendor)


def look_at_needs(session: Session, request: PortalRequest) -> dict[str, Any]:
    start = start_of(request)
    found = match_vendors(session, start)
    most, everything = session.of(IntroductionSettings).vendor_page_offerings, sum(one.all for one in found)
    shown = [each for vendor in found for each in vendor.offerings]
    return {"found": found, "part": Part(shown, beginning(start, most, everything), most, everything)}


def introduce_oneself(session: Session, sent: tuple[UUID, UUID]) -> Onward:
    return Onward(f"/introductions/{introduce(session, *sent, Side.VENDOR)}")


match_page(
    "/account/vendor/matches",
    "market/introductions/of_vendor.html",
    look_at_needs,
    title="introductions.needs",
    here="account",
).post(
    "/account/vendor/introductions",
    lambda form: (form.id("need"), form.id("offering")),
    "introduced",
    introduce_oneself,
)
