"""``/portal/hackathons/…/teams`` and ``/portal/teams/…``: what everybody reads of teams, founding one, and its space.

``/portal/hackathons/…/desk/teams``: how organisers look after teams, members whom they look at being noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.people.model import Names
from casework.people.standing import find_names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.challenges.machine import PUBLISHED
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.rules import begins_early
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams import members, mentors, service
from hackathon.contest.teams.machine import MEMBER, OPEN, STANDING, TEAM
from hackathon.contest.teams.model import Member, Profile, Team, Wanted
from hackathon.contest.teams.rules import what_next
from hub_api.programme.contest.hackathons.pages import require_staff
from hub_api.programme.contest.hackathons.words import page, vocabulary
from hub_api.programme.contest.teams.words import PROFILE, is_captain, is_member, is_staff
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, text, value, when
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.pages import Onward, anybody, as_sent, of_part, signed_in, step_of
from hub_api.programme.kit.request import PortalRequest
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
        "ahead": what_next(team, hackathon.state, planned, session.now()),
        "planned": planned,
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
    """Without what happens by itself: where each team begins on its own it begins, else it declares itself complete."""
    steps = steps_on(session, request, TEAM, team_id)
    planned = session.planned(service.get_team(session, team_id).hackathon_id)
    left_out = {"fall_short", "complete"} if begins_early(planned) else {"fall_short", "begin", "reopen"}
    return [step for step in steps if step.event not in left_out]


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


async def invite(request: PortalRequest, team_id: UUID, form: Form) -> None:
    """That it was tried stays counted where it is refused."""
    await request.run(members.invite, request.actor, team_id, form.text("email"), request.visitor)


SPACE.answer("invite", as_sent, "invited", invite)


def look_beside(session: Session, _: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """The mentors of the hackathon."""
    people = mentors.list_mentors_of(session, hackathon_id)
    return {
        "hackathon": get_hackathon(session, hackathon_id),
        "mentors": people,
        "names": find_names(session.connection, people),
    }


_DESK = "/hackathons/{hackathon_id}/desk/teams"
LIST = ListPage(
    router,
    _DESK,
    service.DESK,
    (
        Column("list.name", text("name"), "name", link=f"{_DESK}/{{team_id}}"),
        Column("teams.members", value("members")),
        Column("teams.size", when("is_short", {True: "teams.short"})),
        Column("teams.challenge", names("challenge")),
        Column("list.state", state(TEAM)),
        Column("list.since", value("state_changed_at"), "since"),
    ),
    guard=signed_in,
    here="hackathons",
    title="teams.desk",
    empty="teams.none",
    fields={
        "q": FilterLabel("teams.search"),
        "state": FilterLabel("list.state", states_of(TEAM)),
        "short": FilterLabel("teams.short"),
    },
    bulk=bulk_steps(TEAM, ("admit", "disqualify", "reinstate", "remove"), service.move),
    template="contest/teams/staff_list.html",
    more=look_beside,
    object_guard=require_staff,
    vocabulary=vocabulary,
).page
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


def look_at_staff(
    session: Session, request: PortalRequest, hackathon_id: UUID, team_id: UUID
) -> dict[str, Any]:
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
    look_at_staff,
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
