"""Marks of evaluators as places: the mean of their weighted totals, equals sharing a place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hackathon.contest.judging.figures import decimal_of, mean, to_places
from hackathon.contest.judging.model import Mark, NotApplicable
from hackathon.contest.judging.rubric import Criterion as Weighed
from hackathon.contest.judging.rubric import Rubric, Scale, total
from hackathon.market.needs.model import Criterion
from hackathon.market.responses.model import Marking, Ranked

SCALE = Scale(Decimal(0), Decimal(10), Decimal("0.5"))


def rubric_of(criteria: Sequence[Criterion]) -> Rubric:
    """What evaluators fill in; its faults and what does not apply are those of a jury's rubric."""
    weighed = tuple(
        Weighed(
            code=one.code,
            name_en=one.name_en,
            name_ar=one.name_ar,
            weight=one.weight,
            may_be_not_applicable=one.may_be_not_applicable,
        )
        for one in criteria
    )
    return Rubric(weighed, SCALE)


def missing(responses: Iterable[UUID], markings: Sequence[Marking]) -> list[tuple[UUID, UUID]]:
    """Pairs of a response and an evaluator of others that have no marks: whoever evaluates, evaluates all."""
    evaluators = {one.evaluator_id for one in markings}
    given = {(one.response_id, one.evaluator_id) for one in markings}
    return [pair for one in responses for each in sorted(evaluators) if (pair := (one, each)) not in given]


def rank(rubric: Rubric, markings: Sequence[Marking]) -> list[Ranked]:
    """The best first: by the mean total, then by the mean marks of the criteria, the heaviest first."""
    of_response: dict[UUID, list[Marking]] = {}
    for one in markings:
        of_response.setdefault(one.response_id, []).append(one)
    unplaced = [
        Ranked(response_id, 0, _mean_total(rubric, given), _by_criterion(rubric, given), len(given))
        for response_id, given in of_response.items()
    ]
    keys = {one.response_id: _key(rubric, one) for one in unplaced}
    placed = [
        replace(one, place=1 + sum(key > keys[one.response_id] for key in keys.values())) for one in unplaced
    ]
    return sorted(placed, key=lambda one: (one.place, str(one.response_id)))


def _mean_total(rubric: Rubric, given: Sequence[Marking]) -> Decimal:
    totals = [Fraction(total(rubric, one.marks)) for one in given]
    return decimal_of(sum(totals, Fraction()) / len(totals))


def _by_criterion(rubric: Rubric, given: Sequence[Marking]) -> Mapping[str, Decimal | None]:
    return {
        criterion.code: _mean_mark([one.marks[criterion.code] for one in given])
        for criterion in rubric.criteria
    }


def _mean_mark(marks: Iterable[Mark]) -> Decimal | None:
    given = [mark for mark in marks if not isinstance(mark, NotApplicable)]
    return to_places(mean(given)) if given else None


def _key(rubric: Rubric, ranked: Ranked) -> tuple[Decimal, ...]:
    """What does not apply counts as the lowest mark here: it cannot lift anybody above another."""
    lowest = rubric.scale.lowest
    marks = (ranked.by_criterion[one.code] for one in rubric.by_weight())
    return (ranked.total, *(lowest if mark is None else mark for mark in marks))
