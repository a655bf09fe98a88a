"""What a judge in conflict with a team is not told: every function that an actor asks, one probe each."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import Actor, Grant, Role
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.api_keys import service as api_keys
from hackathon.contest.jury import assignment, judges, panels, sheets
from hackathon.contest.jury.model import Judge, Marking
from hackathon.contest.jury.repository import SHEETS
from hackathon.contest.results import appeals, voting
from hackathon.contest.results import service as results
from hackathon.contest.results.model import Answer, Continuation
from hackathon.contest.results.repository import APPEALS
from hackathon.contest.submissions import service as submissions
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.teams import members
from hackathon.contest.teams import service as teams
from hackathon.contest.teams.errors import TeamCodeUnknown
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.repository import MEMBERS, TEAMS
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
    "teams.service.edit": lambda s, a, t, x: s.call(a, teams.edit, t.team_id, t.profile, 1),
    "teams.service.move": lambda s, a, t, x: s.call(a, teams.move, t.team_id, "remove", 1),
    "teams.service.get_team": lambda s, a, t, x: s.call(a, teams.get_team, t.team_id),
    "teams.service.list_teams": lambda s, a, t, x: s.call(a, teams.list_teams, s.hackathon_id),
    "teams.service.count_teams": lambda s, a, t, x: s.call(a, teams.count_teams, s.hackathon_id),
    "teams.service.find_own_team": lambda s, a, t, x: s.call(a, teams.find_own_team, s.hackathon_id),
    "teams.service.set_mentor": lambda s, a, t, x: s.call(
        a, teams.set_mentor, t.team_id, uuid4(), helps=False
    ),
    "teams.service.list_mentors": lambda s, a, t, x: s.call(a, teams.list_mentors, t.team_id),
    "teams.service.why_not_found": NOTHING,
    "teams.service.why_not_ask": lambda s, a, t, x: s.call(a, teams.why_not_ask, t.team_id),
    # By a code that exists: see the test below.
    "teams.members.find_by_code": OWN,
    "teams.members.make_code": lambda s, a, t, x: s.call(a, members.make_code, t.team_id),
    "teams.members.join_by_code": OWN,
    "teams.members.ask_to_join": lambda s, a, t, x: s.call(a, members.ask_to_join, t.team_id),
    "teams.members.invite": OWN,
    "teams.members.accept": OWN,
    "teams.members.move": lambda s, a, t, x: s.call(
        a, members.move, captain_of(s, t), "take_out", 2, "conduct"
    ),
    "teams.members.hand_over": lambda s, a, t, x: s.call(a, members.hand_over, t.team_id, uuid4(), 1),
    "teams.members.list_members": lambda s, a, t, x: s.call(a, members.list_members, t.team_id),
    "teams.members.list_memberships": OWN,
    "api_keys.service.get_overview": lambda s, a, t, x: s.call(a, api_keys.get_overview, t.team_id),
    "api_keys.service.why_not_issued": lambda s, a, t, x: s.call(a, api_keys.why_not_issued, t.team_id),
    "api_keys.service.issue": lambda s, a, t, x: s.call(a, api_keys.issue, t.team_id),
    "api_keys.service.replace": lambda s, a, t, x: s.call(a, api_keys.replace, t.team_id, 1),
    "api_keys.service.revoke": lambda s, a, t, x: s.call(a, api_keys.revoke, t.team_id, 1),
    "submissions.writing.set_form": NOTHING,
    "submissions.writing.get_form": NOTHING,
    "submissions.writing.begin": lambda s, a, t, x: s.call(a, writing.begin, t.team_id),
    "submissions.writing.write": OWN,
    "submissions.writing.add_file": OWN,
    "submissions.writing.remove_file": OWN,
    "submissions.writing.submit": lambda s, a, t, x: s.call(a, writing.submit, x.submission_id, 1),
    "submissions.writing.write_and_submit": OWN,
    "submissions.writing.move": lambda s, a, t, x: s.call(
        a, writing.move, x.submission_id, "disqualify", x.version, "rules"
    ),
    "submissions.writing.grant_late_access": lambda s, a, t, x: s.call(
        a, writing.grant_late_access, x.submission_id, s.watch.at
    ),
    "submissions.writing.redeem_late_access": OWN,
    "submissions.service.get_submission": lambda s, a, t, x: s.call(
        a, submissions.get_submission, x.submission_id
    ),
    "submissions.service.get_dossier": lambda s, a, t, x: s.call(a, submissions.get_dossier, x.submission_id),
    "submissions.service.list_seen": lambda s, a, t, x: s.call(a, submissions.list_seen, [x.submission_id]),
    "submissions.service.find_own_submission": lambda s, a, t, x: s.call(
        a, submissions.find_own_submission, t.team_id
    ),
    "submissions.service.list_submissions": lambda s, a, t, x: s.call(
        a, submissions.list_submissions, s.hackathon_id
    ),
    "submissions.service.count_submissions": lambda s, a, t, x: sum(
        s.call(a, submissions.count_submissions, s.hackathon_id).values()
    ),
    "submissions.service.get_handed_in": lambda s, a, t, x: s.call(
        a, submissions.get_handed_in, x.submission_id
    ),
    "submissions.service.get_record": lambda s, a, t, x: s.call(
        a, submissions.get_record, x.submission_id, 1
    ),
    "submissions.service.list_versions": lambda s, a, t, x: s.call(
        a, submissions.list_versions, x.submission_id
    ),
    "submissions.service.list_draft_files": lambda s, a, t, x: s.call(
        a, submissions.list_draft_files, x.submission_id
    ),
    "submissions.service.find_file": lambda s, a, t, x: s.call(
        a, submissions.find_file, x.submission_id, uuid4()
    ),
    "jury.judges.invite": NOTHING,
    "jury.judges.move": NOTHING,
    "jury.judges.declare_interest": NOTHING,
    "jury.judges.declare_person": NOTHING,
    "jury.judges.list_own_judging": NOTHING,
    "jury.judges.list_judges": NOTHING,
    "jury.judges.get_judge": NOTHING,
    "jury.judges.find_own_judge": NOTHING,
    "jury.judges.list_named": NOTHING,
    "jury.judges.is_named": NOTHING,
    "jury.judges.set_named": NOTHING,
    "jury.judges.find_organised": NOTHING,
    "jury.judges.set_terms": NOTHING,
    "jury.judges.get_terms": NOTHING,
    "jury.judges.find_terms": NOTHING,
    "jury.judges.require_staff": NOTHING,
    "jury.assignment.propose": lambda s, a, t, x: s.call(a, assignment.propose, s.hackathon_id, 1),
    "jury.assignment.find_proposal": lambda s, a, t, x: s.call(a, assignment.find_proposal, s.hackathon_id),
    "jury.assignment.publish": NOTHING,
    "jury.panels.find_gaps": lambda s, a, t, x: s.call(a, panels.find_gaps, s.hackathon_id),
    "jury.panels.find_wanting": lambda s, a, t, x: s.call(a, panels.find_wanting, s.hackathon_id),
    "jury.sheets.list_own_sheets": lambda s, a, t, x: s.call(a, sheets.list_own_sheets, s.hackathon_id),
    "jury.sheets.get_sheet": lambda s, a, t, x: s.call(a, sheets.get_sheet, sheet_on(s, x)),
    "jury.sheets.write": lambda s, a, t, x: s.call(a, sheets.write, sheet_on(s, x), Marking({}), 1),
    "jury.sheets.hand_in": lambda s, a, t, x: s.call(a, sheets.hand_in, sheet_on(s, x), Marking({}), 1),
    "jury.sheets.find_titles": lambda s, a, t, x: s.call(a, sheets.find_titles, s.hackathon_id),
    "jury.sheets.move": lambda s, a, t, x: s.call(a, sheets.move, sheet_on(s, x), "take_out", 1),
    "jury.sheets.lock_all": lambda s, a, t, x: s.call(a, sheets.lock_all, s.hackathon_id),
    "jury.sheets.list_sheets": lambda s, a, t, x: s.call(a, sheets.list_sheets, s.hackathon_id),
    "jury.sheets.list_sheets_of": lambda s, a, t, x: s.call(a, sheets.list_sheets_of, judge_on(s, x)),
    "jury.sheets.list_progress": lambda s, a, t, x: s.call(a, sheets.list_progress, s.hackathon_id),
    "results.service.prepare": lambda s, a, t, x: s.call(a, results.prepare, s.hackathon_id),
    "results.service.decide_tie": lambda s, a, t, x: s.call(
        a, results.decide_tie, s.hackathon_id, "", [x.submission_id], "r"
    ),
    "results.service.release": lambda s, a, t, x: s.call(a, results.release, s.hackathon_id, 1),
    "results.service.finalise": NOTHING,
    "results.service.find_results": lambda s, a, t, x: s.call(a, results.find_results, s.hackathon_id),
    "results.service.list_entries": lambda s, a, t, x: s.call(a, results.list_entries, s.hackathon_id),
    "results.service.find_outcome": lambda s, a, t, x: s.call(a, results.find_outcome, x),
    "results.service.find_prepared": lambda s, a, t, x: s.call(a, results.find_prepared, s.hackathon_id),
    "results.service.get_feedback": lambda s, a, t, x: s.call(a, results.get_feedback, x.submission_id),
    "results.service.note_continuation": lambda s, a, t, x: s.call(
        a, results.note_continuation, x.submission_id, Continuation.PILOT, "r"
    ),
    "results.service.list_continuations": lambda s, a, t, x: s.call(
        a, results.list_continuations, x.submission_id
    ),
    "results.appeals.may_file": OWN,
    "results.appeals.file": lambda s, a, t, x: s.call(a, appeals.file, t.team_id, "a"),
    "results.appeals.decide": lambda s, a, t, x: s.call(
        a, appeals.decide, appeal_of(s, t), Answer("dismiss", "no_error", "a"), 1
    ),
    "results.appeals.withdraw": lambda s, a, t, x: s.call(a, appeals.withdraw, appeal_of(s, t), 1),
    "results.appeals.find_own_appeal": lambda s, a, t, x: s.call(
        a, appeals.find_own_appeal, s.hackathon_id, t.team_id
    ),
    "results.appeals.list_appeals": lambda s, a, t, x: s.call(a, appeals.list_appeals, s.hackathon_id),
    "results.voting.set_ballot": NOTHING,
    "results.voting.find_ballot": NOTHING,
    "results.voting.find_booth": lambda s, a, t, x: s.call(a, voting.find_booth, x.submission_id),
    "results.voting.booth_of": lambda s, a, t, x: s.call(a, voting.booth_of, x),
    "results.voting.vote": lambda s, a, t, x: s.call(a, voting.vote, x.submission_id),
    "results.voting.count": lambda s, a, t, x: s.call(a, voting.count, s.hackathon_id),
}
#: What they can do with an object, by what the object is.
STEPS: dict[str, Any] = {
    "team": lambda s, a, t, x: s.call(a, Session.steps, TEAMS, t.team_id),
    "member": lambda s, a, t, x: s.call(a, Session.steps, MEMBERS, captain_of(s, t)),
    "submission": lambda s, a, t, x: s.call(a, Session.steps, SUBMISSIONS, x.submission_id),
    "sheet": lambda s, a, t, x: s.call(a, Session.steps, SHEETS, sheet_on(s, x)),
    "appeal": lambda s, a, t, x: s.call(a, Session.steps, APPEALS, appeal_of(s, t)),
}
MODULES = (
    teams, members, api_keys, submissions, writing, judges, assignment, panels, sheets, results, appeals, voting,
)  # fmt: skip


def sheet_on(stage: Stage, submission: Submission) -> UUID:
    row = stage.owner.execute(
        "SELECT sheet_id FROM innovation.sheets WHERE submission_id = %s LIMIT 1", [submission.submission_id]
    ).fetchone()
    assert row is not None
    return row[0]


def judge_on(stage: Stage, submission: Submission) -> Judge:
    """Somebody who has a sheet for it."""
    everyone = stage.call(stage.chief, judges.list_judges, stage.hackathon_id)
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
    stage.call(stage.actor(judge.person_id), judges.declare_interest, stage.hackathon_id, hidden.team_id)
    stage.assign()
    telling = {str(hidden.team_id), str(secret.submission_id), hidden.profile.name}
    refused: dict[str, str] = {}
    assert hidden.profile.name in repr(PROBES["teams.service.list_teams"](stage, stage.chief, hidden, secret))
    for name, probe in (PROBES | STEPS).items():
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
    code = stage.call(stage.captain(team), members.make_code, team.team_id).text
    actor = stage.actor(judge.person_id)
    assert stage.call(actor, members.find_by_code, code).team_id == team.team_id
    stage.call(actor, judges.declare_interest, stage.hackathon_id, team.team_id)
    with pytest.raises(TeamCodeUnknown):
        stage.call(actor, members.find_by_code, code)


def test_a_judge_in_conflict_is_offered_no_step(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    stage.judge()
    found, handed_in = stage.judging(2)
    own = Actor(judge.person_id, (Grant(Role.ADMINISTRATOR),))
    stage.call(stage.actor(judge.person_id), judges.declare_interest, stage.hackathon_id, found[0].team_id)
    for binding, object_id in (
        (TEAMS, found[0].team_id),
        (SUBMISSIONS, handed_in[0].submission_id),
    ):
        with pytest.raises(NoSuchObject):
            stage.call(own, Session.steps, binding, object_id)
