"""``/portal/calls/…/desk/applications``: all applications of a call, screening, questions, late access, appeals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.codes.model import Code
from casework.forms.model import FormField
from casework.organisations.model import Organisation
from casework.organisations.repository import find_organisation
from casework.people.model import Names
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications import late, screening
from hackathon.funding.applications.applicants import show_applicants
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import (
    Appeal,
    Applicant,
    Application,
    LateCode,
    Page,
    Prepared,
    Question,
    Version,
)
from hackathon.funding.applications.rules import is_own, waited_for
from hackathon.funding.applications.service import (
    count_applications,
    get_application,
    get_dossier,
    list_applications,
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
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step
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
    request: CurrentRequest, call_id: UUID, q: str = "", state: str = "", after: UUID | None = None
) -> Response:
    return await _list_page(request, call_id, Form(), q, state, after, code=_take_code(request, call_id))


@router.post("/release")
async def release(request: CurrentRequest, call_id: UUID) -> Response:
    """Tell the applicants, all at once."""
    form = await _form(request, call_id)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(connection: Connection) -> None:
        settings = request.office.settings.workflow
        screening.release(connection, request.office.applications, chosen, request.actor, settings)

    return await _attempt_list(request, call_id, form, work, "application_decisions_released")


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(request: CurrentRequest, call_id: UUID, decision_id: UUID) -> Response:
    form = await _form(request, call_id)

    def work(connection: Connection) -> None:
        screening.take_back(connection, request.office.applications, request.actor, decision_id)

    return await _attempt_list(request, call_id, form, work, "step_taken")


@router.post("/late")
async def grant_late(request: CurrentRequest, call_id: UUID) -> Response:
    """A code for one person, which the next page shows this once."""
    form = await _form(request, call_id)

    def work(connection: Connection) -> None:
        until = form.chosen_instant("until")
        code = late.grant(connection, request.office.applications, request.actor, call_id, until)
        reveal.keep(request, LATE_COOKIE, call_id, f"{code.text}.{int(code.expires_at.timestamp())}")

    return await _attempt_list(request, call_id, form, work, "late_granted")


@router.get("/{application_id}")
async def show_application(request: CurrentRequest, call_id: UUID, application_id: UUID) -> Response:
    return await _one_page(request, call_id, application_id, Form())


@router.post("/{application_id}/prepare")
async def prepare(request: CurrentRequest, call_id: UUID, application_id: UUID) -> Response:
    """Decide quietly; the applicants are told with the others."""
    form = await _form(request, call_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")
    if event not in DECIDED:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk = request.office.applications
        screening.prepare(connection, desk, request.actor, application_id, event, version, reason)

    return await _attempt(request, call_id, application_id, form, work, "prepared")


@router.post("/{application_id}/ask")
async def ask(request: CurrentRequest, call_id: UUID, application_id: UUID) -> Response:
    form = await _form(request, call_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        desk, due_at = request.office.applications, form.chosen_instant("due_at")
        screening.ask(connection, desk, request.actor, application_id, form.text("question"), due_at, version)

    return await _attempt(request, call_id, application_id, form, work, "application_asked")


@router.post("/{application_id}/appeal")
async def answer_appeal(request: CurrentRequest, call_id: UUID, application_id: UUID) -> Response:
    form = await _form(request, call_id)
    event, version = form.text("event"), form.number("version")
    if event not in APPEALS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk = request.office.applications
        screening.answer_appeal(
            connection, desk, request.actor, application_id, event, form.text("answer"), version
        )

    return await _attempt(request, call_id, application_id, form, work, "step_taken")


async def _form(request: PortalRequest, call_id: UUID) -> Form:
    """Only of those who run the call: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    _require_staff(request, call_id)
    return form


def _require_staff(request: PortalRequest, call_id: UUID) -> None:
    _ = request.person
    if not is_staff(request.actor, call_id):
        raise NotAllowed


