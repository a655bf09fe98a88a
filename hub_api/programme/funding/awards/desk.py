"""``/portal/calls/…/desk/awards`` and ``/portal/desk/claims``: offers, and claims that wait."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.workflow.errors import NotAllowed
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.awards import register, service
from hackathon.funding.awards.machine import STAFF
from hackathon.funding.awards.model import Award, Claim
from hackathon.funding.awards.register import Waiting
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.rules import scopes_of
from hackathon.funding.calls.service import get_call
from hub_api.programme.funding.awards.words import terms_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


class Shown(NamedTuple):
    """What a call has granted, and to whom it can still offer something."""

    call: Call
    awards: list[Award]
    waiting: list[Waiting]
    left_minor: int


@router.get("/desk/claims")
async def show_claims(request: CurrentRequest) -> Response:
    _ = request.person

    def work(connection: Connection) -> list[tuple[Claim, Award]]:
        found = service.list_waiting(connection, request.office.awards, request.actor)
        known = service.list_awards(connection, request.actor, {one.award_id for one in found})
        return [(one, known[one.award_id]) for one in found if one.award_id in known]

    found = await request.do(work)
    title = WORDS.text("awards.claims_waiting", request.language)
    return render_page(
        request, "funding/awards/claims.html", title=title, here="desk", claims=found, **vocabulary(request)
    )


@router.get("/calls/{call_id}/desk/awards")
async def show_awards(request: CurrentRequest, call_id: UUID) -> Response:
    _ = request.person
    return await _desk_page(request, call_id, Form())


@router.post("/calls/{call_id}/desk/awards")
async def send_offer(request: CurrentRequest, call_id: UUID) -> Response:
    _, form = request.person, await request.form()
    application_id = form.id("application")

    def work(connection: Connection) -> UUID:
        if not holds_any(request.actor.at(request.office.clock()), STAFF, scopes_of(call_id)):
            raise NotAllowed
        call = get_call(connection, call_id, request.actor)
        with connection.transaction():
            waiting = register.find_waiting(connection, request.actor, call_id)
        if application_id not in {one.application_id for one in waiting}:
            raise FormUnreadable
        terms = terms_of(form, call.description.terms.budget.currency)
        with request.asking(connection, "award", "offer", application_id):
            return service.offer(
                connection, request.office.awards, request.actor, application_id, terms
            ).award_id

    try:
        award_id = await request.do(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _desk_page(request, call_id, form, error)
    return request.go(f"/awards/{award_id}", "offered")


async def _desk_page(
    request: PortalRequest, call_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, call_id))
    is_staff = holds_any(request.actor.at(request.office.clock()), STAFF, scopes_of(call_id))
    texts = shown.call.description.texts
    title = texts.title_ar if request.language == "ar" else texts.title_en
    return render_page(
        request,
        "funding/awards/desk.html",
        title=WORDS.text("awards.desk", request.language),
        here="calls",
        refused=refused,
        form=form,
        sent_of=form.text("application"),
        is_staff=is_staff,
        call_title=title,
        currency=shown.call.description.terms.budget.currency,
        **shown._asdict(),
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, call_id: UUID) -> Shown:
    awards = service.list_of_call(connection, request.office.awards, request.actor, call_id)
    call = get_call(connection, call_id, request.actor)
    with connection.transaction():
        left, _ = register.budget_left(connection, call_id)
        return Shown(call, awards, register.find_waiting(connection, request.actor, call_id), left)
