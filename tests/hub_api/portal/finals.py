"""A hackathon that is over: a team has won, another was judged, and a judge has judged."""

from __future__ import annotations

from uuid import UUID

from hackathon.contest.jury import sheets
from hackathon.contest.results import service as results
from tests.hackathon.stage import Stage


def play_finals(stage: Stage, winner: UUID, second: UUID, judge: UUID) -> None:
    """Up to provisional results; the people lead their teams, and judge."""
    stage.judged_by(1)
    stage.judge(judge)
    stage.until("registration_opens")
    teams = [stage.complete_team(captain=captain) for captain in (winner, second)]
    stage.until("starts")
    handed_in = [stage.hand_in(team, f"Idea {number}") for number, team in enumerate(teams)]
    stage.admit(*handed_in)
    stage.assign()
    marks = dict(zip((one.submission_id for one in handed_in), ("8", "5"), strict=True))
    for sheet in stage.sheets():
        stage.score(sheet, marks[sheet.submission_id])
    stage.call(stage.chief, sheets.lock_all, stage.hackathon_id)
    stage.step("begin_deliberation")
    prepared = stage.call(stage.chief, results.prepare, stage.hackathon_id)
    stage.call(stage.chief, results.release, stage.hackathon_id, prepared.number)


def finish(stage: Stage) -> None:
    """No appeal is open: the results are final."""
    stage.until("appeals_close")
    stage.step("finalise")
