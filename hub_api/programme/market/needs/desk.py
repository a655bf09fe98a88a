"""``/portal/needs/…/desk``: a need for its agency and the programme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.deadlines import extension_reasons
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.clock import CITY_ZONE
from citycore.errors import FalajError
from citycore.language import catalogue
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
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, extensions_of, steps_of
from hub_api.programme.market.needs.words import description_of, vocabulary

router = APIRouter(prefix="/portal/needs/{need_id}/desk", include_in_schema=False)
PLANNED = (QUESTIONS_CLOSE, RESPONSES_CLOSE)
#: Taken by the second opener's key.
_BY_KEY = frozenset({"evaluate"})


@router.get("")
async def show_desk(request: CurrentRequest, need_id: UUID) -> Response:
    _ = request.person
    return await desk_page(request, need_id, Form())


@router.post("/edit")
async def send_edit(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)
    version = form.number("version")

    def work(session: Session) -> None:
        service.edit(session, need_id, description_of(form), version)

    return await attempt(request, need_id, form, work, "saved")


@router.post("/deadlines")
async def send_deadlines(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)

    def work(session: Session) -> None:
        chosen = {name: instant for name in PLANNED if (instant := form.instant(name)) is not None}
        service.plan(session, need_id, chosen)

    return await attempt(request, need_id, form, work, "saved")


@router.post("/extension")
async def send_extension(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)
    name = form.text("name")
    if name not in PLANNED:
        raise FormUnreadable

    def work(session: Session) -> None:
        instant = form.chosen_instant("instant")
        service.extend(session, need_id, name, instant, reason=form.text("reason"))

    return await attempt(request, need_id, form, work, "step_taken")


@router.post("/step")
async def take_step(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")

    def work(session: Session) -> None:
        outcome.move(session, need_id, event, version, reason)

    return await attempt(request, need_id, form, work, "step_taken")


async def inside_form(request: PortalRequest, need_id: UUID) -> Form:
    """Only of those who have work with the need: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    await request.look(lambda session: service.get_own_need(session, need_id))
    return form


async def attempt(
    request: PortalRequest, need_id: UUID, form: Form, work: Callable[[Session], None], notice: str
) -> Response:
    try:
        await request.act(work)
    except (FormUnreadable, NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await desk_page(request, need_id, form, error)
    return request.go(f"/needs/{need_id}/desk", notice)


class Shown(NamedTuple):
    """A need as those see it who have work with it."""

    need: Need
    steps: list[Step]
    planned: dict[str, datetime]
    questions: Sequence[Question]
    addenda: Sequence[Addendum]
    openers: Sequence[Opener]
    similar: Sequence[Need]


async def desk_page(
    request: PortalRequest, need_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look(session, request, need_id))
    need, language = shown.need, request.language
    is_agency = holds_any(request.actor, AGENCY, scopes_of(need_id, need.organisation_id))
    values: dict[str, Any] = shown._asdict()
    texts = catalogue("casework.workflow")
    return render_page(
        request,
        "market/needs/desk.html",
        step_words=await request.words_of(need.need_id),
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
        spare=request.office.settings.portal.rows_spare,
        is_opener=any(one.person_id == request.actor.person_id for one in shown.openers),
        extendable=extensions_of(NEED, need.state, shown.planned, PLANNED, request),
        reasons=[(one, texts.text(f"extension.{one}", language)) for one in extension_reasons()],
        **values,
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, need_id: UUID) -> Shown:
    need = service.get_own_need(session, need_id)
    offers = session.steps(NEEDS, need_id)
    planned = {one.name: one.instant for one in find_deadlines(session.connection, need_id)}
    similar = service.list_similar(session, need_id) if need.state in UNPUBLISHED else []
    return Shown(
        need,
        steps_of(NEED, [one for one in offers if one.step.event not in _BY_KEY], request),
        planned,
        asking.list_questions(session, need_id),
        asking.list_addenda(session, need_id),
        openers.list_openers(session, need_id),
        similar,
    )


def _local(instant: datetime) -> str:
    """As browsers take what was chosen, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"
