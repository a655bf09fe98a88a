"""``/portal``: what waits for whoever is signed in, and what is going on and open to take part in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.programme import Session
from casework.tasks import service as tasks
from citycore.errors import StoreUnavailable
from citycore.language import plural_form
from citycore.store.queries import load_queries
from hackathon.contest.hackathons.service import list_hackathons
from hub_api.programme.casework.home.invitations import open_calls, open_needs
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest
from hub_api.serving.errors import QueryTooLong, TooManyRequests
from hub_api.serving.hub import Hub, HubHere
from programme.registry import NOUNS

router = APIRouter(prefix="/portal", include_in_schema=False)
QUERIES = load_queries("hub_api.programme.casework.home")
SHOWN_MAX = 4
LIVE_WITHIN = timedelta(hours=1)
WAITS = {wait.kind: wait for noun in NOUNS if noun.tasks for wait in noun.tasks.waits}


@router.get("")
async def show_home(request: CurrentRequest, hub: HubHere) -> Response:
    """With what everybody sees, whoever asks: drafts stand at their organisers' desk, and below what waits for them."""

    def look(session: Session) -> dict[str, Any]:
        public = session.programme.within(session.connection, ANONYMOUS)
        hackathons, calls = list_hackathons(public), open_calls(public, request, SHOWN_MAX)
        needs = open_needs(session, request, SHOWN_MAX)
        return {
            "hackathons": hackathons[:SHOWN_MAX],
            "calls": calls.shown,
            "needs": needs.shown,
            "counts": {"hackathons": len(hackathons), "calls": calls.total, "needs": needs.total},
            "waiting": None if request.signed is None else tasks.of(session),
        }

    return render_page(
        request,
        "casework/home/page.html",
        title=WORDS.text("home.title", request.language),
        here="home",
        waits=WAITS,
        live=await _count_live(hub),
        counted=lambda name, number: WORDS.text(
            f"home.count.{name}.{plural_form(number, request.language)}", request.language
        ),
        **await request.look(look),
    )


async def _count_live(hub: Hub) -> int | None:
    """None if the figure is not to be had: the rest of the page is."""
    try:
        rows = await hub.database.fetch(QUERIES["count_live"], {"since": hub.clock() - LIVE_WITHIN})
    except (StoreUnavailable, QueryTooLong, TooManyRequests):
        return None
    return int(rows[0][0])
