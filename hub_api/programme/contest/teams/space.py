"""``/portal/teams/…``: what everybody reads of a team, and the space of those who belong to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.codes.model import Code
from casework.people.model import Names
from casework.people.standing import find_names
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams.machine import MEMBER, OPEN, TEAM
from hackathon.contest.teams.members import list_members, list_memberships
from hackathon.contest.teams.model import Ahead, Member, Team
from hackathon.contest.teams.repository import MEMBERS, TEAMS
from hackathon.contest.teams.rules import what_next
from hackathon.contest.teams.service import get_team, list_mentors, why_not_ask
from hub_api.programme.contest.teams.lists import choosable, titles_of
from hub_api.programme.contest.teams.words import is_captain, is_member, is_staff, title_of, vocabulary
from hub_api.programme.kit import reveal
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about

router = APIRouter(prefix="/portal/teams", include_in_schema=False)
#: Carries a code to join with from the answer that made it to the page that shows it, once.
CODE_COOKIE = "falaj_team_code"


class People(NamedTuple):
    """Who belongs, asks or is invited, what can be done with each, and what they are called."""

    members: list[Member]
    steps: Mapping[UUID, list[Step]]
    names: Mapping[UUID, Names]
    mentors: list[UUID]


NOBODY = People([], {}, {}, [])


class Shown(NamedTuple):
    """A team as its visitor sees it; ``own`` is the visitor in it, ``why_not`` is said to whoever would ask to join."""

    team: Team
    hackathon: Hackathon
    challenge_titles: dict[UUID, str]
    ahead: Ahead
    steps: list[Step]
    people: People
    own: Member | None
    own_steps: list[Step]
    why_not: str | None


@router.get("/{team_id}")
async def show_team(request: CurrentRequest, team_id: UUID) -> Response:
    code = _take_code(request, team_id)
    return await space_page(request, team_id, Form(), code=code)


async def space_page(
    request: PortalRequest,
    team_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    code: Code | None = None,
) -> Response:
    if isinstance(refused, NotAllowed):
        raise refused
    shown = await request.look(lambda session: _look(session, request, team_id))
    values: dict[str, Any] = shown._asdict()
    leads = is_captain(request, team_id)
    return render_page(
        request,
        "contest/teams/show.html",
        step_words=await words_about(request, TEAM, {team_id: shown.team.state}),
        here="hackathons",
        title=shown.team.profile.name,
        refused=refused,
        form=form,
        code=code if leads else None,
        join_link=f"{request.office.url}/teams/join?code={'' if code is None else code.text}",
        is_member=is_member(request, team_id),
        is_captain=leads,
        is_staff=is_staff(request, shown.hackathon.hackathon_id),
        is_open=shown.team.state in OPEN,
        hackathon_title=title_of(shown.hackathon, request),
        challenges=[(str(one), title) for one, title in shown.challenge_titles.items()],
        **values,
        **vocabulary(request),
    )


def keep_code(request: PortalRequest, team_id: UUID, code: Code) -> None:
    """For the page that comes next, in this browser."""
    reveal.keep(request, CODE_COOKIE, team_id, f"{code.text}.{int(code.expires_at.timestamp())}")


def steps_with(session: Session, request: PortalRequest, members: Sequence[Member]) -> dict[UUID, list[Step]]:
    """What the visitor can do with each of them now."""
    return {
        one.member_id: steps_of(
            MEMBER,
            session.steps(MEMBERS, one.member_id),
            request,
        )
        for one in members
    }


def people_of(session: Session, request: PortalRequest, team_id: UUID) -> People:
    """Of a team whose members the visitor may see."""
    members = list_members(session, team_id)
    mentors = list_mentors(session, team_id)
    known = [one.person_id for one in members if one.person_id is not None]
    return People(
        members,
        steps_with(session, request, members),
        find_names(session.connection, [*known, *mentors]),
        mentors,
    )


def team_steps(session: Session, request: PortalRequest, team_id: UUID) -> list[Step]:
    """Without what happens by itself and stands against nothing."""
    offers = session.steps(TEAMS, team_id)
    return [
        step for step in steps_of(TEAM, offers, request) if step.event != "fall_short" or step.refusal is None
    ]


def _look(session: Session, request: PortalRequest, team_id: UUID) -> Shown:
    team = get_team(session, team_id)
    hackathon = get_hackathon(session, team.hackathon_id)
    planned = {one.name: one.instant for one in find_deadlines(session.connection, team.hackathon_id)}
    inside = is_member(request, team_id)
    own = next((one for one in list_memberships(session) if one.team_id == team_id), None)
    refusal = None if inside else why_not_ask(session, team_id)
    return Shown(
        team,
        hackathon,
        titles_of(choosable(session, team.hackathon_id), request),
        what_next(team, hackathon.state, planned),
        team_steps(session, request, team_id) if inside else [],
        people_of(session, request, team_id) if inside else NOBODY,
        own,
        [] if own is None else steps_with(session, request, [own])[own.member_id],
        None if refusal is None else refusal.text(request.language),
    )


def _take_code(request: PortalRequest, team_id: UUID) -> Code | None:
    """The code that was made just now, which no other page shows."""
    text, _, until = (reveal.take(request, CODE_COOKIE, team_id) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None
