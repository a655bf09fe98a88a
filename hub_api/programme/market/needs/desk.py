"""``/portal/needs/…/desk``: a need for its agency and the programme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.workflow.deadlines import extension_reasons
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.clock import CITY_ZONE
from citycore.errors import FalajError
from citycore.language import catalogue
from citycore.store.connections import Connection
from hackathon.market.needs import asking, openers, service
from hackathon.market.needs.machine import (
    AGENCY,
    EDITABLE,
    NEED,
    QUESTIONS_CLOSE,
    RESPONSES_CLOSE,
    UNPUBLISHED,
)
from hackathon.market.needs.model import Addendum, Need, Opener, Question
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import scopes_of
from hackathon.market.responses import outcome
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import page
from hub_api.programme.kit.steps import Step, extensions_of, steps_of
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.market.needs.words import description_of, vocabulary

router = APIRouter(prefix="/portal/needs/{need_id}/desk", include_in_schema=False)
PLANNED = (QUESTIONS_CLOSE, RESPONSES_CLOSE)
#: Taken by the second opener's key.
_BY_KEY = frozenset({"evaluate"})


@router.get("")
async def show_desk(visit: VisitHere, need_id: UUID) -> Response:
    _ = visit.person
    return await desk_page(visit, need_id, Form())


@router.post("/edit")
async def send_edit(visit: VisitHere, need_id: UUID) -> Response:
    form = await inside_form(visit, need_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        service.edit(connection, visit.office.needs, visit.actor, need_id, description_of(form), version)

    return await attempt(visit, need_id, form, work, "saved")


@router.post("/deadlines")
async def send_deadlines(visit: VisitHere, need_id: UUID) -> Response:
    form = await inside_form(visit, need_id)

    def work(connection: Connection) -> None:
        chosen = {name: instant for name in PLANNED if (instant := form.instant(name)) is not None}
        service.plan(connection, visit.office.needs, visit.actor, need_id, chosen)

    return await attempt(visit, need_id, form, work, "saved")


@router.post("/extension")
async def send_extension(visit: VisitHere, need_id: UUID) -> Response:
    form = await inside_form(visit, need_id)
    name = form.text("name")
    if name not in PLANNED:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        instant = form.chosen_instant("instant")
        service.extend(
            connection, visit.office.needs, visit.actor, need_id, name, instant, reason=form.text("reason")
        )

    return await attempt(visit, need_id, form, work, "step_taken")


@router.post("/step")
async def take_step(visit: VisitHere, need_id: UUID) -> Response:
    form = await inside_form(visit, need_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")

    def work(connection: Connection) -> None:
        outcome.move(connection, visit.office.responses, visit.actor, need_id, event, version, reason)

    return await attempt(visit, need_id, form, work, "step_taken")


async def inside_form(visit: Visit, need_id: UUID) -> Form:
    """Only of those who have work with the need: a stranger does not learn what is wrong with a form."""
    _, form = visit.person, await visit.form()
    await visit.do(lambda connection: service.get_own_need(connection, visit.actor, need_id))
    return form


async def attempt(
    visit: Visit, need_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await visit.do(work)
    except (FormUnreadable, NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await desk_page(visit, need_id, form, error)
    return visit.go(f"/needs/{need_id}/desk", notice)


class Shown(NamedTuple):
    """A need as those see it who have work with it."""

    need: Need
    steps: list[Step]
    planned: dict[str, datetime]
    questions: Sequence[Question]
    addenda: Sequence[Addendum]
    openers: Sequence[Opener]
    similar: Sequence[Need]


async def desk_page(visit: Visit, need_id: UUID, form: Form, refused: FalajError | None = None) -> Response:
    shown = await visit.do(lambda connection: _look(connection, visit, need_id))
    need, language = shown.need, visit.language
    is_agency = holds_any(visit.actor, AGENCY, scopes_of(need_id, need.organisation_id))
    values: dict[str, Any] = shown._asdict()
    texts = catalogue("casework.workflow")
    return page(
        visit,
        "market/needs/desk.html",
        step_words=await visit.words_of(need.need_id),
        title=need.title(language),
        here="marketplace",
        tab="needs",
        form=form,
        refused=refused,
        about=need.description,
        is_agency=is_agency,
        may_edit=is_agency and need.state in EDITABLE,
        may_plan=need.state in NEED.planned_in,
        may_name=need.state in UNPUBLISHED and need.description.is_sealed,
        may_extend=need.state in {"published", "qa_closed", "suspended"},
        may_add=is_agency and need.state not in UNPUBLISHED and not NEED.state(need.state).is_terminal,
        names=PLANNED,
        local=_local,
        spare=visit.office.settings.portal.rows_spare,
        is_opener=any(one.person_id == visit.actor.person_id for one in shown.openers),
        extendable=extensions_of(NEED, need.state, shown.planned, PLANNED, visit),
        reasons=[(one, texts.text(f"extension.{one}", language)) for one in extension_reasons()],
        **values,
        **vocabulary(visit),
    )


def _look(connection: Connection, visit: Visit, need_id: UUID) -> Shown:
    actor, clock = visit.actor, visit.office.clock
    need = service.get_own_need(connection, actor, need_id)
    offers = possible_steps(connection, NEEDS, need_id, actor, clock)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, need_id)}
    similar = (
        service.list_similar(connection, visit.office.needs, actor, need_id)
        if need.state in UNPUBLISHED
        else []
    )
    return Shown(
        need,
        steps_of(NEED, [one for one in offers if one.step.event not in _BY_KEY], visit),
        planned,
        asking.list_questions(connection, actor, need_id),
        asking.list_addenda(connection, actor, need_id),
        openers.list_openers(connection, actor, need_id),
        similar,
    )


def _local(instant: datetime) -> str:
    """As browsers take what was chosen, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"
