"""``/portal/applications/…``: the page of an application, its form, and what those do who apply."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role, Scope, ScopeKind
from casework.forms.model import FormField
from casework.organisations.model import Organisation
from casework.people.model import Names
from casework.people.standing import find_names
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications import applicants, late, screening, writing
from hackathon.funding.applications.machine import EDITABLE
from hackathon.funding.applications.model import Application, Change, Content
from hackathon.funding.applications.rules import merged
from hackathon.funding.applications.service import get_application, list_changes, list_changes_since
from hackathon.funding.calls.machine import CLOSES, SECOND_CLOSES
from hackathon.funding.calls.model import Call
from hub_api.programme.funding.applications import words
from hub_api.programme.funding.applications.changes import (
    labels_of,
    organisation_names,
    titles_of,
    trail_words,
)
from hub_api.programme.funding.applications.own import own_page
from hub_api.programme.funding.applications.space import (
    OWN_EVENTS,
    attempt,
    call_of,
    questions_of,
    require_own,
    space_page,
)
from hub_api.programme.funding.calls.words import title_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Before
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


class Written(NamedTuple):
    """What the form of an application needs; ``since`` is what others wrote after the version that was seen."""

    application: Application
    call: Call
    questions: tuple[FormField, ...]
    organisations: list[Organisation]
    closes_at: object
    since: list[Change]
    names: dict[UUID, Names]


class Trail(NamedTuple):
    """Who wrote what, and what the fields, the people and the organisations in it are called."""

    application: Application
    call: Call
    changes: list[Change]
    names: dict[UUID, Names]
    labels: dict[str, str]
    organisations: dict[str, str]


@router.get("/applications/{application_id}")
async def show(request: CurrentRequest, application_id: UUID) -> Response:
    return await space_page(request, application_id, Form())


@router.get("/applications/{application_id}/form")
async def show_form(request: CurrentRequest, application_id: UUID) -> Response:
    _ = request.person
    return await _form_page(request, application_id, None)


@router.post("/applications/{application_id}/form")
async def write(request: CurrentRequest, application_id: UUID) -> Response:
    """Keep what was written; where somebody else wrote meanwhile, both texts are shown and nothing is lost."""
    _, form = request.person, await request.form()
    seen, is_final = form.number("version"), form.text("then") == "submit"

    def work(connection: Connection) -> None:
        one = require_own(connection, request, application_id)
        call, desk = call_of(connection, one), request.office.applications
        content = words.content_of(form, call, questions_of(connection, one)[one.round])
        store = writing.write_and_submit if is_final else writing.write
        store(connection, desk, request.actor, application_id, content, seen)

    try:
        await request.do(work)
    except (NoSuchObject, NotAllowed, FormUnreadable):
        raise
    except FalajError as error:
        return await _form_page(request, application_id, form, error)
    done = "application_handed_in" if is_final else "saved"
    return request.go(f"/applications/{application_id}", done)


@router.post("/applications/{application_id}/step")
async def take_step(request: CurrentRequest, application_id: UUID) -> Response:
    _, form = request.person, await request.form()
    event, version = form.text("event"), form.number("version")
    if event not in OWN_EVENTS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk = request.office.applications
        if event == "submit":
            writing.submit(connection, desk, request.actor, application_id, version)
        else:
            writing.move(connection, desk, request.actor, application_id, event, version)

    done = "application_handed_in" if event == "submit" else "step_taken"
    return await attempt(request, application_id, form, work, done)


@router.post("/applications/{application_id}/answer")
async def answer(request: CurrentRequest, application_id: UUID) -> Response:
    _, form = request.person, await request.form()
    text, version = form.text("answer"), form.number("version")

    def work(connection: Connection) -> None:
        desk = request.office.applications
        screening.answer(connection, desk, request.actor, application_id, text, version)

    return await attempt(request, application_id, form, work, "application_answered")


@router.post("/applications/{application_id}/appeal")
async def appeal(request: CurrentRequest, application_id: UUID) -> Response:
    _, form = request.person, await request.form()
    text, version = form.text("appeal"), form.number("version")

    def work(connection: Connection) -> None:
        desk = request.office.applications
        screening.appeal(connection, desk, request.actor, application_id, text, version)

    return await attempt(request, application_id, form, work, "application_appealed")


@router.post("/applications/{application_id}/late")
async def redeem(request: CurrentRequest, application_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(connection: Connection) -> None:
        late.redeem(connection, request.office.applications, request.actor, application_id, form.text("code"))

    return await attempt(request, application_id, form, work, "late_redeemed")


@router.post("/applications/{application_id}/invite")
async def invite(request: CurrentRequest, application_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(connection: Connection) -> None:
        applicants.invite(
            connection,
            request.office.applications,
            request.actor,
            application_id,
            form.text("email"),
            request.visitor,
        )

    return await attempt(request, application_id, form, work, "invited")


@router.post("/applications/{application_id}/lead")
async def hand_over(request: CurrentRequest, application_id: UUID) -> Response:
    _, form = request.person, await request.form()
    applicant_id, version = form.id("applicant"), form.number("version")

    def work(connection: Connection) -> None:
        desk = request.office.applications
        applicants.hand_over(connection, desk, request.actor, application_id, applicant_id, version)

    return await attempt(request, application_id, form, work, "step_taken")


@router.post("/applicants/{applying_id}/step")
async def step_of_applicant(request: CurrentRequest, applying_id: UUID, on: UUID | None = None) -> Response:
    """Of somebody who applies or is invited; ``on`` is the application on whose page it was pressed."""
    _, form = request.person, await request.form()
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")
    if event not in {"accept", "decline", "withdraw", "leave", "remove"}:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        desk = request.office.applications
        if event == "accept":
            applicants.accept(connection, desk, request.actor, applying_id, version)
        else:
            applicants.move(connection, desk, request.actor, applying_id, event, version, reason)

    if on is not None and event != "leave":
        return await attempt(request, on, form, work, "step_taken")
    try:
        await request.do(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await own_page(request, error)
    return request.go("/account/applications", "step_taken")


@router.get("/applications/{application_id}/trail")
async def show_trail(request: CurrentRequest, application_id: UUID, before: Before = None) -> Response:
    """For those who apply, and for officers as far as it was handed in."""
    _ = request.person
    trail = await request.do(lambda connection: _trail(connection, request, application_id, before))
    most = request.office.settings.applications.trail_rows_max
    return render_page(
        request,
        "funding/applications/trail.html",
        title=WORDS.text("applications.trail", request.language),
        here="calls",
        is_more=len(trail.changes) == most,
        **trail._asdict(),
        **words.vocabulary(request),
        **trail_words(request, trail.call, trail.organisations),
    )


def _trail(connection: Connection, request: PortalRequest, application_id: UUID, before: int | None) -> Trail:
    desk = request.office.applications
    one = get_application(connection, request.actor, application_id)
    changes = list_changes(connection, desk, request.actor, application_id, before)
    call = call_of(connection, one)
    return Trail(
        one,
        call,
        changes,
        find_names(connection, [each.person_id for each in changes if each.person_id]),
        labels_of(questions_of(connection, one), request),
        organisation_names(connection, changes, request),
    )


async def _form_page(
    request: PortalRequest, application_id: UUID, form: Form | None, refused: FalajError | None = None
) -> Response:
    seen = None if form is None else form.number("version")
    written = await request.do(lambda connection: _written(connection, request, application_id, seen))
    one, call = written.application, written.call
    values, both = words.values_of(one.draft, call), frozenset[str]()
    if form is not None:
        values = words.typed_values(form)
        if isinstance(refused, ChangedMeanwhile):
            values, both = _beside(form, written)
    others = {each.field: each for each in written.since if each.field in both}
    return render_page(
        request,
        "funding/applications/form.html",
        title=one.draft.title or one.reference,
        here="calls",
        refused=refused,
        values=values,
        others=others,
        field_of=words.field_of,
        input_of=words.input_of,
        is_editable=one.state in EDITABLE,
        is_lead=request.actor.has(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, application_id)),
        limits=request.office.settings.applications,
        behalf=words.behalf_options(call, written.organisations, request),
        governorates=words.governorate_options(call, request),
        languages=words.LANGUAGES,
        title_of_call=title_of(call, request),
        is_crossed=isinstance(refused, ChangedMeanwhile),
        **written._asdict(),
        **words.vocabulary(request),
        **trail_words(request, call, titles_of(written.organisations, request)),
    )


def _beside(form: Form, written: Written) -> tuple[dict[str, str], frozenset[str]]:
    """What was typed, with what others wrote where nothing was typed; and the fields in which both wrote."""
    one, call = written.application, written.call
    try:
        sent: Content = words.content_of(form, call, written.questions)
    except FalajError:
        # An amount that cannot be read is told when it is sent again.
        return words.typed_values(form), frozenset(each.field for each in written.since)
    taken, both = merged(sent, one.draft, written.since, one.round)
    return words.values_of(taken, call), both


def _written(
    connection: Connection, request: PortalRequest, application_id: UUID, seen: int | None
) -> Written:
    one = require_own(connection, request, application_id)
    since = [] if seen is None else list_changes_since(connection, request.actor, application_id, seen)
    planned = words.deadlines_of(connection, one)
    person_id = request.person.person.person_id
    return Written(
        one,
        call_of(connection, one),
        questions_of(connection, one)[one.round],
        words.own_organisations(connection, person_id, one.draft.organisation_id),
        planned.get(CLOSES if one.round == 1 else SECOND_CLOSES),
        since,
        find_names(connection, [each.person_id for each in since if each.person_id]),
    )
