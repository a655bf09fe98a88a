"""``/portal/account/certificates``: one's own, to approve, to download, to share, to give back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from casework.people.model import Names
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from citycore.language import LANGUAGES, Language
from citycore.store.connections import Connection
from hackathon.outreach.certificates.model import Certificate
from hackathon.outreach.certificates.paper import write_pdf
from hackathon.outreach.certificates.service import get_issued, get_own, issue, list_own, move
from hackathon.outreach.certificates.wording import title
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, headers, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.outreach.certificates.routes import credential_answer
from hub_api.programme.outreach.certificates.words import vocabulary

router = APIRouter(prefix="/portal/account/certificates", include_in_schema=False)
#: Steps that holders take; the others are those of staff.
OWN_STEPS = frozenset({"decline", "give_back"})
PIECE_BYTES = 65_536


@router.get("")
async def show_own(request: CurrentRequest) -> Response:
    _ = request.person
    found = await request.do(
        lambda connection: list_own(connection, request.office.certificates(), request.actor)
    )
    return render_page(
        request,
        "outreach/certificates/own.html",
        title=WORDS.text("certificates.mine", request.language),
        here="account",
        found=found,
        **vocabulary(request),
    )


@router.get("/{certificate_id}")
async def show_one(request: CurrentRequest, certificate_id: UUID) -> Response:
    return await _page(request, certificate_id, Form())


@router.post("/{certificate_id}/issue")
async def send_names(request: CurrentRequest, certificate_id: UUID) -> Response:
    """The spelling is approved, and what it stands on is signed."""
    form = await _form(request, certificate_id)
    names, version = Names(form.optional("name_ar"), form.optional("name_en")), form.number("version")

    def work(connection: Connection) -> None:
        issue(connection, request.office.certificates(), certificate_id, names, request.actor, version)

    return await _attempt(request, certificate_id, form, work, "certificate_issued")


@router.post("/{certificate_id}/step")
async def take_step(request: CurrentRequest, certificate_id: UUID) -> Response:
    form = await _form(request, certificate_id)
    event, version = form.text("event"), form.number("version")
    if event not in OWN_STEPS:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        office = request.office.certificates()
        move(connection, office, certificate_id, event, request.actor, seen_version=version)

    return await _attempt(request, certificate_id, form, work, "step_taken")


@router.get("/{certificate_id}/paper/{language}")
async def send_paper(request: CurrentRequest, certificate_id: UUID, language: str) -> Response:
    """One page of A4, to keep or to print; :class:`MissingPackage`."""
    found = await _issued(request, certificate_id)
    wanted = _language(language)
    issuer = request.office.certificates().issuer
    paper = await request.office.lay_out(lambda: write_pdf(found, issuer, wanted))
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-{found.short_id}-{wanted}.pdf"',
        "Content-Length": str(len(paper)),
    }
    pieces = (paper[begin : begin + PIECE_BYTES] for begin in range(0, len(paper), PIECE_BYTES))
    return StreamingResponse(pieces, media_type="application/pdf", headers=fields)


@router.get("/{certificate_id}/credential")
async def send_credential(request: CurrentRequest, certificate_id: UUID) -> Response:
    found = await _issued(request, certificate_id)
    return credential_answer(request, found.short_id, found.credential or "")


async def _issued(request: PortalRequest, certificate_id: UUID) -> Certificate:
    _ = request.person
    return await request.do(lambda connection: get_issued(connection, certificate_id, request.actor))


async def _form(request: PortalRequest, certificate_id: UUID) -> Form:
    """Only of its holder: nobody else learns that there is one."""
    _, form = request.person, await request.form()
    await request.do(lambda connection: get_own(connection, certificate_id, request.actor))
    return form


async def _attempt(
    request: PortalRequest, certificate_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except FalajError as error:
        return await _page(request, certificate_id, form, error)
    return request.go(f"/account/certificates/{certificate_id}", notice)


async def _page(
    request: PortalRequest, certificate_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    signed = request.person
    one = await request.do(lambda connection: get_own(connection, certificate_id, request.actor))
    issuer = request.office.certificates().issuer
    return render_page(
        request,
        "outreach/certificates/own_one.html",
        title=title(one.award, request.language),
        here="account",
        one=one,
        form=form,
        refused=refused,
        names=signed.person.names,
        address=issuer.page(one.short_id),
        characters_max=request.office.settings.certificates.name_characters_max,
        **vocabulary(request),
    )


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise NoSuchObject
