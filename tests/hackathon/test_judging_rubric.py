"""Rubrics and totals: weights of exactly 100, n/a that is neither a zero nor a blank."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.errors import JudgingRubricInvalid, JudgingSheetInvalid
from hackathon.contest.judging.model import NOT_APPLICABLE
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale, faults_of, total

TEN = Scale(Decimal(0), Decimal(10), Decimal("0.5"))


def criterion(code: str, weight: str, *, optional: bool = False) -> Criterion:
    return Criterion(
        code=code, name_en=code, name_ar="معيار", weight=Decimal(weight), may_be_not_applicable=optional
    )


RUBRIC = Rubric(
    (
        criterion("impact", "40"),
        criterion("data", "35", optional=True),
        criterion("craft", "25", optional=True),
    ),
    TEN,
)


def codes(faults) -> list[str]:
    return [fault.code for fault in faults]


@pytest.mark.parametrize(
    "weights",
    [("50", "49.9999"), ("50", "50.0000000000000000000000000000000001"), ("100", "1"), ("40", "40")],
)
def test_weights_have_to_be_exactly_a_hundred(weights):
    with pytest.raises(JudgingRubricInvalid) as refused:
        Rubric(tuple(criterion(f"c{n}", weight) for n, weight in enumerate(weights)), TEN)
    assert codes(refused.value.faults) == ["weights_sum"]
    assert "100" in refused.value.text("en")
    assert "100" in refused.value.text("ar")


def test_thirds_may_be_written_out():
    Rubric((criterion("a", "33.33"), criterion("b", "33.33"), criterion("c", "33.34")), TEN)


@pytest.mark.parametrize("weight", ["0", "-1", "NaN", "Infinity"])
def test_weights_are_positive_numbers(weight):
    with pytest.raises(JudgingRubricInvalid) as refused:
        Rubric((criterion("a", weight), criterion("b", "100")), TEN)
    assert codes(refused.value.faults) == ["weight_not_positive"]


@pytest.mark.parametrize(
    ("scale", "fault"),
    [
        (("0", "0", "1"), "scale_empty"),
        (("5", "1", "1"), "scale_empty"),
        (("0", "10", "0"), "scale_empty"),
        (("1", "10", "2"), "scale_step"),
        (("0", "NaN", "1"), "scale_not_finite"),
    ],
)
def test_a_scale_reaches_its_highest_mark_in_steps(scale, fault):
    with pytest.raises(JudgingRubricInvalid) as refused:
        Rubric((criterion("a", "100"),), Scale(*map(Decimal, scale)))
    assert codes(refused.value.faults) == [fault]


def test_all_faults_of_a_rubric_are_said_at_once():
    unnamed = Criterion(code="a", name_en="A", name_ar=" ", weight=Decimal(60))
    with pytest.raises(JudgingRubricInvalid) as refused:
        Rubric((unnamed, criterion("b", "30"), criterion("b", "30")), TEN)
    assert codes(refused.value.faults) == ["criterion_twice", "criterion_unnamed", "weights_sum"]
    with pytest.raises(JudgingRubricInvalid, match="no criterion"):
        Rubric((), TEN)


def test_a_total_is_the_weighted_mean():
    assert total(RUBRIC, {"impact": Decimal(8), "data": Decimal(6), "craft": Decimal(9)}) == Decimal("7.5500")


def test_what_does_not_apply_is_left_out():
    marks = {"impact": Decimal(8), "data": NOT_APPLICABLE, "craft": Decimal(9)}
    assert total(RUBRIC, marks) == Decimal("8.3846")  # (40 × 8 + 25 × 9) / 65
    assert total(RUBRIC, {**marks, "data": Decimal(0)}) == Decimal("5.4500")


@pytest.mark.parametrize(
    ("marks", "fault"),
    [
        ({"impact": Decimal(8), "data": Decimal(6)}, "mark_blank"),
        ({"impact": NOT_APPLICABLE, "data": Decimal(6), "craft": Decimal(9)}, "mark_not_applicable"),
        ({"impact": Decimal(11), "data": Decimal(6), "craft": Decimal(9)}, "mark_off_scale"),
        ({"impact": Decimal("7.25"), "data": Decimal(6), "craft": Decimal(9)}, "mark_off_scale"),
        ({"impact": Decimal("NaN"), "data": Decimal(6), "craft": Decimal(9)}, "mark_off_scale"),
        ({"impact": Decimal(8), "data": Decimal(6), "craft": Decimal(9), "x": Decimal(1)}, "mark_unknown"),
    ],
)
def test_a_sheet_that_is_not_whole_has_no_total(marks, fault):
    assert codes(faults_of(RUBRIC, marks)) == [fault]
    with pytest.raises(JudgingSheetInvalid) as refused:
        total(RUBRIC, marks)
    assert codes(refused.value.faults) == [fault]


def test_a_sheet_without_any_mark_says_nothing():
    rubric = Rubric((criterion("a", "50", optional=True), criterion("b", "50", optional=True)), TEN)
    assert codes(faults_of(rubric, {"a": NOT_APPLICABLE, "b": NOT_APPLICABLE})) == ["nothing_marked"]
    assert codes(faults_of(rubric, {})) == ["mark_blank", "mark_blank"]


@st.composite
def rubrics(draw) -> Rubric:
    cuts = draw(st.sets(st.integers(1, 9_999), max_size=6))
    edges = [0, *sorted(cuts), 10_000]
    weights = [Decimal(high - low) / 100 for low, high in pairwise(edges)]
    return Rubric(
        tuple(criterion(f"c{n}", str(weight), optional=True) for n, weight in enumerate(weights)), TEN
    )


MARKS = st.integers(0, 20).map(lambda halves: Decimal(halves) / 2)


@settings(deadline=None)
@given(rubrics(), st.data())
def test_totals_stay_on_the_scale_and_between_the_marks(rubric, data):
    marks = {c.code: data.draw(MARKS) for c in rubric.criteria}
    assert min(marks.values()) <= total(rubric, marks) <= max(marks.values())


@settings(deadline=None)
@given(rubrics(), st.data())
def test_a_higher_mark_never_lowers_a_total(rubric, data):
    marks = {c.code: data.draw(MARKS) for c in rubric.criteria}
    raised = data.draw(st.sampled_from(sorted(marks)))
    higher = {**marks, raised: min(marks[raised] + 3, TEN.highest)}
    assert total(rubric, higher) >= total(rubric, marks)


@settings(deadline=None)
@given(rubrics(), st.data())
def test_leaving_out_is_as_if_the_mark_were_the_mean_of_the_others(rubric, data):
    """The other weights keep their proportions, so the total is that of a rubric without the criterion."""
    marks = {c.code: data.draw(st.one_of(MARKS, st.just(NOT_APPLICABLE))) for c in rubric.criteria}
    given_marks = [
        (Fraction(c.weight), Fraction(marks[c.code]))
        for c in rubric.criteria
        if marks[c.code] is not NOT_APPLICABLE
    ]
    if not given_marks:
        return
    exact = sum(w * m for w, m in given_marks) / sum(w for w, _ in given_marks)
    assert abs(Fraction(total(rubric, marks)) - exact) <= Fraction(1, 20_000)
