"""``/portal/account/ambassador``: applying to become one, and one's own term."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.outreach.activities.model import Activity, Total
from hackathon.outreach.activities.service import get_total, list_own
from hackathon.outreach.ambassadors.machine import AMBASSADOR, APPLYING, OVER, SERVING
from hackathon.outreach.ambassadors.model import Ambassador, Application, Facts, Paper, PaperKind, Profile
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.papers import list_papers, sign_conduct
from hackathon.outreach.ambassadors.rules import lapses_at
from hackathon.outreach.ambassadors.service import apply_for, find_own, get_facts, move, present
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.outreach.ambassadors.words import governorate_of, vocabulary

router = APIRouter(prefix="/portal/account/ambassador", include_in_schema=False)
#: What ambassadors do with their own appointment; a coordinator who is one does no more here.
OWN_STEPS: Final = frozenset({"withdraw", "take_leave", "return", "retire"})


class Shown(NamedTuple):
    """One's own application or term; ``one`` is None for whoever never applied.

    ``lapses`` is when the appointment lapses if nothing happens.
    """

    one: Ambassador | None
    papers: dict[PaperKind, Paper]
    facts: Facts | None
    steps: list[Step]
    planned: dict[str, datetime]
    lapses: datetime | None
    total: Total
    activities: list[Activity]


@router.get("")
async def show_own(request: CurrentRequest, after: UUID | None = None) -> Response:
    return await own_page(request, Form(), after=after)


@router.post("")
async def send_application(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    governorate = governorate_of(form.text("governorate"))
    language = next((one for one in LANGUAGES if one == form.text("language")), None)
    if governorate is None or language is None:
        raise FormUnreadable
    application = Application(governorate, form.text("motivation").strip(), language)

    def work(connection: Connection) -> None:
        apply_for(
            connection, application, request.actor, request.office.clock, request.office.settings.ambassadors
        )

    return await _attempt(request, form, work, "applied")


@router.post("/step")
async def take_step(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")
    if event not in OWN_STEPS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        move(
            connection,
            own_of(connection, request).ambassador_id,
            event,
            request.actor,
            request.office.clock,
            request.office.settings.ambassadors,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(request, form, work, "step_taken")


@router.post("/conduct")
async def sign(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(connection: Connection) -> None:
        own = own_of(connection, request)
        sign_conduct(connection, own.ambassador_id, version, request.actor, request.office.clock)

    return await _attempt(request, form, work, "conduct_signed")


@router.post("/profile")
async def send_profile(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")
    profile = Profile(
        form.text("is_listed") == "1", form.text("biography_ar").strip(), form.text("biography_en").strip()
    )

    def work(connection: Connection) -> None:
        present(
            connection,
            own_of(connection, request).ambassador_id,
            profile,
            request.actor,
            request.office.clock,
            version,
            request.office.settings.ambassadors,
        )

    return await _attempt(request, form, work, "saved")


def own_of(connection: Connection, request: PortalRequest) -> Ambassador:
    """The visitor's newest application or appointment; :class:`NoSuchObject`."""
    own = find_own(connection, request.actor)
    if own is None:
        raise NoSuchObject
    return own


async def own_page(
    request: PortalRequest, form: Form, refused: FalajError | None = None, after: UUID | None = None
) -> Response:
    _ = request.person
    shown = await request.do(lambda connection: _look(connection, request, after))
    values: dict[str, Any] = shown._asdict()
    state = None if shown.one is None else shown.one.state
    return render_page(
        request,
        "outreach/ambassadors/own.html",
        step_words={}
        if shown.one is None
        else await words_about(request, AMBASSADOR, {shown.one.ambassador_id: shown.one.state}),
        title=WORDS.text("ambassadors.own", request.language),
        here="account",
        refused=refused,
        form=form,
        may_apply=state is None or state in OVER,
        is_serving=state in SERVING,
        has_papers=state is not None and state not in OVER and state not in APPLYING,
        languages=[("ar", "العربية"), ("en", "English")],
        rows=request.office.settings.activities.page_rows_max,
        after=after,
        **values,
        **vocabulary(request),
    )


async def _attempt(
    request: PortalRequest, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await own_page(request, form, error)
    return request.go("/account/ambassador", notice)


def _look(connection: Connection, request: PortalRequest, after: UUID | None) -> Shown:
    own, papers = find_own(connection, request.actor), list_papers(connection)
    if own is None:
        return Shown(None, papers, None, [], {}, None, Total(0, 0, 0), [])
    clock = request.office.clock
    offers = possible_steps(connection, AMBASSADORS, own.ambassador_id, request.actor, clock)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, own.ambassador_id)}
    activities = list_own(connection, request.actor, request.office.settings.activities, after)
    return Shown(
        own,
        papers,
        get_facts(connection, own.ambassador_id, request.actor, clock),
        [step for step in steps_of(AMBASSADOR, offers, request) if step.event in OWN_STEPS],
        planned,
        lapses_at(planned, own.state_changed_at) if own.state == "at_risk" else None,
        get_total(connection, own.ambassador_id),
        activities,
    )
