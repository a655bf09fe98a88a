"""``/portal/calls/…/desk``: a call for those who run it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.deadlines import extension_reasons
from citycore.language import catalogue
from hackathon.funding.calls import service
from hackathon.funding.calls.machine import CALL, CORRECTABLE, DEADLINES, EDITABLE, SECOND_CLOSES
from hub_api.programme.funding.calls.pages import find_choices, may_see_awards
from hub_api.programme.funding.calls.words import currencies, description_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import extensions_of, steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    service.require_staff(session, call_id)
    call = service.get_call(session, call_id)
    planned = session.planned(call_id)
    is_single = call.description.terms.rounds == 1
    names = [name for name in DEADLINES if not (is_single and name == SECOND_CLOSES)]
    steps = steps_on(session, request, CALL, call_id)
    texts = catalogue("casework.workflow")
    return {
        "title": call.title(request.language),
        "call": call,
        "steps": [one for one in steps if not (is_single and one.event == "open_second")],
        "planned": planned,
        "forms_asked": service.get_forms(session, call_id),
        "choices": find_choices(session, request),
        "names": names,
        "currencies": currencies(request),
        "may_plan": call.state in CALL.planned_in,
        "may_edit": call.state in EDITABLE,
        "may_correct": call.state in CORRECTABLE,
        "is_desk": True,
        "is_staff": True,
        "may_see_awards": may_see_awards(session, call_id),
        "extendable": extensions_of(CALL, call.state, planned, names, request),
        "reasons": [(one, texts.text(f"extension.{one}", request.language)) for one in extension_reasons()],
    }


def read_deadlines(form: Form) -> dict[str, datetime]:
    """Those that were filled in."""
    return {name: instant for name in DEADLINES if (instant := form.instant(name)) is not None}


def read_extension(form: Form) -> tuple[str, datetime, str]:
    return form.text("name"), form.chosen_instant("instant"), form.text("reason")


PAGE = Page(
    router,
    "/calls/{call_id}/desk",
    "funding/calls/staff.html",
    look,
    guard=signed_in,
    object_guard=service.require_staff,
    here="calls",
    vocabulary=vocabulary,
)
PAGE.edit("edit", description_of, "saved", service.edit)
PAGE.post("deadlines", read_deadlines, "saved", service.plan)
PAGE.post("extension", read_extension, "step_taken", spread(service.extend))
PAGE.steps(service.move)
