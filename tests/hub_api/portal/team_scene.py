"""A hackathon in which teams form at this very moment, for browsers that know no clock but the real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from casework.access.model import ANONYMOUS, SYSTEM, Grant, Role, Scope, ScopeKind
from casework.people.model import Visitor
from casework.people.roles.service import grant
from casework.people.sessions.service import begin_session
from citycore.clock import system_clock
from citycore.store.connections import Connection
from hackathon.contest.teams import members, service
from hackathon.contest.teams.model import Profile, Team
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import DATES, HOME, Stage

#: Long words and another direction in the midst of a text, as people write them.
PITCH = (
    "نرسم خريطة لظلال الأشجار على طرق المدارس، ساعة بساعة، من بيانات PM2.5 ودرجات الحرارة.\n"
    "Shade along the ways to school, hour by hour."
)
ROLES = ("مصمم واجهات", "Data engineer with a liking for <maps>", "من يعرف الأشجار")


@dataclass(frozen=True, slots=True)
class Scene:
    """People by what they are to ``team``, each with the token of a session that has begun."""

    hackathon_id: UUID
    team: Team
    locked: Team
    tokens: dict[str, str]


def build_scene(portal: Connection, owner: Connection) -> Scene:
    stage = Stage(portal, owner, members_min=2)
    stage.until("registration_opens")
    people = {
        name: stage.person() for name in ("captain", "mate", "asking", "guest", "host", "locked", "founder")
    }
    names = {
        "captain": ("سلمى الحارثية", "Salma"), "mate": ("موزة البلوشية", "Moza"), "asking": ("راشد", "Rashid"),
    }  # fmt: skip
    for name, (ar, en) in names.items():
        owner.execute(
            "UPDATE innovation.people SET name_ar = %s, name_en = %s WHERE person_id = %s",
            [ar, en, people[name]],
        )
    team = stage.team([people["mate"]], "نخيل الظل Shade palms", captain=people["captain"])
    profile = Profile(team.profile.name, PITCH, ROLES, stage.challenge_id)
    captain = stage.captain(team)
    stage.call(captain, service.edit, team.team_id, profile, team.version)
    stage.call(stage.actor(people["asking"]), members.ask_to_join, team.team_id)
    row = owner.execute(
        "SELECT email FROM innovation.people WHERE person_id = %s", [people["guest"]]
    ).fetchone()
    assert row is not None
    members.invite(stage.programme, captain, team.team_id, row[0], HOME)
    locked = stage.complete_team([stage.person()], "واحة", captain=people["locked"])
    stage.call(stage.actor(stage.person()), service.found, stage.hackathon_id, Profile("Oasis"))
    _appoint(stage, people["host"], stage.person(), team)
    begin_now(stage, owner)
    tokens = {name: _session(portal, person_id) for name, person_id in people.items()}
    return Scene(stage.hackathon_id, stage.seen(team), locked, tokens)


def begin_now(stage: Stage, owner: Connection) -> None:
    """Move all dates of the stage, so that registration opened within the last two hours."""
    hour = system_clock().replace(minute=0, second=0, microsecond=0)
    shift = hour - DATES["registration_opens"] - timedelta(hours=1)
    owner.execute("UPDATE innovation.deadlines SET instant = instant + %s", [shift])


def _appoint(stage: Stage, host: UUID, mentor: UUID, team: Team) -> None:
    scope = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    for person_id, role in (
        (host, Role.ORGANISER),
        (mentor, Role.MENTOR),
        (stage.person(), Role.MENTOR),
    ):
        stage.programme.call(SYSTEM, grant, person_id, Grant(role, scope))
    stage.call(stage.chief, service.set_mentor, team.team_id, mentor, helps=True)


def _session(portal: Connection, person_id: UUID) -> str:
    with portal.transaction():
        return (
            programme_for(portal).call(ANONYMOUS, begin_session, person_id, Visitor("10.9.8.7", "test")).token
        )
