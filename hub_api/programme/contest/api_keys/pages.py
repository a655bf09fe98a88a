"""``/portal/teams/…/keys``: a team's keys for the open data, and what was asked with them."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.errors import NotConfirmed
from casework.workflow.wording import Label
from hackathon.contest.api_keys.model import Issued
from hackathon.contest.api_keys.service import get_overview, issue, replace, revoke, why_not_issued
from hackathon.contest.api_keys.settings import TeamKeySettings
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.api_keys.chart import draw
from hub_api.programme.contest.teams.words import is_captain
from hub_api.programme.kit.numbers import Row
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import Secret, take

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/teams/{team_id}/keys"
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
        "new_key": take(request, NEW_KEY, team_id),
        "site": request.site,
        "standing": lambda key: key.standing(now),
        "standing_label": lambda key: Label("hackathon.contest.api_keys", f"standing.{key.standing(now)}"),
        "usage_days": session.of(TeamKeySettings).usage_days,
        "chart": draw(overview.days, overview.quota, request.language),
    }


def look_from_key(session: Session, request: PortalRequest, team_id: UUID, key_id: Row) -> dict[str, Any]:  # noqa: ARG001 (named by the address)
    return look(session, request, team_id)


def issue_key(session: Session, team_id: UUID) -> Onward:
    return _shown(team_id, issue(session, team_id))


def replace_key(session: Session, team_id: UUID, key_id: int) -> Onward:
    return _shown(team_id, replace(session, team_id, key_id))


def end(session: Session, team_id: UUID, key_id: int) -> None:
    """Whoever ends a key is asked first whether they mean it."""
    revoke(session, team_id, key_id)
    if session.actor.asks_first:
        raise NotConfirmed("team_key", "revoke", team_id)


def _shown(team_id: UUID, issued: Issued) -> Onward:
    """A new key is shown by the page that comes next, this once."""
    return Onward(_PATH.format(team_id=team_id), secret=Secret(NEW_KEY, team_id, issued.text))


page = partial(Page, router, guard=signed_in, title="api_keys.title", here="hackathons")
PAGE = page(_PATH, "contest/api_keys/show.html", look)
PAGE.press("", "api_key_issued", issue_key)
KEY = page(
    f"{_PATH}/{{key_id}}",
    "contest/api_keys/show.html",
    look_from_key,
    home=lambda _, team_id, _key: _PATH.format(team_id=team_id),
)
KEY.press("replace", "api_key_replaced", replace_key)
KEY.press("revoke", "api_key_revoked", end)
