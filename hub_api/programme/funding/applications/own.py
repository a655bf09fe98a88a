"""``/portal/account/applications`` and ``/portal/calls/…/applications/new``: what one applies with, and beginning."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import find_deadlines
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications import late, writing
from hackathon.funding.applications.applicants import list_invitations
from hackathon.funding.applications.applicants_repository import APPLICANTS
from hackathon.funding.applications.continuing import draft_from, may_continue
from hackathon.funding.applications.machine import APPLICANT, INVITATION
from hackathon.funding.applications.model import Ahead, Applicant, Application, Content
from hackathon.funding.applications.rules import what_next
from hackathon.funding.applications.service import list_own
from hackathon.funding.calls.machine import CLOSES
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_call
from hackathon.funding.calls.service import get_call, get_forms
from hub_api.programme.funding.applications.words import (
    behalf_options,
    deadlines_of,
    governorate_options,
    own_organisations,
    vocabulary,
)
from hub_api.programme.funding.calls.words import title_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of

router = APIRouter(prefix="/portal", include_in_schema=False)


class Own(NamedTuple):
    """An application of the visitor, and what comes next."""

    application: Application
    call: Call
    ahead: Ahead


class Asked(NamedTuple):
    """An invitation to apply with others, until when it counts, and how it can be answered."""

    applicant: Applicant
    title: str
    call: Call
    until: datetime | None
    steps: list[Step]


class Ready(NamedTuple):
    """What there is to know before an application is begun; ``won`` is the title that it would have."""

    call: Call
    questions: tuple[FormField, ...]
    closes_at: datetime | None
    behalf: list[tuple[str, str]]
    mine: list[Application]
    won: str | None


@router.get("/account/applications")
async def show_own(request: CurrentRequest) -> Response:
    return await own_page(request)


@router.get("/calls/{call_id}/applications/new")
async def show_new(request: CurrentRequest, call_id: UUID, submission: UUID | None = None) -> Response:
    _ = request.person
    return await _new_page(request, call_id, Form({"submission": [str(submission or "")]}))


@router.post("/calls/{call_id}/applications/new")
async def begin(request: CurrentRequest, call_id: UUID) -> Response:
    """A draft; with a code after the close, and from a submission that has won with its texts."""
    _, form = request.person, await request.form()

    def work(connection: Connection) -> Application:
        call = get_call(request.office.programme.within(connection, request.actor), call_id)
        content = _first(form, call, request)
        desk = request.office.applications
        if form.text("code").strip():
            return late.begin_late(connection, desk, request.actor, call_id, content, form.text("code"))
        submission_id = form.id("submission") if form.text("submission") else None
        return writing.begin(connection, desk, request.actor, call_id, content, submission_id=submission_id)

    try:
        begun = await request.do(work)
    except (NoSuchObject, FormUnreadable):
        raise
    except FalajError as error:
        return await _new_page(request, call_id, form, error)
    return request.go(f"/applications/{begun.application_id}/form", "application_begun")


async def own_page(request: PortalRequest, refused: FalajError | None = None) -> Response:
    _ = request.person
    mine = await request.do(lambda connection: _rows(connection, request))
    asked = await request.do(lambda connection: _asked(connection, request))
    return render_page(
        request,
        "funding/applications/own.html",
        here="account",
        title=WORDS.text("applications.own", request.language),
        refused=refused,
        mine=mine,
        asked=asked,
        **vocabulary(request),
    )


def applicant_steps(connection: Connection, request: PortalRequest, applicant_id: UUID) -> list[Step]:
    """What the visitor can do about somebody who applies or is invited."""
    offers = possible_steps(connection, APPLICANTS, applicant_id, request.actor, request.office.clock)
    return steps_of(APPLICANT, offers, request)


def _rows(connection: Connection, request: PortalRequest) -> list[Own]:
    rows = []
    for one in list_own(connection, request.office.applications, request.actor):
        call = _call(connection, one.call_id)
        rows.append(Own(one, call, what_next(one, call.state, deadlines_of(connection, one))))
    return rows


def _asked(connection: Connection, request: PortalRequest) -> list[Asked]:
    rows = []
    for one in list_invitations(connection, request.actor):
        with connection.transaction():
            about = writing.find(connection, one.application_id)
            planned = {each.name: each.instant for each in find_deadlines(connection, one.applicant_id)}
        steps = applicant_steps(connection, request, one.applicant_id)
        title = about.draft.title or about.reference
        rows.append(Asked(one, title, _call(connection, about.call_id), planned.get(INVITATION), steps))
    return rows


def _call(connection: Connection, call_id: UUID) -> Call:
    """Whoever applies knows of the call, whatever has become of it."""
    with connection.transaction():
        call = find_call(connection, call_id)
    assert call is not None
    return call


async def _new_page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    ready = await request.do(lambda connection: _ready(connection, request, call_id, form))
    now, call = request.office.clock(), ready.call
    is_open = call.state in writing.BEGINNING_IN and ready.closes_at is not None and now < ready.closes_at
    return render_page(
        request,
        "funding/applications/new.html",
        here="calls",
        title=WORDS.text("applications.new", request.language),
        refused=refused,
        form=form,
        is_open=is_open,
        governorates=governorate_options(call, request),
        is_over=ready.closes_at is not None and now >= ready.closes_at,
        title_of_call=title_of(call, request),
        **ready._asdict(),
        **vocabulary(request),
    )


def _ready(connection: Connection, request: PortalRequest, call_id: UUID, form: Form) -> Ready:
    call = get_call(request.office.programme.within(connection, request.actor), call_id)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, call_id)}
    own = list_own(connection, request.office.applications, request.actor)
    organisations = own_organisations(connection, request.person.person.person_id)
    return Ready(
        call,
        get_forms(request.office.programme.within(connection, request.actor), call_id)[0],
        planned.get(CLOSES),
        behalf_options(call, organisations, request),
        [one for one in own if one.call_id == call_id],
        _won(connection, request, form),
    )


def _won(connection: Connection, request: PortalRequest, form: Form) -> str | None:
    if not form.text("submission"):
        return None
    submission_id = form.id("submission")
    if not may_continue(connection, request.actor, submission_id):
        return None
    return draft_from(connection, request.actor, submission_id, Content()).title


def _first(form: Form, call: Call, request: PortalRequest) -> Content:
    """What a draft begins with: on whose behalf, where, and in the visitor's language."""
    governorate = form.text("governorate")
    if governorate not in {code for code, _ in governorate_options(call, request)}:
        raise FormUnreadable
    return Content(governorate=governorate, language=request.language)
