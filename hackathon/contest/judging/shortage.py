"""What an assignment lacks: which rule is in the way, for which submissions, and how many judges it takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hackathon.contest.judging.model import SubmissionId


class Constraint(StrEnum):
    """The rule that is in the way."""

    CONFLICTS = "conflicts"
    CAPACITY = "capacity"
    EXPERTISE = "expertise"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Shortage:
    """``submissions`` compete for the same judges; ``judges_missing`` more would do, if they are free."""

    constraint: Constraint
    submissions: tuple[SubmissionId, ...]
    judges_missing: int
