"""``/portal/hackathons``: what everybody sees of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.access.rules import holds_any
from casework.organisations.speakers import agencies_of
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from hackathon.contest.challenges.machine import BEFORE_THE_START
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.machine import STAFF
from hackathon.contest.hackathons.model import Description
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import create, get_hackathon, list_hackathons
from hackathon.contest.hackathons.settings import HackathonSettings
from hackathon.contest.teams.service import count_teams, find_own_team, why_not_found
from hub_api.programme.contest.hackathons.words import DESCRIPTION, page
from hub_api.programme.kit.pages import Onward, anybody
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {
        "hackathons": list_hackathons(session, request.query_id("after")),
        "rows": session.of(HackathonSettings).page_rows_max,
        "may_create": holds_any(session.actor, STAFF, ()),
    }


page(
    router,
    "/hackathons",
    "contest/hackathons/list.html",
    look_at_list,
    guard=anybody,
    title="rooms.hackathons",
)


def require_programme(request: PortalRequest) -> None:
    """Who organises for the whole hub makes new ones; :class:`NotAllowed`."""
    _ = request.person
    if not holds_any(request.actor, STAFF, ()):
        raise NotAllowed


def look_at_new(_session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"written": DESCRIPTION.fill(None, request.typed)}


def send_new(session: Session, description: Description) -> Onward:
    return Onward(f"/hackathons/{create(session, description)}/desk")


page(
    router,
    "/hackathons/new",
    "contest/hackathons/new.html",
    look_at_new,
    guard=require_programme,
    title="hackathons.new",
).post("", DESCRIPTION, "saved", send_new)


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """``agencies`` are those for which the visitor may propose challenges; ``teams`` counts those that they see."""
    one = get_hackathon(session, hackathon_id)
    return {
        "title": one.description.title(request.language),
        "one": one,
        "is_staff": holds_any(session.actor, STAFF, scopes_of(hackathon_id)),
        "deadlines": sorted(session.deadlines(hackathon_id), key=lambda deadline: deadline.instant),
        "extensions": session.extensions(hackathon_id),
        "challenges": list_challenges(session, hackathon_id),
        "agencies": agencies_of(session.actor) if one.state in BEFORE_THE_START else [],
        "teams": count_teams(session, hackathon_id),
        "own_team": find_own_team(session, hackathon_id),
        "may_found": why_not_found(session, hackathon_id) is None,
    }


page(router, "/hackathons/{hackathon_id}", "contest/hackathons/show.html", look, guard=anybody)
