"""``/portal/account/applications`` and ``/portal/calls/…/applications/new``: what one applies with, and beginning."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.funding.applications import applicants, late, service, writing
from hackathon.funding.applications.continuing import draft_from, may_continue
from hackathon.funding.applications.machine import APPLICANT, INVITATION
from hackathon.funding.applications.model import Applicant, Content
from hackathon.funding.applications.rules import what_next
from hackathon.funding.calls.machine import CLOSES
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.service import get_call, get_forms
from hub_api.programme.funding.applications.words import (
    behalf_options,
    deadlines_of,
    governorate_options,
    governorates_of,
    own_organisations,
    vocabulary,
)
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=signed_in, vocabulary=vocabulary)


class Asked(NamedTuple):
    """An invitation to apply with others, until when it counts, and how it can be answered."""

    applicant: Applicant
    title: str
    call: Call
    until: datetime | None
    steps: list[Step]


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    mine = [(one, service.get_call_of(session, one)) for one in service.list_own(session)]
    return {
        "mine": [(one, call, what_next(one, call.state, deadlines_of(session, one))) for one, call in mine],
        "asked": [_asked(session, request, one) for one in applicants.list_invitations(session)],
    }


def _asked(session: Session, request: PortalRequest, applicant: Applicant) -> Asked:
    about = writing.find(session, applicant.application_id)
    until = session.planned(applicant.applicant_id).get(INVITATION)
    steps = steps_on(session, request, APPLICANT, applicant.applicant_id)
    title, call = about.draft.title or about.reference, service.get_call_of(session, about)
    return Asked(applicant, title, call, until, steps)


OWN = page(
    "/account/applications",
    "funding/applications/own.html",
    look_at_own,
    title="applications.own",
    here="account",
)


def look_at_new(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """What there is to know before an application is begun; ``won`` is the title that it would have."""
    call, now = get_call(session, call_id), session.now()
    closes_at = session.planned(call_id).get(CLOSES)
    begun = Form({"submission": [str(request.query_id("submission") or "")]})
    form = begun if request.sent is None else request.sent
    organisations = own_organisations(session)
    return {
        "form": form,
        "call": call,
        "questions": get_forms(session, call_id)[0],
        "closes_at": closes_at,
        "is_open": call.state in writing.BEGINNING_IN and closes_at is not None and now < closes_at,
        "is_over": closes_at is not None and now >= closes_at,
        "behalf": behalf_options(call, organisations, request),
        "governorates": governorate_options(call, request),
        "mine": [one for one in service.list_own(session) if one.call_id == call_id],
        "won": _won(session, form),
    }


def _won(session: Session, form: Form) -> str | None:
    if not form.text("submission"):
        return None
    submission_id = form.id("submission")
    if not may_continue(session, submission_id):
        return None
    return draft_from(session, submission_id, Content()).title


def begin(session: Session, call_id: UUID, form: Form) -> Onward:
    """A draft on the visitor's own behalf, in their language; with a code after the close, and from a submission that
    has won with its texts.
    """
    governorate = form.text("governorate")
    if governorate not in governorates_of(get_call(session, call_id)):
        raise FormUnreadable
    content = Content(governorate=governorate, language=form.language)
    if form.text("code").strip():
        begun = late.begin_late(session, call_id, content, form.text("code"))
    else:
        submission_id = form.id("submission") if form.text("submission") else None
        begun = writing.begin(session, call_id, content, submission_id)
    return Onward(f"/applications/{begun.application_id}/form")


page(
    "/calls/{call_id}/applications/new",
    "funding/applications/new.html",
    look_at_new,
    object_guard=get_call,
    title="applications.new",
    here="calls",
).post("", as_sent, "application_begun", begin)
