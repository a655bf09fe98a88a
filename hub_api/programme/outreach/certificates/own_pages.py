"""``/portal/account/certificates``: one's own, to approve, to download, to share, to give back.

``/portal/desk/certificates``: terms that wait for a certificate, and what was offered, to be looked after;
``/portal/hackathons/…/desk/certificates``: organisers offer to all who are due, once results are final.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.language import LANGUAGES, Language
from hackathon.contest.hackathons.machine import CONCLUDED
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.outreach.certificates import awarding, service
from hackathon.outreach.certificates.machine import CERTIFICATE, NOT_BY_STAFF
from hackathon.outreach.certificates.model import OF_HACKATHONS, Certificate
from hackathon.outreach.certificates.paper import write_pdf
from hackathon.outreach.certificates.settings import CertificateSettings
from hackathon.outreach.certificates.signing import Signing
from hackathon.outreach.certificates.wording import title
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, text, value
from hub_api.programme.kit.lists.page import Bulk, Deed, FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, signed_in, spread, step_of
from hub_api.programme.kit.rendering import headers
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.outreach.ambassadors.words import hours
from hub_api.programme.outreach.certificates.pages import credential_answer
from hub_api.programme.outreach.certificates.words import kind_told, page, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Steps that holders take; the others are those of staff.
OWN_STEPS = frozenset({"decline", "give_back"})
PIECE_BYTES = 65_536


page(
    router,
    "/account/certificates",
    "outreach/certificates/own_list.html",
    lambda session, _: {"found": service.list_own(session)},
    guard=signed_in,
    title="certificates.mine",
    here="account",
)


def look(session: Session, request: PortalRequest, certificate_id: UUID) -> dict[str, Any]:
    one = service.get_own(session, certificate_id)
    return {
        "title": title(one.award, request.language),
        "one": one,
        "names": request.person.person.names,
        "address": session.link(f"/certificates/{one.short_id}"),
        "characters_max": session.of(CertificateSettings).name_characters_max,
    }


def read_names(form: Form) -> Names:
    return Names(form.optional("name_ar"), form.optional("name_en"))


def read_step(form: Form) -> tuple[str, int]:
    event, version = form.text("event"), form.number("version")
    if event not in OWN_STEPS:
        raise FormUnreadable
    return event, version


SUBJECT = Subject(CERTIFICATE, "one", without_dates)
PAGE = page(
    router,
    "/account/certificates/{certificate_id}",
    "outreach/certificates/own.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    here="account",
    subject=SUBJECT,
)
PAGE.edit("issue", read_names, "certificate_issued", service.issue)
PAGE.post("step", read_step, "step_taken", lambda session, one, sent: service.move(session, one, *sent))


@router.get("/account/certificates/{certificate_id}/paper/{language}")
async def send_paper(request: CurrentRequest, certificate_id: UUID, language: str) -> Response:
    """One page of A4, to keep or to print; :class:`MissingPackage`."""
    found = await _issued(request, certificate_id)
    wanted = _language(language)
    issuer = request.office.programme.of(Signing).now().issuer
    paper = await request.office.lay_out(lambda: write_pdf(found, issuer, wanted))
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-{found.short_id}-{wanted}.pdf"',
        "Content-Length": str(len(paper)),
    }
    pieces = (paper[begin : begin + PIECE_BYTES] for begin in range(0, len(paper), PIECE_BYTES))
    return StreamingResponse(pieces, media_type="application/pdf", headers=fields)


@router.get("/account/certificates/{certificate_id}/credential")
async def send_credential(request: CurrentRequest, certificate_id: UUID) -> Response:
    found = await _issued(request, certificate_id)
    return credential_answer(request, found.short_id, found.credential or "")


async def _issued(request: PortalRequest, certificate_id: UUID) -> Certificate:
    _ = request.person
    return await request.look(service.get_issued, certificate_id)


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise NoSuchObject


#: Steps that staff take; the others are the holder's own.
STAFF_STEPS = frozenset({"withdraw", "revoke"})
ENDED = frozenset({"withdrawn", "revoked"})


def read_staff_step(form: Form) -> tuple[str, int, str | None]:
    event, version, reason = step_of(form)
    if event not in STAFF_STEPS:
        raise FormUnreadable
    return event, version, reason


def move(session: Session, certificate_id: UUID, event: str, version: int, reason: str | None = None) -> None:
    awarding.get_awarded(session, certificate_id)
    service.move(session, certificate_id, event, version, reason)


def _by_staff(deed: Deed) -> Deed:
    """Without the reasons that only the holder has."""
    return deed._replace(reasons=tuple(one for one in deed.reasons if one[0] not in NOT_BY_STAFF))


COLUMNS = (
    Column("list.name", names("name", "nobody"), link="/desk/certificates/{certificate_id}"),
    Column("certificates.kind", lambda row, language: kind_told(row["kind"], language)),
    Column("certificates.occasion", names("occasion")),
    Column("certificates.number", text("short_id")),
    Column("list.state", state(CERTIFICATE)),
    Column("list.since", value("state_changed_at"), "since"),
    Column("list.begun", value("created_at"), "begun"),
)
FIELDS = {
    "q": FilterLabel("certificates.search"),
    "state": FilterLabel("list.state", states_of(CERTIFICATE)),
    "kind": FilterLabel("certificates.kind", kind_told),
}
BULK = Bulk(
    tuple(_by_staff(one) for one in bulk_steps(CERTIFICATE, ("withdraw", "revoke"), move).deeds),
    move,
)


def _is_whole(request: PortalRequest) -> bool:
    return not any(request.query(name) for name in (*FIELDS, "after", "before"))


def look_at_terms(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Terms that wait stand above the whole list only: who searches or reads on looks for what was offered."""
    is_first = _is_whole(request)
    terms, is_more = awarding.list_terms_due(session) if is_first else ([], False)
    return {"is_first": is_first, "terms": terms, "is_more": is_more, "hours": hours}


