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
from casework.workflow.errors import NotAllowed, Refusal, TooEarly, TooLate, WrongField
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.contest.teams import errors, members, service
from hackathon.contest.teams.model import Profile, Team, Wanted
from hackathon.contest.teams.noun import HOLDER
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.calling import programme_for
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
    return stage.call(stage.actor(person_id), service.found, stage.hackathon_id, profile)


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
        stage.call(ANONYMOUS, service.found, stage.hackathon_id, Profile("X"))


def test_a_code_lets_in_until_it_is_replaced_or_expires(stage: Stage):
    opened(stage)
    team = found(stage, stage.person())
    captain = stage.captain(team)
    old = stage.call(captain, members.make_code, team.team_id)
    code = stage.call(captain, members.make_code, team.team_id)
    assert code.expires_at == DATES["team_formation_closes"]
    assert code_digest(code.text) == code_digest(code.text.lower().replace("-", " "))
    with pytest.raises(errors.TeamCodeUnknown):
        stage.call(stage.actor(stage.person()), members.join_by_code, old.text)
    joined = stage.call(stage.actor(stage.person()), members.join_by_code, code.text.lower())
    assert joined.state == "member"
    stage.watch.at = code.expires_at
    with pytest.raises(errors.TeamCodeUnknown):
        stage.call(stage.actor(stage.person()), members.join_by_code, code.text)
    with pytest.raises(NotAllowed):
        stage.call(stage.actor(joined.person_id or UUID(int=0)), members.make_code, team.team_id)


def test_an_invitation_goes_to_an_address_and_expires(stage: Stage):
    opened(stage)
    team, portal = found(stage, stage.person()), stage.portal
    captain = stage.captain(team)
    guest = stage.person("guest.one@firm.example")
    invited = members.invite(stage.programme, captain, team.team_id, "Guest.One@firm.example", HOME)
    with pytest.raises(errors.AlreadyAsked):
        members.invite(stage.programme, captain, team.team_id, "guest.one@firm.example", HOME)
    with pytest.raises(errors.TeamInvitationGone):
        stage.call(stage.actor(stage.person()), members.accept, invited.member_id, invited.version)
    (waiting,) = stage.call(stage.actor(guest), members.list_memberships)
    stage.call(stage.actor(guest), members.accept, waiting.member_id, waiting.version)
    (own,) = stage.call(stage.actor(guest), members.list_memberships)
    assert (own.state, own.email, own.person_id) == ("member", None, guest)
    late = members.invite(stage.programme, captain, team.team_id, "late@firm.example", HOME)
    stage.until("team_formation_closes", before=True)
    assert members.repository.find_member(portal, late.member_id).state == "invited"
    stage.until("team_formation_closes")
    assert members.repository.find_member(portal, late.member_id).state == "expired"


def test_only_an_invitation_of_the_captain_counts_against_who_is_invited(stage: Stage):
    opened(stage)
    team, portal = found(stage, stage.person()), stage.portal

    def mails() -> int:
        row = portal.execute(
            "SELECT coalesce(sum(count), 0) FROM innovation.attempts WHERE action = 'mail_invitation'"
        )
        return int((row.fetchone() or (0,))[0])

    counted = mails()
    for stranger in (stage.actor(stage.person()), ANONYMOUS):
        with pytest.raises(NotAllowed):
            members.invite(stage.programme, stranger, team.team_id, "guest@firm.example", HOME)
    assert mails() == counted
    members.invite(stage.programme, stage.captain(team), team.team_id, "guest@firm.example", HOME)
    assert mails() == counted + 1


def test_a_request_is_the_captains_to_answer(stage: Stage):
    opened(stage)
    team, portal = found(stage, stage.person()), stage.portal
    asked = stage.call(stage.actor(stage.person()), members.ask_to_join, team.team_id)
    with pytest.raises(NotAllowed):
        stage.call(stage.actor(asked.person_id), members.move, asked.member_id, "approve", asked.version)
    stage.call(stage.captain(team), members.move, asked.member_id, "approve", asked.version)
    assert stage.seen(team).members == 2
    templates = {row[0] for row in portal.execute("SELECT template FROM innovation.outbox").fetchall()}
    assert {"teams/request", "teams/taken_in"} <= templates


