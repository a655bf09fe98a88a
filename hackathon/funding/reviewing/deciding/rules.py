"""The ranking before a panel, and what applicants read. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from casework.money.model import Money
from hackathon.contest.judging.errors import JudgingPanelDisconnected
from hackathon.contest.judging.feedback import feedback
from hackathon.contest.judging.figures import deviation, mean, to_places
from hackathon.contest.judging.model import Panel as SheetPanel
from hackathon.contest.judging.ranking import Place
from hackathon.contest.judging.results import PanelResults, PanelWork, panel_results
from hackathon.contest.judging.rubric import Rubric, total
from hackathon.funding.reviewing.deciding.model import (
    Candidate,
    Decided,
    Feedback,
    Line,
    Mean,
    Panel,
    Ranking,
    Verdict,
)
from hackathon.funding.reviewing.machines import HANDED_IN
from hackathon.funding.reviewing.model import WHOLE, Review

#: Decisions that give money.
APPROVALS: Final = frozenset({"approve", "approve_with_conditions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a ranking is made of: applications of a round and their reviews."""

    rubric: Rubric
    number: int
    budget: Money
    applications: Sequence[Candidate]
    reviews: Sequence[Review]
    panel: Panel | None
    missing: int
    spread_noted: Decimal


def ranking_of(work: Work) -> Ranking:
    """The applications by normalised score, where reviewers share applications, else by mean; those without a review last.

    Amounts are summed down the list.
    """
    results = _results(work)
    by_application: defaultdict[UUID, list[Review]] = defaultdict(list)
    for review in work.reviews:
        by_application[review.application_id].append(review)
    scored = {
        one.application_id: _score(work.rubric, by_application[one.application_id])
        for one in work.applications
    }
    normalised = (
        {} if results is None else {one.submission: one.normalised for one in results.scores.submissions}
    )

    def order(one: Candidate) -> tuple[bool, Decimal, str]:
        raw, _ = scored[one.application_id]
        best = normalised.get(str(one.application_id), raw)
        return best is None, -(best or Decimal()), one.reference

    lines: list[Line] = []
    running = Money(0, work.budget.currency)
    places = {} if results is None else _numbers(results.ranking)
    raw_places = _raw_numbers(raw for raw, _ in scored.values())
    for one in sorted(work.applications, key=order):
        asked = _asked(one, work.budget.currency)
        running = Money(running.minor + (0 if asked is None else asked.minor), running.currency)
        raw, spread = scored[one.application_id]
        lines.append(
            Line(
                application_id=one.application_id,
                reference=one.reference,
                title=one.title,
                state=one.state,
                version=one.version,
                place=places.get(str(one.application_id)),
                raw_place=None if raw is None else raw_places[raw],
                raw=raw,
                normalised=normalised.get(str(one.application_id)),
                spread=spread,
                is_disputed=spread is not None and spread >= work.spread_noted,
                asked=asked,
                running=running,
                is_within_budget=running.minor <= work.budget.minor,
            )
        )
    return Ranking(
        lines=tuple(lines),
        places=None if results is None else results.ranking,
        budget=work.budget,
        agreement_alpha=None if results is None else results.agreement_alpha,
        panel=work.panel,
        missing=work.missing,
    )


def is_fit(event: str, verdict: Verdict, least: int, most: int) -> bool:
    """Whether what goes with a decision fits it: an approval names an amount that the call gives."""
    has_conditions = bool(verdict.conditions_ar.strip() and verdict.conditions_en.strip())
    if event not in APPROVALS:
        return verdict == Verdict()
    if verdict.amount_minor is None or not least <= verdict.amount_minor <= most:
        return False
    return (
        has_conditions
        if event == "approve_with_conditions"
        else not (verdict.conditions_ar or verdict.conditions_en)
    )


def feedback_of(
    rubric: Rubric, decided: Decided, reviews: Iterable[Review], secret: str, at: datetime
) -> Feedback:
    """From the reviews of the application that were handed in; ``secret`` draws the order of what they wrote."""
    sheets = [one.sheet for one in reviews]
    told = feedback(rubric, str(decided.application_id), sheets, secret_seed=secret)
    means = tuple(
        Mean(one.criterion.code, one.criterion.name_ar, one.criterion.name_en, one.mean)
        for one in told.criteria
    )
    return Feedback(decided.application_id, decided.round, told.sheets, means, told.remarks, at)


def _results(work: Work) -> PanelResults | None:
    """None where no review counts, or where reviewers share nothing: scores cannot be compared then."""
    try:
        return panel_results(
            PanelWork(
                rubric=work.rubric,
                panel=SheetPanel(str(work.number), WHOLE),
                sheets=[one.sheet for one in work.reviews],
                standing=[str(one.application_id) for one in work.applications],
            )
        )
    except JudgingPanelDisconnected:
        return None


def _score(rubric: Rubric, reviews: Iterable[Review]) -> tuple[Decimal | None, Decimal | None]:
    """The mean of the totals and their spread."""
    totals = [total(rubric, one.opinion.marks) for one in reviews if one.state in HANDED_IN]
    if not totals:
        return None, None
    spread = deviation(totals)
    return to_places(mean(totals)), None if spread is None else to_places(spread)


def _numbers(places: Iterable[Place]) -> dict[str, int]:
    return {name: place.number for place in places for name in place.submissions}


def _raw_numbers(scores: Iterable[Decimal | None]) -> dict[Decimal, int]:
    """The place of each mean: as many are above it, and one more."""
    known = sorted((score for score in scores if score is not None), reverse=True)
    return {score: place for place, score in reversed(list(enumerate(known, 1)))}


def _asked(application: Candidate, currency: str) -> Money | None:
    minor = application.amount_minor
    return None if minor is None else Money(minor, currency)
