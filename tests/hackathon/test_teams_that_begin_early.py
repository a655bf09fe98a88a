"""Where a hackathon starts while teams still form, each begins as soon as its captain says that it is final."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from casework.access.model import Actor
from casework.tasks import service as tasks
from casework.workflow.errors import NotAllowed, TooEarly, TooLate
from citycore.store.connections import Connection
from hackathon.contest.submissions import errors as submission_errors
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Content, Submission
from hackathon.contest.submissions.service import get_submission
from hackathon.contest.teams import errors, members, service
from hackathon.contest.teams.model import Member, Profile, Team
from tests.conftest import Database
from tests.hackathon.stage import DATES, Stage

HOUR = timedelta(hours=1)
#: Registration opens on the second day, and it starts an hour later.
EARLY = DATES | {"starts": DATES["registration_opens"] + HOUR}


@pytest.fixture
def stage(programme: Database, portal: Connection):
    with programme.connect() as owner:
        one = Stage(portal, owner, members_min=2, dates=EARLY)
        one.until("registration_opens")
        yield one


@pytest.fixture
def mate(stage: Stage) -> UUID:
    return stage.person()


@pytest.fixture
def team(stage: Stage, mate: UUID) -> Team:
    return stage.team([mate])


def move(stage: Stage, who: Actor, team: Team, event: str) -> Team:
    stage.call(who, service.move, team.team_id, event, stage.seen(team).version)
    return stage.seen(team)


def begin(stage: Stage, team: Team) -> Team:
    return move(stage, stage.captain(team), team, "begin")


def hand_in(stage: Stage, team: Team) -> Submission:
    captain = stage.captain(team)
    known = stage.call(captain, writing.begin, team.team_id)
    stage.call(
        captain, writing.write_and_submit, known.submission_id, Content("Shade", "Less heat"), known.version
    )
    return stage.call(captain, get_submission, known.submission_id)


def row_of(stage: Stage, person_id: UUID) -> Member:
    (own,) = stage.call(stage.actor(person_id), members.list_memberships)
    return own


def waits(stage: Stage, who: Actor) -> set[str]:
    with stage.programme.session(who, is_look=True) as session:
        return set(tasks.of(session).counts)


def test_a_team_begins_when_it_is_complete_and_hands_in_from_the_start_on(stage: Stage, team: Team) -> None:
    team = move(stage, stage.captain(team), team, "complete")
    assert "team.begin" in waits(stage, stage.captain(team))
    team = begin(stage, team)
    assert (team.state, stage.state) == ("locked", "registration_open")
    assert "submission.hand_in" not in waits(stage, stage.captain(team))
    with pytest.raises(TooEarly):
        hand_in(stage, team)
    stage.until("starts")
    assert stage.state == "registration_open"
    assert "submission.hand_in" in waits(stage, stage.captain(team))
    assert hand_in(stage, team).state == "submitted"


def test_it_waits_for_nobody_and_nothing_is_judged_earlier(stage: Stage, team: Team) -> None:
    begin(stage, team)
    stage.until("starts")
    known = hand_in(stage, team)
    late = stage.complete_team([stage.person()])
    for deadline, state in (
        ("team_formation_closes", "running"),
        ("submissions_close", "submissions_closed"),
    ):
        stage.until(deadline)
        stage.run_clock()
        assert stage.state == state
        assert stage.seen(late).state == "locked"
    frozen = stage.call(stage.captain(team), get_submission, known.submission_id)
    assert (frozen.state, frozen.versions) == ("frozen", 1)


def test_whoever_is_too_few_or_has_chosen_nothing_does_not_begin(stage: Stage) -> None:
    alone = stage.team()
    with pytest.raises(errors.TooFewMembers):
        begin(stage, alone)
    captain, mate = stage.person(), stage.person()
    undecided = stage.call(stage.actor(captain), service.found, stage.hackathon_id, Profile("Undecided"))
    code = stage.call(stage.actor(captain), members.make_code, undecided.team_id)
    stage.call(stage.actor(mate), members.join_by_code, code.text)
    with pytest.raises(errors.NoChallengeChosen):
        begin(stage, undecided)
    with pytest.raises(NotAllowed):
        move(stage, stage.actor(mate), undecided, "begin")


def test_who_began_changes_neither_members_nor_challenge(stage: Stage, team: Team, mate: UUID) -> None:
    captain, guest = stage.captain(team), stage.person()
    code = stage.call(captain, members.make_code, team.team_id)
    asked = stage.call(stage.actor(guest), members.ask_to_join, team.team_id)
    team = begin(stage, team)
    with pytest.raises(errors.TeamClosed):
        stage.call(captain, members.move, asked.member_id, "approve", asked.version)
    with pytest.raises(errors.TeamClosed):
        stage.call(stage.actor(stage.person()), members.join_by_code, code.text)
    own = row_of(stage, mate)
    with pytest.raises(errors.MembersSettled):
        stage.call(captain, members.move, own.member_id, "remove", own.version, "inactive")
    with pytest.raises(errors.TeamNotEditable):
        stage.call(captain, service.edit, team.team_id, Profile("Other"), team.version)
    with pytest.raises(NotAllowed):
        move(stage, captain, team, "reopen")


def test_organisers_open_it_again_until_formation_closes(stage: Stage, team: Team) -> None:
    begin(stage, team)
    stage.until("starts")
    known = hand_in(stage, team)
    assert move(stage, stage.chief, team, "reopen").state == "eligible"
    captain = stage.captain(team)
    with pytest.raises(submission_errors.NotTakingPart):
        stage.call(captain, writing.move, known.submission_id, "reopen", known.version)
    assert begin(stage, team).state == "locked"
    stage.call(captain, writing.move, known.submission_id, "reopen", known.version)
    stage.until("team_formation_closes")
    with pytest.raises(TooLate):
        move(stage, stage.chief, team, "reopen")


def test_who_falls_short_before_formation_closes_is_complete_no_longer(
    stage: Stage, team: Team, mate: UUID
) -> None:
    begin(stage, team)
    own = row_of(stage, mate)
    stage.call(stage.actor(mate), members.move, own.member_id, "leave", own.version)
    assert stage.seen(team).state == "forming"
    with pytest.raises(errors.TooFewMembers):
        begin(stage, team)


def test_whom_organisers_admit_though_they_are_few_stays_in(stage: Stage, team: Team, mate: UUID) -> None:
    own = row_of(stage, mate)
    stage.call(stage.actor(mate), members.move, own.member_id, "leave", own.version)
    third = stage.person()
    move(stage, stage.chief, team, "admit")
    assert stage.seen(team).is_short
    with pytest.raises(errors.TeamClosed):
        stage.call(stage.actor(third), members.ask_to_join, team.team_id)
    assert stage.seen(team).state == "locked"


def test_where_all_begin_together_nobody_begins_before(programme: Database, portal: Connection) -> None:
    with programme.connect() as owner:
        stage = Stage(portal, owner, members_min=2)
        stage.until("registration_opens")
        team = stage.complete_team([stage.person()])
        with pytest.raises(errors.TeamsBeginTogether):
            begin(stage, team)
        assert "team.begin" not in waits(stage, stage.captain(team))
