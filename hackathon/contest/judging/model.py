"""What a jury's work consists of: panels, marks, score sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, TypeAlias

JudgeId: TypeAlias = str
SubmissionId: TypeAlias = str
#: Who judges what.
Pair: TypeAlias = tuple[JudgeId, SubmissionId]


class NotApplicable(Enum):
    """The judge says that a criterion does not apply: no mark, and no zero either."""

    NOT_APPLICABLE = "n/a"


NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE
Mark: TypeAlias = Decimal | NotApplicable


class SheetState(StrEnum):
    """Where a score sheet stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECUSED = "recused"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    LOCKED = "locked"
    REOPENED = "reopened"


#: Only what a judge has handed in counts.
COUNTED_STATES: Final = frozenset({SheetState.SUBMITTED, SheetState.LOCKED})


@dataclass(frozen=True, slots=True, order=True)
class Panel:
    """Whose scores are comparable: one track in one round."""

    round: str
    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One judge's marks and comments on one submission, by the codes of the criteria.

    A criterion that is not in ``marks`` is blank. ``remark`` is about the whole submission.
    """

    judge: JudgeId
    submission: SubmissionId
    panel: Panel
    state: SheetState
    marks: Mapping[str, Mark]
    comments: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    submitted_at: datetime | None = None


def counted(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets that were handed in."""
    return [sheet for sheet in sheets if sheet.state in COUNTED_STATES]
