"""``/portal/account/needs`` and ``/portal/desk/needs``: what one's agency wrote, and what waits for the programme."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from hackathon.market.needs.machine import NEED
from hackathon.market.needs.rules import agencies_of
from hackathon.market.needs.service import list_own
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
_STATES = tuple(one.name for one in NEED.states)
_WAITING = "under_review"


@router.get("/account/needs")
async def show_own(visit: VisitHere, state: str = "", after: UUID | None = None) -> Response:
    _ = visit.person
    if not agencies_of(visit.actor):
        # Whoever speaks for no agency learns how to.
        return page(
            visit,
            "market/needs/own.html",
            title=WORDS.text("needs.own", visit.language),
            here="account",
            needs=[],
            state="",
            onward=None,
            all_states=[],
            is_officer=False,
            action="/account/needs",
            **vocabulary(visit),
        )
    return await _list(visit, "needs.own", "account", state, after)


@router.get("/desk/needs")
async def show_queue(visit: VisitHere, state: str = _WAITING, after: UUID | None = None) -> Response:
    require_programme(visit)
    return await _list(visit, "needs.queue", "marketplace", state, after)


async def _list(visit: Visit, title: str, here: str, state: str, after: UUID | None) -> Response:
    if state and state not in _STATES:
        raise FormUnreadable
    needs, onward = await visit.do(
        lambda connection: list_own(connection, visit.office.needs, visit.actor, state or None, after)
    )
    return page(
        visit,
        "market/needs/own.html",
        title=WORDS.text(title, visit.language),
        here=here,
        needs=needs,
        state=state,
        onward=onward,
        is_officer=bool(agencies_of(visit.actor)),
        action="/desk/needs" if title == "needs.queue" else "/account/needs",
        all_states=[(one, NEED.label("state", one).text(visit.language)) for one in _STATES],
        **vocabulary(visit),
    )
