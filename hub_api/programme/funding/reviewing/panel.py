"""``/portal/calls/…/desk/panel`` and ``…/decisions``: the ranking, the panel's notes, and what is decided."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.money.errors import AmountRefusal
from casework.money.rules import parse_amount
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications.machine import REJECTED
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.calls.errors import WrongAmount
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import reviewers
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.model import Line, Note, Open, Ranking, Verdict
from hackathon.funding.reviewing.model import Review
from hub_api.programme.funding.reviewing.words import (
    asked_of,
    attempt,
    names_of,
    ranking_rows,
    require_staff,
    staff_form,
    title_of,
    vocabulary,
)
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Start
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import Part, at, part_of
from hub_api.serving.exports.text import BYTE_ORDER_MARK, csv_lines

router = APIRouter(prefix="/portal/calls/{call_id}/desk", include_in_schema=False)


@router.get("/panel")
async def show_panel(request: CurrentRequest, call_id: UUID, start: Start = 0) -> Response:
    require_staff(request, call_id)
    return await _panel_page(request, call_id, Form(), start=start)


@router.get("/panel.csv")
async def send_ranking(request: CurrentRequest, call_id: UUID) -> Response:
    """The whole ranking as a file for a spreadsheet."""
    require_staff(request, call_id)
    desk = request.office.reviewing
    ranking = await request.do(lambda connection: panel.rank(connection, desk, request.actor, call_id))
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="falaj-panel-{call_id}.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    content = BYTE_ORDER_MARK + b"".join(csv_lines(ranking_rows(ranking, request.language)))
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/panel")
async def begin(request: CurrentRequest, call_id: UUID, start: Start = 0) -> Response:
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        panel.begin(connection, request.office.reviewing, request.actor, call_id, form.text("why"))

    return await attempt(
        request,
        work,
        at(f"/calls/{call_id}/desk/panel", start),
        "panel_begun",
        lambda error: _panel_page(request, call_id, form, error, start=start),
    )


@router.post("/panel/{application_id}/notes")
async def write_note(
    request: CurrentRequest, call_id: UUID, application_id: UUID, start: Start = 0
) -> Response:
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        panel.write_note(
            connection, request.office.reviewing, request.actor, application_id, form.text("note")
        )

    return await attempt(
        request,
        work,
        at(f"/calls/{call_id}/desk/panel", start),
        "saved",
        lambda error: _panel_page(request, call_id, form, error, start=start),
    )


@router.get("/decisions")
async def show_decisions(request: CurrentRequest, call_id: UUID, start: Start = 0) -> Response:
    require_staff(request, call_id)
    return await _decisions_page(request, call_id, Form(), start=start)


@router.post("/decisions/{application_id}/prepare")
async def prepare(request: CurrentRequest, call_id: UUID, application_id: UUID, start: Start = 0) -> Response:
    form = await staff_form(request, call_id)
    event, version = form.text("event"), form.number("version")
    if event not in decisions.EVENTS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        call = reviewers.find(connection, call_id)
        decisions.prepare(
            connection,
            request.office.reviewing,
            request.actor,
            application_id,
            event,
            _verdict(form, call, event),
            version,
            form.optional("reason") if event == "reject" else None,
        )

    return await attempt(
        request,
        work,
        at(f"/calls/{call_id}/desk/decisions", start),
        "prepared",
        lambda error: _decisions_page(request, call_id, form, error, start=start),
    )


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(request: CurrentRequest, call_id: UUID, decision_id: UUID) -> Response:
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        decisions.withdraw(connection, request.office.reviewing, request.actor, decision_id)

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/decisions",
        "step_taken",
        lambda error: _decisions_page(request, call_id, form, error),
    )


@router.post("/decisions/release")
async def release(request: CurrentRequest, call_id: UUID) -> Response:
    """Tell those that were chosen, all of them or none."""
    form = await staff_form(request, call_id)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(connection: Connection) -> None:
        decisions.release(
            connection,
            request.office.reviewing,
            request.actor,
            call_id,
            chosen,
            request.office.settings.workflow,
        )

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/decisions",
        "funding_told",
        lambda error: _decisions_page(request, call_id, form, error),
    )


class Sat(NamedTuple):
    """What the panel sees."""

    call: Call
    ranking: Ranking
    part: Part[Line]
    reviews: dict[UUID, list[Review]]
    notes: dict[UUID, list[Note]]
    names: dict[UUID, str]


class Deciding(NamedTuple):
    """What is to be decided, and what waits to be told."""

    call: Call
    ranking: Ranking
    prepared: list[Open]


def _verdict(form: Form, call: Call, event: str) -> Verdict:
    """Amount and conditions of an approval; of anything else what was typed into those fields is not meant."""
    if event not in {"approve", "approve_with_conditions"}:
        return Verdict()
    currency = call.description.terms.budget.currency
    text = form.text("amount").strip()
    try:
        minor = parse_amount(text, currency).minor if text else None
    except AmountRefusal as refusal:
        raise WrongAmount(Label(CALL.package, "field.award_max"), refusal) from refusal
    if event == "approve":
        return Verdict(minor)
    return Verdict(minor, form.text("conditions_ar").strip(), form.text("conditions_en").strip())


async def _panel_page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None, *, start: int = 0
) -> Response:
    def look(connection: Connection) -> Sat:
        desk, actor = request.office.reviewing, request.actor
        ranking = panel.rank(connection, desk, actor, call_id)
        part = part_of(ranking.lines, start, desk.settings.panel_rows)
        about = [line.application_id for line in part.rows]
        reviews = panel.list_reviews_about(connection, desk, actor, call_id, about)
        notes = panel.list_notes(connection, desk, actor, call_id, about)
        people = {one.person_id for each in reviews.values() for one in each}
        people |= {one.written_by for each in notes.values() for one in each if one.written_by is not None}
        call, names = reviewers.find(connection, call_id), names_of(connection, request, people)
        return Sat(call, ranking, part, reviews, notes, names)

    shown = await request.do(look)
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "funding/reviewing/panel.html",
        title=WORDS.text("reviewing.panel", request.language),
        here="calls",
        refused=refused,
        form=form,
        call_title=title_of(shown.call, request.language),
        may_begin=shown.call.state == "reviewing"
        and any(line.state == "in_review" for line in shown.ranking.lines),
        **values,
        **vocabulary(request),
    )


async def _decisions_page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None, *, start: int = 0
) -> Response:
    def look(connection: Connection) -> Deciding:
        desk, actor = request.office.reviewing, request.actor
        return Deciding(
            reviewers.find(connection, call_id),
            panel.rank(connection, desk, actor, call_id),
            decisions.list_prepared(connection, desk, actor, call_id),
        )

    shown = await request.do(look)
    values: dict[str, Any] = shown._asdict()
    open_ = {one.decision.object_id for one in shown.prepared}
    machine = APPLICATIONS.machine
    rows = request.office.reviewing.settings.panel_rows
    waiting = [
        (line, [event for event in decisions.EVENTS if machine.step(line.state, event) is not None])
        for line in shown.ranking.lines
        if line.state in {"panel", "reserve"} and line.application_id not in open_
    ]
    return render_page(
        request,
        "funding/reviewing/decisions.html",
        title=WORDS.text("reviewing.decisions", request.language),
        here="calls",
        refused=refused,
        form=form,
        call_title=title_of(shown.call, request.language),
        step_words=await request.words_of(*(one.decision.prepared_id for one in shown.prepared)),
        waiting=part_of(waiting, start, rows),
        first_lines=rows,
        reasons=REJECTED,
        amount_of=lambda minor: asked_of(shown.call, minor),
        **values,
        **vocabulary(request),
    )