ListPage(
    router,
    "/desk/certificates",
    awarding.DESK,
    COLUMNS,
    guard=signed_in,
    here="desk",
    title="certificates.desk",
    empty="certificates.none_offered",
    fields=FIELDS,
    bulk=BULK,
    template="outreach/certificates/staff_list.html",
    more=look_at_terms,
    vocabulary=vocabulary,
).page.post("terms", lambda form: form.id("ambassador"), "certificate_offered", service.offer_term)


def look_at_desk(session: Session, request: PortalRequest, certificate_id: UUID) -> dict[str, Any]:
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


def offer_again(session: Session, certificate_id: UUID, _: None) -> Onward:
    """On to the certificate that it is about now."""
    return Onward(f"/desk/certificates/{awarding.offer_again(session, certificate_id)}")


STAFF_PAGE = page(
    router,
    "/desk/certificates/{certificate_id}",
    "outreach/certificates/staff.html",
    look_at_desk,
    guard=signed_in,
    subject=SUBJECT,
)
STAFF_PAGE.post("step", read_staff_step, "step_taken", spread(move))
STAFF_PAGE.post("again", lambda _: None, "certificate_offered", offer_again)


def look_at_hackathon(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """Who is due stands above the whole list only."""
    is_first = _is_whole(request)
    tally = awarding.tally(session, hackathon_id) if is_first else []
    hackathon = get_hackathon(session, hackathon_id)
    return {
        "is_first": is_first,
        "tally": tally,
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


OF_HACKATHON = ListPage(
    router,
    "/hackathons/{hackathon_id}/desk/certificates",
    awarding.OF_HACKATHON,
    COLUMNS,
    guard=signed_in,
    here="hackathons",
    title="certificates.desk",
    empty="certificates.none_offered",
    fields=FIELDS,
    bulk=BULK,
    template="outreach/certificates/staff_hackathon.html",
    more=look_at_hackathon,
    vocabulary=vocabulary,
).page
OF_HACKATHON.press("offer", "certificates_offered", offer_all)
