"""What is asked when judges are assigned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hackathon.contest.judging.model import JudgeId, Pair, SubmissionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """``capacity`` is the most sheets this judge takes; ``expertise`` names tracks."""

    id: JudgeId
    capacity: int
    organisation: str | None = None
    expertise: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A submission to be judged; scores are compared within its ``track``."""

    id: SubmissionId
    track: str = ""
    needs_expert: bool = False


@dataclass(frozen=True, kw_only=True)
class Task:
    """One round's assignment. ``affinity`` is from 0 to 1.

    ``locked`` pairs stay: what is scored, or everything but the gap when one judge recuses. Who left
    after scoring stays among ``judges``, with a capacity of 0. The same task and ``seed`` give the same
    assignment, in whatever order judges and entries stand. Raises ValueError for what makes no sense.
    """

    judges: Collection[Judge]
    entries: Collection[Entry]
    judges_per_entry: int
    conflicts: Collection[Pair] = frozenset()
    affinity: Mapping[Pair, float] = field(default_factory=dict)
    locked: Collection[Pair] = frozenset()
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.judge) < len(self.judges) or len(self.entry) < len(self.entries):
            raise ValueError("judges and entries have ids of their own")
        if self.judges_per_entry < 1 or any(judge.capacity < 0 for judge in self.judges):
            raise ValueError("an entry has at least one judge, and a capacity is not below 0")
        if any(judge not in self.judge or entry not in self.entry for judge, entry in self.locked):
            raise ValueError("a pair that stays is of a judge and an entry of the task")
        if not all(0 <= affinity <= 1 for affinity in self.affinity.values()):
            raise ValueError("an affinity is from 0 to 1")

    @cached_property
    def judge(self) -> Mapping[JudgeId, Judge]:
        return {judge.id: judge for judge in sorted(self.judges, key=lambda judge: judge.id)}

    @cached_property
    def entry(self) -> Mapping[SubmissionId, Entry]:
        return {entry.id: entry for entry in sorted(self.entries, key=lambda entry: entry.id)}

    @cached_property
    def forbidden(self) -> frozenset[Pair]:
        return frozenset(self.conflicts)

    @cached_property
    def kept(self) -> frozenset[Pair]:
        return frozenset(self.locked)

    def is_expert(self, judge: JudgeId, submission: SubmissionId) -> bool:
        return self.entry[submission].track in self.judge[judge].expertise
