"""``/portal/account/needs`` and ``/portal/desk/needs``: what one's agency wrote, and what waits for the programme."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from hackathon.market.needs.machine import NEED
from hackathon.market.needs.rules import agencies_of
from hackathon.market.needs.service import list_own
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
_STATES = tuple(one.name for one in NEED.states)
_WAITING = "under_review"


@router.get("/account/needs")
async def show_own(request: CurrentRequest, state: str = "", after: UUID | None = None) -> Response:
    _ = request.person
    if not agencies_of(request.actor):
        # Whoever speaks for no agency learns how to.
        return render_page(
            request,
            "market/needs/own.html",
            title=WORDS.text("needs.own", request.language),
            here="account",
            needs=[],
            state="",
            onward=None,
            all_states=[],
            is_officer=False,
            action="/account/needs",
            **vocabulary(request),
        )
    return await _list(request, "needs.own", "account", state, after)


@router.get("/desk/needs")
async def show_queue(request: CurrentRequest, state: str = _WAITING, after: UUID | None = None) -> Response:
    require_programme(request)
    return await _list(request, "needs.queue", "marketplace", state, after)


async def _list(request: PortalRequest, title: str, here: str, state: str, after: UUID | None) -> Response:
    if state and state not in _STATES:
        raise FormUnreadable
    needs, onward = await request.look(lambda session: list_own(session, state or None, after))
    return render_page(
        request,
        "market/needs/own.html",
        title=WORDS.text(title, request.language),
        here=here,
        needs=needs,
        state=state,
        onward=onward,
        is_officer=bool(agencies_of(request.actor)),
        action="/desk/needs" if title == "needs.queue" else "/account/needs",
        all_states=[(one, NEED.label("state", one).text(request.language)) for one in _STATES],
        **vocabulary(request),
    )
