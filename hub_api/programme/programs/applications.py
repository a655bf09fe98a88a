"""``/v1/innovation/me/applications``: what somebody applies for funding with."""

from __future__ import annotations

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.forms.model import FormField
from casework.programme import Session
from hackathon.funding.applications import writing
from hackathon.funding.applications.model import Application, Content, Version
from hackathon.funding.applications.service import (
    get_application,
    get_call_of,
    get_own,
    get_questions_of,
    list_own,
    list_versions,
)
from hackathon.funding.calls.model import Call
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.elements import application_element, own_application_element, proposal_element
from hub_api.programme.programs.schemas import (
    ApplicationElement,
    ApplicationSent,
    MyApplicationElement,
    ProposalElement,
)
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me", include_in_schema=False)
Writer = Annotated[Party, allowed(TokenScope.APPLICATIONS_WRITE)]


class Known(NamedTuple):
    """An application with what its call asks in this round."""

    application: Application
    call: Call
    form: tuple[FormField, ...]


@router.get(
    "/applications", operation_id="my_applications", openapi_extra=reads(ApplicationElement, is_list=True)
)
async def show_applications(party: Writer, _: NoParameters) -> Response:
    def work(session: Session) -> list[tuple[Application, Call]]:
        return [(one, get_call_of(session, one)) for one in list_own(session)]

    return party.answer_list([application_element(one, call) for one, call in await party.look(work)])


@router.get(
    "/applications/{application}",
    operation_id="my_application",
    openapi_extra=reads(MyApplicationElement),
)
async def show_application(party: Writer, application: UUID, _: NoParameters) -> Response:
    return await _shown(party, application)


@router.put(
    "/applications/{application}",
    operation_id="write_application",
    openapi_extra=changes(MyApplicationElement) | sends(ApplicationSent),
)
async def write_application(party: Writer, application: UUID, _: NoParameters) -> Response:
    """The whole draft of its round."""
    seen, sent = party.seen_version(), await party.body(ApplicationSent)
    content = Content(
        sent.title,
        sent.summary,
        sent.answers,
        tuple(sorted(set(sent.confirmed))),
        sent.amount_minor,
        sent.organisation,
        sent.governorate.value,
        sent.language,
    )
    await party.act(lambda session: writing.write(session, application, content, seen))
    return await _shown(party, application)


@router.post(
    "/applications/{application}/reopen",
    operation_id="reopen_application",
    openapi_extra=changes(MyApplicationElement),
)
async def reopen_application(party: Writer, application: UUID, _: NoParameters) -> Response:
    seen = party.seen_version()
    await party.act(lambda session: writing.move(session, application, "reopen", seen))
    return await _shown(party, application)


@router.get(
    "/applications/{application}/versions",
    operation_id="my_proposals",
    openapi_extra=reads(ProposalElement, is_list=True),
)
async def show_versions(party: Writer, application: UUID, _: NoParameters) -> Response:
    def work(session: Session) -> list[Version]:
        get_own(session, application)
        return list_versions(session, application)

    return party.answer_list([proposal_element(one) for one in await party.look(work)])


@router.post(
    "/applications/{application}/versions",
    operation_id="hand_in_application",
    openapi_extra=changes(ProposalElement),
)
async def hand_in(party: Writer, application: UUID, _: NoParameters) -> Response:
    """The draft as it is; its ETag is that of the application afterwards."""
    seen = party.seen_version()

    def work(session: Session) -> tuple[Version, Application]:
        handed_in = writing.submit(session, application, seen)
        return handed_in, get_application(session, application)

    handed_in, known = await party.act(work)
    return party.answer(proposal_element(handed_in), known.version)


async def _shown(party: Party, application_id: UUID) -> Response:
    def work(session: Session) -> Known:
        known = get_own(session, application_id)
        return Known(known, get_call_of(session, known), get_questions_of(session, known)[known.round])

    known = await party.look(work)
    return party.answer(own_application_element(*known), known.application.version)
