"""``/portal/awards``: the register for everybody, and an award for those who have to do with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.files.service import MEDIA_TYPES
from casework.journeys.service import find_journey
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.funding.awards import register, service, spending
from hackathon.funding.awards.machine import (
    AWARD,
    CLAIM,
    FINANCE,
    LEAD,
    MILESTONE,
    RECIPIENTS,
    REPORTABLE,
    RUNNING,
    STAFF,
)
from hackathon.funding.awards.passage import PASSAGE
from hackathon.funding.awards.rules import scopes_of
from hackathon.funding.awards.settings import AwardSettings
from hackathon.market.pilots.model import Origin
from hub_api.programme.funding.awards.words import amount, plan_of, texts_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, anybody, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, steps_on
from hub_api.programme.market.pilots.words import may_propose

router = APIRouter(prefix="/portal", include_in_schema=False)
#: By the last part of their address, the rest of the identifiers of their fields.
_FORMS = {"amend": "amend", "contract": "own", "milestones": "new", "texts": "own"}


def look_at_register(session: Session, request: PortalRequest) -> dict[str, Any]:
    words, after = request.query("q"), _place_of(request.query("after"))
    found = register.list_entries(session, words, after)
    return {"entries": found.entries, "after": found.after, "q": words, "totals": found.totals}


def _place_of(text: str) -> UUID | None:
    """Where the page before ended; None for what is no identifier."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


Page(
    router,
    "/awards",
    "funding/awards/list.html",
    look_at_register,
    guard=anybody,
    title="awards.register",
    here="calls",
    vocabulary=vocabulary,
)


def look(session: Session, request: PortalRequest, award_id: UUID) -> dict[str, Any]:
    """The whole award for its people; for everybody else what the register says of it."""
    journey = find_journey(session, PASSAGE, award_id)
    if request.signed is not None:
        try:
            return {**look_inside(session, request, award_id), "journey": journey}
        except NoSuchObject:
            pass
    entry = register.get_entry(session, award_id)
    return {
        "template": "funding/awards/entry.html",
        "here": "calls",
        "title": entry.title_ar if request.language == "ar" else entry.title_en,
        "entry": entry,
        "journey": journey,
    }


def look_inside(session: Session, request: PortalRequest, award_id: UUID) -> dict[str, Any]:
    award, settings = service.get_award(session, award_id), session.of(AwardSettings)
    scopes = scopes_of(award.application_id, award.call_id)
    is_lead = session.holds(LEAD, scopes)
    parts = [(one.milestone_id, one) for one in service.list_milestones(session, award_id)]
    claims = service.list_claims(session, award_id)
    step_words = session.words(award_id, *(key for key, _ in parts), *(one.claim_id for one in claims))
    return {
        "title": award.title(request.language),
        "award": award,
        "steps": steps_on(session, request, AWARD, award_id),
        "step_words": step_words,
        "offer_ends": session.planned(award_id).get("offer_ends") if award.state == "offered" else None,
        "parts": [
            (
                one,
                spending.list_files(session, key),
                steps_on(session, request, MILESTONE, key),
            )
            for key, one in parts
        ],
        "claims": [
            (one, steps_of(CLAIM, spending.get_claim_steps(session, one.claim_id), request)) for one in claims
        ],
        "amendments": service.list_amendments(session, award_id),
        "sent_of": _sent_of(request),
        "is_staff": session.holds(STAFF, scopes),
        "is_recipient": session.holds(RECIPIENTS, scopes),
        "is_lead": is_lead,
        "is_finance": session.holds(FINANCE, scopes),
        "reportable": REPORTABLE,
        "may_claim": is_lead and award.state in RUNNING,
        "proposing": may_propose(session, Origin.AWARD, award_id),
        "accepted": ",".join(f".{one}" for one in MEDIA_TYPES),
        "files_max": settings.evidence_files_max,
        "megabytes_max": settings.evidence_bytes_max // 1_000_000,
    }


def _sent_of(request: PortalRequest) -> str:
    """To which of the page's forms the request was sent, as their fields are called."""
    _, of, object_id, *last = request.http.url.path.removeprefix("/portal").split("/")
    if of != "awards":
        return object_id
    return _FORMS.get(last[0], "") if last else ""


PAGE = Page(
    router,
    "/awards/{award_id}",
    "funding/awards/show.html",
    look,
    guard=anybody,
    object_guard=service.get_award,
    here="account",
    vocabulary=vocabulary,
)
PAGE.steps(service.move)


def write_texts(session: Session, award_id: UUID, form: Form, seen_version: int) -> None:
    known = service.get_award(session, award_id).terms
    service.write_texts(session, award_id, texts_of(form, known), seen_version)


def amend(session: Session, award_id: UUID, form: Form, seen_version: int) -> None:
    amount_minor = amount(form, service.get_award(session, award_id).currency)
    reasons = (form.text("reason_ar"), form.text("reason_en"))
    service.amend(session, award_id, amount_minor, reasons, seen_version)


def plan_milestone(session: Session, award_id: UUID, form: Form) -> None:
    plan = plan_of(form, service.get_award(session, award_id).currency)
    spending.plan_milestone(session, award_id, plan)


#: What only those who run the programme send from it.
STAFF_FORMS = Page(
    router,
    "/awards/{award_id}",
    "funding/awards/show.html",
    look,
    guard=signed_in,
    object_guard=service.get_run,
    home=lambda _, award_id: f"/awards/{award_id}",
    here="account",
    vocabulary=vocabulary,
)
STAFF_FORMS.edit("texts", as_sent, "saved", write_texts)
STAFF_FORMS.edit(
    "contract",
    lambda form: (form.text("contract"), form.chosen_day("contracted_on")),
    "saved",
    lambda session, award_id, sent, version: service.set_contract(session, award_id, *sent, version),
)
STAFF_FORMS.edit("amend", as_sent, "saved", amend)
STAFF_FORMS.post("milestones", as_sent, "saved", plan_milestone)