async def _attempt_list(
    request: PortalRequest, call_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except FalajError as error:
        return await _list_page(request, call_id, form, refused=error)
    return request.go(f"/calls/{call_id}/desk/applications", notice)


async def _attempt(  # noqa: PLR0913, PLR0917 (what is done, and where it stood)
    request: PortalRequest,
    call_id: UUID,
    application_id: UUID,
    form: Form,
    work: Callable[[Connection], None],
    notice: str,
) -> Response:
    def here(connection: Connection) -> None:
        _get(connection, request, call_id, application_id)
        work(connection)

    try:
        await request.do(here)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _one_page(request, call_id, application_id, form, error)
    return request.go(f"/calls/{call_id}/desk/applications/{application_id}", notice)


async def _list_page(  # noqa: PLR0913, PLR0917 (the sides of a search)
    request: PortalRequest,
    call_id: UUID,
    form: Form,
    q: str = "",
    state: str = "",
    after: UUID | None = None,
    refused: FalajError | None = None,
    code: Code | None = None,
) -> Response:
    _require_staff(request, call_id)
    chosen = state if state in {one.name for one in APPLICATION.states} else None

    def work(connection: Connection) -> Listed:
        desk, actor = request.office.applications, request.actor
        call = get_call(connection, call_id, actor)
        found = list_applications(
            connection,
            desk,
            actor,
            call_id,
            words=q,
            state=chosen,
            after=after,
            rows=request.office.settings.portal.page_rows,
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

    shown = await request.do(work)
    order = [one.name for one in APPLICATION.states]
    return render_page(
        request,
        "funding/applications/desk.html",
        title=WORDS.text("applications.desk", request.language),
        here="calls",
        refused=refused,
        form=form,
        q=q,
        state_chosen=chosen,
        call=shown.call,
        closes_at=shown.closes_at,
        code=code,
        title_of_call=title_of(shown.call, request),
        applications=shown.found.applications,
        after=shown.found.after,
        counts=dict(sorted(shown.counts.items(), key=lambda one: order.index(one[0]))),
        prepared=shown.prepared,
        codes=shown.codes,
        **vocabulary(request),
    )


async def _one_page(
    request: PortalRequest, call_id: UUID, application_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    _require_staff(request, call_id)
    looked = await request.do(lambda connection: _look(connection, request, call_id, application_id))
    one, now = looked.application, request.office.clock()
    return render_page(
        request,
        "funding/applications/desk_one.html",
        step_words=await _words(request, looked),
        title=one.draft.title or one.reference,
        here="calls",
        refused=refused,
        form=form,
        title_of_call=title_of(looked.call, request),
        journey=await journey_of(request, Kind.APPLICATION, application_id),
        stood_still=_days(waited_for(one, now)),
        limits=request.office.settings.applications,
        **looked._asdict(),
        **vocabulary(request),
    )


async def _words(request: PortalRequest, looked: Looked) -> dict[UUID, str]:
    """What was added to its newest step, and to the decision that waits."""
    waiting = () if looked.prepared is None else (looked.prepared.decision.prepared_id,)
    return await request.words_of(looked.application.application_id, *waiting)


def _look(connection: Connection, request: PortalRequest, call_id: UUID, application_id: UUID) -> Looked:
    desk, actor = request.office.applications, request.actor
    dossier = get_dossier(connection, actor, application_id)
    one = _require_of(call_id, actor, dossier.application)
    people = show_applicants(connection, desk, actor, one)
    with connection.transaction():
        behalf = one.draft.organisation_id
        organisation = None if behalf is None else find_organisation(connection, behalf)
    return Looked(
        one,
        call_of(connection, one),
        questions_of(connection, one),
        dossier.versions,
        organisation,
        people,
        names_of(connection, people),
        steps_with(connection, request, application_id, (*DECIDED, "ask", *APPEALS)),
        screening.find_prepared(connection, one),
        dossier.questions,
        dossier.appeal,
        deadlines_of(connection, one),
    )


def _get(connection: Connection, request: PortalRequest, call_id: UUID, application_id: UUID) -> Application:
    return _require_of(call_id, request.actor, get_application(connection, request.actor, application_id))


def _require_of(call_id: UUID, actor: Actor, one: Application) -> Application:
    """Of this call, and not the officer's own; :class:`NoSuchObject`."""
    if one.call_id != call_id or is_own(actor, one):
        raise NoSuchObject
    return one


def _days(waited: timedelta) -> int:
    """Whole days, a part of one counted as one."""
    return -(-waited // timedelta(days=1))


def _take_code(request: PortalRequest, call_id: UUID) -> Code | None:
    text, _, until = (reveal.take(request, LATE_COOKIE, call_id) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None
