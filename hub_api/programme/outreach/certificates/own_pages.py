"""``/portal/account/certificates``: one's own, to approve, to download, to share, to give back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.language import LANGUAGES, Language
from hackathon.outreach.certificates import service
from hackathon.outreach.certificates.model import Certificate
from hackathon.outreach.certificates.paper import write_pdf
from hackathon.outreach.certificates.settings import CertificateSettings
from hackathon.outreach.certificates.signing import Signing
from hackathon.outreach.certificates.wording import title
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import signed_in
from hub_api.programme.kit.rendering import headers
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.outreach.certificates.pages import credential_answer
from hub_api.programme.outreach.certificates.words import page

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


PAGE = page(
    router,
    "/account/certificates/{certificate_id}",
    "outreach/certificates/own.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    here="account",
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
