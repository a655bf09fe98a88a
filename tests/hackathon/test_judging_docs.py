"""The pages for juries: every figure of their example is what the code computes, in both languages."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from hackathon.contest.judging.conflicts import TOGETHER_YEARS
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark, Panel, Sheet, SheetState
from hackathon.contest.judging.normalise import PRIOR_SHEETS
from hackathon.contest.judging.results import PanelResults, PanelWork, panel_results
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale, total

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("judging.md", "judging.ar.md")
PANEL = Panel("final", "example")
RUBRIC = Rubric(
    tuple(
        Criterion(
            code=code,
            name_en=code,
            name_ar="معيار",
            weight=Decimal(weight),
            may_be_not_applicable=code == "data",
        )
        for code, weight in (("impact", 40), ("data", 35), ("craft", 25))
    ),
    Scale(Decimal(0), Decimal(10), Decimal("0.5")),
)


def rows(page: str, first: str, columns: int) -> list[list[str]]:
    """The table rows whose first cell matches and that have so many cells."""
    cells = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in (DOCS / page).read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    return [row for row in cells if re.fullmatch(first, row[0]) and len(row) == columns]


def mark(text: str) -> Mark:
    return NOT_APPLICABLE if text in {"n/a", "لا ينطبق"} else Decimal(text)


def example(page: str) -> tuple[list[Sheet], PanelResults]:
    sheets = [
        Sheet(
            judge=judge, submission=submission, panel=PANEL, state=SheetState.SUBMITTED,
            marks=dict(zip(("impact", "data", "craft"), map(mark, marks), strict=True)),
        )
        for judge, submission, *marks, _total in rows(page, "J[123]", 6)
    ]  # fmt: skip
    standing = {sheet.submission for sheet in sheets}
    results = panel_results(PanelWork(rubric=RUBRIC, panel=PANEL, sheets=sheets, standing=standing))
    assert results is not None
    return sheets, results


def place_of(submission: str, ranking) -> str:
    return str(next(place.number for place in ranking if submission in place.submissions))


@pytest.mark.parametrize("page", PAGES)
def test_the_totals(page):
    sheets, _ = example(page)
    assert len(sheets) == 8
    assert [str(total(RUBRIC, sheet.marks)) for sheet in sheets] == [
        row[-1] for row in rows(page, "J[123]", 6)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_judges(page):
    _, results = example(page)
    assert rows(page, "J[123]", 7) == [
        [
            level.judge, str(level.sheets), str(level.mean), str(level.deviation), str(level.own_share),
            str(level.shrunk_mean), str(level.shrunk_deviation),
        ]
        for level in results.scores.judges
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_the_submissions_and_their_places(page):
    _, results = example(page)
    assert rows(page, "[ABCD]", 5) == [
        [
            score.submission, str(score.raw), str(score.normalised),
            place_of(score.submission, results.raw_ranking), place_of(score.submission, results.ranking),
        ]
        for score in results.scores.submissions
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_the_figures_in_the_text(page):
    _, results = example(page)
    text = (DOCS / page).read_text("utf-8")
    assert str(results.scores.mean) in text
    assert str(results.scores.deviation) in text
    assert f"{results.agreement_alpha:.2f}" in text
    assert f"n ÷ (n + {PRIOR_SHEETS})" in text
    assert TOGETHER_YEARS == 3, "both pages say three years"
