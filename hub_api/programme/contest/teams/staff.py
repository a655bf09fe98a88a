"""``/portal/hackathons/…/desk/teams``: how organisers look after teams, members whom they look at being noted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.people.standing import find_names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams import members, mentors, service
from hackathon.contest.teams.machine import STANDING, TEAM
from hackathon.contest.teams.model import Team, Wanted
from hub_api.programme.contest.hackathons.staff import require_staff
from hub_api.programme.contest.hackathons.words import page
from hub_api.programme.contest.teams.pages import (
    People,
    choices,
    move_member,
    people_of,
    team_steps,
    titles_of,
)
from hub_api.programme.contest.teams.words import PROFILE
from hub_api.programme.kit.pages import of_part, signed_in, step_of
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """All teams, and the mentors of the hackathon."""
    require_staff(session, hackathon_id)
    words, people = request.query("q"), mentors.list_mentors_of(session, hackathon_id)
    hackathon, rows = get_hackathon(session, hackathon_id), request.office.settings.portal.page_rows
    wanted = Wanted(words, after=request.query_id("after"), rows=rows)
    found = service.list_teams(session, hackathon_id, wanted)
    return {
        "q": words,
        "hackathon": hackathon,
        "teams": found.teams,
        "after": found.after,
        "total": service.count_teams(session, hackathon_id),
        "mentors": people,
        "names": find_names(session.connection, people),
    }


LIST = page(
    router,
    "/hackathons/{hackathon_id}/desk/teams",
    "contest/teams/staff_list.html",
    look_at_list,
    guard=signed_in,
    object_guard=require_staff,
    title="teams.desk",
)
_MENTORS = "/hackathons/{hackathon_id}/desk/mentors"
LIST.post(_MENTORS, lambda form: form.text("email"), "step_taken", mentors.appoint)
LIST.press_part(f"{_MENTORS}/{{person_id}}/end", "step_taken", mentors.dismiss)


def get_own(session: Session, hackathon_id: UUID, team_id: UUID) -> Team:
    """Of this hackathon, for those who organise it; :class:`NoSuchObject`."""
    require_staff(session, hackathon_id)
    team = service.get_team(session, team_id)
    if team.hackathon_id != hackathon_id:
        raise NoSuchObject
    return team


def look(session: Session, request: PortalRequest, hackathon_id: UUID, team_id: UUID) -> dict[str, Any]:
    """``helpers`` are the mentors of the hackathon who do not help the team yet."""
    team = get_own(session, hackathon_id, team_id)
    people = people_of(session, request, team_id)
    return {
        "title": team.profile.name,
        "team": team,
        "written": PROFILE.fill(team.profile, request.typed),
        "challenges": choices(titles_of(session, request, hackathon_id)),
        "steps": team_steps(session, request, team_id),
        "step_words": session.words(team_id) if TEAM.state(team.state).reasons else {},
        "people": people,
        "helpers": _helpers(session, request, team, people),
        "may_edit": team.state in STANDING,
    }


def _helpers(session: Session, request: PortalRequest, team: Team, people: People) -> list[tuple[str, str]]:
    known = mentors.list_mentors_of(session, team.hackathon_id)
    free = [person_id for person_id in known if person_id not in people.mentors]
    names = find_names(session.connection, free)
    return [(str(one), names[one].shown(request.language)) for one in free if one in names]


PAGE = page(
    router,
    "/hackathons/{hackathon_id}/desk/teams/{team_id}",
    "contest/teams/staff.html",
    look,
    guard=signed_in,
    object_guard=get_own,
)
PAGE.edit("edit", PROFILE, "saved", of_part(service.edit))
PAGE.steps(of_part(service.move))
PAGE.edit("captain", lambda form: form.id("member"), "team_handed_over", of_part(members.hand_over))
PAGE.post_part(
    "members/{member_id}/step",
    step_of,
    "step_taken",
    lambda session, _hackathon, _team, member_id, step: move_member(session, member_id, step),
)
PAGE.post(
    "mentor",
    lambda form: (form.id("person"), form.text("helps") == "1"),
    "step_taken",
    lambda session, _, team_id, sent: service.set_mentor(session, team_id, sent[0], helps=sent[1]),
)
