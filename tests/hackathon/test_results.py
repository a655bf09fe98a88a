"""Results: a whole hackathon from its draft to its final results, and what stands in the way of a shortcut."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.audit.service import verify
from casework.workflow.errors import NoSuchObject, NotAllowed, TooEarly, TooLate
from citycore.store.connections import Connection
from hackathon.contest.hackathons import errors as hackathon_errors
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.judging.errors import JudgingDecisionDoesNotFit, JudgingPanelDisconnected
from hackathon.contest.jury import judges, sheets
from hackathon.contest.results import appeals, errors, service, voting
from hackathon.contest.results.model import Answer, Ballot, Continuation
from hackathon.contest.results.noun import HOLDER
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.model import Team
from tests.conftest import Database
from tests.hackathon.stage import DAY, Stage

#: Somebody who runs the hub and had no part in the results.
AUDITOR = Actor(UUID(int=77), (Grant(Role.ADMINISTRATOR),))


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=tmp_path / "files")


def judged(
    stage: Stage, marks: list[str], judges_each: int = 2, judges_all: int = 3
) -> tuple[list[Team], list[Submission]]:
    """Teams whose submissions got these marks from each judge, up to deliberation."""
    stage.judged_by(judges_each)
    for _ in range(judges_all):
        stage.judge()
    stage.until("registration_opens")
    found = [stage.complete_team() for _ in marks]
    stage.until("starts")
    handed_in = [stage.hand_in(team, f"Idea {number}") for number, team in enumerate(found)]
    stage.admit(*handed_in)
    stage.assign()
    mark_of = {one.submission_id: mark for one, mark in zip(handed_in, marks, strict=True)}
    for sheet in stage.sheets():
        stage.score(sheet, mark_of[sheet.submission_id], comment=f"By {sheet.judge_id}")
    stage.call(stage.chief, sheets.lock_all, stage.hackathon_id)
    stage.step("begin_deliberation")
    return found, handed_in


def told(stage: Stage) -> None:
    prepared = stage.call(stage.chief, service.prepare, stage.hackathon_id)
    stage.call(stage.chief, service.release, stage.hackathon_id, prepared.number)


def test_a_whole_hackathon_with_an_appeal(stage: Stage):
    found, handed_in = judged(stage, ["9", "7", "5"])
    portal, hackathon_id = stage.portal, stage.hackathon_id
    prepared = stage.call(stage.chief, service.prepare, hackathon_id)
    assert stage.call(ANONYMOUS, service.find_results, hackathon_id) is None
    with pytest.raises(NoSuchObject):
        stage.call(stage.captain(found[0]), service.get_feedback, handed_in[0].submission_id)
    stage.call(stage.chief, service.release, hackathon_id, prepared.number)
    assert stage.state == "results_provisional"
    results = stage.call(ANONYMOUS, service.find_results, hackathon_id)
    assert [(one.team_id, one.place) for one in results.placings] == [
        (team.team_id, place) for place, team in enumerate(found, 1)
    ]
    assert all(one.raw_place == one.place for one in results.placings)

    second = stage.captain(found[1])
    appeal = stage.call(second, appeals.file, found[1].team_id, "Our data was not looked at")
    with pytest.raises(errors.DecidedByPanel):
        stage.call(
            stage.chief,
            appeals.decide,
            appeal.appeal_id,
            Answer("uphold", "procedure", "Yes"),
            appeal.version,
        )
    mended = Answer("uphold", "error_in_scores", "Marks mended")
    stage.call(AUDITOR, appeals.decide, appeal.appeal_id, mended, appeal.version)
    own = stage.call(second, appeals.find_own_appeal, hackathon_id, found[1].team_id)
    assert own is not None
    assert (own.state, own.answer) == ("upheld", "Marks mended")

    for sheet in stage.sheets():
        if sheet.team_id == found[1].team_id:
            stage.call(stage.chief, sheets.move, sheet.sheet_id, "reopen", sheet.version, "appeal_upheld")
    for sheet in stage.sheets():
        if sheet.state == "reopened":
            stage.score(sheet, "10", Decimal(10))
    stage.until("appeals_close")
    version = stage.call(stage.chief, get_hackathon, hackathon_id).version
    with pytest.raises(hackathon_errors.AppealsOpen):
        stage.call(stage.chief, service.finalise, hackathon_id, version)
    told(stage)
    stage.call(stage.chief, service.finalise, hackathon_id, version)
    assert stage.state == "results_final"
    results = stage.call(ANONYMOUS, service.find_results, hackathon_id)
    assert (results.number, results.placings[0].team_id) == (2, found[1].team_id)
    (given,) = stage.call(stage.captain(found[0]), service.get_feedback, handed_in[0].submission_id)
    assert given.sheets == len(given.remarks) >= 2
    with pytest.raises(NoSuchObject):
        stage.call(second, service.get_feedback, handed_in[0].submission_id)
    stage.call(
        stage.chief, service.note_continuation, handed_in[0].submission_id, Continuation.PILOT, "Ruwi, 2027"
    )
    assert stage.call(ANONYMOUS, service.list_continuations, handed_in[0].submission_id) == [
        (Continuation.PILOT, "Ruwi, 2027")
    ]
    assert verify(portal, f"hackathon:{hackathon_id}").findings == ()


def test_a_tie_is_shared_until_the_jury_decides_with_a_reason(stage: Stage):
    _, handed_in = judged(stage, ["8", "8", "4"], judges_each=3)
    hackathon_id = stage.hackathon_id
    first, second, third = (one.submission_id for one in handed_in)
    prepared = stage.call(stage.chief, service.prepare, hackathon_id)
    assert {one.submission_id: one.place for one in prepared.placings} == {first: 1, second: 1, third: 3}
    for wrong, error in (([first, third], JudgingDecisionDoesNotFit), ([], JudgingDecisionDoesNotFit)):
        with pytest.raises(error):
            stage.call(stage.chief, service.decide_tie, hackathon_id, "", wrong, "Because")
    with pytest.raises(errors.TextMissing):
        stage.call(stage.chief, service.decide_tie, hackathon_id, "", [second, first], "  ")
    with pytest.raises(NoSuchObject):
        stage.call(stage.chief, service.decide_tie, hackathon_id, "unknown", [second, first], "Because")
    stage.call(stage.chief, service.decide_tie, hackathon_id, "", [second, first], "More people gain from it")
    prepared = stage.call(stage.chief, service.prepare, hackathon_id)
    places = {one.submission_id: (one.place, one.below_by) for one in prepared.placings}
    assert places == {second: (1, None), first: (2, "panel"), third: (3, "total")}


def test_only_what_was_looked_at_is_released_and_only_by_staff_without_a_conflict(stage: Stage):
    found, _ = judged(stage, ["9", "7"])
    hackathon_id = stage.hackathon_id
    with pytest.raises(hackathon_errors.NoResults):
        stage.step("publish_provisional")
    with pytest.raises(NotAllowed):
        stage.call(stage.captain(found[0]), service.prepare, hackathon_id)
    first = stage.call(stage.chief, service.prepare, hackathon_id)
    stage.call(stage.chief, service.prepare, hackathon_id)
    with pytest.raises(errors.NotTheNewest):
        stage.call(stage.chief, service.release, hackathon_id, first.number)
    with pytest.raises(NotAllowed):
        stage.call(ANONYMOUS, service.find_prepared, hackathon_id)
    sheet = stage.sheets()[0]
    stage.call(stage.actor(sheet.person_id), judges.declare_interest, hackathon_id, found[0].team_id)
    torn = Actor(sheet.person_id, (Grant(Role.ADMINISTRATOR),))
    for act, given in ((service.prepare, ()), (service.release, (2,))):
        with pytest.raises(NotAllowed):
            stage.call(torn, act, hackathon_id, *given)
    told_to_torn = stage.call(torn, service.find_prepared, hackathon_id)
    assert {one.team_id for one in told_to_torn.placings} == {found[1].team_id}


def test_judges_in_groups_get_no_results_but_the_sheets_that_are_missing(stage: Stage):
    _, handed_in = judged(stage, ["9", "7"])
    stage.owner.execute("DELETE FROM innovation.sheets WHERE hackathon_id = %s", [stage.hackathon_id])
    rows = stage.owner.execute(
        "SELECT judge_id FROM innovation.judges WHERE hackathon_id = %s", [stage.hackathon_id]
    ).fetchall()
    for one, (judge_id,) in zip(handed_in, rows[:2], strict=True):
        stage.owner.execute(
            "INSERT INTO innovation.sheets (sheet_id, hackathon_id, round, track, submission_id, judge_id, state,"
            " state_changed_at, created_at, marks) VALUES (gen_random_uuid(), %s, 1, '', %s, %s, 'locked', now(),"
            ' now(), \'{"impact": "7", "data": "5"}\')',
            [stage.hackathon_id, one.submission_id, judge_id],
        )
    with pytest.raises(JudgingPanelDisconnected) as refused:
        stage.call(stage.chief, service.prepare, stage.hackathon_id)
    assert refused.value.bridges is not None
    assert len(refused.value.bridges) == 1


def test_appeals_are_one_a_team_and_have_an_end(stage: Stage):
    found, _ = judged(stage, ["9", "7"])
    captain = stage.captain(found[0])
    with pytest.raises(errors.NotProvisional):
        stage.call(captain, appeals.file, found[0].team_id, "Too early")
    told(stage)
    with pytest.raises(NoSuchObject):
        stage.call(stage.captain(found[1]), appeals.file, found[0].team_id, "Not mine")
    with pytest.raises(errors.TextMissing):
        stage.call(captain, appeals.file, found[0].team_id, " ")
    appeal = stage.call(captain, appeals.file, found[0].team_id, "Once")
    with pytest.raises(errors.AppealedAlready):
        stage.call(captain, appeals.file, found[0].team_id, "Twice")
    assert [one.text for one in stage.call(stage.chief, appeals.list_appeals, stage.hackathon_id)] == ["Once"]
    with pytest.raises(NotAllowed):
        stage.call(captain, appeals.list_appeals, stage.hackathon_id)
    with pytest.raises(NoSuchObject):
        stage.call(stage.captain(found[1]), appeals.find_own_appeal, stage.hackathon_id, found[0].team_id)
    stage.call(captain, appeals.withdraw, appeal.appeal_id, appeal.version)
    version = stage.call(stage.chief, get_hackathon, stage.hackathon_id).version
    with pytest.raises(TooEarly):
        stage.call(stage.chief, service.finalise, stage.hackathon_id, version)
    stage.until("appeals_close")
    with pytest.raises(TooLate):
        stage.call(stage.captain(found[1]), appeals.file, found[1].team_id, "Late")
    stage.call(stage.chief, service.finalise, stage.hackathon_id, version)


def test_the_peoples_choice(stage: Stage):
    found, handed_in = judged(stage, ["9", "7"])
    portal, hackathon_id = stage.portal, stage.hackathon_id
    opens, closes = stage.watch.at + timedelta(hours=1), stage.watch.at + timedelta(hours=3)
    first, second = (one.submission_id for one in handed_in)
    with pytest.raises(NotAllowed):
        stage.call(stage.captain(found[0]), voting.set_ballot, hackathon_id, Ballot(opens, closes))
    with pytest.raises(errors.BallotFixed):
        stage.call(stage.chief, voting.set_ballot, hackathon_id, Ballot(closes, opens))
    stage.call(stage.chief, voting.set_ballot, hackathon_id, Ballot(opens, closes))
    voters = [stage.person() for _ in range(3)]
    with pytest.raises(errors.BallotClosed):
        stage.call(stage.actor(voters[0]), voting.vote, first)
    stage.watch.at = opens
    with pytest.raises(errors.BallotFixed):
        stage.call(stage.chief, voting.set_ballot, hackathon_id, Ballot(opens, closes + DAY))
    for voter, choice in zip(voters, [first, second, second], strict=True):
        stage.call(stage.actor(voter), voting.vote, choice)
    for again in (first, second):
        with pytest.raises(errors.AlreadyVoted):
            stage.call(stage.actor(voters[0]), voting.vote, again)
        booth = stage.call(stage.actor(voters[0]), voting.find_booth, again)
        assert booth is not None
        assert booth.has_voted
    with pytest.raises(errors.OwnVote):
        stage.call(stage.captain(found[0]), voting.vote, first)
    with pytest.raises(NotAllowed):
        stage.call(ANONYMOUS, voting.vote, first)
    with pytest.raises(errors.BallotOpen):
        stage.call(stage.chief, voting.count, hackathon_id)
    stage.watch.at = closes
    with pytest.raises(errors.BallotClosed):
        stage.call(stage.actor(voters[0]), voting.vote, first)
    counted = stage.call(ANONYMOUS, voting.count, hackathon_id)
    assert [(place.number, place.votes) for place in counted.places] == [(1, 2), (2, 1)]
    with portal.transaction():
        assert [(name, list(row)) for name, row in HOLDER.export(portal, voters[0])] == [
            ("voters", ["hackathon"])
        ]
        assert sum(one.rows for one in HOLDER.erase(portal, voters[0])) == 1
    assert stage.call(ANONYMOUS, voting.count, hackathon_id) == counted, "the vote was nobody's before"
    judge = stage.sheets()[0].person_id
    stage.call(stage.actor(judge), judges.declare_interest, hackathon_id, found[1].team_id)
    seen = stage.call(stage.actor(judge), voting.count, hackathon_id)
    assert (seen.counted, [place.submissions for place in seen.places]) == (1, [frozenset({str(first)})])
