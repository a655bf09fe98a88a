"""Juries: who judges what, from proposal to sheet, and what a judge in conflict is not told."""

from __future__ import annotations

import inspect
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest

from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.access.model import ANONYMOUS, Actor, Grant, Role
from hackathon.interests.service import find_conflicts
from hackathon.judging.errors import AssignmentImpossible, ScoredInConflict
from hackathon.judging.model import NOT_APPLICABLE
from hackathon.jury import assignment, errors, judges, sheets
from hackathon.jury.holding import HOLDER
from hackathon.jury.model import Terms
from hackathon.submissions import service as submissions
from hackathon.submissions import writing
from hackathon.submissions.model import Submission
from hackathon.teams import members
from hackathon.teams import service as teams
from hackathon.teams.model import Team
from hackathon.workflow.errors import NoSuchObject, NotAllowed
from hackathon.workflow.service import possible_steps
from tests.conftest import Database
from tests.hackathon.stage import RUBRIC, Stage


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=tmp_path / "files")


def judged(stage: Stage, count: int) -> tuple[list[Team], list[Submission]]:
    """Teams whose submissions are being judged."""
    stage.until("registration_opens")
    found = [stage.complete_team() for _ in range(count)]
    stage.until("starts")
    handed_in = [stage.hand_in(team, f"Idea {number}") for number, team in enumerate(found)]
    stage.admit(*handed_in)
    return found, handed_in


def test_a_jury_is_asked_accepts_and_judges_what_it_was_assigned(stage: Stage):
    stage.judged_by(2)
    for _ in range(3):
        stage.judge()
    _, handed_in = judged(stage, 3)
    proposal = assignment.propose(stage.portal, stage.jury, stage.chief, stage.hackathon_id, 5)
    assert stage.sheets() == []
    assert assignment.publish(stage.portal, stage.jury, stage.chief, proposal.proposal_id) >= 6
    with pytest.raises(NoSuchObject):
        assignment.publish(stage.portal, stage.jury, stage.chief, proposal.proposal_id)
    assert {one.submission_id for one in stage.sheets()} == {one.submission_id for one in handed_in}
    for sheet in stage.sheets():
        stage.score(sheet, "7.5", NOT_APPLICABLE)
    assert {one.state for one in stage.sheets()} == {"submitted"}
    for progress in sheets.list_progress(stage.portal, stage.jury, stage.chief, stage.hackathon_id):
        assert progress.sheets["submitted"] >= 2
    assert sheets.lock_all(stage.portal, stage.jury, stage.chief, stage.hackathon_id) == len(stage.sheets())


