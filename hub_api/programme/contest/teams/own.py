"""``/portal/account/teams`` and ``/portal/teams/join``: where somebody belongs, and coming in by a code."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams.machine import INVITATION
from hackathon.contest.teams.members import FREEZE, find_by_code, join_by_code, list_members, list_memberships
from hackathon.contest.teams.mentors import list_mentored
from hackathon.contest.teams.model import Ahead, Member, Team
from hackathon.contest.teams.rules import what_next
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.teams.space import steps_with
from hub_api.programme.contest.teams.words import is_captain, title_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal", include_in_schema=False)


class Own(NamedTuple):
    """One's place in a team; ``until`` is when an invitation or a request lapses.

    ``requests`` wait for the answer of whoever is its captain.
    """

    member: Member
    team: Team
    hackathon: Hackathon
    hackathon_title: str
    ahead: Ahead
    until: datetime | None
    requests: int
    steps: list[Step]


@router.get("/account/teams")
async def show_own(visit: VisitHere) -> Response:
    return await own_page(visit)


@router.get("/teams/join")
async def show_join(visit: VisitHere, code: str = "") -> Response:
    _ = visit.person
    return await _join_page(visit, Form({"code": [code]}))


@router.post("/teams/join")
async def send_join(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    try:
        member = await visit.do(
            lambda connection: join_by_code(connection, visit.office.teams, visit.actor, form.text("code"))
        )
    except FalajError as error:
        return await _join_page(visit, form, error)
    return visit.go(f"/teams/{member.team_id}", "team_joined")


async def own_page(visit: Visit, refused: FalajError | None = None) -> Response:
    _ = visit.person
    rows = await visit.do(lambda connection: _rows(connection, visit))
    mentored = await visit.do(lambda connection: _mentored(connection, visit))
    rows_most = visit.office.settings.portal.page_rows
    waiting = [row for row in rows if row.member.state != "member"]
    return page(
        visit,
        "contest/teams/own.html",
        here="account",
        title=WORDS.text("teams.own", visit.language),
        refused=refused,
        waiting=waiting,
        mentored=mentored[:rows_most],
        is_more=len(mentored) > rows_most,
        rows=rows_most,
        belonging=[row for row in rows if row.member.state == "member"],
        **vocabulary(visit),
    )


async def _join_page(visit: Visit, form: Form, refused: FalajError | None = None) -> Response:
    """With the team that is behind the code, so that nobody joins without knowing which."""
    code = form.text("code").strip()

    def work(connection: Connection) -> tuple[Team, Hackathon]:
        team = find_by_code(connection, visit.office.teams, visit.actor, code)
        return team, get_hackathon(connection, team.hackathon_id, visit.actor)

    team, hackathon = None, None
    if code:
        try:
            team, hackathon = await visit.do(work)
        except FalajError as error:
            refused = refused or error
    return page(
        visit,
        "contest/teams/join.html",
        here="hackathons",
        title=WORDS.text("teams.join", visit.language),
        form=form,
        refused=refused,
        team=team,
        hackathon_title="" if hackathon is None else title_of(hackathon, visit),
    )


def _rows(connection: Connection, visit: Visit) -> list[Own]:
    rows = [_row(connection, visit, member) for member in list_memberships(connection, visit.actor)]
    return [row for row in reversed(rows) if row is not None]


def _requests(connection: Connection, visit: Visit, member: Member) -> int:
    if not member.is_captain or not is_captain(visit, member.team_id):
        return 0
    everybody = list_members(connection, visit.office.teams, visit.actor, member.team_id)
    return sum(one.state == "requested" for one in everybody)


def _mentored(connection: Connection, visit: Visit) -> list[tuple[Team, str]]:
    """Teams that the visitor helps, with their hackathons; one more than a page shows, if there are more."""
    shown = []
    for team_id in list_mentored(connection, visit.actor, visit.office.settings.portal.page_rows + 1):
        team = _find(connection, visit, team_id)
        if team is not None:
            hackathon = get_hackathon(connection, team.hackathon_id, visit.actor)
            shown.append((team, title_of(hackathon, visit)))
    return shown


def _find(connection: Connection, visit: Visit, team_id: UUID) -> Team | None:
    """None for a team that is not there for the visitor."""
    try:
        return get_team(connection, visit.actor, team_id)
    except NoSuchObject:
        return None


def _row(connection: Connection, visit: Visit, member: Member) -> Own | None:
    team = _find(connection, visit, member.team_id)
    if team is None:
        return None
    hackathon = get_hackathon(connection, member.hackathon_id, visit.actor)
    with connection.transaction():
        planned = {one.name: one.instant for one in find_deadlines(connection, member.hackathon_id)}
        planned |= {one.name: one.instant for one in find_deadlines(connection, member.member_id)}
    until = {"invited": planned.get(INVITATION), "requested": planned.get(FREEZE)}.get(member.state)
    return Own(
        member,
        team,
        hackathon,
        title_of(hackathon, visit),
        what_next(team, hackathon.state, planned),
        until,
        _requests(connection, visit, member),
        steps_with(connection, visit, [member])[member.member_id],
    )
