"""``/portal/certificates``: anybody looks up a certificate, or what programs need to verify it themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject
from hackathon.outreach.certificates.credential import LIST_BITS
from hackathon.outreach.certificates.model import Standing, Verdict
from hackathon.outreach.certificates.rules import read_short_id
from hackathon.outreach.certificates.service import sign_status_list, verify_short_id, verify_token
from hackathon.outreach.certificates.signing import Signing
from hub_api.programme.kit.errors import NumberUnreadable, PortalError
from hub_api.programme.kit.forms import read_upload, require_own
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.rendering import WORDS, headers, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.outreach.certificates.words import vocabulary

router = APIRouter(prefix="/portal/certificates", include_in_schema=False)
#: VC-JOSE-COSE's name for what is signed.
MEDIA_TYPE = "application/vc+jwt"
#: Where there is something to show, and something that was signed.
SHOWN = frozenset({Standing.VALID, Standing.EXPIRED})


@router.get("")
async def show_form(request: CurrentRequest, q: str = "") -> Response:
    """A number leads to its page, typed alone or in the address of that page."""
    number = read_short_id(q)
    if number is not None:
        return request.go(f"/certificates/{number}")
    return _form_page(request, q, NumberUnreadable() if q.strip() else None)


@router.post("")
async def check_credential(request: CurrentRequest) -> Response:
    """What was signed leads to its page, if we signed it; else it is said what it is."""
    return await _check(request, (await request.form()).text("credential"))


@router.post("/file")
async def check_file(request: CurrentRequest) -> Response:
    """The same of the file of a badge; nobody need be signed in, so little of it is read."""
    settings = request.office.settings
    try:
        form, file = await read_upload(
            request.http, settings.portal, settings.certificates.token_characters_max
        )
    except PortalError as error:
        return _form_page(request, refused=error)
    try:
        require_own(request.http, form, request.secret, request.office.url)
        content = await file.read()
    finally:
        await file.close()
    return await _check(request, content.decode("ascii", "replace"))


@router.get("/status/{number}")
async def send_status_list(request: CurrentRequest, number: Numbered) -> Response:
    token = await request.look(sign_status_list, number)
    seconds = request.office.settings.certificates.cache_seconds
    fields = headers(request.office, request.language) | {"Cache-Control": f"public, max-age={seconds}"}
    return Response(token, media_type=MEDIA_TYPE, headers=fields)


@router.get("/{short_id}")
async def show_certificate(request: CurrentRequest, short_id: str) -> Response:
    """What is to be said of it; nobody finds it by looking for its holder."""
    verdict = await _verdict(request, short_id)
    number = read_short_id(short_id)
    issuer = request.office.programme.of(Signing).now().issuer
    one = verdict.certificate
    answer = render_page(
        request,
        "outreach/certificates/show.html",
        title=WORDS.text("certificates.title", request.language),
        verdict=verdict,
        number=number or short_id,
        one=one,
        issuer=issuer,
        listed=None if one is None else issuer.status_list(one.number // LIST_BITS),
        **vocabulary(request),
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    if verdict.standing is Standing.UNKNOWN:
        answer.status_code = 404
    if one is not None:
        address = f"{issuer.page(one.short_id)}/credential"
        answer.headers["Link"] = f'<{address}>; rel="alternate"; type="{MEDIA_TYPE}"'
    return answer


@router.get("/{short_id}/credential")
async def send_credential(request: CurrentRequest, short_id: str) -> Response:
    """The Open Badge as it was signed; of a revoked one nothing is left to give."""
    found = (await _verdict(request, short_id)).certificate
    if found is None or found.credential is None:
        raise NoSuchObject
    return credential_answer(request, found.short_id, found.credential)


def credential_answer(request: PortalRequest, short_id: str, credential: str) -> Response:
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-{short_id}.jwt"',
        "X-Robots-Tag": "noindex",
    }
    return Response(credential, media_type=MEDIA_TYPE, headers=fields)


async def _check(request: PortalRequest, credential: str) -> Response:
    token = credential.strip()
    if not token:
        return request.go("/certificates")
    verdict = await request.look(verify_token, token)
    if verdict.certificate is not None and verdict.standing in SHOWN:
        return request.go(f"/certificates/{verdict.certificate.short_id}", "credential_genuine")
    return _form_page(request, verdict=verdict)


async def _verdict(request: PortalRequest, short_id: str) -> Verdict:
    return await request.look(verify_short_id, short_id)


def _form_page(
    request: PortalRequest, q: str = "", refused: PortalError | None = None, verdict: Verdict | None = None
) -> Response:
    values: dict[str, Any] = vocabulary(request)
    title = WORDS.text("certificates.check", request.language)
    return render_page(
        request,
        "outreach/certificates/check.html",
        title=title,
        refused=refused,
        q=q,
        verdict=verdict,
        **values,
    )
