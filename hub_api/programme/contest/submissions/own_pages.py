"""``/portal/teams/…/submission``: where a team begins its submission, or goes on with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions.service import find_own_submission
from hackathon.contest.submissions.writing import CLOSE, begin, get_form
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.hackathons.words import page
from hub_api.programme.contest.teams.words import is_member
from hub_api.programme.kit.pages import Onward, signed_in
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/teams/{team_id}/submission"


def require_member(session: Session, team_id: UUID) -> None:
    """Others do not learn whether the team has a submission; :class:`NoSuchObject`."""
    if not is_member(session.actor, team_id):
        raise NoSuchObject


def look(session: Session, _: PortalRequest, team_id: UUID) -> dict[str, Any]:
    """What a team sees before it begins; ``closes_at`` is when submissions close."""
    require_member(session, team_id)
    team = get_team(session, team_id)
    planned = session.planned(team.hackathon_id)
    return {
        "team": team,
        "hackathon": get_hackathon(session, team.hackathon_id),
        "questions": get_form(session, team.hackathon_id),
        "starts_at": planned.get("starts"),
        "closes_at": planned.get(CLOSE),
        "is_over": CLOSE in planned and session.now() >= planned[CLOSE],
    }


PAGE = page(
    router,
    _PATH,
    "contest/submissions/begin.html",
    look,
    guard=signed_in,
    object_guard=require_member,
    home=lambda _, team_id: _PATH.format(team_id=team_id),
    title="submissions.own",
)
PAGE.press(
    "",
    "submission_begun",
    lambda session, team_id: Onward(f"/submissions/{begin(session, team_id).submission_id}"),
)


@router.get(_PATH)
async def show_submission(request: CurrentRequest, team_id: UUID) -> Response:
    signed_in(request)
    own = await request.look(find_own_submission, team_id)
    if own is not None:
        return request.go(f"/submissions/{own.submission_id}")
    return await PAGE.show(request, team_id)
