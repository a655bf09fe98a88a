"""``/portal/teams/…/keys``: a team's keys for the open data, and what was asked with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NotConfirmed
from casework.workflow.wording import Label
from citycore.errors import FalajError
from hackathon.contest.api_keys.model import Issued
from hackathon.contest.api_keys.service import get_overview, issue, replace, revoke, why_not_issued
from hackathon.contest.api_keys.settings import TeamKeySettings
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.api_keys.chart import draw
from hub_api.programme.contest.teams.words import is_captain
from hub_api.programme.kit import reveal
from hub_api.programme.kit.numbers import Row
from hub_api.programme.kit.pages import ERROR_PAGES, Page, signed_in
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
_KEY = "/teams/{team_id}/keys/{key_id}"
#: The secret of this browser that holds a new key until its page shows it.
NEW_KEY = "falaj_new_key"


def look(session: Session, request: PortalRequest, team_id: UUID) -> dict[str, Any]:
    overview, now, leads = get_overview(session, team_id), session.now(), is_captain(session.actor, team_id)
    hindrance = why_not_issued(session, team_id) if leads else None
    return {
        "team": get_team(session, team_id),
        "overview": overview,
        "is_captain": leads,
        "hindrance": None if hindrance is None else hindrance.text(request.language),
        "new_key": reveal.take(request, NEW_KEY, team_id),
        "site": request.site,
        "standing": lambda key: key.standing(now),
        "standing_label": lambda key: Label("hackathon.contest.api_keys", f"standing.{key.standing(now)}"),
        "usage_days": session.of(TeamKeySettings).usage_days,
        "chart": draw(overview.days, overview.quota, request.language),
    }


PAGE = Page(
    router,
    "/teams/{team_id}/keys",
    "contest/api_keys/show.html",
    look,
    guard=signed_in,
    title="api_keys.title",
    here="hackathons",
)


@router.post("/teams/{team_id}/keys")
async def send_key(request: CurrentRequest, team_id: UUID) -> Response:
    return await _act(request, team_id, lambda session: issue(session, team_id), "api_key_issued")


@router.post(f"{_KEY}/replace")
async def send_replacement(request: CurrentRequest, team_id: UUID, key_id: Row) -> Response:
    return await _act(request, team_id, lambda session: replace(session, team_id, key_id), "api_key_replaced")


@router.post(f"{_KEY}/revoke")
async def send_end(request: CurrentRequest, team_id: UUID, key_id: Row) -> Response:
    return await _act(request, team_id, lambda session: end(session, team_id, key_id), "api_key_revoked")


def end(session: Session, team_id: UUID, key_id: int) -> None:
    """Whoever ends a key is asked first whether they mean it."""
    revoke(session, team_id, key_id)
    if session.actor.asks_first:
        raise NotConfirmed("team_key", "revoke", team_id)


async def _act(
    request: PortalRequest, team_id: UUID, work: Callable[[Session], Issued | None], notice: str
) -> Response:
    """A new key is shown by the page that comes next, this once."""
    signed_in(request)
    await request.form()
    try:
        issued = await request.act(work)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await PAGE.show(request, team_id, refused=error)
    if issued is not None:
        reveal.keep(request, NEW_KEY, team_id, issued.text)
    return request.go(f"/teams/{team_id}/keys", notice)
