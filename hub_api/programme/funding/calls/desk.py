"""``/portal/calls/…/desk``: a call for those who run it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.workflow.deadlines import extend, extension_reasons
from casework.workflow.errors import NotAllowed
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.language import catalogue
from citycore.store.connections import Connection
from hackathon.funding.calls.machine import CALL, CORRECTABLE, DEADLINES, EDITABLE, SECOND_CLOSES
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.calls.rules import is_staff
from hackathon.funding.calls.service import edit, get_call, get_forms, move, plan
from hub_api.programme.funding.calls.routes import Choices, find_choices, may_see_awards
from hub_api.programme.funding.calls.words import currencies, description_of, title_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, extensions_of, steps_of

router = APIRouter(prefix="/portal/calls/{call_id}/desk", include_in_schema=False)


@router.get("")
async def show_desk(request: CurrentRequest, call_id: UUID) -> Response:
    _ = request.person
    return await _desk_page(request, call_id, Form())


@router.post("/edit")
async def send_edit(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        edit(connection, request.office.calls, request.actor, call_id, description_of(form), version)

    return await _attempt(request, call_id, form, work, "saved")


@router.post("/deadlines")
async def send_deadlines(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        chosen = {name: instant for name in DEADLINES if (instant := form.instant(name)) is not None}
        plan(connection, request.office.calls, request.actor, call_id, chosen)

    return await _attempt(request, call_id, form, work, "saved")


@router.post("/extension")
async def send_extension(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        extend(
            connection,
            CALLS,
            call_id,
            form.text("name"),
            form.chosen_instant("instant"),
            request.actor,
            request.office.clock,
            reason=form.text("reason"),
        )

    return await _attempt(request, call_id, form, work, "step_taken")


@router.post("/step")
async def take_step(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")

    def work(connection: Connection) -> None:
        move(connection, request.office.calls, request.actor, call_id, event, version, reason)

    return await _attempt(request, call_id, form, work, "step_taken")


async def staff_form(request: PortalRequest, call_id: UUID) -> Form:
    """Only of those who run the call: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    require_staff(request, call_id)
    return form


def require_staff(request: PortalRequest, call_id: UUID) -> None:
    if not is_staff(request.actor, call_id):
        raise NotAllowed


class Shown(NamedTuple):
    """A call as those see it who run it."""

    call: Call
    steps: list[Step]
    planned: dict[str, datetime]
    forms_asked: tuple[tuple[FormField, ...], ...]
    choices: Choices


async def _attempt(
    request: PortalRequest, call_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except FormUnreadable:
        raise
    except FalajError as error:
        return await _desk_page(request, call_id, form, error)
    return request.go(f"/calls/{call_id}/desk", notice)


async def _desk_page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    require_staff(request, call_id)
    shown = await request.do(lambda connection: _look(connection, request, call_id))
    state, language = shown.call.state, request.language
    is_single = shown.call.description.terms.rounds == 1
    names = [name for name in DEADLINES if not (is_single and name == SECOND_CLOSES)]
    texts = catalogue("casework.workflow")
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "funding/calls/desk.html",
        title=title_of(shown.call, request),
        here="calls",
        refused=refused,
        form=form,
        names=names,
        currencies=currencies(request),
        may_plan=state in CALL.planned_in,
        may_edit=state in EDITABLE,
        may_correct=state in CORRECTABLE,
        is_desk=True,
        is_staff=True,
        may_see_awards=may_see_awards(request, call_id),
        extendable=extensions_of(CALL, state, shown.planned, names, request),
        reasons=[(one, texts.text(f"extension.{one}", language)) for one in extension_reasons()],
        **values,
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, call_id: UUID) -> Shown:
    call = get_call(connection, call_id, request.actor)
    offers = possible_steps(connection, CALLS, call_id, request.actor, request.office.clock)
    asked = get_forms(connection, call_id, request.actor)
    with connection.transaction():
        planned = {deadline.name: deadline.instant for deadline in find_deadlines(connection, call_id)}
    has_one_round = call.description.terms.rounds == 1
    steps = [
        one for one in steps_of(CALL, offers, request) if not (has_one_round and one.event == "open_second")
    ]
    return Shown(call, steps, planned, asked, find_choices(connection, request))
