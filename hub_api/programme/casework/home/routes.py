"""``/portal``: what waits for whoever is signed in, and what is going on and open to take part in."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.tasks import service as tasks
from citycore.errors import StoreUnavailable
from citycore.store.queries import load_queries
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.hackathons.service import list_hackathons
from hackathon.registry import NOUNS
from hub_api.programme.casework.home.invitations import open_calls, open_needs
from hub_api.programme.contest.hackathons.words import countdown, counted
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest
from hub_api.serving.errors import QueryTooLong, TooManyRequests
from hub_api.serving.hub import Hub, HubHere

router = APIRouter(prefix="/portal", include_in_schema=False)
QUERIES = load_queries("hub_api.programme.casework.home")
SHOWN_MAX = 4
LIVE_WITHIN = timedelta(hours=1)
MACHINE_OF = {wait.kind: wait.machine for noun in NOUNS if noun.tasks for wait in noun.tasks.waits}


@router.get("")
async def show_home(request: CurrentRequest, hub: HubHere) -> Response:
    """With what everybody sees, whoever asks: drafts stand at their organisers' desk, and below what waits for them."""
    waiting = None if request.signed is None else await request.look(tasks.of)
    hackathons = await request.office.act(ANONYMOUS, list_hackathons, is_look=True)
    calls = await request.do(lambda connection: open_calls(connection, request, SHOWN_MAX))
    needs = await request.do(lambda connection: open_needs(connection, request, SHOWN_MAX))
    return render_page(
        request,
        "casework/home/page.html",
        title=WORDS.text("home.title", request.language),
        here="home",
        waiting=waiting,
        state_of=lambda task: MACHINE_OF[task.kind].label("state", task.state),
        hackathons=hackathons[:SHOWN_MAX],
        calls=calls.shown,
        needs=needs.shown,
        counts={"hackathons": len(hackathons), "calls": calls.total, "needs": needs.total},
        live=await _count_live(hub),
        public_state=HACKATHON.public_label,
        counted=lambda name, number: counted(f"home.count.{name}", number, request.language),
        countdown=lambda at: countdown(at, request.office.clock(), request.language),
    )


async def _count_live(hub: Hub) -> int | None:
    """None if the figure is not to be had: the rest of the page is."""
    try:
        rows = await hub.database.fetch(QUERIES["count_live"], {"since": hub.clock() - LIVE_WITHIN})
    except (StoreUnavailable, QueryTooLong, TooManyRequests):
        return None
    return int(rows[0][0])
