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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal/calls/{call_id}/desk", include_in_schema=False)
_NO_WEIGHT = Decimal(0)
Row = TypeVar("Row")


@router.get("/form/{round_number}")
async def show_form(visit: VisitHere, call_id: UUID, round_number: Numbered) -> Response:
    _ = visit.person
    return await _form_page(visit, call_id, round_number)


@router.post("/form/{round_number}")
async def send_form(visit: VisitHere, call_id: UUID, round_number: Numbered) -> Response:
    form = await staff_form(visit, call_id)
    rows, version = questions_of(form, visit.office.settings.calls.fields_max), form.number("version")
    asked = [one for one in rows if is_named(one)]

    def work(connection: Connection) -> None:
        set_form(connection, visit.office.calls, visit.actor, call_id, round_number, asked, version)

    refused = await _refusal(visit, work)
    if refused is not None:
        return await _form_page(visit, call_id, round_number, rows, refused)
    return visit.go(f"/calls/{call_id}/desk/form/{round_number}", "saved")


@router.get("/criteria")
async def show_criteria(visit: VisitHere, call_id: UUID) -> Response:
    _ = visit.person
    return await _criteria_page(visit, call_id)


@router.post("/criteria")
async def send_criteria(visit: VisitHere, call_id: UUID) -> Response:
    form = await staff_form(visit, call_id)
    rows, version = criteria_of(form, visit.office.settings.calls.criteria_max), form.number("version")
    wanted = [one for one in rows if is_named(one)]

    def work(connection: Connection) -> None:
        set_criteria(connection, visit.office.calls, visit.actor, call_id, wanted, version)

    refused = await _refusal(visit, work)
    if refused is not None:
        return await _criteria_page(visit, call_id, rows, refused)
    return visit.go(f"/calls/{call_id}/desk/criteria", "saved")


@router.get("/eligibility")
async def show_eligibility(visit: VisitHere, call_id: UUID) -> Response:
    _ = visit.person
    return await _eligibility_page(visit, call_id)


@router.post("/eligibility")
async def send_eligibility(visit: VisitHere, call_id: UUID) -> Response:
    form = await staff_form(visit, call_id)
    wanted = eligibility_of(form, visit.office.settings.calls.statements_max)
    version = form.number("version")

    def work(connection: Connection) -> None:
        set_eligibility(connection, visit.office.calls, visit.actor, call_id, wanted, version)

    refused = await _refusal(visit, work)
    if refused is not None:
        return await _eligibility_page(visit, call_id, wanted, refused)
    return visit.go(f"/calls/{call_id}/desk/eligibility", "saved")


async def _refusal(visit: Visit, work: Callable[[Connection], None]) -> FalajError | None:
    """What stood against it; what only a stranger meets is the frame's to tell."""
    try:
        await visit.do(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return error
    return None


async def _form_page(
    visit: Visit,
    call_id: UUID,
    number: int,
    rows: Sequence[FormField] | None = None,
    refused: FalajError | None = None,
) -> Response:
    """With what is asked, or what was typed."""
    require_staff(visit, call_id)

    def work(connection: Connection) -> tuple[Call, tuple[tuple[FormField, ...], ...]]:
        return get_call(connection, call_id, visit.actor), get_forms(connection, call_id, visit.actor)

    call, asked = await visit.do(work)
    if not 1 <= number <= len(asked):
        raise NoSuchObject
    blank = FormField("", "", "", characters_max=ANSWER_CHARACTERS)
    most = visit.office.settings.calls.fields_max
    shown = _with_spare(visit, asked[number - 1], blank, most) if rows is None else rows
    title = WORDS.text("calls.form_of", visit.language, number=number)
    values = {"title": title, "rows": shown, "number": number, "kinds": field_kinds(visit)}
    return _page(visit, call, "form", refused, values)


async def _criteria_page(
    visit: Visit, call_id: UUID, rows: Sequence[Criterion] | None = None, refused: FalajError | None = None
) -> Response:
    require_staff(visit, call_id)
    call = await visit.do(lambda connection: get_call(connection, call_id, visit.actor))
    blank = Criterion(code="", name_en="", name_ar="", weight=_NO_WEIGHT)
    shown = (
        _with_spare(visit, call.criteria, blank, visit.office.settings.calls.criteria_max)
        if rows is None
        else rows
    )
    total = sum((one.weight for one in shown), _NO_WEIGHT)
    title = WORDS.text("calls.criteria", visit.language)
    return _page(visit, call, "criteria", refused, {"title": title, "rows": shown, "total": total})


async def _eligibility_page(
    visit: Visit, call_id: UUID, wanted: Eligibility | None = None, refused: FalajError | None = None
) -> Response:
    require_staff(visit, call_id)
    call = await visit.do(lambda connection: get_call(connection, call_id, visit.actor))
    shown = call.eligibility if wanted is None else wanted
    most = visit.office.settings.calls.statements_max
    values = {
        "title": WORDS.text("calls.eligibility", visit.language),
        "eligibility": shown,
        "kinds": kinds(visit),
        "rows": _with_spare(visit, shown.statements, Statement("", "", ""), most),
        "governorates": [(one.value, one.label.text(visit.language)) for one in Governorate],
    }
    return _page(visit, call, "eligibility", refused, values)


def _with_spare(visit: Visit, rows: Sequence[Row], blank: Row, most: int) -> list[Row]:
    """Empty rows below what is there already."""
    spare = min(visit.office.settings.portal.rows_spare, most - len(rows))
    return [*rows, *[blank] * max(0, spare)]


def _page(
    visit: Visit, call: Call, template: str, refused: FalajError | None, values: dict[str, Any]
) -> Response:
    return page(
        visit,
        f"calls/{template}.html",
        here="calls",
        refused=refused,
        call=call,
        call_title=title_of(call, visit),
        is_fixed=call.state not in EDITABLE,
        **values,
        **vocabulary(visit),
    )
