"""The page of an application for those who apply: where it stands, what comes next, and everything about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from starlette.responses import Response

from casework.access.model import Role, Scope, ScopeKind
from casework.attachments.model import StoredFile
from casework.forms.model import FormField
from casework.people.model import Names
from casework.people.standing import find_names
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications.applicants import list_applicants
from hackathon.funding.applications.machine import APPLICATION, EDITABLE, OPEN
from hackathon.funding.applications.model import (
    Ahead,
    Appeal,
    Applicant,
    Application,
    Question,
    Version,
)
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import is_own, what_next
from hackathon.funding.applications.service import (
    get_application,
    get_dossier,
    list_draft_files,
)
from hackathon.funding.calls.machine import CLOSES, SECOND_CLOSES
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_call, find_form
from hackathon.market.journeys.model import Kind
from hub_api.programme.funding.applications.own import applicant_steps
from hub_api.programme.funding.applications.words import ACCEPT, deadlines_of, field_of, vocabulary
from hub_api.programme.funding.calls.words import title_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.market.journeys.words import journey_of

#: Beside writing, which has a form of its own, and what comes with a text.
OWN_EVENTS = ("submit", "reopen", "withdraw")


class Shown(NamedTuple):
    """An application as those see it who apply; ``own`` is the visitor among them."""

    application: Application
    call: Call
    ahead: Ahead
    questions_asked: Mapping[int, tuple[FormField, ...]]
    versions: list[Version]
    files: tuple[StoredFile, ...]
    people: list[Applicant]
    people_steps: Mapping[UUID, list[Step]]
    names: Mapping[UUID, Names]
    steps: list[Step]
    questions: list[Question]
    appeal: Appeal | None
    planned: dict[str, datetime]


async def attempt(
    request: PortalRequest, application_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    """Do it and show the page anew, or with what stood against it and what was typed."""
    try:
        await request.do(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await space_page(request, application_id, form, error)
    return request.go(f"/applications/{application_id}", notice)


async def space_page(
    request: PortalRequest, application_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    """For officers of the call it stands at their desk."""
    _ = request.person
    shown = await request.do(lambda connection: _look(connection, request, application_id))
    if isinstance(shown, Application):
        return request.go(f"/calls/{shown.call_id}/desk/applications/{application_id}")
    one, now = shown.application, request.office.clock()
    closes_at = shown.planned.get(CLOSES if one.round == 1 else SECOND_CLOSES)
    is_late = closes_at is not None and now >= closes_at
    mine = request.actor.has(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, application_id))
    return render_page(
        request,
        "funding/applications/show.html",
        step_words=await words_about(request, APPLICATION, {application_id: one.state}),
        title=one.draft.title or one.reference,
        here="calls",
        refused=refused,
        form=form,
        is_lead=mine,
        is_closed=is_late,
        closes_at=closes_at,
        limits=request.office.settings.applications,
        is_editable=one.state in EDITABLE and not is_late,
        is_open=one.state in OPEN,
        accept=ACCEPT,
        journey=await journey_of(request, Kind.APPLICATION, application_id),
        title_of_call=title_of(shown.call, request),
        field_of=field_of,
        **shown._asdict(),
        **vocabulary(request),
    )


def require_own(connection: Connection, request: PortalRequest, application_id: UUID) -> Application:
    """Of those who apply; others do not learn more than they see, :class:`NoSuchObject`."""
    one = get_application(connection, request.actor, application_id)
    if not is_own(request.actor, one):
        raise NoSuchObject
    return one


def call_of(connection: Connection, application: Application) -> Call:
    """Its call, for whoever may see the application."""
    with connection.transaction():
        call = find_call(connection, application.call_id)
    assert call is not None
    return call


def questions_of(connection: Connection, application: Application) -> dict[int, tuple[FormField, ...]]:
    """What was asked in each of its rounds."""
    with connection.transaction():
        return {
            number: find_form(connection, application.call_id, number)
            for number in range(1, application.round + 1)
        }


def steps_with(
    connection: Connection, request: PortalRequest, application_id: UUID, events: tuple[str, ...]
) -> list[Step]:
    """Those of these steps that the visitor can take."""
    offers = possible_steps(connection, APPLICATIONS, application_id, request.actor, request.office.clock)
    return steps_of(APPLICATION, [one for one in offers if one.step.event in events], request)


def names_of(connection: Connection, people: list[Applicant]) -> Mapping[UUID, Names]:
    return find_names(connection, [one.person_id for one in people if one.person_id is not None])


def _look(connection: Connection, request: PortalRequest, application_id: UUID) -> Shown | Application:
    dossier = get_dossier(connection, request.actor, application_id)
    one = dossier.application
    if not is_own(request.actor, one):
        return one
    call, planned = call_of(connection, one), deadlines_of(connection, one)
    people = list_applicants(connection, request.office.applications, request.actor, application_id)
    steps: dict[UUID, Any] = {
        each.applicant_id: applicant_steps(connection, request, each.applicant_id) for each in people
    }
    return Shown(
        one,
        call,
        what_next(one, call.state, planned),
        questions_of(connection, one),
        dossier.versions,
        list_draft_files(connection, request.actor, application_id),
        people,
        steps,
        names_of(connection, people),
        steps_with(connection, request, application_id, OWN_EVENTS),
        dossier.questions,
        dossier.appeal,
        planned,
    )
