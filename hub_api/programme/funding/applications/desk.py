"""``/portal/calls/…/desk/applications``: all applications of a call, screening, questions, late access, appeals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.organisations.model import Organisation
from casework.organisations.repository import find_organisation
from casework.people.model import Names
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications import late, screening
from hackathon.funding.applications.applicants import list_applicants
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import (
    Appeal,
    Applicant,
    Application,
    Code,
    LateCode,
    Page,
    Prepared,
    Question,
    Version,
)
from hackathon.funding.applications.rules import is_own, waited_for
from hackathon.funding.applications.service import (
    count_applications,
    find_appeal,
    get_application,
    list_applications,
    list_questions,
    list_versions,
)
from hackathon.funding.calls.machine import CLOSES, SECOND_CLOSES
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.rules import is_staff
from hackathon.funding.calls.service import get_call
from hackathon.market.journeys.model import Kind
from hub_api.programme.funding.applications.space import call_of, names_of, questions_of, steps_with
from hub_api.programme.funding.applications.words import deadlines_of, vocabulary
from hub_api.programme.funding.calls.words import title_of
from hub_api.programme.kit import reveal
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.market.journeys.words import journey_of

router = APIRouter(prefix="/portal/calls/{call_id}/desk/applications", include_in_schema=False)
#: Carries a code for late access from the answer that made it to the page that shows it, once.
LATE_COOKIE = "falaj_late_application"
#: What officers decide here; what comes after the reviews is decided elsewhere.
DECIDED = ("accept", "exclude")
APPEALS = ("uphold", "dismiss")


class Listed(NamedTuple):
    """Applications that were looked for, all by state, what waits for its release, and codes that were given."""

    call: Call
    found: Page
    counts: dict[str, int]
    prepared: list[Prepared]
    codes: list[LateCode]
    closes_at: datetime | None


class Looked(NamedTuple):
    """An application as officers see it."""

    application: Application
    call: Call
    questions_asked: Mapping[int, tuple[FormField, ...]]
    versions: list[Version]
    organisation: Organisation | None
    people: list[Applicant]
    names: Mapping[UUID, Names]
    steps: list[Step]
    prepared: Prepared | None
    questions: list[Question]
    appeal: Appeal | None
    planned: dict[str, datetime]


@router.get("")
async def show_applications(
    visit: VisitHere, call_id: UUID, q: str = "", state: str = "", after: UUID | None = None
) -> Response:
    return await _list_page(visit, call_id, Form(), q, state, after, code=_take_code(visit, call_id))


@router.post("/release")
async def release(visit: VisitHere, call_id: UUID) -> Response:
    """Tell the applicants, all at once."""
    form = await _form(visit, call_id)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(connection: Connection) -> None:
        settings = visit.office.settings.workflow
        screening.release(connection, visit.office.applications, chosen, visit.actor, settings)

    return await _attempt_list(visit, call_id, form, work, "application_decisions_released")


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(visit: VisitHere, call_id: UUID, decision_id: UUID) -> Response:
    form = await _form(visit, call_id)

    def work(connection: Connection) -> None:
        screening.take_back(connection, visit.office.applications, visit.actor, decision_id)

    return await _attempt_list(visit, call_id, form, work, "step_taken")


@router.post("/late")
async def grant_late(visit: VisitHere, call_id: UUID) -> Response:
    """A code for one person, which the next page shows this once."""
    form = await _form(visit, call_id)

    def work(connection: Connection) -> None:
        until = form.chosen_instant("until")
        code = late.grant(connection, visit.office.applications, visit.actor, call_id, until)
        reveal.keep(visit, LATE_COOKIE, call_id, f"{code.text}.{int(code.expires_at.timestamp())}")

    return await _attempt_list(visit, call_id, form, work, "late_granted")


@router.get("/{application_id}")
async def show_application(visit: VisitHere, call_id: UUID, application_id: UUID) -> Response:
    return await _one_page(visit, call_id, application_id, Form())


@router.post("/{application_id}/prepare")
async def prepare(visit: VisitHere, call_id: UUID, application_id: UUID) -> Response:
    """Decide quietly; the applicants are told with the others."""
    form = await _form(visit, call_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")
    if event not in DECIDED:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk = visit.office.applications
        screening.prepare(connection, desk, visit.actor, application_id, event, version, reason)

    return await _attempt(visit, call_id, application_id, form, work, "prepared")


@router.post("/{application_id}/ask")
async def ask(visit: VisitHere, call_id: UUID, application_id: UUID) -> Response:
    form = await _form(visit, call_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        desk, due_at = visit.office.applications, form.chosen_instant("due_at")
        screening.ask(connection, desk, visit.actor, application_id, form.text("question"), due_at, version)

    return await _attempt(visit, call_id, application_id, form, work, "application_asked")


@router.post("/{application_id}/appeal")
async def answer_appeal(visit: VisitHere, call_id: UUID, application_id: UUID) -> Response:
    form = await _form(visit, call_id)
    event, version = form.text("event"), form.number("version")
    if event not in APPEALS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk = visit.office.applications
        screening.answer_appeal(
            connection, desk, visit.actor, application_id, event, form.text("answer"), version
        )

    return await _attempt(visit, call_id, application_id, form, work, "step_taken")


async def _form(visit: Visit, call_id: UUID) -> Form:
    """Only of those who run the call: a stranger does not learn what is wrong with a form."""
    _, form = visit.person, await visit.form()
    _require_staff(visit, call_id)
    return form


def _require_staff(visit: Visit, call_id: UUID) -> None:
    _ = visit.person
    if not is_staff(visit.actor, call_id):
        raise NotAllowed


async def _attempt_list(
    visit: Visit, call_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await visit.do(work)
    except FalajError as error:
        return await _list_page(visit, call_id, form, refused=error)
    return visit.go(f"/calls/{call_id}/desk/applications", notice)


async def _attempt(  # noqa: PLR0913, PLR0917 (what is done, and where it stood)
    visit: Visit,
    call_id: UUID,
    application_id: UUID,
    form: Form,
    work: Callable[[Connection], None],
    notice: str,
) -> Response:
    def here(connection: Connection) -> None:
        _get(connection, visit, call_id, application_id)
        work(connection)

    try:
        await visit.do(here)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _one_page(visit, call_id, application_id, form, error)
    return visit.go(f"/calls/{call_id}/desk/applications/{application_id}", notice)


async def _list_page(  # noqa: PLR0913, PLR0917 (the sides of a search)
    visit: Visit,
    call_id: UUID,
    form: Form,
    q: str = "",
    state: str = "",
    after: UUID | None = None,
    refused: FalajError | None = None,
    code: Code | None = None,
) -> Response:
    _require_staff(visit, call_id)
    chosen = state if state in {one.name for one in APPLICATION.states} else None

    def work(connection: Connection) -> Listed:
        desk, actor = visit.office.applications, visit.actor
        call = get_call(connection, call_id, actor)
        found = list_applications(
            connection,
            desk,
            actor,
            call_id,
            words=q,
            state=chosen,
            after=after,
            rows=visit.office.settings.portal.page_rows,
        )
        with connection.transaction():
            planned = {one.name: one.instant for one in find_deadlines(connection, call_id)}
        return Listed(
            call,
            found,
            count_applications(connection, desk, actor, call_id),
            screening.list_prepared(connection, desk, actor, call_id),
            late.list_codes(connection, desk, actor, call_id),
            planned.get(SECOND_CLOSES if call.round > 1 else CLOSES),
        )

    shown = await visit.do(work)
    order = [one.name for one in APPLICATION.states]
    return page(
        visit,
        "funding/applications/desk.html",
        title=WORDS.text("applications.desk", visit.language),
        here="calls",
        refused=refused,
        form=form,
        q=q,
        state_chosen=chosen,
        call=shown.call,
        closes_at=shown.closes_at,
        code=code,
        title_of_call=title_of(shown.call, visit),
        applications=shown.found.applications,
        after=shown.found.after,
        counts=dict(sorted(shown.counts.items(), key=lambda one: order.index(one[0]))),
        prepared=shown.prepared,
        codes=shown.codes,
        **vocabulary(visit),
    )


async def _one_page(
    visit: Visit, call_id: UUID, application_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    _require_staff(visit, call_id)
    looked = await visit.do(lambda connection: _look(connection, visit, call_id, application_id))
    one, now = looked.application, visit.office.clock()
    return page(
        visit,
        "funding/applications/desk_one.html",
        step_words=await _words(visit, looked),
        title=one.draft.title or one.reference,
        here="calls",
        refused=refused,
        form=form,
        title_of_call=title_of(looked.call, visit),
        journey=await journey_of(visit, Kind.APPLICATION, application_id),
        stood_still=_days(waited_for(one, now)),
        limits=visit.office.settings.applications,
        **looked._asdict(),
        **vocabulary(visit),
    )


async def _words(visit: Visit, looked: Looked) -> dict[UUID, str]:
    """What was added to its newest step, and to the decision that waits."""
    waiting = () if looked.prepared is None else (looked.prepared.decision.decision_id,)
    return await visit.words_of(looked.application.application_id, *waiting)


def _look(connection: Connection, visit: Visit, call_id: UUID, application_id: UUID) -> Looked:
    one = _get(connection, visit, call_id, application_id)
    desk, actor = visit.office.applications, visit.actor
    people = list_applicants(connection, desk, actor, application_id)
    prepared = screening.list_prepared(connection, desk, actor, call_id)
    with connection.transaction():
        behalf = one.draft.organisation_id
        organisation = None if behalf is None else find_organisation(connection, behalf)
    return Looked(
        one,
        call_of(connection, one),
        questions_of(connection, one),
        list_versions(connection, actor, application_id),
        organisation,
        people,
        names_of(connection, people),
        steps_with(connection, visit, application_id, (*DECIDED, "ask", *APPEALS)),
        next((each for each in prepared if each.decision.object_id == application_id), None),
        list_questions(connection, actor, application_id),
        find_appeal(connection, actor, application_id),
        deadlines_of(connection, one),
    )


def _get(connection: Connection, visit: Visit, call_id: UUID, application_id: UUID) -> Application:
    """Of this call, and not the officer's own; :class:`NoSuchObject`."""
    one = get_application(connection, visit.actor, application_id)
    if one.call_id != call_id or is_own(visit.actor, one):
        raise NoSuchObject
    return one


def _days(waited: timedelta) -> int:
    """Whole days, a part of one counted as one."""
    return -(-waited // timedelta(days=1))


def _take_code(visit: Visit, call_id: UUID) -> Code | None:
    text, _, until = (reveal.take(visit, LATE_COOKIE, call_id) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None
