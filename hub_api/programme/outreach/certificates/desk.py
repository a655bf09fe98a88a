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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.outreach.ambassadors.words import hours
from hub_api.programme.outreach.certificates.words import vocabulary

router = APIRouter(prefix="/portal/desk/certificates", include_in_schema=False)
#: Steps that staff take; the others are the holder's own.
STAFF_STEPS = frozenset({"withdraw", "revoke"})
ENDED = frozenset({"withdrawn", "revoked"})


@router.get("")
async def show_desk(visit: VisitHere, q: str = "", after: UUID | None = None) -> Response:
    _ = visit.person
    return await _page(visit, q, after)


@router.post("/terms")
async def send_term(visit: VisitHere) -> Response:
    """Certify the newest term of one ambassador."""
    _, form = visit.person, await visit.form()
    ambassador_id = form.id("ambassador")
    try:
        await visit.do(
            lambda connection: offer_term(connection, visit.office.certificates(), ambassador_id, visit.actor)
        )
    except FalajError as error:
        return await _page(visit, refused=error)
    return visit.go("/desk/certificates", "certificate_offered")


@router.get("/{certificate_id}")
async def show_one(visit: VisitHere, certificate_id: UUID) -> Response:
    _ = visit.person
    return await _one_page(visit, certificate_id)


@router.post("/{certificate_id}/step")
async def take_step(visit: VisitHere, certificate_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    event, version = form.text("event"), form.number("version")
    if event not in STAFF_STEPS:
        raise FormUnreadable

    def work(connection: Connection) -> UUID:
        office = visit.office.certificates()
        get_awarded(connection, office, certificate_id, visit.actor)
        move(
            connection,
            office,
            certificate_id,
            event,
            visit.actor,
            seen_version=version,
            reason=form.optional("reason"),
        )
        return certificate_id

    return await _attempt(visit, certificate_id, work, "step_taken")


@router.post("/{certificate_id}/again")
async def send_again(visit: VisitHere, certificate_id: UUID) -> Response:
    _ = visit.person
    await visit.form()

    def work(connection: Connection) -> UUID:
        return offer_again(connection, visit.office.certificates(), certificate_id, visit.actor)

    return await _attempt(visit, certificate_id, work, "certificate_offered")


class Shown(NamedTuple):
    """One certificate as those see it who look after it."""

    one: Certificate
    names: Names | None
    steps: list[Step]


async def _attempt(
    visit: Visit, certificate_id: UUID, work: Callable[[Connection], UUID], notice: str
) -> Response:
    """On to the certificate that it is about now, or what stood against it."""
    try:
        shown_id = await visit.do(work)
    except FalajError as error:
        return await _one_page(visit, certificate_id, error)
    return visit.go(f"/desk/certificates/{shown_id}", notice)


async def _page(
    visit: Visit, q: str = "", after: UUID | None = None, refused: FalajError | None = None
) -> Response:
    """Terms that wait stand on the first page only: who searches or reads on looks for what was offered."""
    is_first = not q and after is None

    def work(connection: Connection) -> tuple[list[TermDue], bool, Page]:
        office, actor = visit.office.certificates(), visit.actor
        terms, is_more = list_terms_due(connection, office, actor) if is_first else ([], False)
        return terms, is_more, list_awarded(connection, office, actor, q, None, after)

    terms, is_more, found = await visit.do(work)
    return page(
        visit,
        "outreach/certificates/desk.html",
        title=WORDS.text("certificates.desk", visit.language),
        here="desk",
        refused=refused,
        is_first=is_first,
        terms=terms,
        is_more=is_more,
        found=found,
        q=q,
        hours=hours,
        **vocabulary(visit),
    )


async def _one_page(visit: Visit, certificate_id: UUID, refused: FalajError | None = None) -> Response:
    shown = await visit.do(lambda connection: _look(connection, visit, certificate_id))
    values: dict[str, Any] = shown._asdict()
    words = vocabulary(visit)
    return page(
        visit,
        "outreach/certificates/desk_one.html",
        title=words["award_title"](shown.one.award),
        here="desk",
        refused=refused,
        may_again=shown.one.state in ENDED and shown.one.state_reason != "account_closed",
        is_of_hackathon=shown.one.award.kind in OF_HACKATHONS,
        **values,
        **words,
    )


def _look(connection: Connection, visit: Visit, certificate_id: UUID) -> Shown:
    one, names = get_awarded(connection, visit.office.certificates(), certificate_id, visit.actor)
    offers = possible_steps(connection, CERTIFICATES, certificate_id, visit.actor, visit.office.clock)
    steps = [
        replace(step, reasons=tuple(one for one in step.reasons if one[0] not in NOT_BY_STAFF))
        for step in steps_of(CERTIFICATE, offers, visit)
        if step.event in STAFF_STEPS
    ]
    return Shown(one, names, steps)
