"""``/portal/desk/certificates``: terms that wait for a certificate, and what was offered, to be looked after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.people.model import Names
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.outreach.certificates.awarding import (
    Page,
    get_awarded,
    list_awarded,
    list_terms_due,
    offer_again,
)
from hackathon.outreach.certificates.machine import CERTIFICATE, NOT_BY_STAFF
from hackathon.outreach.certificates.model import OF_HACKATHONS, Certificate, TermDue
from hackathon.outreach.certificates.repository import CERTIFICATES
from hackathon.outreach.certificates.service import move, offer_term
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.outreach.ambassadors.words import hours
from hub_api.programme.outreach.certificates.words import vocabulary

router = APIRouter(prefix="/portal/desk/certificates", include_in_schema=False)
#: Steps that staff take; the others are the holder's own.
STAFF_STEPS = frozenset({"withdraw", "revoke"})
ENDED = frozenset({"withdrawn", "revoked"})


@router.get("")
async def show_desk(request: CurrentRequest, q: str = "", after: UUID | None = None) -> Response:
    _ = request.person
    return await _page(request, q, after)


@router.post("/terms")
async def send_term(request: CurrentRequest) -> Response:
    """Certify the newest term of one ambassador."""
    _, form = request.person, await request.form()
    ambassador_id = form.id("ambassador")
    try:
        await request.do(
            lambda connection: offer_term(
                connection, request.office.certificates(), ambassador_id, request.actor
            )
        )
    except FalajError as error:
        return await _page(request, refused=error)
    return request.go("/desk/certificates", "certificate_offered")


@router.get("/{certificate_id}")
async def show_one(request: CurrentRequest, certificate_id: UUID) -> Response:
    _ = request.person
    return await _one_page(request, certificate_id)


@router.post("/{certificate_id}/step")
async def take_step(request: CurrentRequest, certificate_id: UUID) -> Response:
    _, form = request.person, await request.form()
    event, version = form.text("event"), form.number("version")
    if event not in STAFF_STEPS:
        raise FormUnreadable

    def work(connection: Connection) -> UUID:
        office = request.office.certificates()
        get_awarded(connection, office, certificate_id, request.actor)
        move(
            connection,
            office,
            certificate_id,
            event,
            request.actor,
            seen_version=version,
            reason=form.optional("reason"),
        )
        return certificate_id

    return await _attempt(request, certificate_id, work, "step_taken")


@router.post("/{certificate_id}/again")
async def send_again(request: CurrentRequest, certificate_id: UUID) -> Response:
    _ = request.person
    await request.form()

    def work(connection: Connection) -> UUID:
        return offer_again(connection, request.office.certificates(), certificate_id, request.actor)

    return await _attempt(request, certificate_id, work, "certificate_offered")


class Shown(NamedTuple):
    """One certificate as those see it who look after it."""

    one: Certificate
    names: Names | None
    steps: list[Step]


async def _attempt(
    request: PortalRequest, certificate_id: UUID, work: Callable[[Connection], UUID], notice: str
) -> Response:
    """On to the certificate that it is about now, or what stood against it."""
    try:
        shown_id = await request.do(work)
    except FalajError as error:
        return await _one_page(request, certificate_id, error)
    return request.go(f"/desk/certificates/{shown_id}", notice)


async def _page(
    request: PortalRequest, q: str = "", after: UUID | None = None, refused: FalajError | None = None
) -> Response:
    """Terms that wait stand on the first page only: who searches or reads on looks for what was offered."""
    is_first = not q and after is None

    def work(connection: Connection) -> tuple[list[TermDue], bool, Page]:
        office, actor = request.office.certificates(), request.actor
        terms, is_more = list_terms_due(connection, office, actor) if is_first else ([], False)
        return terms, is_more, list_awarded(connection, office, actor, q, None, after)

    terms, is_more, found = await request.do(work)
    return render_page(
        request,
        "outreach/certificates/desk.html",
        title=WORDS.text("certificates.desk", request.language),
        here="desk",
        refused=refused,
        is_first=is_first,
        terms=terms,
        is_more=is_more,
        found=found,
        q=q,
        hours=hours,
        **vocabulary(request),
    )


async def _one_page(
    request: PortalRequest, certificate_id: UUID, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, certificate_id))
    values: dict[str, Any] = shown._asdict()
    words = vocabulary(request)
    return render_page(
        request,
        "outreach/certificates/desk_one.html",
        title=words["award_title"](shown.one.award),
        here="desk",
        refused=refused,
        may_again=shown.one.state in ENDED and shown.one.state_reason != "account_closed",
        is_of_hackathon=shown.one.award.kind in OF_HACKATHONS,
        **values,
        **words,
    )


def _look(connection: Connection, request: PortalRequest, certificate_id: UUID) -> Shown:
    one, names = get_awarded(connection, request.office.certificates(), certificate_id, request.actor)
    offers = possible_steps(connection, CERTIFICATES, certificate_id, request.actor, request.office.clock)
    steps = [
        replace(step, reasons=tuple(one for one in step.reasons if one[0] not in NOT_BY_STAFF))
        for step in steps_of(CERTIFICATE, offers, request)
        if step.event in STAFF_STEPS
    ]
    return Shown(one, names, steps)