def test_one_person_belongs_to_one_team_of_a_hackathon(stage: Stage):
    opened(stage)
    person_id = stage.person()
    first, other = stage.team([person_id]), found(stage, stage.person())
    with pytest.raises(errors.AlreadyInATeam):
        stage.call(stage.actor(person_id), members.ask_to_join, other.team_id)
    with pytest.raises(errors.AlreadyInATeam):
        found(stage, person_id, "Second")
    (own,) = stage.call(stage.actor(person_id), members.list_memberships)
    stage.call(stage.actor(person_id), members.move, own.member_id, "leave", own.version)
    assert stage.call(stage.actor(person_id), members.ask_to_join, other.team_id)
    assert stage.seen(first).members == 1


def test_the_last_place_is_taken_once(programme: Database, stage: Stage):
    opened(stage)
    team = stage.team([stage.person()])
    code = stage.call(stage.captain(team), members.make_code, team.team_id)
    actors = [stage.actor(stage.person()) for _ in range(2)]
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def press(actor: Actor) -> None:
        with programme.connect("portal") as own:
            together.wait(60)
            try:
                outcomes.append(
                    programme_for(own, stage.watch).call(actor, members.join_by_code, code.text).state
                )
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
        stage.call(stage.captain(alone), service.move, alone.team_id, "complete", alone.version)
    leaver = stage.person()
    team = stage.complete_team([leaver])
    assert team.state == "eligible"
    (own,) = stage.call(stage.actor(leaver), members.list_memberships)
    stage.call(stage.actor(leaver), members.move, own.member_id, "leave", own.version)
    assert (stage.seen(team).state, stage.seen(team).is_short) == ("forming", True)
    mails = stage.portal.execute(
        "SELECT count(*) FROM innovation.outbox WHERE template = 'teams/short'"
    ).fetchone()
    assert mails is not None
    assert mails[0] >= 1


def test_the_freeze_locks_complete_teams_and_ends_the_others(stage: Stage):
    opened(stage)
    short, small, whole = stage.team(), stage.team(), stage.complete_team([stage.person()])
    stage.call(stage.chief, service.move, small.team_id, "admit", small.version)
    stage.until("team_formation_closes", before=True)
    assert stage.seen(whole).state == "eligible"
    stage.until("team_formation_closes")
    assert [stage.seen(team).state for team in (short, small, whole)] == ["expired", "locked", "locked"]
    assert stage.seen(small).is_short
    captain = stage.captain(whole)
    rows = stage.call(captain, members.list_members, whole.team_id)
    other = next(row for row in rows if not row.is_captain)
    with pytest.raises(TooLate):
        stage.call(captain, members.move, other.member_id, "remove", other.version, "inactive")
    stage.call(stage.chief, members.move, other.member_id, "take_out", other.version, "conduct")
    assert (stage.seen(whole).state, stage.seen(whole).is_short) == ("locked", True)


def test_a_captain_hands_over_before_going_and_the_last_one_ends_the_team(stage: Stage):
    opened(stage)
    heir = stage.person()
    team = stage.complete_team([heir])
    captain, portal = stage.captain(team), stage.portal
    first, second = stage.call(captain, members.list_members, team.team_id)
    with pytest.raises(errors.CaptainNeeded):
        stage.call(captain, members.move, first.member_id, "leave", first.version)
    assert captain.person_id is not None
    assert HOLDER.hindrances(portal, captain.person_id)
    stage.call(captain, members.hand_over, team.team_id, second.member_id, team.version)
    assert not HOLDER.hindrances(portal, captain.person_id)
    stage.call(stage.actor(captain.person_id), members.move, first.member_id, "leave", first.version)
    stage.call(stage.actor(heir), members.move, second.member_id, "leave", second.version)
    assert stage.seen(team).state == "withdrawn"
    assert stage.actor(heir).grants == ()


