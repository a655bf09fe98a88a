"""``/portal/calls/…/desk/awards`` and ``/portal/desk/claims``: offers, and claims that wait."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.errors import NotConfirmed
from hackathon.funding.awards import register, service
from hackathon.funding.awards.machine import STAFF
from hackathon.funding.calls.rules import scopes_of
from hackathon.funding.calls.service import get_call
from hub_api.programme.funding.awards.words import terms_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_claims(session: Session, _: PortalRequest) -> dict[str, Any]:
    found = service.list_waiting(session)
    known = service.list_awards(session, {one.award_id for one in found})
    return {"claims": [(one, known[one.award_id]) for one in found if one.award_id in known]}


Page(
    router,
    "/desk/claims",
    "funding/awards/claims.html",
    look_at_claims,
    guard=signed_in,
    title="awards.claims_waiting",
    here="desk",
    vocabulary=vocabulary,
)


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """What a call has granted, and to whom it can still offer something."""
    awards, call = service.list_of_call(session, call_id), get_call(session, call_id)
    left, currency = register.budget_left(session, call_id)
    return {
        "call": call,
        "awards": awards,
        "waiting": register.find_waiting(session, call_id),
        "left_minor": left,
        "currency": currency,
        "sent_of": request.typed.text("application"),
        "is_staff": session.holds(STAFF, scopes_of(call_id)),
    }


def offer(session: Session, call_id: UUID, form: Form) -> Onward:
    """Whoever offers is asked first whether they mean it, once it would be possible."""
    application_id, call = form.id("application"), get_call(session, call_id)
    if application_id not in {one.application_id for one in register.find_waiting(session, call_id)}:
        raise FormUnreadable
    terms = terms_of(form, call.description.terms.budget.currency)
    made = service.offer(session, application_id, terms)
    if session.actor.asks_first:
        raise NotConfirmed("award", "offer", application_id)
    return Onward(f"/awards/{made.award_id}")


Page(
    router,
    "/calls/{call_id}/desk/awards",
    "funding/awards/staff.html",
    look,
    guard=signed_in,
    object_guard=lambda session, call_id: session.require(STAFF, scopes_of(call_id)),
    title="awards.desk",
    here="calls",
    vocabulary=vocabulary,
).post("", as_sent, "offered", offer)
