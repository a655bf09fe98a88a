"""A panel from sheets to places, and the texts of what can go wrong."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files

import pytest

from hackathon.contest.judging.conflicts import Reason
from hackathon.contest.judging.errors import (
    JudgingAssignmentImpossible,
    JudgingDecisionDoesNotFit,
    JudgingPanelDisconnected,
    JudgingScoredInConflict,
)
from hackathon.contest.judging.model import Panel, Sheet, SheetState
from hackathon.contest.judging.ranking import PanelDecision, PodiumChange, Separation
from hackathon.contest.judging.results import PanelWork, panel_results
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale
from hackathon.contest.judging.shortage import Constraint, Shortage

WATER = Panel("final", "water")
RUBRIC = Rubric(
    (
        Criterion(code="craft", name_en="Craft", name_ar="الإتقان", weight=Decimal(40)),
        Criterion(code="idea", name_en="Idea", name_ar="الفكرة", weight=Decimal(60)),
    ),
    Scale(Decimal(1), Decimal(10), Decimal(1)),
)


def sheet(
    judge: str, submission: str, idea: int, craft: int, *, panel=WATER, state=SheetState.SUBMITTED
) -> Sheet:
    marks = {"idea": Decimal(idea), "craft": Decimal(craft)}
    return Sheet(judge=judge, submission=submission, panel=panel, state=state, marks=marks)


def work(*sheets: Sheet, standing: str, **more) -> PanelWork:
    return PanelWork(rubric=RUBRIC, panel=WATER, sheets=sheets, standing=set(standing), **more)


def test_only_sheets_of_the_panel_that_were_handed_in_count():
    found = panel_results(
        work(
            sheet("j", "a", 8, 8),
            sheet("j", "b", 6, 6, state=SheetState.LOCKED),
            sheet("k", "a", 1, 1, state=SheetState.REOPENED),
            sheet("k", "b", 1, 1, panel=Panel("final", "energy")),
            sheet("k", "c", 1, 1, panel=Panel("first", "water")),
            sheet("j", "gone", 10, 10),
            standing="abc",
        )
    )
    assert found is not None
    assert [(score.submission, score.raw) for score in found.scores.submissions] == [("a", 8), ("b", 6)]
    assert found.not_scored == {"c"}
    assert found.agreement_alpha is None


def test_before_the_first_sheet_there_are_no_results():
    assert panel_results(work(standing="ab")) is None


def test_a_podium_that_the_method_changes_is_flagged():
    """b was seen by the strict judge twice, a by the mild one."""
    found = panel_results(
        work(
            sheet("strict", "b", 6, 6), sheet("strict", "c", 3, 3), sheet("strict", "d", 2, 2),
            sheet("mild", "a", 7, 7), sheet("mild", "c", 7, 7), sheet("mild", "d", 8, 8),
            standing="abcd",
        )
    )  # fmt: skip
    assert found is not None
    assert found.raw_ranking[0].submissions == {"a"}
    assert found.ranking[0].submissions == {"b"}
    assert found.podium_changes[:2] == (
        PodiumChange(1, frozenset("a"), frozenset("b")),
        PodiumChange(2, frozenset("b"), frozenset("a")),
    )


def test_equal_totals_go_by_the_heaviest_criterion_not_by_the_first():
    found = panel_results(work(sheet("j", "a", 6, 9), sheet("j", "b", 8, 6), standing="ab"))
    assert found is not None
    assert [sorted(place.submissions) for place in found.ranking] == [["b"], ["a"]]
    assert (found.ranking[1].below_by, found.ranking[1].criterion) == (Separation.CRITERION, "idea")


def test_the_panels_decision_stands_in_the_ranking():
    same = (sheet("j", "a", 7, 7), sheet("j", "b", 7, 7))
    shared = panel_results(work(*same, standing="ab"))
    decided = panel_results(
        work(*same, standing="ab", decisions=[PanelDecision(order=("b", "a"), reason="Nearer to use.")])
    )
    assert shared is not None
    assert decided is not None
    assert [place.submissions for place in shared.ranking] == [{"a", "b"}]
    assert [place.submissions for place in decided.ranking] == [{"b"}, {"a"}]
    assert decided.podium_changes == ()


def texts(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(
        (files("hackathon.contest.judging") / "messages" / f"{language}.toml").read_text("utf-8")
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_reason_has_a_text(language):
    assert set(texts(language)["conflict"]) == set(Reason)
    assert set(texts(language)["separated_by"]) == set(Separation)
    assert set(texts(language)["shortage"]) == set(Constraint)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_long_lists_are_cut_and_say_so(language):
    many = tuple(f"s{number}" for number in range(20))
    error = JudgingAssignmentImpossible([Shortage(Constraint.CAPACITY, many, 3)])
    line = error.text(language)
    assert "s7" in line
    assert "s8" not in line
    assert "12" in line
    assert "judges" not in line or language == "en"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_errors_speak_both_languages(language):
    arrow = {"en": "j → s", "ar": "j ← s"}[language]
    assert arrow in JudgingScoredInConflict([("j", "s")]).text(language)
    assert arrow in JudgingPanelDisconnected([], [("j", "s")]).text(language)


def test_errors_call_people_by_their_names_where_they_are_told():
    names = {"j": "Judge One", "s": "Clear Water"}
    assert "Judge One → Clear Water" in JudgingScoredInConflict([("j", "s")]).told("en", names)
    assert "Judge One → Clear Water" in JudgingPanelDisconnected([], [("j", "s")]).told("en", names)
    shortage = Shortage(Constraint.CAPACITY, ("s", "t"), 1)
    assert "Clear Water, t" in JudgingAssignmentImpossible([shortage]).told("en", names)
    assert "Clear Water" in JudgingDecisionDoesNotFit(("s",)).told("en", names)