def test_who_sees_what(stage: Stage):
    opened(stage)
    team, other = stage.complete_team([stage.person()], "نخلة الباطنة"), found(stage, stage.person(), "Oasis")
    portal, hackathon_id = stage.portal, stage.hackathon_id
    page = stage.call(ANONYMOUS, service.list_teams, hackathon_id, Wanted(rows=1))
    more = stage.call(ANONYMOUS, service.list_teams, hackathon_id, Wanted(after=page.after, rows=1))
    assert {one.team_id for one in page.teams + more.teams} == {team.team_id, other.team_id}
    assert more.after is None
    by_name = stage.call(ANONYMOUS, service.list_teams, hackathon_id, Wanted("نخله"))
    assert [one.team_id for one in by_name.teams] == [team.team_id]
    looking = stage.call(ANONYMOUS, service.list_teams, hackathon_id, Wanted(is_looking=True))
    assert [one.team_id for one in looking.teams] == [other.team_id]
    stage.call(stage.chief, service.move, other.team_id, "remove", other.version)
    assert stage.call(ANONYMOUS, service.count_teams, hackathon_id) == 1
    assert stage.call(stage.chief, service.count_teams, hackathon_id) == 2
    with pytest.raises(NotAllowed):
        stage.call(ANONYMOUS, members.list_members, team.team_id)
    captain = stage.captain(team)
    assert stage.call(captain, service.find_own_team, hackathon_id) == stage.seen(team)
    noted = portal.execute(
        "SELECT DISTINCT what FROM innovation.readings WHERE person_id = %s", [captain.person_id]
    ).fetchall()
    assert noted == [("teams.members",)]


def test_what_a_team_says_of_itself(stage: Stage):
    opened(stage)
    team = found(stage, stage.person(), "Falcons")
    captain = stage.captain(team)
    with pytest.raises(errors.TeamNameTaken):
        found(stage, stage.person(), "falcons")
    other = found(stage, stage.person(), "Hawks")
    with pytest.raises(errors.TeamNameTaken):
        stage.call(stage.captain(other), service.edit, other.team_id, Profile("FALCONS"), other.version)
    for wrong in (Profile(" "), Profile("x" * 81), Profile("X", "y" * 2001), Profile("X", "", ("r",) * 11)):
        with pytest.raises(WrongField):
            stage.call(captain, service.edit, team.team_id, wrong, team.version)
    with pytest.raises(errors.ChallengeNotOpen):
        stage.call(captain, service.edit, team.team_id, Profile("X", challenge_id=UUID(int=7)), team.version)
    with pytest.raises(NotAllowed):
        stage.call(stage.captain(other), service.edit, team.team_id, Profile("X"), team.version)
    assert stage.call(captain, service.edit, team.team_id, Profile("Eagles"), team.version).version == 2
    stage.until("team_formation_closes")
    with pytest.raises(errors.TeamNotEditable):
        stage.call(captain, service.edit, team.team_id, Profile("Crows"), 3)


def test_people_are_told_what_others_decide_about_them(stage: Stage):
    opened(stage)
    out, heir = stage.person(), stage.person()
    team, portal = stage.team([out, heir], "Falcons"), stage.portal
    (row,) = stage.call(stage.actor(out), members.list_memberships)
    stage.call(stage.captain(team), members.move, row.member_id, "remove", row.version, "inactive")
    (row,) = stage.call(stage.actor(heir), members.list_memberships)
    stage.call(stage.captain(team), members.hand_over, team.team_id, row.member_id, team.version)
    stage.call(stage.chief, service.move, team.team_id, "admit", stage.seen(team).version)
    stage.call(stage.chief, service.move, team.team_id, "disqualify", stage.seen(team).version, "conduct")
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
        stage.call(stage.chief, service.set_mentor, team.team_id, mentor, helps=True)
    role = Grant(Role.MENTOR, Scope(ScopeKind.HACKATHON, stage.hackathon_id))
    stage.programme.call(SYSTEM, grant, mentor, role)
    stage.call(stage.chief, service.set_mentor, team.team_id, mentor, helps=True)
    assert service.repository.find_mentors(stage.portal, team.team_id) == [mentor]
    stage.call(stage.chief, service.set_mentor, team.team_id, mentor, helps=False)
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
