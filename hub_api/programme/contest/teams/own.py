"""``/v1/innovation/me/teams``, and teams of a hackathon for the programs of those who organise it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from casework.workflow.errors import existing
from hackathon.contest.jury.judges import find_organised
from hackathon.contest.submissions.service import find_own_submission
from hackathon.contest.teams.machine import TEAM
from hackathon.contest.teams.members import list_memberships
from hackathon.contest.teams.model import Member, Team, Wanted
from hackathon.contest.teams.service import get_team, list_teams
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Stateful
from hub_api.programme.programs.settings import ParticipationSettings
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names

router = APIRouter(prefix="/v1/innovation")
OWN = Operations(router, TokenScope.TEAMS_READ, TokenScope.SUBMISSIONS_WRITE)
ORGANISED = Operations(router, TokenScope.ORGANISE_READ)


class TeamElement(Stateful):
    state_name: Annotated[Names, Worded(partial(TEAM.label, "state"))]
    team: Annotated[UUID, From("team_id")]
    hackathon: Annotated[UUID, From("hackathon_id")]
    name: Annotated[str, From("profile.name")]
    pitch: Annotated[str, From("profile.pitch")]
    open_roles: Annotated[list[str], From("profile.open_roles")]
    challenge: Annotated[UUID | None, From("profile.challenge_id")]
    member_count: Annotated[int, From("members")]
    short: Annotated[bool, From("is_short")] = Field(
        description="Whether it has fewer members than its hackathon asks for"
    )


class MyTeamElement(TeamElement):
    role: Literal["captain", "member"]


class OneTeamElement(MyTeamElement):
    submission: UUID | None


@OWN.get("/me/teams", MyTeamElement)
def my_teams(session: Session) -> list[Result]:
    return [Result(get_team(session, one.team_id), role=_role(one)) for one in _memberships(session)]


@OWN.get("/me/teams/{team}", OneTeamElement)
def my_team(session: Session, team: UUID) -> Result:
    member = existing(next((one for one in _memberships(session) if one.team_id == team), None))
    known, submission = get_team(session, team), find_own_submission(session, team)
    own = None if submission is None else submission.submission_id
    return Result(known, known.version, role=_role(member), submission=own)


@ORGANISED.get("/desk/hackathons/{hackathon}/teams", TeamElement)
def desk_teams(session: Session, hackathon: Name, after: UUID | None) -> tuple[list[Team], UUID | None]:
    """Also those that no longer take part."""
    rows = session.of(ParticipationSettings).page_rows
    found = list_teams(session, find_organised(session, hackathon), Wanted(after=after, rows=rows))
    return found.teams, found.after


def _memberships(session: Session) -> list[Member]:
    return [one for one in list_memberships(session) if one.state == "member"]


def _role(member: Member) -> str:
    return "captain" if member.is_captain else "member"