def test_what_a_sheet_takes(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    judged(stage, 1)
    stage.assign()
    (sheet,) = sheets.list_own_sheets(stage.portal, stage.actor(judge.person_id), stage.hackathon_id)
    actor, portal, desk = stage.actor(judge.person_id), stage.portal, stage.jury

    def write(marks: dict[str, Any], version: int, remark: str = ""):
        return sheets.write(portal, desk, actor, sheet.sheet_id, marks, {}, remark, version)

    with pytest.raises(errors.SheetNotEditable):
        write({}, sheet.version)
    sheets.move(portal, desk, actor, sheet.sheet_id, "accept", sheet.version)
    for wrong in ({"impact": Decimal(11)}, {"impact": NOT_APPLICABLE}, {"other": Decimal(1)}):
        with pytest.raises(errors.SheetIncomplete):
            write(wrong, 2)
    with pytest.raises(errors.TooMuch):
        write({}, 2, "x" * 4_001)
    half = write({"impact": Decimal("6.5")}, 2)
    assert half.state == "in_progress"
    assert half.sheet.marks == {"impact": Decimal("6.5")}
    with pytest.raises(errors.SheetIncomplete):
        sheets.move(portal, desk, actor, sheet.sheet_id, "submit", half.version)
    whole = write({"impact": Decimal("6.5"), "data": NOT_APPLICABLE}, half.version)
    sheets.move(portal, desk, actor, sheet.sheet_id, "submit", whole.version)
    known = sheets.get_sheet(portal, actor, sheet.sheet_id)
    with pytest.raises(errors.SheetNotEditable):
        write({}, known.version)
    with pytest.raises(NotAllowed):
        sheets.move(portal, desk, actor, sheet.sheet_id, "reopen", known.version, "mistake")
    sheets.move(portal, desk, stage.chief, sheet.sheet_id, "reopen", known.version, "mistake")
    with pytest.raises(NoSuchObject):
        sheets.get_sheet(portal, stage.chief, sheet.sheet_id)


def test_a_recusal_leaves_a_gap_that_is_filled_and_everything_else_stays(stage: Stage):
    stage.judged_by(2)
    for _ in range(4):
        stage.judge()
    judged(stage, 4)
    stage.assign()
    before = stage.sheets()
    gone = before[0]
    actor = stage.actor(gone.person_id)
    sheets.move(stage.portal, stage.jury, actor, gone.sheet_id, "decline", gone.version, "conflict")
    with pytest.raises(NoSuchObject):
        sheets.get_sheet(stage.portal, actor, gone.sheet_id)
    with pytest.raises(NoSuchObject):
        submissions.get_submission(stage.portal, actor, gone.submission_id)
    stage.assign()
    kept = {one.sheet_id for one in before} - {gone.sheet_id}
    after = [one for one in stage.sheets() if one.state != "declined"]
    assert kept <= {one.sheet_id for one in after}
    counts = Counter(one.submission_id for one in after)
    assert counts[gone.submission_id] >= 2
    assert (gone.person_id, gone.submission_id) not in {(one.person_id, one.submission_id) for one in after}


def test_a_conflict_that_turns_up_late_has_to_be_taken_out(stage: Stage):
    stage.judged_by(2)
    for _ in range(4):
        stage.judge()
    found, _ = judged(stage, 2)
    stage.assign()
    sheet = next(one for one in stage.sheets() if one.team_id == found[0].team_id)
    judges.declare_interest(
        stage.portal, stage.jury, stage.actor(sheet.person_id), stage.hackathon_id, found[0].team_id
    )
    with pytest.raises(ScoredInConflict):
        assignment.propose(stage.portal, stage.jury, stage.chief, stage.hackathon_id, 1)
    sheets.move(stage.portal, stage.jury, stage.chief, sheet.sheet_id, "take_out", sheet.version)
    assert stage.assign() >= 1


def test_a_proposal_that_the_world_has_overtaken_is_refused(stage: Stage):
    stage.judged_by(1)
    judge, _ = stage.judge(), stage.judge()
    found, _ = judged(stage, 2)
    proposal = assignment.propose(stage.portal, stage.jury, stage.chief, stage.hackathon_id, 1)
    seat = next(one for one in proposal.seats if one.judge_id == judge.judge_id)
    judges.declare_interest(
        stage.portal, stage.jury, stage.actor(judge.person_id), stage.hackathon_id, seat.team_id
    )
    with pytest.raises(errors.ProposalOutdated):
        assignment.publish(stage.portal, stage.jury, stage.chief, proposal.proposal_id)
    assert len(found) == 2


def test_what_stands_against_an_assignment_is_said(stage: Stage):
    _, _ = judged(stage, 2)
    with pytest.raises(errors.RubricMissing):
        stage.assign()
    stage.judged_by(3)
    with pytest.raises(errors.NobodyToJudge):
        stage.assign()
    stage.judge(capacity=1)
    with pytest.raises(AssignmentImpossible):
        stage.assign()
    with pytest.raises(errors.NoSuchAccount):
        judges.invite(stage.portal, stage.jury, stage.chief, stage.hackathon_id, "no@firm.example", 3)
    with pytest.raises(errors.TooMuch):
        judges.invite(stage.portal, stage.jury, stage.chief, stage.hackathon_id, "no@firm.example", 0)
    for act in (
        lambda: assignment.propose(stage.portal, stage.jury, ANONYMOUS, stage.hackathon_id, 1),
        lambda: sheets.list_sheets(stage.portal, stage.jury, ANONYMOUS, stage.hackathon_id),
        lambda: judges.list_judges(stage.portal, stage.jury, ANONYMOUS, stage.hackathon_id),
        lambda: judges.set_terms(
            stage.portal, stage.jury, ANONYMOUS, stage.hackathon_id, 1, Terms(RUBRIC, 1, False)
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_every_kind_of_conflict_is_found_in_the_facts(stage: Stage):
    firm = stage.organisation()
    stage.until("registration_opens")
    owner = stage.judge(stage.person(organisation=stage.agency))
    colleague = stage.judge(stage.person(organisation=firm))
    neighbour = stage.judge(stage.person("a.judge@mail.firm.example"))
    mentor, member, free = stage.judge(), stage.judge(), stage.judge()
    team = stage.team([stage.person("a.member@firm.example", firm), member.person_id])
    other = stage.team()
    stage.owner.execute(
        "INSERT INTO innovation.team_mentors VALUES (%s, %s, now())", [team.team_id, mentor.person_id]
    )
    stage.owner.execute("UPDATE innovation.teams SET challenge_id = NULL WHERE team_id = %s", [other.team_id])
    found = find_conflicts(stage.portal, stage.hackathon_id).reasons
    reasons = {judge: tuple(found.get((str(judge.person_id), str(team.team_id)), ())) for judge in (
        owner, colleague, neighbour, mentor, member, free)}  # fmt: skip
    assert [reasons[one] for one in (owner, colleague, neighbour, mentor, free)] == [
        ("challenge_owner",), ("same_organisation",), ("same_mail_domain",), ("mentor",), (),
    ]  # fmt: skip
    assert "team_member" in reasons[member]
    assert not any(team_id == str(other.team_id) for _, team_id in found)


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
    "submissions.writing.set_form": NOTHING,
    "submissions.writing.get_form": NOTHING,
    "submissions.writing.begin": lambda s, a, t, x: writing.begin(s.portal, s.submissions, a, t.team_id),
    "submissions.writing.write": OWN,
    "submissions.writing.add_file": OWN,
    "submissions.writing.remove_file": OWN,
    "submissions.writing.submit": lambda s, a, t, x: writing.submit(
        s.portal, s.submissions, a, x.submission_id, 1
    ),
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
    "jury.judges.list_judges": NOTHING,
    "jury.judges.find_own_judge": NOTHING,
    "jury.judges.set_terms": NOTHING,
    "jury.judges.get_terms": NOTHING,
    "jury.judges.require_staff": NOTHING,
    "jury.assignment.propose": lambda s, a, t, x: assignment.propose(s.portal, s.jury, a, s.hackathon_id, 1),
    "jury.assignment.publish": NOTHING,
    "jury.sheets.list_own_sheets": lambda s, a, t, x: sheets.list_own_sheets(s.portal, a, s.hackathon_id),
    "jury.sheets.get_sheet": lambda s, a, t, x: sheets.get_sheet(s.portal, a, sheet_on(s, x)),
    "jury.sheets.write": lambda s, a, t, x: sheets.write(s.portal, s.jury, a, sheet_on(s, x), {}, {}, "", 1),
    "jury.sheets.move": lambda s, a, t, x: sheets.move(s.portal, s.jury, a, sheet_on(s, x), "take_out", 1),
    "jury.sheets.lock_all": lambda s, a, t, x: sheets.lock_all(s.portal, s.jury, a, s.hackathon_id),
    "jury.sheets.list_sheets": lambda s, a, t, x: sheets.list_sheets(s.portal, s.jury, a, s.hackathon_id),
    "jury.sheets.list_progress": lambda s, a, t, x: sheets.list_progress(s.portal, s.jury, a, s.hackathon_id),
}
MODULES = (teams, members, submissions, writing, judges, assignment, sheets)


def sheet_on(stage: Stage, submission: Submission) -> UUID:
    row = stage.owner.execute(
        "SELECT sheet_id FROM innovation.sheets WHERE submission_id = %s LIMIT 1", [submission.submission_id]
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
        f"{module.__name__.removeprefix('hackathon.')}.{name}"
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "actor" in inspect.signature(function).parameters
    }


def test_every_function_that_an_actor_asks_has_a_probe():
    assert set().union(*map(asked_by_an_actor, MODULES)) == set(PROBES)


@pytest.mark.parametrize("role", [None, Role.ORGANISER, Role.ADMINISTRATOR])
def test_a_judge_in_conflict_is_told_nothing(stage: Stage, role: Role | None):
    """Neither as a judge nor as an organiser: lists, counts, searches, single objects and refusals."""
    stage.judged_by(1)
    judge, others = stage.judge(), [stage.judge(), stage.judge()]
    found, handed_in = judged(stage, 3)
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


def test_a_judge_in_conflict_is_offered_no_step(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    stage.judge()
    found, handed_in = judged(stage, 2)
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


def test_what_is_held_of_a_judge_is_given_out_and_kept_by_key(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    judged(stage, 1)
    stage.assign()
    judges.declare_interest(
        stage.portal, stage.jury, stage.actor(judge.person_id), stage.hackathon_id, uuid4()
    )
    with stage.portal.transaction():
        rows = list(HOLDER.export(stage.portal, judge.person_id))
        assert [section for section, _ in rows] == ["judging", "score_sheets"]
        outcomes = HOLDER.erase(stage.portal, judge.person_id)
    assert {(one.table, one.rows) for one in outcomes} == {("declarations", 1), ("judges", 1)}
