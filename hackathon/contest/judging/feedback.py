"""What a team gets to read of its judges: every comment, and nothing that says whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from hackathon.contest.judging.figures import mean, to_places
from hackathon.contest.judging.model import Sheet, SubmissionId, counted
from hackathon.contest.judging.rubric import Criterion, Rubric


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """``mean`` of the marks, None if the criterion applied to no judge; comments in a drawn order."""

    criterion: Criterion
    mean: Decimal | None
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """For one submission."""

    submission: SubmissionId
    sheets: int
    criteria: tuple[CriterionFeedback, ...]
    remarks: tuple[str, ...]


def feedback(
    rubric: Rubric, submission: SubmissionId, sheets: Iterable[Sheet], *, secret_seed: str
) -> Feedback:
    """The bundle for one submission, from sheets that were handed in.

    Each criterion's comments are shuffled on their own, so that neither the order in which sheets
    came in nor a common order links a judge's comments. Who knows ``secret_seed`` could undo it.
    """
    own = [sheet for sheet in counted(sheets) if sheet.submission == submission]
    return Feedback(
        submission=submission,
        sheets=len(own),
        criteria=tuple(
            CriterionFeedback(
                criterion,
                mean_mark(criterion.code, own),
                _shuffled(
                    [sheet.comments.get(criterion.code, "") for sheet in own],
                    f"{secret_seed}/{submission}/{criterion.code}",
                ),
            )
            for criterion in rubric.criteria
        ),
        remarks=_shuffled([sheet.remark for sheet in own], f"{secret_seed}/{submission}/"),
    )


def mean_mark(criterion: str, sheets: Sequence[Sheet]) -> Decimal | None:
    """The mean of a criterion's marks, to four places; None where it applied to no judge."""
    marks = [mark for sheet in sheets if isinstance(mark := sheet.marks.get(criterion), Decimal)]
    return to_places(mean(marks)) if marks else None


def _shuffled(comments: Iterable[str], seed: str) -> tuple[str, ...]:
    """Comments that say something; sorted at first, so that their order carries nothing over."""
    said = sorted(stripped for comment in comments if (stripped := comment.strip()))
    Random(seed).shuffle(said)  # noqa: S311 (the seed is kept secret; the same order has to come again)
    return tuple(said)
