"""``/portal/desk/ambassadors``: coordinators look at applications and terms, and decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow import preparing
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import PreparedStep
from casework.workflow.repository import find_deadlines, find_prepared_steps
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.outreach.activities.model import Activity
from hackathon.outreach.activities.service import list_of_ambassador
from hackathon.outreach.ambassadors.machine import AMBASSADOR, OVER
from hackathon.outreach.ambassadors.model import Ambassador, Facts, Paper, PaperKind
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.papers import list_papers, note_training
from hackathon.outreach.ambassadors.rules import lapses_at
from hackathon.outreach.ambassadors.service import get_ambassador, get_facts, move
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.outreach.ambassadors.words import require_coordinator, vocabulary

router = APIRouter(prefix="/portal/desk/ambassadors", include_in_schema=False)
#: What an ambassador does, and the clock; a coordinator who is one does the former at their account.
NOT_HERE: Final = frozenset({"withdraw", "retire"})


class Shown(NamedTuple):
    """Somebody as coordinators see them; ``decision`` is prepared and not told."""

    one: Ambassador
    facts: Facts
    steps: list[Step]
    planned: dict[str, datetime]
    lapses: datetime | None
    papers: dict[PaperKind, Paper]
    decision: PreparedStep | None
    activities: list[Activity]


@router.get("/{ambassador_id}")
async def show_ambassador(
    request: CurrentRequest, ambassador_id: UUID, after: UUID | None = None
) -> Response:
    return await _desk_page(request, ambassador_id, Form(), after=after)


@router.post("/{ambassador_id}/step")
async def take_step(request: CurrentRequest, ambassador_id: UUID) -> Response:
    form = await _form(request)
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        if event in NOT_HERE:
            raise NotAllowed
        move(
            connection,
            ambassador_id,
            event,
            request.actor,
            request.office.clock,
            request.office.settings.ambassadors,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(request, ambassador_id, form, work, "step_taken")


@router.post("/{ambassador_id}/prepare")
async def prepare(request: CurrentRequest, ambassador_id: UUID) -> Response:
    """Decide about an application without telling."""
    form = await _form(request)
    version = form.number("version")

    def work(connection: Connection) -> None:
        preparing.prepare(
            connection,
            AMBASSADORS,
            ambassador_id,
            form.text("event"),
            request.actor,
            request.office.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(request, ambassador_id, form, work, "prepared")


@router.post("/{ambassador_id}/training")
async def send_training(request: CurrentRequest, ambassador_id: UUID) -> Response:
    form = await _form(request)
    version = form.number("version")

    def work(connection: Connection) -> None:
        note_training(connection, ambassador_id, version, request.actor, request.office.clock)

    return await _attempt(request, ambassador_id, form, work, "training_noted")


async def _form(request: PortalRequest) -> Form:
    """Only of coordinators: a stranger does not learn what is wrong with a form."""
    require_coordinator(request)
    return await request.form()


async def _attempt(
    request: PortalRequest, ambassador_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _desk_page(request, ambassador_id, form, error)
    return request.go(f"/desk/ambassadors/{ambassador_id}", notice)


async def _desk_page(
    request: PortalRequest,
    ambassador_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    after: UUID | None = None,
) -> Response:
    require_coordinator(request)
    shown = await request.do(lambda connection: _look(connection, request, ambassador_id, after))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "outreach/ambassadors/desk_one.html",
        step_words=await _words(request, shown),
        title=shown.one.names.shown(request.language),
        here="desk",
        form=form,
        refused=refused,
        is_over=shown.one.state in OVER,
        after=after,
        rows=request.office.settings.activities.page_rows_max,
        **values,
        **vocabulary(request),
    )


async def _words(request: PortalRequest, shown: Shown) -> dict[UUID, str]:
    """What was added to its newest step, and to the decision that waits."""
    about = await words_about(request, AMBASSADOR, {shown.one.ambassador_id: shown.one.state})
    return about if shown.decision is None else about | await request.words_of(shown.decision.prepared_id)


def _desk_steps(steps: list[Step]) -> list[Step]:
    """A warning is lifted by an activity: as long as there is none, nothing is said of lifting it."""
    return [
        step
        for step in steps
        if step.event not in NOT_HERE and not (step.event == "recover" and step.refusal)
    ]


def _look(connection: Connection, request: PortalRequest, ambassador_id: UUID, after: UUID | None) -> Shown:
    clock, settings = request.office.clock, request.office.settings
    one = get_ambassador(connection, ambassador_id, request.actor, clock)
    offers = possible_steps(connection, AMBASSADORS, ambassador_id, request.actor, clock)
    with connection.transaction():
        planned = {each.name: each.instant for each in find_deadlines(connection, ambassador_id)}
        prepared = find_prepared_steps(connection, AMBASSADOR.name, [ambassador_id])
    return Shown(
        one,
        get_facts(connection, ambassador_id, request.actor, clock),
        _desk_steps(steps_of(AMBASSADOR, offers, request)),
        planned,
        lapses_at(planned, one.state_changed_at) if one.state == "at_risk" else None,
        list_papers(connection),
        prepared[0] if prepared and one.person_id != request.person.person.person_id else None,
        list_of_ambassador(connection, ambassador_id, request.actor, clock, settings.activities, after),
    )
