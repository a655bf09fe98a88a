"""``/portal/awards``: the register for everybody, and an award for those who have to do with it.

``/portal/account/awards``: what was granted to one's own applications.

``/portal/calls/…/desk/awards`` and ``/portal/desk/claims``: offers, and claims that wait.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.files.kinds import MEDIA_TYPES
from casework.journeys.service import find_journey
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotConfirmed
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
from hackathon.funding.calls.rules import scopes_of as call_scopes
from hackathon.funding.calls.service import get_call
from hackathon.market.pilots.model import Origin
from hub_api.programme.funding.awards.words import amount, plan_of, terms_of, texts_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, money, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, states_of
from hub_api.programme.kit.outlook import Subject, outlook_of
from hub_api.programme.kit.pages import Onward, Page, anybody, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, steps_on
from hub_api.programme.market.pilots.words import may_propose

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, vocabulary=vocabulary)
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


page(
    "/awards",
    "funding/awards/list.html",
    look_at_register,
    guard=anybody,
    title="awards.register",
    here="calls",
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
        "outlook": outlook_of(session, AWARD, entry, {}, is_public=True),
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
        "against_paying": {
            one.claim_id: refusal.text(request.language)
            for one in claims
            if (refusal := spending.find_payment_refusal(session, one.claim_id)) is not None
        },
        "outlooks": {
            **{key: outlook_of(session, MILESTONE, one, {}) for key, one in parts},
            **{one.claim_id: outlook_of(session, CLAIM, one, {}) for one in claims},
        },
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


PAGE = page(
    "/awards/{award_id}",
    "funding/awards/show.html",
    look,
    guard=anybody,
    object_guard=service.get_award,
    here="account",
    subject=Subject(AWARD, "award", lambda one: one.award_id),
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
STAFF_FORMS = page(
    "/awards/{award_id}",
    "funding/awards/show.html",
    look,
    guard=signed_in,
    object_guard=service.get_run,
    home=lambda _, award_id: f"/awards/{award_id}",
    here="account",
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


def look_at_own(session: Session, _: PortalRequest) -> dict[str, Any]:
    return {"awards": service.list_own(session)}


Page(
    router,
    "/account/awards",
    "funding/awards/own.html",
    look_at_own,
    guard=signed_in,
    title="awards.own",
    here="account",
    vocabulary=vocabulary,
)


ListPage(
    router,
    "/desk/claims",
    service.CLAIMS_DESK,
    (
        Column("list.title", names("title"), link="/awards/{award_id}#claim-{claim_id}"),
        Column("list.amount", money("amount_minor", "currency"), "amount"),
        Column("list.papers", value("papers")),
        Column("list.state", state(CLAIM)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=signed_in,
    here="desk",
    title="awards.claims_waiting",
    empty="awards.no_claims_waiting",
    fields={"q": FilterLabel("list.search"), "state": FilterLabel("list.state", states_of(CLAIM))},
)


def look_at_desk(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """What a call has granted, and to whom it can still offer something."""
    left, currency = register.budget_left(session, call_id)
    return {
        "call": get_call(session, call_id),
        "waiting": register.find_waiting(session, call_id),
        "left_minor": left,
        "currency": currency,
        "sent_of": request.typed.text("application"),
        "is_staff": session.holds(STAFF, call_scopes(call_id)),
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


ListPage(
    router,
    "/calls/{call_id}/desk/awards",
    service.AWARDS_DESK,
    (
        Column("list.title", names("title"), link="/awards/{award_id}"),
        Column("list.amount", money("amount_minor", "currency"), "amount"),
        Column("awards.paid_so_far", money("paid_minor", "currency")),
        Column("list.state", state(AWARD)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=signed_in,
    here="calls",
    title="awards.desk",
    empty="awards.none",
    fields={"q": FilterLabel("list.search"), "state": FilterLabel("list.state", states_of(AWARD))},
    beside={"awards.claims_waiting": "/desk/claims"},
    template="funding/awards/staff.html",
    more=look_at_desk,
    object_guard=lambda session, call_id: session.require(STAFF, call_scopes(call_id)),
    vocabulary=vocabulary,
).page.post("", as_sent, "offered", offer)
