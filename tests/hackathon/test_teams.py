"""Teams: who comes in and how, what the clock makes of them, and who may do what."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.codes.rules import code_digest
from casework.outbox.model import Template
from casework.outbox.rules import subject_and_text
from casework.people.roles.service import grant
from casework.workflow.errors import NotAllowed, Refusal, TooEarly, TooLate
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.contest.teams import errors, members, service
from hackathon.contest.teams.holding import HOLDER
from hackathon.contest.teams.model import Profile, Team
from hackathon.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.stage import DATES, HOME, Stage


@pytest.fixture
def stage(programme: Database, portal: Connection):
    with programme.connect() as owner:
        yield Stage(portal, owner, members_min=2)


def opened(stage: Stage) -> Stage:
    stage.until("registration_opens")
    return stage


def found(stage: Stage, person_id: UUID, name: str = "Dates") -> Team:
    profile = Profile(name, "Shade for all", ("designer",), stage.challenge_id)
    return service.found(stage.portal, stage.teams, stage.actor(person_id), stage.hackathon_id, profile)


def test_a_team_is_founded_while_registration_is_open(stage: Stage):
    stage.until("registration_opens", before=True)
    with pytest.raises(TooEarly):
        found(stage, stage.person())
    stage.until("registration_opens")
    team = found(stage, stage.person())
    assert (team.state, team.members, team.is_short) == ("forming", 1, True)
    stage.until("registration_closes")
    with pytest.raises(TooLate):
        found(stage, stage.person(), "Late")
    with pytest.raises(NotAllowed):
        service.found(stage.portal, stage.teams, ANONYMOUS, stage.hackathon_id, Profile("X"))


def test_a_code_lets_in_until_it_is_replaced_or_expires(stage: Stage):
    opened(stage)
    team = found(stage, stage.person())
    captain, portal, desk = stage.captain(team), stage.portal, stage.teams
    old = members.make_code(portal, desk, captain, team.team_id)
    code = members.make_code(portal, desk, captain, team.team_id)
    assert code.expires_at == DATES["team_formation_closes"]
    assert code_digest(code.text) == code_digest(code.text.lower().replace("-", " "))
    with pytest.raises(errors.CodeUnknown):
        members.join_by_code(portal, desk, stage.actor(stage.person()), old.text)
    joined = members.join_by_code(portal, desk, stage.actor(stage.person()), code.text.lower())
    assert joined.state == "member"
    stage.watch.at = code.expires_at
    with pytest.raises(errors.CodeUnknown):
        members.join_by_code(portal, desk, stage.actor(stage.person()), code.text)
    with pytest.raises(NotAllowed):
        members.make_code(portal, desk, stage.actor(joined.person_id or UUID(int=0)), team.team_id)


def test_an_invitation_goes_to_an_address_and_expires(stage: Stage):
    opened(stage)
    team, portal, desk = found(stage, stage.person()), stage.portal, stage.teams
    captain = stage.captain(team)
    guest = stage.person("guest.one@firm.example")
    invited = members.invite(portal, desk, captain, team.team_id, "Guest.One@firm.example", HOME)
    with pytest.raises(errors.AlreadyAsked):
        members.invite(portal, desk, captain, team.team_id, "guest.one@firm.example", HOME)
    with pytest.raises(errors.InvitationGone):
        members.accept(portal, desk, stage.actor(stage.person()), invited.member_id, invited.version)
    (waiting,) = members.list_memberships(portal, stage.actor(guest))
    members.accept(portal, desk, stage.actor(guest), waiting.member_id, waiting.version)
    (own,) = members.list_memberships(portal, stage.actor(guest))
    assert (own.state, own.email, own.person_id) == ("member", None, guest)
    late = members.invite(portal, desk, captain, team.team_id, "late@firm.example", HOME)
    stage.until("team_formation_closes", before=True)
    assert members.repository.find_member(portal, late.member_id).state == "invited"
    stage.until("team_formation_closes")
    assert members.repository.find_member(portal, late.member_id).state == "expired"


def test_only_an_invitation_of_the_captain_counts_against_who_is_invited(stage: Stage):
    opened(stage)
    team, portal, desk = found(stage, stage.person()), stage.portal, stage.teams

    def mails() -> int:
        row = portal.execute(
            "SELECT coalesce(sum(count), 0) FROM innovation.attempts WHERE action = 'mail_invitation'"
        )
        return int((row.fetchone() or (0,))[0])

    counted = mails()
    for stranger in (stage.actor(stage.person()), ANONYMOUS):
        with pytest.raises(NotAllowed):
            members.invite(portal, desk, stranger, team.team_id, "guest@firm.example", HOME)
    assert mails() == counted
    members.invite(portal, desk, stage.captain(team), team.team_id, "guest@firm.example", HOME)
    assert mails() == counted + 1


def test_a_request_is_the_captains_to_answer(stage: Stage):
    opened(stage)
    team, portal, desk = found(stage, stage.person()), stage.portal, stage.teams
    asked = members.ask_to_join(portal, desk, stage.actor(stage.person()), team.team_id)
    with pytest.raises(NotAllowed):
        members.move(portal, desk, stage.actor(asked.person_id), asked.member_id, "approve", asked.version)
    members.move(portal, desk, stage.captain(team), asked.member_id, "approve", asked.version)
    assert stage.seen(team).members == 2
    templates = {row[0] for row in portal.execute("SELECT template FROM innovation.outbox").fetchall()}
    assert {"teams/request", "teams/taken_in"} <= templates


def test_one_person_belongs_to_one_team_of_a_hackathon(stage: Stage):
    opened(stage)
    person_id = stage.person()
    first, other = stage.team([person_id]), found(stage, stage.person())
    with pytest.raises(errors.AlreadyInATeam):
        members.ask_to_join(stage.portal, stage.teams, stage.actor(person_id), other.team_id)
    with pytest.raises(errors.AlreadyInATeam):
        found(stage, person_id, "Second")
    (own,) = members.list_memberships(stage.portal, stage.actor(person_id))
    members.move(stage.portal, stage.teams, stage.actor(person_id), own.member_id, "leave", own.version)
    assert members.ask_to_join(stage.portal, stage.teams, stage.actor(person_id), other.team_id)
    assert stage.seen(first).members == 1


def test_the_last_place_is_taken_once(programme: Database, stage: Stage):
    opened(stage)
    team = stage.team([stage.person()])
    code = members.make_code(stage.portal, stage.teams, stage.captain(team), team.team_id)
    actors = [stage.actor(stage.person()) for _ in range(2)]
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def press(actor: Actor) -> None:
        with programme.connect("portal") as own:
            together.wait(60)
            try:
                outcomes.append(members.join_by_code(own, stage.teams, actor, code.text).state)
            except Refusal as refusal:
                outcomes.append(refusal.slug)

    threads = [threading.Thread(target=press, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(outcomes) == {"member": 1, "team_full": 1}


def test_a_team_is_complete_with_enough_members_and_falls_back_without(stage: Stage):
    opened(stage)
    alone = stage.team()
    with pytest.raises(errors.TooFewMembers):
        service.move(
            stage.portal, stage.teams, stage.captain(alone), alone.team_id, "complete", alone.version
        )
    leaver = stage.person()
    team = stage.complete_team([leaver])
    assert team.state == "eligible"
    (own,) = members.list_memberships(stage.portal, stage.actor(leaver))
    members.move(stage.portal, stage.teams, stage.actor(leaver), own.member_id, "leave", own.version)
    assert (stage.seen(team).state, stage.seen(team).is_short) == ("forming", True)
    mails = stage.portal.execute(
        "SELECT count(*) FROM innovation.outbox WHERE template = 'teams/short'"
    ).fetchone()
    assert mails is not None
    assert mails[0] >= 1


def test_the_freeze_locks_complete_teams_and_ends_the_others(stage: Stage):
    opened(stage)
    short, small, whole = stage.team(), stage.team(), stage.complete_team([stage.person()])
    service.move(stage.portal, stage.teams, stage.chief, small.team_id, "admit", small.version)
    stage.until("team_formation_closes", before=True)
    assert stage.seen(whole).state == "eligible"
    stage.until("team_formation_closes")
    assert [stage.seen(team).state for team in (short, small, whole)] == ["expired", "locked", "locked"]
    assert stage.seen(small).is_short
    captain = stage.captain(whole)
    rows = members.list_members(stage.portal, stage.teams, captain, whole.team_id)
    other = next(row for row in rows if not row.is_captain)
    with pytest.raises(TooLate):
        members.move(stage.portal, stage.teams, captain, other.member_id, "remove", other.version, "inactive")
    members.move(
        stage.portal, stage.teams, stage.chief, other.member_id, "take_out", other.version, "conduct"
    )
    assert (stage.seen(whole).state, stage.seen(whole).is_short) == ("locked", True)


def test_a_captain_hands_over_before_going_and_the_last_one_ends_the_team(stage: Stage):
    opened(stage)
    heir = stage.person()
    team = stage.complete_team([heir])
    captain, portal, desk = stage.captain(team), stage.portal, stage.teams
    first, second = members.list_members(portal, desk, captain, team.team_id)
    with pytest.raises(errors.CaptainNeeded):
        members.move(portal, desk, captain, first.member_id, "leave", first.version)
    assert captain.person_id is not None
    assert HOLDER.hindrances(portal, captain.person_id)
    members.hand_over(portal, desk, captain, team.team_id, second.member_id, team.version)
    assert not HOLDER.hindrances(portal, captain.person_id)
    members.move(portal, desk, stage.actor(captain.person_id), first.member_id, "leave", first.version)
    members.move(portal, desk, stage.actor(heir), second.member_id, "leave", second.version)
    assert stage.seen(team).state == "withdrawn"
    assert stage.actor(heir).grants == ()


def test_who_sees_what(stage: Stage):
    opened(stage)
    team, other = stage.complete_team([stage.person()], "نخلة الباطنة"), found(stage, stage.person(), "Oasis")
    portal, desk, hackathon_id = stage.portal, stage.teams, stage.hackathon_id
    page = service.list_teams(portal, desk, ANONYMOUS, hackathon_id, rows=1)
    more = service.list_teams(portal, desk, ANONYMOUS, hackathon_id, rows=1, after=page.after)
    assert {one.team_id for one in page.teams + more.teams} == {team.team_id, other.team_id}
    assert more.after is None
    by_name = service.list_teams(portal, desk, ANONYMOUS, hackathon_id, words="نخله")
    assert [one.team_id for one in by_name.teams] == [team.team_id]
    looking = service.list_teams(portal, desk, ANONYMOUS, hackathon_id, is_looking=True)
    assert [one.team_id for one in looking.teams] == [other.team_id]
    service.move(portal, desk, stage.chief, other.team_id, "remove", other.version)
    assert service.count_teams(portal, ANONYMOUS, hackathon_id) == 1
    assert service.count_teams(portal, stage.chief, hackathon_id) == 2
    with pytest.raises(NotAllowed):
        members.list_members(portal, desk, ANONYMOUS, team.team_id)
    captain = stage.captain(team)
    assert service.find_own_team(portal, captain, hackathon_id) == stage.seen(team)
    noted = portal.execute(
        "SELECT DISTINCT what FROM innovation.readings WHERE person_id = %s", [captain.person_id]
    ).fetchall()
    assert noted == [("teams.members",)]


def test_what_a_team_says_of_itself(stage: Stage):
    opened(stage)
    team = found(stage, stage.person(), "Falcons")
    captain, portal, desk = stage.captain(team), stage.portal, stage.teams
    with pytest.raises(errors.TeamNameTaken):
        found(stage, stage.person(), "falcons")
    other = found(stage, stage.person(), "Hawks")
    with pytest.raises(errors.TeamNameTaken):
        service.edit(portal, desk, stage.captain(other), other.team_id, Profile("FALCONS"), other.version)
    for wrong in (Profile(" "), Profile("x" * 81), Profile("X", "y" * 2001), Profile("X", "", ("r",) * 11)):
        with pytest.raises(errors.WrongField):
            service.edit(portal, desk, captain, team.team_id, wrong, team.version)
    with pytest.raises(errors.ChallengeNotOpen):
        service.edit(
            portal, desk, captain, team.team_id, Profile("X", challenge_id=UUID(int=7)), team.version
        )
    with pytest.raises(NotAllowed):
        service.edit(portal, desk, stage.captain(other), team.team_id, Profile("X"), team.version)
    assert service.edit(portal, desk, captain, team.team_id, Profile("Eagles"), team.version).version == 2
    stage.until("team_formation_closes")
    with pytest.raises(errors.TeamNotEditable):
        service.edit(portal, desk, captain, team.team_id, Profile("Crows"), 3)


def test_people_are_told_what_others_decide_about_them(stage: Stage):
    opened(stage)
    out, heir = stage.person(), stage.person()
    team, portal, desk = stage.team([out, heir], "Falcons"), stage.portal, stage.teams
    (row,) = members.list_memberships(portal, stage.actor(out))
    members.move(portal, desk, stage.captain(team), row.member_id, "remove", row.version, "inactive")
    (row,) = members.list_memberships(portal, stage.actor(heir))
    members.hand_over(portal, desk, stage.captain(team), team.team_id, row.member_id, team.version)
    service.move(portal, desk, stage.chief, team.team_id, "admit", stage.seen(team).version)
    service.move(portal, desk, stage.chief, team.team_id, "disqualify", stage.seen(team).version, "conduct")
    rows = portal.execute(
        "SELECT person_id, template, fields FROM innovation.outbox WHERE fields ->> 'team' = 'Falcons'"
    ).fetchall()
    told = {(person_id, template.rpartition("/")[2]) for person_id, template, _ in rows}
    assert told == {(out, "taken_out"), (heir, "captain"), (heir, "decided"), (heir, "decided_because")}
    for _, template, fields in rows:
        for language in LANGUAGES:
            subject, text = subject_and_text(Template.of(template, NOUNS.packages), language, fields)
            assert "Falcons" not in subject
            assert "Falcons" in text
            assert f"/portal/teams/{team.team_id}" in text


def test_mentors_of_the_hackathon_help_a_team(stage: Stage):
    opened(stage)
    team, mentor = stage.team(), stage.person()
    with pytest.raises(errors.NotAMentor):
        service.set_mentor(stage.portal, stage.teams, stage.chief, team.team_id, mentor, helps=True)
    role = Grant(Role.MENTOR, Scope(ScopeKind.HACKATHON, stage.hackathon_id))
    grant(stage.portal, stage.desk, SYSTEM, mentor, role)
    service.set_mentor(stage.portal, stage.teams, stage.chief, team.team_id, mentor, helps=True)
    assert service.repository.find_mentors(stage.portal, team.team_id) == [mentor]
    service.set_mentor(stage.portal, stage.teams, stage.chief, team.team_id, mentor, helps=False)
    assert service.repository.find_mentors(stage.portal, team.team_id) == []


def test_what_is_held_of_a_person_is_given_out_and_forgotten(stage: Stage):
    opened(stage)
    person_id = stage.person()
    team = stage.team([person_id])
    with stage.portal.transaction():
        rows = list(HOLDER.export(stage.portal, person_id))
        assert [(section, row["name"]) for section, row in rows] == [("teams", team.profile.name)]
        outcomes = HOLDER.erase(stage.portal, person_id)
    assert sum(one.rows for one in outcomes) == 1
    assert stage.seen(team).members == 1
