"""Feedback: all comments reach the team, and nothing tells whose they are."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.feedback import feedback
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark, Panel, Sheet, SheetState
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale

RUBRIC = Rubric(
    tuple(
        Criterion(code=code, name_en=code, name_ar="معيار", weight=Decimal(50), may_be_not_applicable=True)
        for code in ("idea", "craft")
    ),
    Scale(Decimal(1), Decimal(10), Decimal(1)),
)


def sheet(judge: str, idea: str, craft: str = "", *, submission: str = "s", **more) -> Sheet:
    marks: dict[str, Mark] = {"idea": Decimal(6), "craft": NOT_APPLICABLE}
    return Sheet(
        **{"state": SheetState.SUBMITTED, "remark": "", "marks": marks} | more,
        judge=judge, submission=submission, panel=Panel("final", "water"),
        comments={"idea": idea, "craft": craft},
    )  # fmt: skip


def test_comments_by_criterion_with_means():
    bundle = feedback(
        RUBRIC,
        "s",
        [
            sheet("j1", "Clear.", " ", remark="Well done."),
            sheet("j2", " Bold. ", "Tidy.", marks={"idea": Decimal(9), "craft": NOT_APPLICABLE}),
            sheet("j3", "A draft", state=SheetState.IN_PROGRESS),
            sheet("j4", "Another team", submission="t"),
        ],
        secret_seed="kept",
    )
    idea, craft = bundle.criteria
    assert (sorted(idea.comments), idea.mean) == (["Bold.", "Clear."], Decimal("7.5000"))
    assert (craft.comments, craft.mean) == (("Tidy.",), None)
    assert (bundle.sheets, bundle.remarks) == (2, ("Well done.",))


@settings(deadline=None)
@given(st.permutations(range(5)))
def test_the_order_in_which_sheets_came_in_is_gone(order):
    sheets = [sheet(f"j{n}", f"idea {n}", f"craft {n}") for n in range(5)]
    before = feedback(RUBRIC, "s", sheets, secret_seed="kept")
    assert feedback(RUBRIC, "s", [sheets[n] for n in order], secret_seed="kept") == before


def test_neither_criteria_nor_submissions_share_an_order():
    """Otherwise the first comment everywhere would be one judge's."""
    orders = set()
    for submission in ("s", "t", "u"):
        sheets = [sheet(f"j{n}", f"{n}", f"{n}", submission=submission) for n in range(8)]
        orders |= {
            part.comments for part in feedback(RUBRIC, submission, sheets, secret_seed="kept").criteria
        }
    assert len(orders) == 6


def test_no_judge_is_named():
    bundle = feedback(RUBRIC, "s", [sheet("judge-7", "Fine.")], secret_seed="kept")
    assert "judge-7" not in repr(bundle)
