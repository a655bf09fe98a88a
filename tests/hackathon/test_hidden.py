"""What a judge in conflict with a team is not told: every function that an actor asks, one probe each."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import Actor, Grant, Role
from casework.workflow.errors import NoSuchObject
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.api_keys import service as api_keys
from hackathon.contest.api_keys.service import ApiKeyDesk
from hackathon.contest.jury import assignment, judges, panels, sheets
from hackathon.contest.jury.model import Judge
from hackathon.contest.results import appeals, voting
from hackathon.contest.results import service as results
from hackathon.contest.results.model import Continuation
from hackathon.contest.submissions import service as submissions
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams import members
from hackathon.contest.teams import service as teams
from hackathon.contest.teams.errors import CodeUnknown
from hackathon.contest.teams.model import Team
from tests.conftest import Database
from tests.hackathon.stage import Stage


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=tmp_path / "files")


#: Everything that says something about teams, submissions or scores to an actor, by how it is asked
#: about the hidden team (its answer must hold nothing of it, or be the refusal of what does not exist).
#: What only its own team or its own author can call says why instead.
OWN = "for the team's own members"
NOTHING = "says nothing about teams"
PROBES: dict[str, Any] = {
    "teams.service.found": NOTHING,
    "teams.service.edit": lambda s, a, t, x: teams.edit(s.portal, s.teams, a, t.team_id, t.profile, 1),
    "teams.service.move": lambda s, a, t, x: teams.move(s.portal, s.teams, a, t.team_id, "remove", 1),
    "teams.service.get_team": lambda s, a, t, x: teams.get_team(s.portal, a, t.team_id),
    "teams.service.list_teams": lambda s, a, t, x: teams.list_teams(s.portal, s.teams, a, s.hackathon_id),
    "teams.service.count_teams": lambda s, a, t, x: teams.count_teams(s.portal, a, s.hackathon_id),
    "teams.service.find_own_team": lambda s, a, t, x: teams.find_own_team(s.portal, a, s.hackathon_id),
    "teams.service.set_mentor": lambda s, a, t, x: teams.set_mentor(
        s.portal, s.teams, a, t.team_id, uuid4(), helps=False
    ),
    "teams.service.list_mentors": lambda s, a, t, x: teams.list_mentors(s.portal, s.teams, a, t.team_id),
    "teams.service.why_not_found": NOTHING,
    "teams.service.why_not_ask": lambda s, a, t, x: teams.why_not_ask(s.portal, s.teams, a, t.team_id),
    # By a code that exists: see the test below.
    "teams.members.find_by_code": OWN,
    "teams.members.make_code": lambda s, a, t, x: members.make_code(s.portal, s.teams, a, t.team_id),
    "teams.members.join_by_code": OWN,
    "teams.members.ask_to_join": lambda s, a, t, x: members.ask_to_join(s.portal, s.teams, a, t.team_id),
    "teams.members.invite": OWN,
    "teams.members.accept": OWN,
    "teams.members.move": lambda s, a, t, x: members.move(
        s.portal, s.teams, a, captain_of(s, t), "take_out", 2, "conduct"
    ),
    "teams.members.hand_over": lambda s, a, t, x: members.hand_over(
        s.portal, s.teams, a, t.team_id, uuid4(), 1
    ),
    "teams.members.list_members": lambda s, a, t, x: members.list_members(s.portal, s.teams, a, t.team_id),
    "teams.members.list_memberships": OWN,
    "api_keys.service.get_overview": lambda s, a, t, x: api_keys.get_overview(
        s.portal, keys_of(s), a, t.team_id
    ),
    "api_keys.service.why_not_issued": lambda s, a, t, x: api_keys.why_not_issued(
        s.portal, keys_of(s), a, t.team_id
    ),
    "api_keys.service.issue": lambda s, a, t, x: api_keys.issue(s.portal, keys_of(s), a, t.team_id),
    "api_keys.service.replace": lambda s, a, t, x: api_keys.replace(s.portal, keys_of(s), a, t.team_id, 1),
    "api_keys.service.revoke": lambda s, a, t, x: api_keys.revoke(s.portal, keys_of(s), a, t.team_id, 1),
    "submissions.writing.set_form": NOTHING,
    "submissions.writing.get_form": NOTHING,
    "submissions.writing.begin": lambda s, a, t, x: writing.begin(s.portal, s.submissions, a, t.team_id),
    "submissions.writing.write": OWN,
    "submissions.writing.add_file": OWN,
    "submissions.writing.remove_file": OWN,
    "submissions.writing.submit": lambda s, a, t, x: writing.submit(
        s.portal, s.submissions, a, x.submission_id, 1
    ),
    "submissions.writing.write_and_submit": OWN,
    "submissions.writing.move": lambda s, a, t, x: writing.move(
        s.portal, s.submissions, a, x.submission_id, "disqualify", x.version, "rules"
    ),
    "submissions.writing.grant_late_access": lambda s, a, t, x: writing.grant_late_access(
        s.portal, s.submissions, a, x.submission_id, s.watch.at
    ),
    "submissions.writing.redeem_late_access": OWN,
    "submissions.service.get_submission": lambda s, a, t, x: submissions.get_submission(
        s.portal, a, x.submission_id
    ),
    "submissions.service.get_dossier": lambda s, a, t, x: submissions.get_dossier(
        s.portal, a, x.submission_id
    ),
    "submissions.service.list_seen": lambda s, a, t, x: submissions.list_seen(s.portal, a, [x.submission_id]),
    "submissions.service.find_own_submission": lambda s, a, t, x: submissions.find_own_submission(
        s.portal, a, t.team_id
    ),
    "submissions.service.list_submissions": lambda s, a, t, x: submissions.list_submissions(
        s.portal, s.submissions, a, s.hackathon_id
    ),
    "submissions.service.count_submissions": lambda s, a, t, x: sum(
        submissions.count_submissions(s.portal, a, s.hackathon_id).values()
    ),
    "submissions.service.get_handed_in": lambda s, a, t, x: submissions.get_handed_in(
        s.portal, a, x.submission_id
    ),
    "submissions.service.get_record": lambda s, a, t, x: submissions.get_record(
        s.portal, a, x.submission_id, 1
    ),
    "submissions.service.list_versions": lambda s, a, t, x: submissions.list_versions(
        s.portal, a, x.submission_id
    ),
    "submissions.service.list_draft_files": lambda s, a, t, x: submissions.list_draft_files(
        s.portal, a, x.submission_id
    ),
    "submissions.service.find_file": lambda s, a, t, x: submissions.find_file(
        s.portal, s.submissions, a, x.submission_id, uuid4()
    ),
    "jury.judges.invite": NOTHING,
    "jury.judges.move": NOTHING,
    "jury.judges.declare_interest": NOTHING,
    "jury.judges.declare_person": NOTHING,
    "jury.judges.list_own_judging": NOTHING,
    "jury.judges.list_judges": NOTHING,
    "jury.judges.list_judges_called": NOTHING,
    "jury.judges.get_judge": NOTHING,
    "jury.judges.find_own_judge": NOTHING,
    "jury.judges.set_terms": NOTHING,
    "jury.judges.get_terms": NOTHING,
    "jury.judges.require_staff": NOTHING,
    "jury.assignment.propose": lambda s, a, t, x: assignment.propose(s.portal, s.jury, a, s.hackathon_id, 1),
    "jury.assignment.find_proposal": lambda s, a, t, x: assignment.find_proposal(
        s.portal, s.jury, a, s.hackathon_id
    ),
    "jury.assignment.publish": NOTHING,
    "jury.panels.find_gaps": lambda s, a, t, x: panels.find_gaps(s.portal, s.jury, a, s.hackathon_id),
    "jury.panels.find_wanting": lambda s, a, t, x: panels.find_wanting(s.portal, s.jury, a, s.hackathon_id),
    "jury.sheets.list_own_sheets": lambda s, a, t, x: sheets.list_own_sheets(s.portal, a, s.hackathon_id),
    "jury.sheets.get_sheet": lambda s, a, t, x: sheets.get_sheet(s.portal, a, sheet_on(s, x)),
    "jury.sheets.write": lambda s, a, t, x: sheets.write(s.portal, s.jury, a, sheet_on(s, x), {}, {}, "", 1),
    "jury.sheets.hand_in": lambda s, a, t, x: sheets.hand_in(
        s.portal, s.jury, a, sheet_on(s, x), {}, {}, "", 1
    ),
    "jury.sheets.find_titles": lambda s, a, t, x: sheets.find_titles(s.portal, s.jury, a, s.hackathon_id),
    "jury.sheets.move": lambda s, a, t, x: sheets.move(s.portal, s.jury, a, sheet_on(s, x), "take_out", 1),
    "jury.sheets.lock_all": lambda s, a, t, x: sheets.lock_all(s.portal, s.jury, a, s.hackathon_id),
    "jury.sheets.list_sheets": lambda s, a, t, x: sheets.list_sheets(s.portal, s.jury, a, s.hackathon_id),
    "jury.sheets.list_sheets_of": lambda s, a, t, x: sheets.list_sheets_of(
        s.portal, s.jury, a, judge_on(s, x)
    ),
    "jury.sheets.list_progress": lambda s, a, t, x: sheets.list_progress(s.portal, s.jury, a, s.hackathon_id),
    "results.service.prepare": lambda s, a, t, x: results.prepare(s.portal, s.results, a, s.hackathon_id),
    "results.service.decide_tie": lambda s, a, t, x: results.decide_tie(
        s.portal, s.results, a, s.hackathon_id, "", [x.submission_id], "r"
    ),
    "results.service.release": lambda s, a, t, x: results.release(s.portal, s.results, a, s.hackathon_id, 1),
    "results.service.finalise": NOTHING,
    "results.service.get_results": lambda s, a, t, x: results.get_results(s.portal, a, s.hackathon_id),
    "results.service.list_entries": lambda s, a, t, x: results.list_entries(s.portal, a, s.hackathon_id),
    "results.service.find_outcome": lambda s, a, t, x: results.find_outcome(s.portal, s.results, a, x),
    "results.service.get_prepared": lambda s, a, t, x: results.get_prepared(
        s.portal, s.results, a, s.hackathon_id
    ),
    "results.service.get_feedback": lambda s, a, t, x: results.get_feedback(s.portal, a, x.submission_id),
    "results.service.note_continuation": lambda s, a, t, x: results.note_continuation(
        s.portal, s.results, a, x.submission_id, Continuation.PILOT, "r"
    ),
    "results.service.list_continuations": lambda s, a, t, x: results.list_continuations(
        s.portal, a, x.submission_id
    ),
    "results.appeals.may_file": OWN,
    "results.appeals.file": lambda s, a, t, x: appeals.file(s.portal, s.results, a, t.team_id, "a"),
    "results.appeals.decide": lambda s, a, t, x: appeals.decide(
        s.portal, s.results, a, appeal_of(s, t), "dismiss", "no_error", "a", 1
    ),
    "results.appeals.withdraw": lambda s, a, t, x: appeals.withdraw(
        s.portal, s.results, a, appeal_of(s, t), 1
    ),
    "results.appeals.find_own_appeal": lambda s, a, t, x: appeals.find_own_appeal(
        s.portal, a, s.hackathon_id, t.team_id
    ),
    "results.appeals.list_appeals": lambda s, a, t, x: appeals.list_appeals(
        s.portal, s.results, a, s.hackathon_id
    ),
    "results.voting.set_ballot": NOTHING,
    "results.voting.find_ballot": NOTHING,
    "results.voting.find_booth": lambda s, a, t, x: voting.find_booth(
        s.portal, s.results, a, x.submission_id
    ),
    "results.voting.booth_of": lambda s, a, t, x: voting.booth_of(s.portal, s.results, a, x),
    "results.voting.vote": lambda s, a, t, x: voting.vote(s.portal, s.results, a, x.submission_id),
    "results.voting.count": lambda s, a, t, x: voting.count(s.portal, s.results, a, s.hackathon_id),
}
MODULES = (
    teams, members, api_keys, submissions, writing, judges, assignment, panels, sheets, results, appeals, voting,
)  # fmt: skip


def keys_of(stage: Stage) -> ApiKeyDesk:
    return ApiKeyDesk(stage.desk)


def sheet_on(stage: Stage, submission: Submission) -> UUID:
    row = stage.owner.execute(
        "SELECT sheet_id FROM innovation.sheets WHERE submission_id = %s LIMIT 1", [submission.submission_id]
    ).fetchone()
    assert row is not None
    return row[0]


def judge_on(stage: Stage, submission: Submission) -> Judge:
    """Somebody who has a sheet for it."""
    everyone = judges.list_judges(stage.portal, stage.jury, stage.chief, stage.hackathon_id)
    sheet_id = sheet_on(stage, submission)
    (found,) = [sheet for sheet in stage.sheets() if sheet.sheet_id == sheet_id]
    return next(one for one in everyone if one.judge_id == found.judge_id)


def appeal_of(stage: Stage, team: Team) -> UUID:
    appeal_id = uuid4()
    stage.owner.execute(
        "INSERT INTO innovation.appeals (appeal_id, hackathon_id, team_id, text, state, state_changed_at, filed_at)"
        " VALUES (%s, %s, %s, %s, 'filed', now(), now()) ON CONFLICT DO NOTHING",
        [appeal_id, stage.hackathon_id, team.team_id, team.profile.name],
    )
    row = stage.owner.execute(
        "SELECT appeal_id FROM innovation.appeals WHERE team_id = %s", [team.team_id]
    ).fetchone()
    assert row is not None
    return row[0]


def captain_of(stage: Stage, team: Team) -> UUID:
    row = stage.owner.execute(
        "SELECT member_id FROM innovation.team_members WHERE team_id = %s AND is_captain", [team.team_id]
    ).fetchone()
    assert row is not None
    return row[0]


def asked_by_an_actor(module: ModuleType) -> set[str]:
    return {
        f"{module.__name__.removeprefix('hackathon.contest.')}.{name}"
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and {"actor", "session"} & inspect.signature(function).parameters.keys()
    }


def test_every_function_that_an_actor_asks_has_a_probe():
    assert set().union(*map(asked_by_an_actor, MODULES)) == set(PROBES)


@pytest.mark.parametrize("role", [None, Role.ORGANISER, Role.ADMINISTRATOR])
def test_a_judge_in_conflict_is_told_nothing(stage: Stage, role: Role | None):
    """Neither as a judge nor as an organiser: lists, counts, searches, single objects and refusals."""
    stage.judged_by(1)
    judge, others = stage.judge(), [stage.judge(), stage.judge()]
    found, handed_in = stage.judging(3)
    (hidden, *seen), (secret, *_) = found, handed_in
    own = Actor(judge.person_id, (Grant(role),)) if role else stage.actor(judge.person_id)
    judges.declare_interest(
        stage.portal, stage.jury, stage.actor(judge.person_id), stage.hackathon_id, hidden.team_id
    )
    stage.assign()
    telling = {str(hidden.team_id), str(secret.submission_id), hidden.profile.name}
    refused: dict[str, str] = {}
    assert hidden.profile.name in repr(PROBES["teams.service.list_teams"](stage, stage.chief, hidden, secret))
    for name, probe in PROBES.items():
        if isinstance(probe, str):
            continue
        try:
            answer = probe(stage, own, hidden, secret)
        except FalajError as error:
            refused[name] = error.slug
            continue
        if isinstance(answer, int):
            assert answer in {len(seen), 0}, name
        assert not [word for word in telling if word in repr(answer)], name
    assert set(refused.values()) <= {"no_such_object", "not_allowed"}, refused
    assert len(others) == 2


def test_the_code_of_a_hidden_team_is_a_code_that_nobody_made(stage: Stage):
    stage.until("registration_opens")
    team, judge = stage.team(), stage.judge()
    code = members.make_code(stage.portal, stage.teams, stage.captain(team), team.team_id).text
    actor = stage.actor(judge.person_id)
    assert members.find_by_code(stage.portal, stage.teams, actor, code).team_id == team.team_id
    judges.declare_interest(stage.portal, stage.jury, actor, stage.hackathon_id, team.team_id)
    with pytest.raises(CodeUnknown):
        members.find_by_code(stage.portal, stage.teams, actor, code)


def test_a_judge_in_conflict_is_offered_no_step(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    stage.judge()
    found, handed_in = stage.judging(2)
    own = Actor(judge.person_id, (Grant(Role.ADMINISTRATOR),))
    judges.declare_interest(
        stage.portal, stage.jury, stage.actor(judge.person_id), stage.hackathon_id, found[0].team_id
    )
    for binding, object_id in (
        (teams.repository.TEAMS, found[0].team_id),
        (submissions.repository.SUBMISSIONS, handed_in[0].submission_id),
    ):
        with pytest.raises(NoSuchObject):
            possible_steps(stage.portal, binding, object_id, own, stage.watch)
