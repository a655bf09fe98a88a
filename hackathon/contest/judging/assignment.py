"""Who judges what: one exact step, one repair, and the account of what came out.

Hard: no conflict, nobody above their capacity, the wanted number of judges, an expert where one is
asked for, what is already scored stays. Then, in this order: one judge of an organisation on a
submission, even loads, affinity. At last every track is joined into one piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hackathon.contest.judging.errors import JudgingScoredInConflict
from hackathon.contest.judging.joining import joined
from hackathon.contest.judging.model import JudgeId, Pair, SubmissionId
from hackathon.contest.judging.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """``pairs`` in the order of ids, those that stay included.

    ``bridges`` are those among them that are a sheet more than asked for, so that judges share
    submissions. ``shared_organisations`` names submissions with several judges of one organisation.
    """

    pairs: tuple[Pair, ...]
    loads: Mapping[JudgeId, int]
    bridges: tuple[Pair, ...]
    shared_organisations: tuple[tuple[SubmissionId, str], ...]

    @property
    def spread(self) -> int:
        """How many sheets the busiest judge has more than the least busy."""
        return max(self.loads.values(), default=0) - min(self.loads.values(), default=0)


def assign(task: Task) -> Assignment:
    """The assignment of one round.

    Raises :class:`JudgingAssignmentImpossible` with what is missing, and :class:`JudgingScoredInConflict` where a
    pair that is to stay is in conflict: such a sheet has to be taken out first.
    """
    # numpy and scipy, which those who only score do not need.
    from hackathon.contest.judging.grid import grid_of
    from hackathon.contest.judging.staffing import staff

    if scored := task.kept & task.forbidden:
        raise JudgingScoredInConflict(sorted(scored))
    pairs, bridges = joined(task, {*task.kept, *staff(grid_of(task))})
    loads = Counter(judge for judge, _ in pairs)
    return Assignment(
        pairs=tuple(sorted(pairs)),
        loads={judge: loads[judge] for judge in task.judge},
        bridges=bridges,
        shared_organisations=tuple(_shared_organisations(task, pairs)),
    )


def _shared_organisations(task: Task, pairs: Iterable[Pair]) -> Iterable[tuple[SubmissionId, str]]:
    seats = Counter(
        (submission, organisation)
        for judge, submission in pairs
        if (organisation := task.judge[judge].organisation) is not None
    )
    return sorted(seat for seat, judges in seats.items() if judges > 1)
