"""``/v1/innovation/me/applications``: what somebody applies for funding with."""

from __future__ import annotations

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.access_tokens.model import TokenScope
from casework.forms.model import FormField
from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from hackathon.funding.applications import writing
from hackathon.funding.applications.model import Application, Content, Version
from hackathon.funding.applications.rules import is_own
from hackathon.funding.applications.service import get_application, list_own, list_versions
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_call, find_form
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
    def work(connection: Connection, actor: Actor) -> list[tuple[Application, Call]]:
        own = list_own(connection, party.office.applications, actor)
        return [(one, _call(connection, one)) for one in own]

    return party.answer_list([application_element(one, call) for one, call in await party.do(work)])


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
    seen, sent, desk = party.seen_version(), await party.body(ApplicationSent), party.office.applications
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
    await party.do(
        lambda connection, actor: writing.write(connection, desk, actor, application, content, seen)
    )
    return await _shown(party, application)


@router.post(
    "/applications/{application}/reopen",
    operation_id="reopen_application",
    openapi_extra=changes(MyApplicationElement),
)
async def reopen_application(party: Writer, application: UUID, _: NoParameters) -> Response:
    seen, desk = party.seen_version(), party.office.applications
    await party.do(
        lambda connection, actor: writing.move(connection, desk, actor, application, "reopen", seen)
    )
    return await _shown(party, application)


@router.get(
    "/applications/{application}/versions",
    operation_id="my_proposals",
    openapi_extra=reads(ProposalElement, is_list=True),
)
async def show_versions(party: Writer, application: UUID, _: NoParameters) -> Response:
    def work(connection: Connection, actor: Actor) -> list[Version]:
        _own(connection, actor, application)
        return list_versions(connection, actor, application)

    return party.answer_list([proposal_element(one) for one in await party.do(work)])


@router.post(
    "/applications/{application}/versions",
    operation_id="hand_in_application",
    openapi_extra=changes(ProposalElement),
)
async def hand_in(party: Writer, application: UUID, _: NoParameters) -> Response:
    """The draft as it is; its ETag is that of the application afterwards."""
    seen, desk = party.seen_version(), party.office.applications

    def work(connection: Connection, actor: Actor) -> tuple[Version, Application]:
        handed_in = writing.submit(connection, desk, actor, application, seen)
        return handed_in, get_application(connection, actor, application)

    handed_in, known = await party.do(work)
    return party.answer(proposal_element(handed_in), known.version)


def _own(connection: Connection, actor: Actor, application_id: UUID) -> Application:
    known = get_application(connection, actor, application_id)
    if not is_own(actor, known):
        raise NoSuchObject
    return known


def _call(connection: Connection, application: Application) -> Call:
    with connection.transaction():
        call = find_call(connection, application.call_id)
    assert call is not None
    return call


async def _shown(party: Party, application_id: UUID) -> Response:
    def work(connection: Connection, actor: Actor) -> Known:
        known = _own(connection, actor, application_id)
        call = _call(connection, known)
        with connection.transaction():
            return Known(known, call, find_form(connection, known.call_id, known.round))

    known = await party.do(work)
    return party.answer(own_application_element(*known), known.application.version)
