"""``/portal/applications/…/decision``: what was decided, and what reviewers wrote, for those who apply."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.funding.applications.writing import find as find_application
from hackathon.funding.reviewing.deciding.decisions import list_told
from hackathon.funding.reviewing.rounds import find
from hub_api.programme.funding.reviewing.words import vocabulary
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, _: PortalRequest, application_id: UUID) -> dict[str, Any]:
    decisions = list_told(session, application_id)
    application = find_application(session, application_id)
    return {
        "application": application,
        "call": find(session, application.call_id),
        "decisions": decisions,
    }


Page(
    router,
    "/applications/{application_id}/decision",
    "funding/reviewing/decision.html",
    look,
    guard=signed_in,
    title="reviewing.decision",
    here="account",
    vocabulary=vocabulary,
)
