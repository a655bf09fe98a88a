"""``/portal/desk/ambassadors``: all of them state by state, decisions to tell together, and the papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow import preparing
from casework.workflow.model import PreparedStep
from casework.workflow.repository import find_deadlines, find_prepared_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.outreach.activities.service import count_to_verify
from hackathon.outreach.ambassadors.machine import AMBASSADOR
from hackathon.outreach.ambassadors.model import Ambassador, Paper, PaperKind
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.papers import list_papers, publish
from hackathon.outreach.ambassadors.rules import lapses_at
from hackathon.outreach.ambassadors.service import count_states, list_ambassadors, list_prepared, release
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.outreach.ambassadors.words import require_coordinator, vocabulary

router = APIRouter(prefix="/portal/desk/ambassadors", include_in_schema=False)
STATES: Final = tuple(state.name for state in AMBASSADOR.states)


class Shown(NamedTuple):
    """Who stands in the chosen state, what is prepared, who is at risk until when, and what waits."""

    found: list[Ambassador]
    counts: dict[str, int]
    decisions: list[tuple[PreparedStep, Ambassador]]
    at_risk: list[tuple[Ambassador, datetime]]
    waiting: int


@router.get("")
async def show_list(
    request: CurrentRequest, q: str = "", state: str = "applied", after: UUID | None = None
) -> Response:
    return await _list_page(request, q, state, after)


@router.post("/decisions/release")
async def send_release(request: CurrentRequest) -> Response:
    """Tell the applicants, all at once."""
    form = await _form(request)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(connection: Connection) -> None:
        release(connection, chosen, request.actor, request.office.clock, request.office.settings.workflow)

    return await _attempt(request, work, "decisions_told")


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(request: CurrentRequest, decision_id: UUID) -> Response:
    await _form(request)

    def work(connection: Connection) -> None:
        preparing.withdraw(connection, AMBASSADORS, decision_id, request.actor, request.office.clock)

    return await _attempt(request, work, "step_taken")


@router.get("/papers")
async def show_papers(request: CurrentRequest) -> Response:
    return await _papers_page(request, Form())


@router.post("/papers")
async def send_paper(request: CurrentRequest) -> Response:
    form = await _form(request)
    kind = next((one for one in PaperKind if one == form.text("kind")), None)
    if kind is None:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        publish(
            connection,
            kind,
            form.text("text_ar"),
            form.text("text_en"),
            request.actor,
            request.office.clock,
            request.office.settings.ambassadors,
        )

    try:
        await request.do(work)
    except FalajError as error:
        return await _papers_page(request, form, error)
    return request.go("/desk/ambassadors/papers", "paper_published")


async def _form(request: PortalRequest) -> Form:
    require_coordinator(request)
    return await request.form()


async def _attempt(request: PortalRequest, work: Callable[[Connection], None], notice: str) -> Response:
    try:
        await request.do(work)
    except FalajError as error:
        return await _list_page(request, "", "applied", None, error)
    return request.go("/desk/ambassadors", notice)


async def _list_page(
    request: PortalRequest, q: str, state: str, after: UUID | None, refused: FalajError | None = None
) -> Response:
    require_coordinator(request)
    if state not in STATES:
        raise FormUnreadable
    settings = request.office.settings.ambassadors
    shown = await request.do(lambda connection: _look(connection, request, q, state, after))
    values: dict[str, Any] = shown._asdict()
    is_full = len(shown.found) == settings.page_rows_max
    return render_page(
        request,
        "outreach/ambassadors/desk.html",
        title=WORDS.text("ambassadors.desk", request.language),
        here="desk",
        q=q,
        state=state,
        states=STATES,
        after=shown.found[-1].ambassador_id if is_full else None,
        refused=refused,
        **values,
        **vocabulary(request),
    )


async def _papers_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    require_coordinator(request)
    papers: dict[PaperKind, Paper] = await request.do(list_papers)
    return render_page(
        request,
        "outreach/ambassadors/desk_papers.html",
        title=WORDS.text("ambassadors.papers_desk", request.language),
        here="desk",
        form=form,
        refused=refused,
        papers=papers,
        kinds=list(PaperKind),
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, q: str, state: str, after: UUID | None) -> Shown:
    clock, settings = request.office.clock, request.office.settings

    def listed(states: list[str], words: str = "", after: UUID | None = None) -> list[Ambassador]:
        return list_ambassadors(connection, states, request.actor, clock, settings.ambassadors, after, words)

    considered = {
        one.ambassador_id: one for one in list_prepared(connection, request.actor, clock, settings.workflow)
    }
    at_risk: list[tuple[Ambassador, datetime]] = []
    found = listed([state], q, after)
    quiet = listed(["at_risk"])
    with connection.transaction():
        prepared = find_prepared_steps(connection, AMBASSADOR.name, list(considered))
        for one in quiet:
            planned = {each.name: each.instant for each in find_deadlines(connection, one.ambassador_id)}
            at_risk.append((one, lapses_at(planned, one.state_changed_at)))
    return Shown(
        found,
        count_states(connection, request.actor, clock),
        [(decision, considered[decision.object_id]) for decision in prepared],
        sorted(at_risk, key=lambda pair: pair[1]),
        count_to_verify(connection, request.actor, clock),
    )
