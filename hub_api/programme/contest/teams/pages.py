"""``/portal/hackathons/…/teams`` and ``/portal/teams/…``: what everybody reads of teams, founding one, and its space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.people.model import Names
from casework.people.standing import find_names
from casework.programme import Session
from citycore.errors import FalajError
from hackathon.contest.challenges.machine import PUBLISHED
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams import members, service
from hackathon.contest.teams.machine import MEMBER, OPEN, TEAM
from hackathon.contest.teams.model import Member, Profile, Wanted
from hackathon.contest.teams.rules import what_next
from hub_api.programme.contest.hackathons.words import page
from hub_api.programme.contest.teams.words import PROFILE, is_captain, is_member, is_staff
from hub_api.programme.kit.pages import ERROR_PAGES, Onward, anybody, of_part, signed_in, step_of
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.reveal import secret_of, take_code
from hub_api.programme.kit.steps import Step, steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Carries a code to join with from the answer that made it to the page that shows it, once.
CODE_COOKIE = "falaj_team_code"


class People(NamedTuple):
    """Who belongs, asks or is invited, what can be done with each, and what they are called."""

    members: list[Member]
    steps: Mapping[UUID, list[Step]]
    names: Mapping[UUID, Names]
    mentors: list[UUID]


NOBODY = People([], {}, {}, [])


def titles_of(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[UUID, str]:
    """Challenges of a hackathon that a team can choose."""
    return {
        one.challenge_id: one.description.title(request.language)
        for one in list_challenges(session, hackathon_id)
        if one.state in PUBLISHED
    }


def look_at_list(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """Teams that are looked for; ``total`` is how many there are without looking for any."""
    hackathon, words = get_hackathon(session, hackathon_id), request.query("q")
    rows, is_looking = request.office.settings.portal.page_rows, request.query("looking") == "1"
    wanted = Wanted(words, is_looking, request.query_id("after"), rows)
    found = service.list_teams(session, hackathon_id, wanted)
    refusal = service.why_not_found(session, hackathon_id)
    return {
        "q": words,
        "looking": is_looking,
        "is_staff": is_staff(session.actor, hackathon_id),
        "hackathon": hackathon,
        "why_not": None if refusal is None else refusal.text(request.language),
        "teams": found.teams,
        "after": found.after,
        "total": service.count_teams(session, hackathon_id),
        "own": service.find_own_team(session, hackathon_id),
        "challenge_titles": titles_of(session, request, hackathon_id),
    }


page(
    router,
    "/hackathons/{hackathon_id}/teams",
    "contest/teams/list.html",
    look_at_list,
    guard=anybody,
    title="teams.title",
)


def look_at_new(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    hackathon = get_hackathon(session, hackathon_id)
    refusal = service.why_not_found(session, hackathon_id)
    return {
        "hackathon": hackathon,
        "written": PROFILE.fill(None, request.typed),
        "challenges": choices(titles_of(session, request, hackathon_id)),
        "why_not": None if refusal is None else refusal.text(request.language),
    }


def choices(titles: Mapping[UUID, str]) -> list[tuple[str, str]]:
    return [(str(one), title) for one, title in titles.items()]


def found(session: Session, hackathon_id: UUID, profile: Profile) -> Onward:
    return Onward(f"/teams/{service.found(session, hackathon_id, profile).team_id}")


page(
    router,
    "/hackathons/{hackathon_id}/teams/new",
    "contest/teams/new.html",
    look_at_new,
    guard=signed_in,
    title="teams.new",
).post("", PROFILE, "team_founded", found)


def look(session: Session, request: PortalRequest, team_id: UUID) -> dict[str, Any]:
    """``own`` is the visitor in it, ``why_not`` is said to whoever would ask to join."""
    team = service.get_team(session, team_id)
    hackathon = get_hackathon(session, team.hackathon_id)
    planned = session.planned(team.hackathon_id)
    inside, leads = is_member(session.actor, team_id), is_captain(session.actor, team_id)
    own = next((one for one in members.list_memberships(session) if one.team_id == team_id), None)
    refusal = None if inside else service.why_not_ask(session, team_id)
    code, titles = take_code(request, CODE_COOKIE, team_id), titles_of(session, request, team.hackathon_id)
    return {
        "title": team.profile.name,
        "team": team,
        "written": PROFILE.fill(team.profile, request.typed),
        "hackathon": hackathon,
        "challenge_titles": titles,
        "challenges": choices(titles),
        "ahead": what_next(team, hackathon.state, planned),
        "steps": team_steps(session, request, team_id) if inside else [],
        "step_words": session.words(team_id) if TEAM.state(team.state).reasons else {},
        "people": people_of(session, request, team_id) if inside else NOBODY,
        "own": own,
        "own_steps": [] if own is None else steps_with(session, request, [own])[own.member_id],
        "why_not": None if refusal is None else refusal.text(request.language),
        "code": code if leads else None,
        "join_link": session.link(f"/teams/join?code={'' if code is None else code.text}"),
        "is_member": inside,
        "is_captain": leads,
        "is_staff": is_staff(session.actor, team.hackathon_id),
        "is_open": team.state in OPEN,
    }


def steps_with(session: Session, request: PortalRequest, found: Sequence[Member]) -> dict[UUID, list[Step]]:
    """What the visitor can do with each of them now."""
    return {one.member_id: steps_on(session, request, MEMBER, one.member_id) for one in found}


def people_of(session: Session, request: PortalRequest, team_id: UUID) -> People:
    """Of a team whose members the visitor may see."""
    found, mentors = members.list_members(session, team_id), service.list_mentors(session, team_id)
    known = [one.person_id for one in found if one.person_id is not None]
    names = find_names(session.connection, [*known, *mentors])
    return People(found, steps_with(session, request, found), names, mentors)


def team_steps(session: Session, request: PortalRequest, team_id: UUID) -> list[Step]:
    """Without what happens by itself and stands against nothing."""
    steps = steps_on(session, request, TEAM, team_id)
    return [step for step in steps if step.event != "fall_short" or step.refusal is None]


def move_member(session: Session, member_id: UUID, step: tuple[str, int, str | None]) -> None:
    """Of oneself, or of somebody of one's team."""
    event, version, reason = step
    if event == "accept":
        members.accept(session, member_id, version)
    else:
        members.move(session, member_id, event, version, reason)


def make_code(session: Session, team_id: UUID) -> Onward:
    """A code to join with, which the next page shows this once."""
    code = members.make_code(session, team_id)
    return Onward(f"/teams/{team_id}", secret=secret_of(CODE_COOKIE, team_id, code))


SPACE = page(router, "/teams/{team_id}", "contest/teams/show.html", look, guard=anybody)
SPACE.edit("edit", PROFILE, "saved", service.edit)
SPACE.steps(service.move)
SPACE.press("code", "team_code", make_code)
SPACE.press("ask", "team_asked", members.ask_to_join)
SPACE.edit("captain", lambda form: form.id("member"), "team_handed_over", members.hand_over)
SPACE.post_part("members/{member_id}/step", step_of, "step_taken", of_part(move_member))


@router.post("/teams/{team_id}/invite")
async def send_invitation(request: CurrentRequest, team_id: UUID) -> Response:
    """That it was tried stays counted where it is refused."""
    signed_in(request)
    email = (await request.form()).text("email")
    actor, visitor = request.actor, request.visitor
    try:
        await request.run(lambda programme: members.invite(programme, actor, team_id, email, visitor))
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await SPACE.show(request, team_id, refused=error)
    return request.go(f"/teams/{team_id}", "invited")
