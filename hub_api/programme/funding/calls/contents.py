"""``/portal/calls/…/desk/{form,criteria,eligibility}``: what a call asks, what reviewers mark, who may apply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.governorates.model import Governorate
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls.machine import EDITABLE
from hackathon.funding.calls.model import Call, Eligibility, Statement
from hackathon.funding.calls.service import get_call, get_forms, set_criteria, set_eligibility, set_form
from hub_api.programme.funding.calls.desk import require_staff, staff_form
from hub_api.programme.funding.calls.words import (
    ANSWER_CHARACTERS,
    criteria_of,
    eligibility_of,
    field_kinds,
    is_named,
    kinds,
    questions_of,
    title_of,
    vocabulary,
)
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/calls/{call_id}/desk", include_in_schema=False)
_NO_WEIGHT = Decimal(0)
Row = TypeVar("Row")


@router.get("/form/{round_number}")
async def show_form(request: CurrentRequest, call_id: UUID, round_number: Numbered) -> Response:
    _ = request.person
    return await _form_page(request, call_id, round_number)


@router.post("/form/{round_number}")
async def send_form(request: CurrentRequest, call_id: UUID, round_number: Numbered) -> Response:
    form = await staff_form(request, call_id)
    rows, version = questions_of(form, request.office.settings.calls.fields_max), form.number("version")
    asked = [one for one in rows if is_named(one)]

    def work(connection: Connection) -> None:
        set_form(connection, request.office.calls, request.actor, call_id, round_number, asked, version)

    refused = await _refusal(request, work)
    if refused is not None:
        return await _form_page(request, call_id, round_number, rows, refused)
    return request.go(f"/calls/{call_id}/desk/form/{round_number}", "saved")


@router.get("/criteria")
async def show_criteria(request: CurrentRequest, call_id: UUID) -> Response:
    _ = request.person
    return await _criteria_page(request, call_id)


@router.post("/criteria")
async def send_criteria(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    rows, version = criteria_of(form, request.office.settings.calls.criteria_max), form.number("version")
    wanted = [one for one in rows if is_named(one)]

    def work(connection: Connection) -> None:
        set_criteria(connection, request.office.calls, request.actor, call_id, wanted, version)

    refused = await _refusal(request, work)
    if refused is not None:
        return await _criteria_page(request, call_id, rows, refused)
    return request.go(f"/calls/{call_id}/desk/criteria", "saved")


@router.get("/eligibility")
async def show_eligibility(request: CurrentRequest, call_id: UUID) -> Response:
    _ = request.person
    return await _eligibility_page(request, call_id)


@router.post("/eligibility")
async def send_eligibility(request: CurrentRequest, call_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    wanted = eligibility_of(form, request.office.settings.calls.statements_max)
    version = form.number("version")

    def work(connection: Connection) -> None:
        set_eligibility(connection, request.office.calls, request.actor, call_id, wanted, version)

    refused = await _refusal(request, work)
    if refused is not None:
        return await _eligibility_page(request, call_id, wanted, refused)
    return request.go(f"/calls/{call_id}/desk/eligibility", "saved")


async def _refusal(request: PortalRequest, work: Callable[[Connection], None]) -> FalajError | None:
    """What stood against it; what only a stranger meets is the frame's to tell."""
    try:
        await request.do(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return error
    return None


async def _form_page(
    request: PortalRequest,
    call_id: UUID,
    number: int,
    rows: Sequence[FormField] | None = None,
    refused: FalajError | None = None,
) -> Response:
    """With what is asked, or what was typed."""
    require_staff(request, call_id)

    def work(connection: Connection) -> tuple[Call, tuple[tuple[FormField, ...], ...]]:
        return get_call(connection, call_id, request.actor), get_forms(connection, call_id, request.actor)

    call, asked = await request.do(work)
    if not 1 <= number <= len(asked):
        raise NoSuchObject
    blank = FormField("", "", "", characters_max=ANSWER_CHARACTERS)
    most = request.office.settings.calls.fields_max
    shown = _with_spare(request, asked[number - 1], blank, most) if rows is None else rows
    title = WORDS.text("calls.form_of", request.language, number=number)
    values = {"title": title, "rows": shown, "number": number, "kinds": field_kinds(request)}
    return _page(request, call, "form", refused, values)


async def _criteria_page(
    request: PortalRequest,
    call_id: UUID,
    rows: Sequence[Criterion] | None = None,
    refused: FalajError | None = None,
) -> Response:
    require_staff(request, call_id)
    call = await request.do(lambda connection: get_call(connection, call_id, request.actor))
    blank = Criterion(code="", name_en="", name_ar="", weight=_NO_WEIGHT)
    shown = (
        _with_spare(request, call.criteria, blank, request.office.settings.calls.criteria_max)
        if rows is None
        else rows
    )
    total = sum((one.weight for one in shown), _NO_WEIGHT)
    title = WORDS.text("calls.criteria", request.language)
    return _page(request, call, "criteria", refused, {"title": title, "rows": shown, "total": total})


async def _eligibility_page(
    request: PortalRequest,
    call_id: UUID,
    wanted: Eligibility | None = None,
    refused: FalajError | None = None,
) -> Response:
    require_staff(request, call_id)
    call = await request.do(lambda connection: get_call(connection, call_id, request.actor))
    shown = call.eligibility if wanted is None else wanted
    most = request.office.settings.calls.statements_max
    values = {
        "title": WORDS.text("calls.eligibility", request.language),
        "eligibility": shown,
        "kinds": kinds(request),
        "rows": _with_spare(request, shown.statements, Statement("", "", ""), most),
        "governorates": [(one.value, one.label.text(request.language)) for one in Governorate],
    }
    return _page(request, call, "eligibility", refused, values)


def _with_spare(request: PortalRequest, rows: Sequence[Row], blank: Row, most: int) -> list[Row]:
    """Empty rows below what is there already."""
    spare = min(request.office.settings.portal.rows_spare, most - len(rows))
    return [*rows, *[blank] * max(0, spare)]


def _page(
    request: PortalRequest, call: Call, template: str, refused: FalajError | None, values: dict[str, Any]
) -> Response:
    return render_page(
        request,
        f"funding/calls/{template}.html",
        here="calls",
        refused=refused,
        call=call,
        call_title=title_of(call, request),
        is_fixed=call.state not in EDITABLE,
        **values,
        **vocabulary(request),
    )
