"""The task in numbers: every pair that may be assigned, and what it is worth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hackathon.contest.judging.model import JudgeId, Pair, SubmissionId
from hackathon.contest.judging.programme import FloatArray, IntArray
from hackathon.contest.judging.task import Task

#: Beside affinity (0 to 1): that a judge stays with few tracks, so that judges of a track share submissions;
TRACK_WORTH: Final = 0.05
#: and chance, which decides between equals.
CHANCE_WORTH: Final = 0.001


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Grid:
    """Judges and entries in the order of their ids; ``*_of`` have one element for each open pair."""

    judges: tuple[JudgeId, ...]
    entries: tuple[SubmissionId, ...]
    judge_of: IntArray
    entry_of: IntArray
    worth: FloatArray
    is_expert: NDArray[np.bool_]
    #: By entry: judges still wanted, and whether an expert is among them.
    wanted: IntArray
    wants_expert: NDArray[np.bool_]
    track_of: IntArray
    #: By judge: sheets that stay, and the most there can be.
    kept: IntArray
    ceiling: IntArray
    #: By judge, -1 for none; by entry and organisation, how many sheets stay.
    organisation: IntArray
    kept_organisations: IntArray

    def pair(self, number: int) -> Pair:
        return self.judges[self.judge_of[number]], self.entries[self.entry_of[number]]


def grid_of(task: Task) -> Grid:
    judges, entries = tuple(task.judge), tuple(task.entry)
    judge_of, entry_of = _open_pairs(task, judges, entries)
    kept_loads, kept_sheets = _counts(task, judges, entries)
    capacity = np.array([task.judge[judge].capacity for judge in judges], dtype=np.int64)
    reachable = kept_loads + np.bincount(judge_of, minlength=len(judges))
    organisation = _organisations(task)
    return Grid(
        judges=judges,
        entries=entries,
        judge_of=judge_of,
        entry_of=entry_of,
        worth=_worth(task, judges, entries)[judge_of, entry_of],
        is_expert=_experts(task, judges, entries)[judge_of, entry_of],
        wanted=np.maximum(0, task.judges_per_entry - kept_sheets),
        wants_expert=_wants_expert(task, entries),
        track_of=_tracks(task),
        kept=kept_loads,
        ceiling=np.minimum(np.maximum(capacity, kept_loads), reachable),
        organisation=organisation,
        kept_organisations=_kept_organisations(task, judges, entries, organisation),
    )


def _open_pairs(
    task: Task, judges: tuple[JudgeId, ...], entries: tuple[SubmissionId, ...]
) -> tuple[IntArray, IntArray]:
    is_open = np.ones((len(judges), len(entries)), dtype=np.bool_)
    row, column = _numbers(judges), _numbers(entries)
    for judge, submission in task.forbidden | task.kept:
        if judge in row and submission in column:
            is_open[row[judge], column[submission]] = False
    judge_of, entry_of = np.nonzero(is_open)
    return judge_of, entry_of


def _numbers(names: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _counts(
    task: Task, judges: tuple[JudgeId, ...], entries: tuple[SubmissionId, ...]
) -> tuple[IntArray, IntArray]:
    """Sheets that stay, by judge and by entry."""
    loads = Counter(judge for judge, _ in task.kept)
    sheets = Counter(submission for _, submission in task.kept)
    return (
        np.array([loads[judge] for judge in judges], dtype=np.int64),
        np.array([sheets[entry] for entry in entries], dtype=np.int64),
    )


def _worth(task: Task, judges: tuple[JudgeId, ...], entries: tuple[SubmissionId, ...]) -> FloatArray:
    chance = np.random.default_rng(task.seed)
    track_of = _tracks(task)
    worth = TRACK_WORTH * chance.random((len(judges), track_of.max(initial=-1) + 1))[:, track_of]
    worth += CHANCE_WORTH * chance.random(worth.shape)
    row, column = _numbers(judges), _numbers(entries)
    for (judge, submission), affinity in task.affinity.items():
        if judge in row and submission in column:
            worth[row[judge], column[submission]] += affinity
    return worth


def _tracks(task: Task) -> IntArray:
    number = _numbers(tuple(sorted({entry.track for entry in task.entries})))
    return np.array([number[entry.track] for entry in task.entry.values()], dtype=np.int64)


def _experts(task: Task, judges: tuple[JudgeId, ...], entries: tuple[SubmissionId, ...]) -> NDArray[np.bool_]:
    tracks = [task.entry[entry].track for entry in entries]
    known = [track in task.judge[judge].expertise for judge in judges for track in tracks]
    return np.array(known, dtype=np.bool_).reshape(len(judges), len(entries))


def _wants_expert(task: Task, entries: tuple[SubmissionId, ...]) -> NDArray[np.bool_]:
    served = {submission for judge, submission in task.kept if task.is_expert(judge, submission)}
    wants = [task.entry[entry].needs_expert and entry not in served for entry in entries]
    return np.array(wants, dtype=np.bool_)


def _organisations(task: Task) -> IntArray:
    names = sorted({judge.organisation for judge in task.judges if judge.organisation is not None})
    number = {name: place for place, name in enumerate(names)}
    return np.array(
        [-1 if judge.organisation is None else number[judge.organisation] for judge in task.judge.values()],
        dtype=np.int64,
    )


def _kept_organisations(
    task: Task, judges: tuple[JudgeId, ...], entries: tuple[SubmissionId, ...], organisation: IntArray
) -> IntArray:
    counts = np.zeros((len(entries), organisation.max(initial=-1) + 1), dtype=np.int64)
    row, column = _numbers(entries), _numbers(judges)
    for judge, submission in task.kept:
        if (place := organisation[column[judge]]) >= 0:
            counts[row[submission], place] += 1
    return counts
