"""``/portal/account/awards``: what was granted to one's own applications."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from casework.programme import Session
from hackathon.funding.awards import service
from hub_api.programme.funding.awards.words import vocabulary
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, _: PortalRequest) -> dict[str, Any]:
    return {"awards": service.list_own(session)}


Page(
    router,
    "/account/awards",
    "funding/awards/own.html",
    look,
    guard=signed_in,
    title="awards.own",
    here="account",
    vocabulary=vocabulary,
)
