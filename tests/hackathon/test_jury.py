"""Juries: who judges what, from proposal to sheet, and what a judge in conflict is not told."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from casework.access.model import ANONYMOUS
from casework.access_log.service import list_entries
from casework.lists.model import Wanted
from casework.lists.service import read
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.store.connections import Connection
from hackathon.contest.interests.service import find_conflicts
from hackathon.contest.judging.errors import JudgingAssignmentImpossible, JudgingScoredInConflict
from hackathon.contest.judging.model import NOT_APPLICABLE
from hackathon.contest.jury import assignment, errors, judges, sheets
from hackathon.contest.jury.listing import DESK
from hackathon.contest.jury.model import Marking, Terms
from hackathon.contest.jury.noun import HOLDER
from hackathon.contest.jury.settings import JurySettings
from hackathon.contest.submissions import service as submissions
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import RUBRIC, Stage


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=tmp_path / "files")


def test_a_jury_is_asked_accepts_and_judges_what_it_was_assigned(stage: Stage):
    stage.judged_by(2)
    for _ in range(3):
        stage.judge()
    _, handed_in = stage.judging(3)
    proposal = stage.call(stage.chief, assignment.propose, stage.hackathon_id, 5)
    assert stage.sheets() == []
    assert stage.call(stage.chief, assignment.publish, proposal.proposal_id) >= 6
    with pytest.raises(NoSuchObject):
        stage.call(stage.chief, assignment.publish, proposal.proposal_id)
    assert {one.submission_id for one in stage.sheets()} == {one.submission_id for one in handed_in}
    for sheet in stage.sheets():
        stage.score(sheet, "7.5", NOT_APPLICABLE)
    assert {one.state for one in stage.sheets()} == {"submitted"}
    for progress in stage.call(stage.chief, sheets.list_progress, stage.hackathon_id):
        assert progress.sheets["submitted"] >= 2
    assert stage.call(stage.chief, sheets.lock_all, stage.hackathon_id) == len(stage.sheets())


def test_what_a_sheet_takes(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    stage.judging(1)
    stage.assign()
    (sheet,) = stage.call(stage.actor(judge.person_id), sheets.list_own_sheets, stage.hackathon_id)
    actor = stage.actor(judge.person_id)

    def write(marks: dict[str, Any], version: int, remark: str = ""):
        return stage.call(actor, sheets.write, sheet.sheet_id, Marking(marks, {}, remark), version)

    with pytest.raises(errors.SheetNotEditable):
        write({}, sheet.version)
    stage.call(actor, sheets.move, sheet.sheet_id, "accept", sheet.version)
    for wrong in ({"impact": Decimal(11)}, {"impact": NOT_APPLICABLE}, {"other": Decimal(1)}):
        with pytest.raises(errors.SheetIncomplete):
            write(wrong, 2)
    with pytest.raises(errors.TooMuch):
        write({}, 2, "x" * 4_001)
    half = write({"impact": Decimal("6.5")}, 2)
    assert half.state == "in_progress"
    assert half.sheet.marks == {"impact": Decimal("6.5")}
    with pytest.raises(errors.SheetIncomplete):
        stage.call(actor, sheets.move, sheet.sheet_id, "submit", half.version)
    whole = write({"impact": Decimal("6.5"), "data": NOT_APPLICABLE}, half.version)
    stage.call(actor, sheets.move, sheet.sheet_id, "submit", whole.version)
    known = stage.call(actor, sheets.get_sheet, sheet.sheet_id)
    with pytest.raises(errors.SheetNotEditable):
        write({}, known.version)
    with pytest.raises(NotAllowed):
        stage.call(actor, sheets.move, sheet.sheet_id, "reopen", known.version, "mistake")
    stage.call(stage.chief, sheets.move, sheet.sheet_id, "reopen", known.version, "mistake")
    with pytest.raises(NoSuchObject):
        stage.call(stage.chief, sheets.get_sheet, sheet.sheet_id)


def test_a_recusal_leaves_a_gap_that_is_filled_and_everything_else_stays(stage: Stage):
    stage.judged_by(2)
    for _ in range(4):
        stage.judge()
    stage.judging(4)
    stage.assign()
    before = stage.sheets()
    gone = before[0]
    actor = stage.actor(gone.person_id)
    stage.call(actor, sheets.move, gone.sheet_id, "decline", gone.version, "conflict")
    with pytest.raises(NoSuchObject):
        stage.call(actor, sheets.get_sheet, gone.sheet_id)
    with pytest.raises(NoSuchObject):
        stage.call(actor, submissions.get_submission, gone.submission_id)
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
    found, _ = stage.judging(2)
    stage.assign()
    sheet = next(one for one in stage.sheets() if one.team_id == found[0].team_id)
    stage.call(stage.actor(sheet.person_id), judges.declare_interest, stage.hackathon_id, found[0].team_id)
    with pytest.raises(JudgingScoredInConflict):
        stage.call(stage.chief, assignment.propose, stage.hackathon_id, 1)
    stage.call(stage.chief, sheets.move, sheet.sheet_id, "take_out", sheet.version)
    stage.assign()
    after = [one for one in stage.sheets() if one.state != "recused"]
    assert all(count >= 2 for count in Counter(one.submission_id for one in after).values())
    assert sheet.person_id not in {one.person_id for one in after if one.team_id == found[0].team_id}


def test_a_proposal_that_the_world_has_overtaken_is_refused(stage: Stage):
    stage.judged_by(1)
    judge, _ = stage.judge(), stage.judge()
    found, _ = stage.judging(2)
    proposal = stage.call(stage.chief, assignment.propose, stage.hackathon_id, 1)
    seat = next(one for one in proposal.seats if one.judge_id == judge.judge_id)
    stage.call(stage.actor(judge.person_id), judges.declare_interest, stage.hackathon_id, seat.team_id)
    with pytest.raises(errors.ProposalOutdated):
        stage.call(stage.chief, assignment.publish, proposal.proposal_id)
    assert len(found) == 2


def test_what_stands_against_an_assignment_is_said(stage: Stage):
    _, _ = stage.judging(2)
    with pytest.raises(errors.RubricMissing):
        stage.assign()
    stage.judged_by(3)
    with pytest.raises(errors.NobodyToJudge):
        stage.assign()
    stage.judge(capacity=1)
    with pytest.raises(JudgingAssignmentImpossible):
        stage.assign()
    with pytest.raises(errors.NoSuchAccount):
        stage.call(stage.chief, judges.invite, stage.hackathon_id, "no@firm.example", 3)
    with pytest.raises(errors.TooMuch):
        stage.call(stage.chief, judges.invite, stage.hackathon_id, "no@firm.example", 0)
    for act in (
        lambda: stage.call(ANONYMOUS, assignment.propose, stage.hackathon_id, 1),
        lambda: stage.call(ANONYMOUS, sheets.list_sheets, stage.hackathon_id),
        lambda: stage.call(ANONYMOUS, judges.list_judges, stage.hackathon_id),
        lambda: stage.call(ANONYMOUS, judges.set_terms, stage.hackathon_id, 1, Terms(RUBRIC, 1, False)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_who_competes_is_not_asked_to_judge(stage: Stage):
    teams, _ = stage.judging(1)
    row = stage.owner.execute(
        "SELECT people.email FROM innovation.team_members JOIN innovation.people USING (person_id)"
        " WHERE team_id = %s LIMIT 1",
        [teams[0].team_id],
    ).fetchone()
    assert row is not None
    with pytest.raises(errors.JudgeCompetes):
        stage.call(stage.chief, judges.invite, stage.hackathon_id, row[0], 3)


def test_judges_see_that_they_were_read(stage: Stage):
    judge = stage.actor(stage.judge().person_id)
    stage.call(stage.chief, judges.list_judges, stage.hackathon_id)
    stage.call(
        stage.chief,
        read,
        DESK,
        Wanted(dict.fromkeys((one.name for one in DESK.filters), ""), DESK.first),
        stage.hackathon_id,
    )
    found = [one.what for one in stage.call(judge, list_entries)]
    assert found == ["jury.judges", "jury.judges"]


def test_own_juries_are_bounded_by_hackathons_and_not_by_the_size_of_a_jury(stage: Stage, tmp_path: Path):
    judge = stage.judge()
    other = Stage(stage.portal, stage.owner, folder=tmp_path / "other")
    other.judge(judge.person_id)
    small = programme_for(stage.portal, stage.watch, JurySettings(judges_max=1))
    assert len(small.call(stage.actor(judge.person_id), judges.list_own_judging)) == 2


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


def test_what_is_held_of_a_judge_is_given_out_and_kept_by_key(stage: Stage):
    stage.judged_by(1)
    judge = stage.judge()
    stage.judging(1)
    stage.assign()
    stage.call(stage.actor(judge.person_id), judges.declare_interest, stage.hackathon_id, uuid4())
    with stage.portal.transaction():
        rows = list(HOLDER.export(stage.portal, judge.person_id))
        assert [section for section, _ in rows] == ["judging", "score_sheets"]
        outcomes = HOLDER.erase(stage.portal, judge.person_id)
    assert {(one.table, one.rows) for one in outcomes} == {("declarations", 1), ("judges", 1)}
