"""Scores of strict and mild judges on one scale: the shrunk z-score, beside the raw mean.

``docs/judging.md`` explains the formula with an example.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from hackathon.contest.judging.connectivity import Room, bridges, islands
from hackathon.contest.judging.errors import JudgingPanelDisconnected
from hackathon.contest.judging.figures import WORKING_DIGITS, deviation, mean, to_places
from hackathon.contest.judging.model import JudgeId, SubmissionId

#: With this many sheets a judge's own mean and spread count as much as the panel's.
PRIOR_SHEETS: Final = 5


@dataclass(frozen=True, slots=True)
class Score:
    """The total of one sheet that was handed in."""

    judge: JudgeId
    submission: SubmissionId
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeLevel:
    """How a judge used the scale. ``own_share`` is the weight of their own figures beside the panel's."""

    judge: JudgeId
    sheets: int
    mean: Decimal
    deviation: Decimal | None
    own_share: Decimal
    shrunk_mean: Decimal
    shrunk_deviation: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionScore:
    """``raw`` and ``normalised`` side by side, on the rubric's scale; ``spread`` of the raw totals.

    ``normalised`` may lie a little outside the scale. ``spread`` is None where one judge scored.
    """

    submission: SubmissionId
    sheets: int
    raw: Decimal
    normalised: Decimal
    spread: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelScores:
    """A whole panel, judges and submissions in the order of their ids."""

    mean: Decimal
    deviation: Decimal
    judges: tuple[JudgeLevel, ...]
    submissions: tuple[SubmissionScore, ...]


@dataclass(frozen=True, slots=True)
class _Level:
    """A mean and a spread, to working digits."""

    mean: Decimal
    deviation: Decimal

    def z(self, total: Decimal) -> Decimal:
        """How many spreads ``total`` lies above the mean; where nothing is spread, it lies on it."""
        return (total - self.mean) / self.deviation if self.deviation else Decimal(0)


def normalise(
    scores: Sequence[Score], *, prior_sheets: int = PRIOR_SHEETS, room: Room | None = None
) -> PanelScores:
    """One panel's scores; at least one.

    Raises :class:`JudgingPanelDisconnected` if the judges fall into groups that share no submission; with
    ``room`` it says which assignments would join them.
    """
    if max(Counter((score.judge, score.submission) for score in scores).values()) > 1:
        raise ValueError("a judge has one sheet on a submission")
    _check_connected(scores, room)
    with localcontext() as context:
        context.prec = WORKING_DIGITS
        whole = _level([score.total for score in scores])
        totals = _by_judge(scores)
        levels = {judge: _shrunk(own, whole, prior_sheets) for judge, own in totals.items()}
        return PanelScores(
            mean=to_places(whole.mean),
            deviation=to_places(whole.deviation),
            judges=tuple(
                _judge_level(judge, totals[judge], levels[judge], prior_sheets) for judge in sorted(totals)
            ),
            submissions=tuple(_submission_scores(scores, levels, whole)),
        )


def _check_connected(scores: Iterable[Score], room: Room | None) -> None:
    pairs = {(score.judge, score.submission) for score in scores}
    parts = islands(pairs)
    if len(parts) > 1:
        raise JudgingPanelDisconnected(parts, None if room is None else bridges(pairs, room))


def _by_judge(scores: Iterable[Score]) -> Mapping[JudgeId, list[Decimal]]:
    totals: defaultdict[JudgeId, list[Decimal]] = defaultdict(list)
    for score in scores:
        totals[score.judge].append(score.total)
    return totals


def _level(totals: Sequence[Decimal]) -> _Level:
    return _Level(mean(totals), deviation(totals) or Decimal(0))


def _own_share(sheets: int, prior_sheets: int) -> Decimal:
    return Decimal(sheets) / (sheets + prior_sheets)


def _shrunk(totals: Sequence[Decimal], whole: _Level, prior_sheets: int) -> _Level:
    """A judge's level, drawn towards the panel's: the more, the fewer sheets there are.

    A single sheet says nothing about spread, so the panel's stands in.
    """
    share = _own_share(len(totals), prior_sheets)
    own = deviation(totals)
    variance = share * (whole.deviation if own is None else own) ** 2 + (1 - share) * whole.deviation**2
    return _Level(share * mean(totals) + (1 - share) * whole.mean, variance.sqrt())


def _judge_level(judge: JudgeId, totals: Sequence[Decimal], level: _Level, prior_sheets: int) -> JudgeLevel:
    own = deviation(totals)
    return JudgeLevel(
        judge=judge,
        sheets=len(totals),
        mean=to_places(mean(totals)),
        deviation=None if own is None else to_places(own),
        own_share=to_places(_own_share(len(totals), prior_sheets)),
        shrunk_mean=to_places(level.mean),
        shrunk_deviation=to_places(level.deviation),
    )


def _submission_scores(
    scores: Sequence[Score], levels: Mapping[JudgeId, _Level], whole: _Level
) -> Iterable[SubmissionScore]:
    received: defaultdict[SubmissionId, list[Score]] = defaultdict(list)
    for score in scores:
        received[score.submission].append(score)
    for submission in sorted(received):
        totals = [score.total for score in received[submission]]
        # Sorted, so that the order in which sheets come in cannot show in the last digit.
        zs = sorted(levels[score.judge].z(score.total) for score in received[submission])
        spread = deviation(totals)
        yield SubmissionScore(
            submission=submission,
            sheets=len(totals),
            raw=to_places(mean(totals)),
            normalised=to_places(whole.mean + whole.deviation * sum(zs) / len(zs)),
            spread=None if spread is None else to_places(spread),
        )
