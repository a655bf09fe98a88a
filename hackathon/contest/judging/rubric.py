"""What a jury looks at and how much each thing weighs; a sheet's total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from citycore.language import Language
from hackathon.contest.judging.errors import Fault, JudgingRubricInvalid, JudgingSheetInvalid
from hackathon.contest.judging.figures import decimal_of
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark, NotApplicable

WEIGHTS_SUM: Final = 100
#: What a sheet may lack until it is handed in.
_FOR_LATER: Final = frozenset({"mark_blank", "nothing_marked"})


@dataclass(frozen=True, slots=True)
class Scale:
    """The marks a judge may give: from ``lowest`` to ``highest`` in steps."""

    lowest: Decimal
    highest: Decimal
    step: Decimal

    def holds(self, mark: Decimal) -> bool:
        return (
            mark.is_finite()
            and self.lowest <= mark <= self.highest
            and (Fraction(mark) - Fraction(self.lowest)) % Fraction(self.step) == 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question to the judge. ``weight`` is in percent."""

    code: str
    name_en: str
    name_ar: str
    weight: Decimal
    may_be_not_applicable: bool = False


@dataclass(frozen=True, slots=True)
class Rubric:
    """Criteria in the order in which they are shown, on one scale.

    Raises :class:`JudgingRubricInvalid` with every fault at once.
    """

    criteria: tuple[Criterion, ...]
    scale: Scale

    def __post_init__(self) -> None:
        if faults := [*_faults_of_scale(self.scale), *_faults_of_criteria(self.criteria)]:
            raise JudgingRubricInvalid(faults)

    def by_weight(self) -> tuple[Criterion, ...]:
        """The heaviest first; of equal weights the one that stands first in the rubric."""
        return tuple(sorted(self.criteria, key=lambda criterion: -criterion.weight))


def _faults_of_scale(scale: Scale) -> Iterator[Fault]:
    bounds = {"lowest": scale.lowest, "highest": scale.highest, "step": scale.step}
    if not all(bound.is_finite() for bound in bounds.values()):
        yield Fault("scale_not_finite", {**bounds})
    elif scale.lowest >= scale.highest or scale.step <= 0:
        yield Fault("scale_empty", {**bounds})
    elif not scale.holds(scale.highest):
        yield Fault("scale_step", {**bounds})


def _faults_of_criteria(criteria: tuple[Criterion, ...]) -> Iterator[Fault]:
    if not criteria:
        yield Fault("no_criteria")
        return
    for code, times in Counter(criterion.code for criterion in criteria).items():
        if times > 1:
            yield Fault("criterion_twice", {"criterion": code})
    for criterion in criteria:
        if not (criterion.name_en.strip() and criterion.name_ar.strip()):
            yield Fault("criterion_unnamed", {"criterion": criterion.code})
    yield from _faults_of_weights(criteria)


def _faults_of_weights(criteria: tuple[Criterion, ...]) -> Iterator[Fault]:
    wrong = [criterion for criterion in criteria if not criterion.weight.is_finite() or criterion.weight <= 0]
    for criterion in wrong:
        yield Fault("weight_not_positive", {"criterion": criterion.code, "weight": criterion.weight})
    if wrong:
        return
    # As fractions: a sum of decimals is rounded at 28 digits, and exactly 100 is meant.
    total = sum(Fraction(criterion.weight) for criterion in criteria)
    if total != WEIGHTS_SUM:
        yield Fault("weights_sum", {"sum": f"{float(total):.10g}", "needed": WEIGHTS_SUM})


def faults_of(rubric: Rubric, marks: Mapping[str, Mark]) -> list[Fault]:
    """Why these marks cannot be handed in; empty if they can."""
    known = {criterion.code for criterion in rubric.criteria}
    faults = [Fault("mark_unknown", {"criterion": code}) for code in sorted(set(marks) - known)]
    for criterion in rubric.criteria:
        faults.extend(_faults_of_mark(rubric.scale, criterion, marks.get(criterion.code)))
    if not faults and all(mark is NOT_APPLICABLE for mark in marks.values()):
        faults.append(Fault("nothing_marked"))
    return faults


def impossible(rubric: Rubric, marks: Mapping[str, Mark]) -> list[Fault]:
    """Marks that the rubric does not know; blank ones are for later."""
    return [fault for fault in faults_of(rubric, marks) if fault.code not in _FOR_LATER]


def _faults_of_mark(scale: Scale, criterion: Criterion, mark: Mark | None) -> Iterator[Fault]:
    name: dict[str, object] = {"criterion": criterion.code}
    if mark is None:
        yield Fault("mark_blank", name)
    elif isinstance(mark, NotApplicable):
        if not criterion.may_be_not_applicable:
            yield Fault("mark_not_applicable", name)
    elif not scale.holds(mark):
        bounds = {"lowest": scale.lowest, "highest": scale.highest, "step": scale.step}
        yield Fault("mark_off_scale", {**name, "mark": mark, **bounds})


def total(rubric: Rubric, marks: Mapping[str, Mark]) -> Decimal:
    """The weighted mean of the marks on the rubric's scale, to four places.

    What does not apply is left out, and the other weights are taken to their own sum. Raises
    :class:`JudgingSheetInvalid` for blank, unknown or impossible marks.
    """
    if faults := faults_of(rubric, marks):
        raise JudgingSheetInvalid(faults)
    parts = [
        (Fraction(criterion.weight), Fraction(mark))
        for criterion in rubric.criteria
        if not isinstance(mark := marks[criterion.code], NotApplicable)
    ]
    weights = sum((weight for weight, _ in parts), Fraction())
    return decimal_of(sum((weight * mark for weight, mark in parts), Fraction()) / weights)


def tell_faults(faults: Iterable[Fault], criteria: Iterable[Criterion], language: Language) -> list[str]:
    """A line for each, with the criterion as people read it instead of its code."""
    names = {one.code: one.name_ar if language == "ar" else one.name_en for one in criteria}
    told: list[str] = []
    for fault in faults:
        code = str(fault.fields.get("criterion"))
        named = {"criterion": names[code]} if code in names else {}
        told.append(Fault(fault.code, fault.fields | named).text(language))
    return told
