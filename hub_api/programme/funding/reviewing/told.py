"""``/portal/applications/…/decision``: what was decided, and what reviewers wrote, for those who apply."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from hackathon.funding.applications.model import Application
from hackathon.funding.applications.repository import find_application
from hackathon.funding.calls.model import SCALE, Call
from hackathon.funding.reviewing import reviewers
from hackathon.funding.reviewing.deciding.decisions import list_told
from hackathon.funding.reviewing.deciding.model import Decided, Feedback
from hub_api.programme.funding.reviewing.words import asked_of, title_of, vocabulary
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/applications/{application_id}", include_in_schema=False)


class Told(NamedTuple):
    """An application and its decisions, as those learn them who apply."""

    call: Call
    application: Application
    told: list[tuple[Decided, Feedback | None]]


@router.get("/decision")
async def show_decision(request: CurrentRequest, application_id: UUID) -> Response:
    _ = request.person

    def look(connection: Connection) -> Told:
        told = list_told(connection, request.actor, application_id)
        with connection.transaction():
            application = find_application(connection, application_id)
            if application is None:
                raise NoSuchObject
            return Told(reviewers.find(connection, application.call_id), application, told)

    shown = await request.do(look)
    return render_page(
        request,
        "funding/reviewing/told.html",
        title=WORDS.text("reviewing.decision", request.language),
        here="account",
        application=shown.application,
        call=shown.call,
        call_title=title_of(shown.call, request.language),
        told_all=[
            (decided, asked_of(shown.call, decided.verdict.amount_minor), given)
            for decided, given in shown.told
        ],
        scale=SCALE,
        **vocabulary(request),
    )
