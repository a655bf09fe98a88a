"""``/portal/desk/introductions``: the programme's figures, and all introductions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.introductions import outcomes, service
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.introductions.words import STATES, vocabulary
from hub_api.programme.market.marketplace.words import require_programme

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    state = request.query("state")
    if state and state not in STATES:
        raise FormUnreadable
    found, onward = service.list_introductions(session, state or None, request.query_id("after"))
    return {"found": found, "onward": onward, "figures": outcomes.count_figures(session), "state": state}


Page(
    router,
    "/desk/introductions",
    "market/introductions/staff_list.html",
    look_at_list,
    guard=require_programme,
    title="introductions.desk",
    here="desk",
    vocabulary=vocabulary,
)
