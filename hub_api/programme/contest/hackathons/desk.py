"""``/portal/hackathons/…/desk``: its organisers write it, plan it, and move it step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow import preparing
from casework.workflow.deadlines import extend, extension_reasons, plan
from casework.workflow.errors import NotAllowed
from casework.workflow.model import PreparedStep
from casework.workflow.repository import find_deadlines, find_prepared_steps
from citycore.errors import FalajError
from citycore.language import catalogue
from hackathon.contest.challenges import decisions as challenge_decisions
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.machine import DEADLINES, EDITABLE, HACKATHON, STAFF
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import edit, get_hackathon
from hub_api.programme.contest.hackathons.routes import description_of, modes
from hub_api.programme.contest.hackathons.words import vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, extensions_of, steps_of

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}", include_in_schema=False)


@router.get("/desk")
async def show_desk(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _ = request.person
    return await _desk_page(request, hackathon_id, Form())


@router.post("/edit")
async def send_edit(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    description, version = description_of(form), form.number("version")

    def work(session: Session) -> None:
        edit(session, hackathon_id, description, version)

    return await _attempt(request, hackathon_id, form, work)


@router.post("/deadlines")
async def send_deadlines(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)

    def work(session: Session) -> None:
        chosen = {name: instant for name in DEADLINES if (instant := form.instant(name)) is not None}
        plan(session.connection, HACKATHONS, hackathon_id, chosen, request.actor, session.programme.clock)

    return await _attempt(request, hackathon_id, form, work)


@router.post("/extension")
async def send_extension(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)

    def work(session: Session) -> None:
        extend(
            session.connection,
            HACKATHONS,
            hackathon_id,
            form.text("name"),
            form.chosen_instant("instant"),
            request.actor,
            session.programme.clock,
            reason=form.text("reason"),
        )

    return await _attempt(request, hackathon_id, form, work)


@router.post("/step")
async def take_step(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    version = form.number("version")

    def work(session: Session) -> None:
        session.apply(HACKATHONS, hackathon_id, form.text("event"), version, form.optional("reason"))

    return await _attempt(request, hackathon_id, form, work)


@router.post("/decisions/release")
async def release(request: CurrentRequest, hackathon_id: UUID) -> Response:
    """Tell the agencies, all at once."""
    form = await _form(request, hackathon_id)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(session: Session) -> None:
        challenge_decisions.release(session, chosen)

    return await _attempt(request, hackathon_id, form, work)


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(request: CurrentRequest, hackathon_id: UUID, decision_id: UUID) -> Response:
    form = await _form(request, hackathon_id)

    def work(session: Session) -> None:
        preparing.withdraw(
            session.connection, CHALLENGES, decision_id, request.actor, session.programme.clock
        )

    return await _attempt(request, hackathon_id, form, work)


class Shown(NamedTuple):
    """A hackathon as its organisers see it."""

    one: Hackathon
    steps: list[Step]
    planned: dict[str, datetime]
    challenges: list[Challenge]
    decisions: list[tuple[PreparedStep, str]]


async def _form(request: PortalRequest, hackathon_id: UUID) -> Form:
    """Only of those who organise it: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    _require_staff(request, hackathon_id)
    return form


def _require_staff(request: PortalRequest, hackathon_id: UUID) -> None:
    if not holds_any(request.actor, STAFF, scopes_of(hackathon_id)):
        raise NotAllowed


async def _attempt(
    request: PortalRequest, hackathon_id: UUID, form: Form, work: Callable[[Session], object]
) -> Response:
    try:
        await request.act(work)
    except FalajError as error:
        return await _desk_page(request, hackathon_id, form, error)
    return request.go(f"/hackathons/{hackathon_id}/desk", "step_taken")


async def _desk_page(
    request: PortalRequest, hackathon_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    _require_staff(request, hackathon_id)
    shown = await request.look(lambda session: _look(session, request, hackathon_id))
    about, language = shown.one.description, request.language
    values: dict[str, Any] = shown._asdict()
    texts = catalogue("casework.workflow")
    return render_page(
        request,
        "contest/hackathons/desk.html",
        title=about.title_ar if language == "ar" else about.title_en,
        here="hackathons",
        refused=refused,
        form=form,
        names=DEADLINES,
        modes=modes(request),
        may_plan=shown.one.state in HACKATHON.planned_in,
        may_edit=shown.one.state in EDITABLE,
        extendable=extensions_of(HACKATHON, shown.one.state, shown.planned, DEADLINES, request),
        reasons=[(one, texts.text(f"extension.{one}", language)) for one in extension_reasons()],
        **values,
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, hackathon_id: UUID) -> Shown:
    one = get_hackathon(session, hackathon_id)
    offers = session.steps(HACKATHONS, hackathon_id)
    challenges = list_challenges(session, hackathon_id)
    titles = {
        each.challenge_id: each.description.title_ar
        if request.language == "ar"
        else each.description.title_en
        for each in challenges
    }
    planned = {
        deadline.name: deadline.instant for deadline in find_deadlines(session.connection, hackathon_id)
    }
    prepared = find_prepared_steps(session.connection, CHALLENGE.name, list(titles))
    told = [(decision, titles[decision.object_id]) for decision in prepared]
    return Shown(one, steps_of(HACKATHON, offers, request), planned, challenges, told)
