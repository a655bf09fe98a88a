"""``/.well-known/did.json``: where ``did:web`` leads whoever verifies a certificate."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from hackathon.outreach.certificates.credential import did_document
from hackathon.outreach.certificates.signing import Signing
from hub_api.programme.kit.office import Office
from hub_api.serving.pages.layout import SECURITY

router = APIRouter(include_in_schema=False)


@router.get("/.well-known/did.json")
def send_did_document(request: Request) -> Response:
    """The issuer's keys, old ones too."""
    portal: Office = request.app.state.office
    keys, issuer = portal.programme.of(Signing).now()
    seconds = portal.settings.certificates.cache_seconds
    return Response(
        orjson.dumps(did_document(keys, issuer)),
        media_type="application/did+json",
        headers={**SECURITY, "Cache-Control": f"public, max-age={seconds}"},
    )
