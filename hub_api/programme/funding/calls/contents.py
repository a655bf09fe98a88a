"""``/portal/calls/…/desk/{form,criteria,eligibility}``: what a call asks, what reviewers mark, who may apply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.forms.model import WRITTEN
from casework.governorates.model import Governorate
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls import service
from hackathon.funding.calls.machine import EDITABLE
from hackathon.funding.calls.model import ApplicantKind, Call, Statement
from hackathon.funding.calls.settings import CallSettings
from hub_api.programme.funding.calls.words import (
    choices_of,
    criteria_of,
    eligibility_of,
    staff_page,
    vocabulary,
)
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.pages import Page, as_sent, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.rows import NO_QUESTION, is_named, questions_in, with_spare

router = APIRouter(prefix="/portal", include_in_schema=False)
_NO_WEIGHT = Decimal(0)
_NO_CRITERION = Criterion(code="", name_en="", name_ar="", weight=_NO_WEIGHT)
_NO_STATEMENT = Statement("", "", "")


def look_at_form(
    session: Session, request: PortalRequest, call_id: UUID, round_number: Numbered
) -> dict[str, Any]:
    """With what is asked, or what was typed."""
    service.require_staff(session, call_id)
    call, asked = service.get_call(session, call_id), service.get_forms(session, call_id)
    if not 1 <= round_number <= len(asked):
        raise NoSuchObject
    most = session.of(CallSettings).fields_max
    known = with_spare(request, asked[round_number - 1], NO_QUESTION, most)
    return {
        **about(call),
        "title": WORDS.text("calls.form_of", request.language, number=round_number),
        "rows": known if request.sent is None else questions_in(request.sent, most),
        "number": round_number,
        "kinds": choices_of(WRITTEN, "field", request),
    }


def set_form(session: Session, call_id: UUID, round_number: int, form: Form, seen_version: int) -> None:
    rows = questions_in(form, session.of(CallSettings).fields_max)
    asked = [one for one in rows if is_named(one)]
    service.set_form(session, call_id, round_number, asked, seen_version)


Page(
    router,
    "/calls/{call_id}/desk/form/{round_number}",
    "funding/calls/form.html",
    look_at_form,
    guard=signed_in,
    object_guard=lambda session, call_id, _: service.require_staff(session, call_id),
    here="calls",
    vocabulary=vocabulary,
).edit("", as_sent, "saved", set_form)


def look_at_criteria(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    service.require_staff(session, call_id)
    call, most = service.get_call(session, call_id), session.of(CallSettings).criteria_max
    known = with_spare(request, call.criteria, _NO_CRITERION, most)
    rows = known if request.sent is None else criteria_of(request.sent, most)
    return {
        **about(call),
        "rows": rows,
        "total": sum((one.weight for one in rows), _NO_WEIGHT),
    }


def set_criteria(session: Session, call_id: UUID, form: Form, seen_version: int) -> None:
    rows = criteria_of(form, session.of(CallSettings).criteria_max)
    service.set_criteria(session, call_id, [one for one in rows if is_named(one)], seen_version)


staff_page(router, "calls/criteria", look_at_criteria, vocabulary).edit("", as_sent, "saved", set_criteria)


def look_at_eligibility(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    service.require_staff(session, call_id)
    call, most = service.get_call(session, call_id), session.of(CallSettings).statements_max
    known = call.eligibility if request.sent is None else eligibility_of(request.sent, most)
    return {
        **about(call),
        "eligibility": known,
        "kinds": choices_of(ApplicantKind, "kind", request),
        "rows": with_spare(request, known.statements, _NO_STATEMENT, most),
        "governorates": [(one.value, one.label.text(request.language)) for one in Governorate],
    }


def set_eligibility(session: Session, call_id: UUID, form: Form, seen_version: int) -> None:
    wanted = eligibility_of(form, session.of(CallSettings).statements_max)
    service.set_eligibility(session, call_id, wanted, seen_version)


staff_page(router, "calls/eligibility", look_at_eligibility, vocabulary).edit(
    "", as_sent, "saved", set_eligibility
)


def about(call: Call) -> dict[str, Any]:
    """What these pages say of the call itself."""
    return {"call": call, "is_fixed": call.state not in EDITABLE}
