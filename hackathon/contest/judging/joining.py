"""Repair of an assignment whose tracks fall into islands: judges change places, or take one sheet more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from hackathon.contest.judging.connectivity import Island, Room, bridges, islands
from hackathon.contest.judging.errors import JudgingAssignmentImpossible
from hackathon.contest.judging.model import JudgeId, Pair, SubmissionId
from hackathon.contest.judging.shortage import Constraint, Shortage
from hackathon.contest.judging.task import Task

#: Before a further sheet is asked of somebody; mostly one of the first few will do.
SWAPS_TRIED_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Swap:
    """Two judges exchange two entries; nobody's load changes."""

    gone: tuple[Pair, Pair]

    @property
    def come(self) -> tuple[Pair, Pair]:
        (one, first), (other, second) = self.gone
        return (one, second), (other, first)


class Plan:
    """An assignment while it is being repaired."""

    def __init__(self, task: Task, pairs: Iterable[Pair]) -> None:
        self.task = task
        self.pairs = set(pairs)
        self.entries_in: defaultdict[str, list[SubmissionId]] = defaultdict(list)
        for submission, entry in task.entry.items():
            self.entries_in[entry.track].append(submission)
        self.judges_of: defaultdict[SubmissionId, set[JudgeId]] = defaultdict(set)
        self.entries_of: defaultdict[JudgeId, set[SubmissionId]] = defaultdict(set)
        for judge, submission in self.pairs:
            self.judges_of[submission].add(judge)
            self.entries_of[judge].add(submission)

    def of_track(self, track: str) -> list[Pair]:
        return [
            (judge, submission)
            for submission in self.entries_in[track]
            for judge in self.judges_of[submission]
        ]

    def islands_in(self, tracks: Collection[str]) -> int:
        return sum(len(islands(self.of_track(track))) for track in tracks)

    def exchange(self, gone: Iterable[Pair], come: Iterable[Pair]) -> None:
        for judge, submission in gone:
            self.pairs.remove((judge, submission))
            self.judges_of[submission].remove(judge)
            self.entries_of[judge].remove(submission)
        for judge, submission in come:
            self.pairs.add((judge, submission))
            self.judges_of[submission].add(judge)
            self.entries_of[judge].add(submission)


def joined(task: Task, pairs: Collection[Pair]) -> tuple[frozenset[Pair], tuple[Pair, ...]]:
    """The pairs with every track in one piece, and those of them that are sheets more than asked for.

    Raises :class:`JudgingAssignmentImpossible` where neither a swap nor a further sheet is allowed.
    """
    plan = Plan(task, pairs)
    extra: list[Pair] = []
    for track in sorted({entry.track for entry in task.entries}):
        while len(islands(plan.of_track(track))) > 1:
            swap = next(_improving(plan, track), None)
            if swap is None:
                break
            plan.exchange(swap.gone, swap.come)
        extra += _bridged(plan, track)
    return frozenset(plan.pairs), tuple(extra)


def _improving(plan: Plan, track: str) -> Iterator[Swap]:
    """Swaps after which the tracks they touch are in fewer pieces."""
    allowed = (swap for swap in _swaps(plan, track) if _is_allowed(plan, swap))
    for swap in islice(allowed, SWAPS_TRIED_MAX):
        tracks = {plan.task.entry[submission].track for _, submission in swap.gone}
        before = plan.islands_in(tracks)
        plan.exchange(swap.gone, swap.come)
        better = plan.islands_in(tracks) < before
        plan.exchange(swap.come, swap.gone)
        if better:
            yield swap


def _swaps(plan: Plan, track: str) -> Iterator[Swap]:
    """A judge of one island comes to an entry of another, smallest island first."""
    parts = list(reversed(islands(plan.of_track(track))))
    for part in parts:
        guests = sorted(judge for other in parts if other != part for judge in other.judges)
        for submission in part.submissions:
            for host in sorted(plan.judges_of[submission]):
                for guest in guests:
                    for elsewhere in sorted(plan.entries_of[guest]):
                        yield Swap(((host, submission), (guest, elsewhere)))


def _is_allowed(plan: Plan, swap: Swap) -> bool:
    task = plan.task
    if not task.kept.isdisjoint(swap.gone) or not task.forbidden.isdisjoint(swap.come):
        return False
    (host, submission), (guest, elsewhere) = swap.gone
    return (
        submission not in plan.entries_of[guest]
        and elsewhere not in plan.entries_of[host]
        and _may_replace(plan, submission, host, guest)
        and _may_replace(plan, elsewhere, guest, host)
    )


def _may_replace(plan: Plan, submission: SubmissionId, leaving: JudgeId, coming: JudgeId) -> bool:
    """Whether organisation and expertise allow it."""
    task = plan.task
    staying = plan.judges_of[submission] - {leaving}
    if _is_colleague(task, coming, staying):
        return False
    if not task.entry[submission].needs_expert:
        return True
    return any(task.is_expert(judge, submission) for judge in (*staying, coming))


def _is_colleague(task: Task, judge: JudgeId, others: Iterable[JudgeId]) -> bool:
    own = task.judge[judge].organisation
    return own is not None and any(task.judge[other].organisation == own for other in others)


def _bridged(plan: Plan, track: str) -> tuple[Pair, ...]:
    """The fewest sheets more that join what is left of a track; two of one organisation as a last resort."""
    pairs = plan.of_track(track)
    parts = islands(pairs)
    if len(parts) < 2:
        return ()
    judges = plan.task.judge.values()
    loads = {judge.id: len(plan.entries_of[judge.id]) for judge in judges}
    free = {judge.id: max(0, judge.capacity - loads[judge.id]) for judge in judges}
    forbidden = plan.task.forbidden
    for avoided in (forbidden | _colleagues(plan, track), forbidden):
        found = bridges(pairs, Room(free, avoided, loads))
        if found is not None:
            plan.exchange((), found)
            return found
    raise JudgingAssignmentImpossible([_unconnected(parts)])


def _colleagues(plan: Plan, track: str) -> set[Pair]:
    """Who would sit beside somebody of their own organisation."""
    return {
        (judge, submission)
        for submission in plan.entries_in[track]
        for judge in plan.task.judge
        if _is_colleague(plan.task, judge, plan.judges_of[submission] - {judge})
    }


def _unconnected(parts: tuple[Island, ...]) -> Shortage:
    """All groups but the largest would need somebody who judges there and elsewhere."""
    apart = tuple(submission for part in parts[1:] for submission in part.submissions)
    return Shortage(Constraint.CONNECTION, apart, 1)
