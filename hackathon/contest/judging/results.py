"""A panel's results in one piece: totals, both scores, both rankings, and what people should look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.statistics.agreement import krippendorff_alpha
from hackathon.contest.judging.connectivity import Room
from hackathon.contest.judging.feedback import mean_mark
from hackathon.contest.judging.model import Panel, Sheet, SubmissionId, counted
from hackathon.contest.judging.normalise import PRIOR_SHEETS, PanelScores, Score, SubmissionScore, normalise
from hackathon.contest.judging.ranking import (
    Contender,
    PanelDecision,
    Place,
    PodiumChange,
    podium_changes,
    rank,
)
from hackathon.contest.judging.rubric import Rubric, total


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelWork:
    """What a panel did. ``sheets`` may hold others too; only those of the panel that were handed in count.

    ``standing`` are the submissions that are still in the contest; ``room`` is for advice on bridges.
    """

    rubric: Rubric
    panel: Panel
    sheets: Collection[Sheet]
    standing: Collection[SubmissionId]
    decisions: Sequence[PanelDecision] = ()
    prior_sheets: int = PRIOR_SHEETS
    room: Room | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelResults:
    """``ranking`` is by normalised scores and holds; ``raw_ranking`` stands beside it.

    ``podium_changes`` are places that the method decides, not the panel. ``not_scored`` has no sheet yet.
    """

    panel: Panel
    scores: PanelScores
    ranking: tuple[Place, ...]
    raw_ranking: tuple[Place, ...]
    podium_changes: tuple[PodiumChange, ...]
    agreement_alpha: float | None
    not_scored: frozenset[SubmissionId]


def panel_results(work: PanelWork) -> PanelResults | None:
    """The panel's results; None while none of its submissions has a sheet.

    Raises :class:`JudgingSheetInvalid`, :class:`JudgingPanelDisconnected` and :class:`JudgingDecisionDoesNotFit`.
    """
    rubric, sheets = work.rubric, _counting(work)
    if not sheets:
        return None
    scores = normalise(_scores(rubric, sheets), prior_sheets=work.prior_sheets, room=work.room)
    contenders = _contenders(rubric, sheets, scores, raw=False)
    raw_ranking = rank(_contenders(rubric, sheets, scores, raw=True))
    return PanelResults(
        panel=work.panel,
        scores=scores,
        ranking=rank(contenders, work.decisions),
        raw_ranking=raw_ranking,
        podium_changes=podium_changes(raw_ranking, rank(contenders)),
        agreement_alpha=krippendorff_alpha(_totals(rubric, sheets).values()),
        not_scored=frozenset(work.standing) - {sheet.submission for sheet in sheets},
    )


def _counting(work: PanelWork) -> list[Sheet]:
    standing = frozenset(work.standing)
    return [
        sheet for sheet in counted(work.sheets) if sheet.panel == work.panel and sheet.submission in standing
    ]


def _scores(rubric: Rubric, sheets: Iterable[Sheet]) -> list[Score]:
    return [Score(sheet.judge, sheet.submission, total(rubric, sheet.marks)) for sheet in sheets]


def _totals(rubric: Rubric, sheets: Iterable[Sheet]) -> Mapping[SubmissionId, list[float]]:
    totals: defaultdict[SubmissionId, list[float]] = defaultdict(list)
    for score in _scores(rubric, sheets):
        totals[score.submission].append(float(score.total))
    return totals


def _contenders(
    rubric: Rubric, sheets: Sequence[Sheet], scores: PanelScores, *, raw: bool
) -> list[Contender]:
    received: defaultdict[SubmissionId, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        received[sheet.submission].append(sheet)
    return [_contender(rubric, score, received[score.submission], raw=raw) for score in scores.submissions]


def _contender(rubric: Rubric, score: SubmissionScore, sheets: Sequence[Sheet], *, raw: bool) -> Contender:
    return Contender(
        submission=score.submission,
        total=score.raw if raw else score.normalised,
        by_criterion={criterion.code: mean_mark(criterion.code, sheets) for criterion in rubric.by_weight()},
        spread=score.spread,
    )
