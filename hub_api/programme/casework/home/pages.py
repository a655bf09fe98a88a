"""``/portal``: what waits for whoever is signed in, and what is going on and open to take part in.

What is open on the start page: calls to apply to, and needs to respond to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.money.rules import shown
from casework.notifications.service import list_news
from casework.people.model import Names
from casework.programme import Session
from casework.tasks import service as tasks
from citycore.errors import StoreUnavailable
from citycore.language import plural_form
from citycore.store.queries import load_queries
from hackathon.contest.hackathons.service import list_hackathons
from hackathon.funding.calls.machine import CLOSES, OPEN_FOR_DRAFTS
from hackathon.funding.calls.model import Call, Stage, Wanted
from hackathon.funding.calls.service import list_calls
from hackathon.market.needs.machine import ANSWERED_IN, RESPONSES_CLOSE
from hackathon.market.needs.model import Need, Search
from hackathon.market.needs.service import search_needs
from hub_api.programme.contest.hackathons.words import cards_of
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.shortcuts import shortcuts_of
from hub_api.serving.errors import QueryTooLong, TooManyRequests
from hub_api.serving.hub import Hub, HubHere
from programme.registry import NOUNS

router = APIRouter(prefix="/portal", include_in_schema=False)
QUERIES = load_queries("hub_api.programme.casework.home")
SHOWN_MAX = 4
#: For whom nothing waits and who works nowhere yet: texts and pages.
BEGINNINGS = (
    ("home.begin.hackathon", "/hackathons"),
    ("home.begin.funding", "/calls"),
    ("home.begin.say", "/participation"),
    ("home.begin.organisation", "/account/organisations"),
    ("home.begin.source", "/account/sources"),
    ("home.begin.ambassador", "/ambassadors"),
)
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
            "hackathons": cards_of(public, request, hackathons[:SHOWN_MAX]),
            "calls": calls.shown,
            "needs": needs.shown,
            "counts": {"hackathons": len(hackathons), "calls": calls.total, "needs": needs.total},
            "waiting": None if request.signed is None else tasks.of(session),
            "told_of": [] if request.signed is None else list_news(session, SHOWN_MAX),
            "shortcuts": shortcuts_of(session.actor),
            "begin": BEGINNINGS,
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


class Invitation(NamedTuple):
    """Something that people can take part in until ``closes_at``; ``by`` is whose it is, "" if that is not said."""

    path: str
    title: str
    summary: str
    by: str
    about: str
    closes_at: datetime | None


class Open(NamedTuple):
    """The newest of them, and how many there are."""

    shown: list[Invitation]
    total: int


def open_calls(session: Session, request: PortalRequest, rows: int) -> Open:
    """Calls that take applications, as everybody sees them."""
    listed = list_calls(session, Wanted(stage=Stage.OPEN)).calls
    found = [one for one in listed if one.state in OPEN_FOR_DRAFTS]
    return Open([_of_call(session, request, one) for one in found[:rows]], len(found))


def open_needs(session: Session, request: PortalRequest, rows: int) -> Open:
    """Needs that can be responded to, as everybody sees them."""
    listed, _ = search_needs(session, Search())
    found = [one for one in listed if one.state in ANSWERED_IN]
    return Open([_of_need(session, request, one) for one in found[:rows]], len(found))


def _of_call(session: Session, request: PortalRequest, call: Call) -> Invitation:
    texts, terms, language = call.description.texts, call.description.terms, request.language
    return Invitation(
        f"/calls/{call.call_id}",
        call.title(request.language),
        texts.summary_ar if language == "ar" else texts.summary_en,
        "" if call.funder is None else call.funder.names.shown(language),
        f"{WORDS.text('calls.award_up_to', language)} {shown(terms.award_max, language)}",
        _close_of(session, call.call_id, CLOSES),
    )


def _of_need(session: Session, request: PortalRequest, need: Need) -> Invitation:
    about, language = need.description, request.language
    return Invitation(
        f"/needs/{need.need_id}",
        need.title(language),
        about.problem_ar if language == "ar" else about.problem_en,
        Names(need.agency_ar, need.agency_en).shown(language),
        about.sector.label.text(language),
        _close_of(session, need.need_id, RESPONSES_CLOSE),
    )


def _close_of(session: Session, object_id: UUID, deadline: str) -> datetime | None:
    return next((one.instant for one in session.deadlines(object_id) if one.name == deadline), None)
