"""``/portal/teams/…/submission``: where a team begins its submission, or goes on with it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import find_own_submission
from hackathon.contest.submissions.writing import CLOSE, begin, get_form
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.submissions.words import title_of, vocabulary
from hub_api.programme.contest.teams.words import is_member
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/teams/{team_id}/submission", include_in_schema=False)


class Ahead(NamedTuple):
    """What a team sees before it begins; ``closes_at`` is when submissions close."""

    team: Team
    hackathon: Hackathon
    questions: tuple[FormField, ...]
    starts_at: datetime | None
    closes_at: datetime | None


@router.get("")
async def show_submission(request: CurrentRequest, team_id: UUID) -> Response:
    _require_member(request, team_id)
    own = await request.look(lambda session: find_own_submission(session, team_id))
    if own is not None:
        return request.go(f"/submissions/{own.submission_id}")
    return await _page(request, team_id)


@router.post("")
async def begin_submission(request: CurrentRequest, team_id: UUID) -> Response:
    _require_member(request, team_id)
    await request.form()

    def work(session: Session) -> Submission:
        return begin(session, team_id)

    try:
        begun = await request.act(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _page(request, team_id, error)
    return request.go(f"/submissions/{begun.submission_id}", "submission_begun")


def _require_member(request: PortalRequest, team_id: UUID) -> None:
    """Others do not learn whether the team has a submission; :class:`NoSuchObject`."""
    _ = request.person
    if not is_member(request.actor, team_id):
        raise NoSuchObject


async def _page(request: PortalRequest, team_id: UUID, refused: FalajError | None = None) -> Response:
    def work(session: Session) -> Ahead:
        team = get_team(session, team_id)
        planned = {one.name: one.instant for one in find_deadlines(session.connection, team.hackathon_id)}
        return Ahead(
            team,
            get_hackathon(session, team.hackathon_id),
            get_form(session, team.hackathon_id),
            planned.get("starts"),
            planned.get(CLOSE),
        )

    ahead = await request.look(work)
    now = request.office.clock()
    return render_page(
        request,
        "contest/submissions/begin.html",
        title=WORDS.text("submissions.own", request.language),
        here="hackathons",
        refused=refused,
        hackathon_title=title_of(ahead.hackathon, request),
        is_over=ahead.closes_at is not None and now >= ahead.closes_at,
        **ahead._asdict(),
        **vocabulary(request),
    )
