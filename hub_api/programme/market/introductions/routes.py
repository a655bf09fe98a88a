"""``/portal/introductions``: an introduction for the two that meet, lists of them, and the programme's figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.market.introductions import outcomes, service
from hackathon.market.introductions.machine import ANSWER_DUE, INTRODUCTION, SHARED, UNANSWERED
from hackathon.market.introductions.model import Contact, Figures, Introduction, Question, Side
from hackathon.market.introductions.rules import sides_of
from hackathon.market.journeys.model import Kind
from hackathon.market.pilots.repository import find_of_origin
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.introductions.words import STATES, told_of, vocabulary
from hub_api.programme.market.journeys.words import journey_of
from hub_api.programme.market.marketplace.words import require_programme

router = APIRouter(prefix="/portal", include_in_schema=False)
#: From these on a pilot can be proposed.
_PILOTED = frozenset({"contacts_shared", "meeting", "pilot"})


class Shown(NamedTuple):
    """``contacts`` by side, empty until both want to meet; ``own`` is what the visitor is in it."""

    one: Introduction
    contacts: dict[Side, Contact | None]
    questions: Sequence[Question]
    steps: list[Step]
    own: list[Side]
    due: datetime | None
    may_pilot: bool


@router.get("/introductions/{introduction_id}")
async def show_introduction(request: CurrentRequest, introduction_id: UUID) -> Response:
    return await _page(request, introduction_id, Form())


@router.post("/introductions/{introduction_id}/step")
async def take_step(request: CurrentRequest, introduction_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        desk = request.office.introductions
        service.get_introduction(connection, desk, request.actor, introduction_id)
        service.move(
            connection, desk, request.actor, introduction_id, event, version, form.optional("reason")
        )

    return await _attempt(request, introduction_id, form, work, "step_taken")


@router.post("/introductions/{introduction_id}/contact")
async def take_contact(request: CurrentRequest, introduction_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(connection: Connection) -> None:
        desk = request.office.introductions
        service.get_introduction(connection, desk, request.actor, introduction_id)
        service.take_contact(connection, desk, request.actor, introduction_id, version)

    return await _attempt(request, introduction_id, form, work, "contact_taken")


@router.post("/introductions/{introduction_id}/outcome")
async def answer(request: CurrentRequest, introduction_id: UUID) -> Response:
    _, form = request.person, await request.form()
    days, told = form.number("days"), told_of(form)

    def work(connection: Connection) -> None:
        outcomes.answer(connection, request.office.introductions, request.actor, introduction_id, days, told)

    return await _attempt(request, introduction_id, form, work, "outcome_told")


@router.get("/account/introductions")
async def show_own(request: CurrentRequest, after: UUID | None = None) -> Response:
    _, desk = request.person, request.office.introductions

    def work(connection: Connection) -> dict[str, Any]:
        found, onward = service.list_introductions(connection, desk, request.actor, after=after)
        waiting = outcomes.list_waiting(connection, desk, request.actor)
        return {"found": found, "onward": onward, "waiting": {one for one, _, _ in waiting}}

    shown = await request.do(work)
    return render_page(
        request,
        "market/introductions/own.html",
        title=WORDS.text("introductions.own", request.language),
        here="account",
        **shown,
        **vocabulary(request),
    )


@router.get("/desk/introductions")
async def show_desk(request: CurrentRequest, state: str = "", after: UUID | None = None) -> Response:
    require_programme(request)
    if state and state not in STATES:
        raise FormUnreadable
    desk = request.office.introductions

    def work(connection: Connection) -> tuple[list[Introduction], UUID | None, Figures]:
        found, onward = service.list_introductions(
            connection, desk, request.actor, state=state or None, after=after
        )
        return found, onward, outcomes.count_figures(connection, desk, request.actor)

    found, onward, figures = await request.do(work)
    return render_page(
        request,
        "market/introductions/desk.html",
        title=WORDS.text("introductions.desk", request.language),
        here="desk",
        found=found,
        onward=onward,
        figures=figures,
        state=state,
        **vocabulary(request),
    )


async def _attempt(
    request: PortalRequest, introduction_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _page(request, introduction_id, form, error)
    return request.go(f"/introductions/{introduction_id}", notice)


async def _page(
    request: PortalRequest, introduction_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    _ = request.person
    shown = await request.do(lambda connection: _look(connection, request, introduction_id))
    one = shown.one
    return render_page(
        request,
        "market/introductions/show.html",
        step_words=await request.words_of(introduction_id),
        title=WORDS.text("introductions.one", request.language),
        here="marketplace",
        refused=refused,
        form=form,
        is_shared=one.state in SHARED,
        may_take=one.state in SHARED and bool({Side.AGENCY, Side.VENDOR} & set(shown.own)),
        journey=await journey_of(request, Kind.INTRODUCTION, introduction_id),
        **shown._asdict(),
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, introduction_id: UUID) -> Shown:
    desk = request.office.introductions
    one = service.get_introduction(connection, desk, request.actor, introduction_id)
    offers = service.get_steps(connection, desk, request.actor, introduction_id)
    planned = {each.name: each.instant for each in find_deadlines(connection, introduction_id)}
    return Shown(
        one,
        service.get_contacts(connection, desk, request.actor, one),
        outcomes.list_questions(connection, desk, request.actor, introduction_id),
        steps_of(INTRODUCTION, offers, request),
        sides_of(request.actor, one),
        planned.get(ANSWER_DUE) if one.state in UNANSWERED else None,
        one.state in _PILOTED and find_of_origin(connection, introduction_id) is None,
    )
