"""``falaj bench judging``: how long an assignment takes, and what normalising gains and costs.

The simulation: submissions of normal quality; judges who shift and stretch the scale, or do not;
noise; totals clipped to 1 to 10. A method is as good as its order agrees with the true one (Kendall's
tau).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.report import Case, report
from hackathon.contest.judging.assignment import assign
from hackathon.contest.judging.errors import JudgingPanelDisconnected
from hackathon.contest.judging.normalise import PanelScores, Score, normalise
from hackathon.contest.judging.programme import FloatArray, IntArray
from hackathon.contest.judging.task import Entry, Judge, Task

JUDGE_SHIFT, JUDGE_STRETCH, NOISE = 0.8, 0.3, 0.6
CENTRE, MARKS_PER_QUALITY = 5.5, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Jury:
    """A simulated jury: whether judges differ, and how many there are."""

    biased: bool
    submissions: int = 30
    judges: int = 9
    per_submission: int = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """Mean Kendall tau with the true order."""

    raw: float
    normalised: float

    @property
    def gain(self) -> float:
        return self.normalised - self.raw


def simulate(jury: Jury, runs: int, seed: int) -> Agreement:
    """The same juries give the same figures for the same seed."""
    chance = np.random.default_rng(seed)
    taus = [_run(jury, chance) for _ in range(runs)]
    raw, normalised = np.mean(taus, axis=0)
    return Agreement(float(raw), float(normalised))


def _run(jury: Jury, chance: np.random.Generator) -> tuple[float, float]:
    quality = chance.normal(size=jury.submissions)
    while (panel := _judged(jury, quality, chance)) is None:
        pass
    order = [quality[int(score.submission)] for score in panel.submissions]
    raw = [float(score.raw) for score in panel.submissions]
    normalised = [float(score.normalised) for score in panel.submissions]
    return kendall_tau(order, raw), kendall_tau(order, normalised)


def _judged(jury: Jury, quality: FloatArray, chance: np.random.Generator) -> PanelScores | None:
    """One drawing of judges; no panel where they happen to share nothing."""
    judge_of = drawn_judges(jury, chance)
    submission_of = np.repeat(np.arange(jury.submissions), jury.per_submission)
    bias = 1.0 if jury.biased else 0.0
    shift = bias * chance.normal(0, JUDGE_SHIFT, jury.judges)[judge_of]
    stretch = np.exp(bias * chance.normal(0, JUDGE_STRETCH, jury.judges))[judge_of]
    seen = quality[submission_of] + chance.normal(0, NOISE, len(submission_of))
    totals = np.clip(CENTRE + MARKS_PER_QUALITY * (shift + stretch * seen), 1, 10)
    scores = [
        Score(str(judge), str(submission), Decimal(f"{total:.4f}"))
        for judge, submission, total in zip(judge_of, submission_of, totals, strict=True)
    ]
    try:
        return normalise(scores)
    except JudgingPanelDisconnected:
        return None


def drawn_judges(jury: Jury, chance: np.random.Generator) -> IntArray:
    """Judges for every submission in turn: different ones, each judge as often as the others."""
    seats = chance.permutation(np.arange(jury.submissions * jury.per_submission) % jury.judges)
    table = seats.reshape(jury.submissions, jury.per_submission)
    while (twice := np.flatnonzero((np.diff(np.sort(table)) == 0).any(axis=1))).size:
        row, other = twice[0], chance.integers(jury.submissions)
        column, other_column = chance.integers(jury.per_submission, size=2)
        table[row, column], table[other, other_column] = table[other, other_column], table[row, column]
    return table.ravel().astype(np.int64)


def kendall_tau(one: Sequence[float], other: Sequence[float]) -> float:
    """Kendall's tau-b: pairs in the same order less pairs in the opposite one, as a share."""
    first, second = (np.sign(np.subtract.outer(side, side)) for side in (one, other))
    return float((first * second).sum() / np.sqrt((first**2).sum() * (second**2).sum()))


def drawn_task(seed: int, *, organisations: int = 0, tracks: int = 1) -> Task:
    """300 submissions, 60 judges, 3 each, one pair in ten in conflict."""
    chance = np.random.default_rng(seed)
    judges = [
        Judge(
            id=f"judge-{number:02}",
            capacity=20,
            organisation=f"organisation-{chance.integers(organisations)}" if organisations else None,
            expertise=frozenset(f"track-{track}" for track in range(tracks) if chance.random() < 0.3),
        )
        for number in range(60)
    ]
    entries = [
        Entry(id=f"submission-{number:03}", track=f"track-{number % tracks}", needs_expert=tracks > 1)
        for number in range(300)
    ]
    pairs = [(judge.id, entry.id) for judge in judges for entry in entries]
    conflicts = frozenset(
        pair for pair, drawn in zip(pairs, chance.random(len(pairs)), strict=True) if drawn < 0.1
    )
    affinity = dict(zip(pairs, chance.random(len(pairs)).tolist(), strict=True))
    return Task(
        judges=judges, entries=entries, judges_per_entry=3, conflicts=conflicts, affinity=affinity, seed=seed
    )


def _seconds(task: Task) -> float:
    began = time.perf_counter()
    assignment = assign(task)
    seconds = time.perf_counter() - began
    assert assignment.spread <= 1
    return seconds


def _assignment_case(name: str, *, organisations: int, tracks: int) -> Case:
    tasks = [drawn_task(seed, organisations=organisations, tracks=tracks) for seed in range(5)]
    _seconds(tasks[0])  # The first one imports scipy.
    return Case(name, median(_seconds(task) for task in tasks), "s", target=1.0, at_most=True)


def _simulation_cases(runs: int) -> list[Case]:
    biased, fair = (simulate(Jury(biased=biased), runs, seed=1) for biased in (True, False))
    return [
        Case("biased judges: normalised over raw", 1000 * biased.gain, "tau / 1000", target=30),
        Case("fair judges: raw over normalised", -1000 * fair.gain, "tau / 1000", target=15, at_most=True),
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench judging")
    parser.add_argument("--runs", type=int, default=400, help="simulated juries of each kind")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    cases = [
        _assignment_case("300 × 60 × 3, 10 % conflicts", organisations=0, tracks=1),
        _assignment_case("… with 5 tracks and their experts, 20 organisations", organisations=20, tracks=5),
        _assignment_case("… with 20 tracks", organisations=20, tracks=20),
        *_simulation_cases(options.runs),
    ]
    report("judging", cases, options.json)
    return 0
