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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.kit.visit import Visit, VisitHere
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
async def show_own(visit: VisitHere, after: UUID | None = None) -> Response:
    return await own_page(visit, Form(), after=after)


@router.post("")
async def send_application(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    governorate = governorate_of(form.text("governorate"))
    language = next((one for one in LANGUAGES if one == form.text("language")), None)
    if governorate is None or language is None:
        raise FormUnreadable
    application = Application(governorate, form.text("motivation").strip(), language)

    def work(connection: Connection) -> None:
        apply_for(connection, application, visit.actor, visit.office.clock, visit.office.settings.ambassadors)

    return await _attempt(visit, form, work, "applied")


@router.post("/step")
async def take_step(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    version, event = form.number("version"), form.text("event")
    if event not in OWN_STEPS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        move(
            connection,
            own_of(connection, visit).ambassador_id,
            event,
            visit.actor,
            visit.office.clock,
            visit.office.settings.ambassadors,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(visit, form, work, "step_taken")


@router.post("/conduct")
async def sign(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    version = form.number("version")

    def work(connection: Connection) -> None:
        own = own_of(connection, visit)
        sign_conduct(connection, own.ambassador_id, version, visit.actor, visit.office.clock)

    return await _attempt(visit, form, work, "conduct_signed")


@router.post("/profile")
async def send_profile(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    version = form.number("version")
    profile = Profile(
        form.text("is_listed") == "1", form.text("biography_ar").strip(), form.text("biography_en").strip()
    )

    def work(connection: Connection) -> None:
        present(
            connection,
            own_of(connection, visit).ambassador_id,
            profile,
            visit.actor,
            visit.office.clock,
            version,
            visit.office.settings.ambassadors,
        )

    return await _attempt(visit, form, work, "saved")


def own_of(connection: Connection, visit: Visit) -> Ambassador:
    """The visitor's newest application or appointment; :class:`NoSuchObject`."""
    own = find_own(connection, visit.actor)
    if own is None:
        raise NoSuchObject
    return own


async def own_page(
    visit: Visit, form: Form, refused: FalajError | None = None, after: UUID | None = None
) -> Response:
    _ = visit.person
    shown = await visit.do(lambda connection: _look(connection, visit, after))
    values: dict[str, Any] = shown._asdict()
    state = None if shown.one is None else shown.one.state
    return page(
        visit,
        "outreach/ambassadors/own.html",
        step_words={}
        if shown.one is None
        else await words_about(visit, AMBASSADOR, {shown.one.ambassador_id: shown.one.state}),
        title=WORDS.text("ambassadors.own", visit.language),
        here="account",
        refused=refused,
        form=form,
        may_apply=state is None or state in OVER,
        is_serving=state in SERVING,
        has_papers=state is not None and state not in OVER and state not in APPLYING,
        languages=[("ar", "العربية"), ("en", "English")],
        rows=visit.office.settings.activities.page_rows_max,
        after=after,
        **values,
        **vocabulary(visit),
    )


async def _attempt(visit: Visit, form: Form, work: Callable[[Connection], None], notice: str) -> Response:
    try:
        await visit.do(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await own_page(visit, form, error)
    return visit.go("/account/ambassador", notice)


def _look(connection: Connection, visit: Visit, after: UUID | None) -> Shown:
    own, papers = find_own(connection, visit.actor), list_papers(connection)
    if own is None:
        return Shown(None, papers, None, [], {}, None, Total(0, 0, 0), [])
    clock = visit.office.clock
    offers = possible_steps(connection, AMBASSADORS, own.ambassador_id, visit.actor, clock)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, own.ambassador_id)}
    activities = list_own(connection, visit.actor, visit.office.settings.activities, after)
    return Shown(
        own,
        papers,
        get_facts(connection, own.ambassador_id, visit.actor, clock),
        [step for step in steps_of(AMBASSADOR, offers, visit) if step.event in OWN_STEPS],
        planned,
        lapses_at(planned, own.state_changed_at) if own.state == "at_risk" else None,
        get_total(connection, own.ambassador_id),
        activities,
    )
