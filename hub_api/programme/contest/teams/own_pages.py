"""``/portal/account/teams`` and ``/portal/teams/join``: where somebody belongs, and coming in by a code."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams.machine import INVITATION
from hackathon.contest.teams.members import FREEZE, find_by_code, join_by_code, list_members, list_memberships
from hackathon.contest.teams.mentors import list_mentored
from hackathon.contest.teams.model import Ahead, Member, Team
from hackathon.contest.teams.rules import what_next
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.hackathons.words import page
from hub_api.programme.contest.teams.pages import move_member, steps_with
from hub_api.programme.contest.teams.words import is_captain
from hub_api.programme.kit.drafts import settle
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import signed_in, step_of
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step

router = APIRouter(prefix="/portal", include_in_schema=False)


class Own(NamedTuple):
    """One's place in a team; ``until`` is when an invitation or a request lapses.

    ``requests`` wait for the answer of whoever is its captain.
    """

    member: Member
    team: Team
    hackathon: Hackathon
    ahead: Ahead
    until: datetime | None
    requests: int
    steps: list[Step]


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    found = [_row(session, request, member) for member in reversed(list_memberships(session))]
    rows = [row for row in found if row is not None]
    mentored, rows_most = _mentored(session, request), request.office.settings.portal.page_rows
    return {
        "waiting": [row for row in rows if row.member.state != "member"],
        "belonging": [row for row in rows if row.member.state == "member"],
        "mentored": mentored[:rows_most],
        "is_more": len(mentored) > rows_most,
        "rows": rows_most,
    }


OWN = page(
    router,
    "/account/teams",
    "contest/teams/own.html",
    look,
    guard=signed_in,
    title="teams.own",
    here="account",
)
OWN.post_part("{member_id}/step", step_of, "step_taken", move_member)


@router.get("/teams/join")
async def show_join(request: CurrentRequest, code: str = "") -> Response:
    _ = request.person
    return await _join_page(request, Form({"code": [code]}))


@router.post("/teams/join")
async def send_join(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    try:
        member = await request.act(lambda session: join_by_code(session, form.text("code")))
    except FalajError as error:
        return await _join_page(request, form, error)
    await settle(request)
    return request.go(f"/teams/{member.team_id}", "team_joined")


def _behind(session: Session, code: str) -> tuple[Team, Hackathon]:
    team = find_by_code(session, code)
    return team, get_hackathon(session, team.hackathon_id)


async def _join_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    """With the team that is behind the code, so that nobody joins without knowing which."""
    code = form.text("code").strip()

    team, hackathon = None, None
    if code:
        try:
            team, hackathon = await request.look(_behind, code)
        except FalajError as error:
            refused = refused or error
    return render_page(
        request,
        "contest/teams/join.html",
        here="hackathons",
        title=WORDS.text("teams.join", request.language),
        form=form,
        refused=refused,
        team=team,
        hackathon=hackathon,
    )


def _requests(session: Session, member: Member) -> int:
    if not member.is_captain or not is_captain(session.actor, member.team_id):
        return 0
    return sum(one.state == "requested" for one in list_members(session, member.team_id))


def _mentored(session: Session, request: PortalRequest) -> list[tuple[Team, str]]:
    """Teams that the visitor helps, with their hackathons; one more than a page shows, if there are more."""
    shown = []
    for team_id in list_mentored(session, request.office.settings.portal.page_rows + 1):
        team = _find(session, team_id)
        if team is not None:
            about = get_hackathon(session, team.hackathon_id).description
            shown.append((team, about.title(request.language)))
    return shown


def _find(session: Session, team_id: UUID) -> Team | None:
    """None for a team that is not there for the visitor."""
    try:
        return get_team(session, team_id)
    except NoSuchObject:
        return None


def _row(session: Session, request: PortalRequest, member: Member) -> Own | None:
    team = _find(session, member.team_id)
    if team is None:
        return None
    hackathon = get_hackathon(session, member.hackathon_id)
    planned = session.planned(member.hackathon_id, member.member_id)
    until = {"invited": planned.get(INVITATION), "requested": planned.get(FREEZE)}.get(member.state)
    return Own(
        member,
        team,
        hackathon,
        what_next(team, hackathon.state, planned, session.now()),
        until,
        _requests(session, member),
        steps_with(session, request, [member])[member.member_id],
    )
