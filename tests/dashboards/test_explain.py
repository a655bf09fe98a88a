"""The forecast's words follow from its figures."""

from __future__ import annotations

import re

import pytest

from dashboards.forecast.explain import best_rival, coverage, fallback, judgement
from dashboards.language import Words
from dashboards.model import Candidate
from forecasting.candidates.model import BASELINE
from forecasting.model import FallbackReason
from tests.dashboards.test_charts import forecast

EN, AR = Words("en"), Words("ar")


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def first(**changes) -> str:
    return plain(judgement(forecast(**changes), EN)[0])


NAIVE = {"model": BASELINE, "skill": 0.0, "mae": 100.0}


def test_a_better_model_says_by_how_much():
    assert first() == "Prophet was 12% better than “the same hour last week” in 6 tests."
    assert "أدق" in judgement(forecast(), AR)[0]


def test_a_worse_and_an_equal_model_say_so_too():
    assert "was 3% worse than" in first(skill=-0.03)
    assert "was as good as" in first(skill=0.001)


def test_the_baseline_stands_because_the_other_was_worse():
    candidates = (Candidate("prophet", 108.0, -0.08), Candidate(BASELINE, 100.0, 0.0))
    said = first(**NAIVE, candidates=candidates)
    assert said == "The same hour last week is shown because Prophet was 8% worse in 6 tests."


def test_the_baseline_alone_says_that_nothing_could_be_compared():
    candidates = (Candidate("prophet", None, None), Candidate(BASELINE, 100.0, 0.0))
    assert (
        first(**NAIVE, candidates=candidates)
        == "The same hour last week is shown; no other model could be compared with it."
    )
    assert best_rival(forecast(**NAIVE, candidates=candidates)) is None


def test_an_untested_forecast_claims_nothing():
    said = first(mae=None, baseline_mae=None, skill=None, backtest_origins=0)
    assert "too little history to test" in said
    assert "better" not in said


def test_the_error_is_said_in_the_unit():
    assert "Its mean error was 88 vehicles/h, that of “the same hour last week” 100 vehicles/h." in [
        plain(line) for line in judgement(forecast(), EN)
    ]


KEPT, NARROW, WIDE = "kept what it promises", "too narrow", "wider than needed"


@pytest.mark.parametrize(
    ("level", "share", "verdict"),
    [
        ("50", 0.50, KEPT), ("50", 0.39, NARROW), ("50", 0.66, WIDE), ("50", 0.62, KEPT),
        ("80", 0.78, KEPT), ("80", 0.60, NARROW), ("80", 0.95, WIDE), ("80", 0.72, NARROW),
        ("95", 0.94, KEPT), ("95", 0.87, NARROW), ("95", 0.915, NARROW), ("95", 0.99, KEPT), ("95", 1.0, WIDE),
    ],
)  # fmt: skip
def test_each_band_is_judged_by_itself(level, share, verdict):
    [line] = coverage(forecast(coverage={"50": None, "80": None, "95": None} | {level: share}), EN)
    assert plain(line).startswith(f"The {level}% band held ")
    assert verdict in line
    assert [word in line for word in (KEPT, NARROW, WIDE)].count(True) == 1
    [arabic] = coverage(forecast(coverage={"50": None, "80": None, "95": None} | {level: share}), AR)
    assert {KEPT: "أوفى بما يعد به", NARROW: "أضيق مما ينبغي", WIDE: "أوسع من اللازم"}[verdict] in arabic


def test_a_band_that_broke_its_promise_is_not_excused_by_another():
    lines = [plain(line) for line in coverage(forecast(coverage={"50": 0.5, "80": 0.78, "95": 0.87}), EN)]
    assert lines[1] == "The 80% band held 78% of the tested hours: it kept what it promises."
    assert lines[2] == (
        "The 95% band held only 87% of the tested hours: it was too narrow, so expect more surprises than it promises."
    )
    assert len(lines) == 3


def test_the_verdicts_of_the_study_go_before_the_page_s_own():
    levels = {"50": "kept", "80": "too_narrow", "95": "too_wide"}
    lines = coverage(forecast(coverage={"50": 0.5, "80": 0.8, "95": 0.95}, verdicts=levels), EN)
    assert [word in line for word, line in zip((KEPT, NARROW, WIDE), lines, strict=True)] == [True] * 3


def test_unmeasured_coverage_is_said():
    nothing = {"50": None, "80": None, "95": None}
    assert coverage(forecast(coverage=nothing), EN) == ["The bands could not be tested yet."]


@pytest.mark.parametrize("reason", list(FallbackReason))
def test_every_fallback_reason_of_the_forecasts_has_words(reason):
    said = [fallback(forecast(fallback_reason=str(reason)), words) for words in (EN, AR)]
    assert str(reason) not in said
    assert len(set(said)) == 2


def test_an_unknown_reason_or_model_is_shown_by_its_code():
    assert plain(fallback(forecast(fallback_reason="moon"), AR) or "") == "moon"
    assert first(model="arima").startswith("arima was")
    assert fallback(forecast(), EN) is None
