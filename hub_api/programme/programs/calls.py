"""``/v1/innovation/desk/calls``: calls for the programs of those who run them, with what was handed in.

What is the officer's own, or in conflict with the officer, is not there, as on the desk of the portal.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Deadline
from casework.workflow.repository import find_deadlines
from hackathon.funding.applications import screening
from hackathon.funding.applications.model import Application, Page, Prepared, Question, Wanted
from hackathon.funding.applications.rules import is_own
from hackathon.funding.applications.service import (
    count_applications,
    get_application,
    list_applications,
    list_questions,
)
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.service import get_run, list_run, move
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.call_schemas import (
    CallStep,
    DeskApplicationElement,
    DeskCallElement,
    InquirySent,
    OneDeskApplicationElement,
    OneDeskCallElement,
    ScreeningSent,
    call_element,
    desk_application_element,
    one_call_element,
    one_desk_application_element,
)
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.schemas import AfterQuery
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/desk/calls", include_in_schema=False)
Officer = Annotated[Party, allowed(TokenScope.CALLS_WRITE)]


class Looked(NamedTuple):
    """An application as officers see it."""

    application: Application
    call: Call
    questions: list[Question]
    prepared: Prepared | None


@router.get("", operation_id="desk_calls", openapi_extra=reads(DeskCallElement, is_list=True, has_pages=True))
async def show_calls(party: Officer, query: AfterQuery) -> Response:
    found = await party.look(lambda session: list_run(session, query.after))
    return party.answer_list([call_element(one) for one in found.calls], found.after)


@router.get("/{call}", operation_id="desk_call", openapi_extra=reads(OneDeskCallElement))
async def show_call(party: Officer, call: UUID, _: NoParameters) -> Response:
    return await _shown_call(party, call)


@router.post(
    "/{call}/steps", operation_id="step_call", openapi_extra=changes(OneDeskCallElement) | sends(CallStep)
)
async def step_call(party: Officer, call: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(CallStep)

    def work(session: Session) -> None:
        get_run(session, call)
        move(session, call, sent.event, seen)

    await party.act(work)
    return await _shown_call(party, call)


@router.get(
    "/{call}/applications",
    operation_id="desk_applications",
    openapi_extra=reads(DeskApplicationElement, is_list=True, has_pages=True),
)
async def show_applications(party: Officer, call: UUID, query: AfterQuery) -> Response:
    def work(session: Session) -> tuple[Call, Page]:
        known, wanted = get_run(session, call), Wanted(after=query.after, rows=party.settings.page_rows)
        return known, list_applications(session, call, wanted)

    known, found = await party.look(work)
    return party.answer_list(
        [desk_application_element(one, known) for one in found.applications], found.after
    )


@router.get(
    "/{call}/applications/{application}",
    operation_id="desk_application",
    openapi_extra=reads(OneDeskApplicationElement),
)
async def show_application(party: Officer, call: UUID, application: UUID, _: NoParameters) -> Response:
    return await _shown(party, call, application)


@router.post(
    "/{call}/applications/{application}/decision",
    operation_id="decide_application",
    openapi_extra=changes(OneDeskApplicationElement) | sends(ScreeningSent),
)
async def decide_application(party: Officer, call: UUID, application: UUID, _: NoParameters) -> Response:
    """Quietly: applicants are told from the portal, all together."""
    seen, sent = party.seen_version(), await party.body(ScreeningSent)

    def work(session: Session) -> None:
        _find(session, call, application)
        screening.prepare(session, application, sent.event, seen, sent.reason)

    await party.act(work)
    return await _shown(party, call, application)


@router.post(
    "/{call}/applications/{application}/questions",
    operation_id="ask_applicants",
    openapi_extra=changes(OneDeskApplicationElement) | sends(InquirySent),
)
async def ask_applicants(party: Officer, call: UUID, application: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(InquirySent)

    def work(session: Session) -> None:
        _find(session, call, application)
        screening.ask(session, application, sent.question, sent.due_at, seen)

    await party.act(work)
    return await _shown(party, call, application)


def _find(session: Session, call_id: UUID, application_id: UUID) -> tuple[Call, Application]:
    """Of this call, and not the officer's own; :class:`NoSuchObject`."""
    known = get_run(session, call_id)
    one = get_application(session, application_id)
    if one.call_id != call_id or is_own(session.actor, one):
        raise NoSuchObject
    return known, one


async def _shown_call(party: Party, call_id: UUID) -> Response:
    def work(session: Session) -> tuple[Call, list[Deadline], dict[str, int]]:
        known = get_run(session, call_id)
        deadlines = find_deadlines(session.connection, call_id)
        counted = count_applications(session, call_id)
        return known, deadlines, counted

    shown = await party.look(work)
    return party.answer(one_call_element(*shown), shown[0].version)


async def _shown(party: Party, call_id: UUID, application_id: UUID) -> Response:
    def work(session: Session) -> Looked:
        known, one = _find(session, call_id, application_id)
        prepared = screening.list_prepared(session, call_id)
        return Looked(
            one,
            known,
            list_questions(session, application_id),
            next((each for each in prepared if each.decision.object_id == application_id), None),
        )

    looked = await party.look(work)
    return party.answer(one_desk_application_element(*looked), looked.application.version)
