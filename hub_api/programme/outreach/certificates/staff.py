"""``/portal/desk/certificates``: terms that wait for a certificate, and what was offered, to be looked after;
``/portal/hackathons/…/desk/certificates``: organisers offer to all who are due, once results are final.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.contest.hackathons.machine import CONCLUDED
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.outreach.certificates import awarding, service
from hackathon.outreach.certificates.machine import CERTIFICATE, NOT_BY_STAFF
from hackathon.outreach.certificates.model import OF_HACKATHONS
from hackathon.outreach.certificates.wording import title
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, signed_in, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.outreach.ambassadors.words import hours
from hub_api.programme.outreach.certificates.words import page

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Steps that staff take; the others are the holder's own.
STAFF_STEPS = frozenset({"withdraw", "revoke"})
ENDED = frozenset({"withdrawn", "revoked"})


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Terms that wait stand on the first page only: who searches or reads on looks for what was offered."""
    q, after = request.query("q"), request.query_id("after")
    is_first = not q and after is None
    terms, is_more = awarding.list_terms_due(session) if is_first else ([], False)
    return {
        "q": q,
        "is_first": is_first,
        "terms": terms,
        "is_more": is_more,
        "found": awarding.list_awarded(session, q, None, after),
        "hours": hours,
    }


page(
    router,
    "/desk/certificates",
    "outreach/certificates/staff_list.html",
    look_at_list,
    guard=signed_in,
    title="certificates.desk",
).post("terms", lambda form: form.id("ambassador"), "certificate_offered", service.offer_term)


def look(session: Session, request: PortalRequest, certificate_id: UUID) -> dict[str, Any]:
    one, names = awarding.get_awarded(session, certificate_id)
    steps = steps_on(session, request, CERTIFICATE, certificate_id, STAFF_STEPS)
    return {
        "title": title(one.award, request.language),
        "one": one,
        "names": names,
        "steps": [
            replace(step, reasons=tuple(reason for reason in step.reasons if reason[0] not in NOT_BY_STAFF))
            for step in steps
        ],
        "may_again": one.state in ENDED and one.state_reason != "account_closed",
        "is_of_hackathon": one.award.kind in OF_HACKATHONS,
    }


def read_step(form: Form) -> tuple[str, int, str | None]:
    event, version, reason = step_of(form)
    if event not in STAFF_STEPS:
        raise FormUnreadable
    return event, version, reason


def move(session: Session, certificate_id: UUID, sent: tuple[str, int, str | None]) -> None:
    awarding.get_awarded(session, certificate_id)
    service.move(session, certificate_id, *sent)


def offer_again(session: Session, certificate_id: UUID, _: None) -> Onward:
    """On to the certificate that it is about now."""
    return Onward(f"/desk/certificates/{awarding.offer_again(session, certificate_id)}")


PAGE = page(
    router, "/desk/certificates/{certificate_id}", "outreach/certificates/staff.html", look, guard=signed_in
)
PAGE.post("step", read_step, "step_taken", move)
PAGE.post("again", lambda _: None, "certificate_offered", offer_again)


def look_at_hackathon(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """Who is due stands on the first page only."""
    q, after = request.query("q"), request.query_id("after")
    is_first = not q and after is None
    tally = awarding.tally(session, hackathon_id) if is_first else []
    found = awarding.list_awarded(session, q, hackathon_id, after)
    hackathon = get_hackathon(session, hackathon_id)
    return {
        "q": q,
        "is_first": is_first,
        "tally": tally,
        "found": found,
        "hackathon": hackathon,
        "is_concluded": hackathon.state in CONCLUDED,
        "due": sum(one.due for one in tally),
    }


def offer_all(session: Session, hackathon_id: UUID) -> Onward | None:
    """It is told whether there are more, for the next press."""
    path = f"/hackathons/{hackathon_id}/desk/certificates"
    return (
        Onward(path, "certificates_offered_some") if awarding.offer_all(session, hackathon_id).left else None
    )


OF_HACKATHON = page(
    router,
    "/hackathons/{hackathon_id}/desk/certificates",
    "outreach/certificates/staff_hackathon.html",
    look_at_hackathon,
    guard=signed_in,
    title="certificates.desk",
    here="hackathons",
)
OF_HACKATHON.press("offer", "certificates_offered", offer_all)
