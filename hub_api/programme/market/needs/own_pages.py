"""``/portal/account/needs`` and ``/portal/desk/needs``: what one's agency wrote, and what waits for the programme."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from casework.organisations.speakers import agencies_of
from casework.programme import Session
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.service import list_own
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
_STATES = tuple(one.name for one in NEED.states)


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Whoever speaks for no agency learns how to."""
    shown = {"action": "/account/needs", "needs": [], "state": "", "all_states": [], "is_officer": False}
    return shown | (look_at_some(session, request, "") if agencies_of(session.actor) else {})


def look_at_queue(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"action": "/desk/needs", **look_at_some(session, request, "under_review")}


def look_at_some(session: Session, request: PortalRequest, default: str) -> dict[str, Any]:
    state = request.query("state", default)
    if state and state not in _STATES:
        raise FormUnreadable
    needs, onward = list_own(session, state or None, request.query_id("after"))
    return {
        "needs": needs,
        "state": state,
        "onward": onward,
        "is_officer": bool(agencies_of(session.actor)),
        "all_states": [(one, NEED.label("state", one).text(request.language)) for one in _STATES],
    }


Page(
    router,
    "/account/needs",
    "market/needs/own.html",
    look_at_own,
    guard=signed_in,
    title="needs.own",
    here="account",
    vocabulary=vocabulary,
)
Page(
    router,
    "/desk/needs",
    "market/needs/own.html",
    look_at_queue,
    guard=require_programme,
    title="needs.queue",
    here="marketplace",
    vocabulary=vocabulary,
)
