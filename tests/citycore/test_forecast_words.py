"""What is said of a forecast follows from its figures, each band by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from citycore.forecasts.words import Outcome, Told, come_true, explained, model_name
from citycore.language import LANGUAGES, catalogue
from forecasting.candidates.registry import learners
from forecasting.model import ChoiceReason, FallbackReason, LevelVerdict
from forecasting.settings import ForecastSettings

BASELINE = "seasonal_naive_168"
COMBINED = {
    "model": "combination", "reason": "combination_best", "skill": 0.31, "runner_up": "lightgbm", "runner_up_skill": 0.28,
    "parts": [["lightgbm", 0.71], ["prophet", 0.26], ["seasonal_naive_24", 0.03]],
}  # fmt: skip


def levels(*verdicts: str) -> list[dict[str, Any]]:
    shares = (0.5, 0.79, 0.95)
    return [
        {"level": level, "coverage": share, "scored_hours": 900, "verdict": verdict}
        for level, share, verdict in zip((50, 80, 95), shares, verdicts, strict=True)
    ]


def told(**changes: Any) -> Told:
    usual: dict[str, Any] = {
        "model": "combination", "baseline": BASELINE, "skill": 0.31, "backtest_origins": 56, "fallback_reason": None,
        "is_provisional": False, "choice": COMBINED, "levels": levels("kept", "kept", "kept"),
    }  # fmt: skip
    return Told(**{**usual, **changes})


def test_why_the_combination_is_shown_and_who_comes_next() -> None:
    first, second, *_ = explained(told(), "en")
    assert first == (
        "The combination of models is shown: on 56 earlier days it erred 31 % less than the same hour last week."
        " It is made of LightGBM (71 %), Prophet (26 %)."
    )
    assert second == "Next comes LightGBM, with 28 % less error than the same hour last week."


@pytest.mark.parametrize(
    ("verdicts", "is_said"),
    [
        (("kept", "kept", "kept"), True),
        (("kept", "kept", "too_narrow"), False),
        (("too_wide", "kept", "kept"), False),
        (("kept", "not_judged", "kept"), False),
    ],
)
def test_that_all_bands_kept_their_word_is_said_only_where_each_did(
    verdicts: tuple[str, ...], is_said: bool
) -> None:
    lines = explained(told(levels=levels(*verdicts)), "en")
    assert ("All bands kept what they promise." in lines) == is_said
    assert sum(line.startswith("The ") and "% band" in line for line in lines) == 3


def test_a_simpler_model_and_a_first_forecast_say_so() -> None:
    lines = explained(told(model=BASELINE, fallback_reason="gap_before_origin", is_provisional=True), "en")
    assert lines[0].startswith("This is the first forecast")
    assert lines[1].startswith("Most of the last day")
    assert "31 %" not in " ".join(lines[:3]), "the figures of the combination are not those of what is shown"


def test_everything_has_words_in_both_languages() -> None:
    for language in LANGUAGES:
        known = catalogue("citycore.forecasts").texts[language]
        assert {f"choice.{one}" for one in ChoiceReason} <= known.keys()
        assert {f"fallback.{one}" for one in FallbackReason} <= known.keys()
        assert {f"level.{one}" for one in LevelVerdict} <= known.keys()
        names = [one.name for one in learners(ForecastSettings())]
        assert [name for name in names if "_" in model_name(name, language)] == []
    assert model_name("a_stranger", "en").strip("\u2066\u2069") == "a_stranger"
    assert explained(told(choice={**COMBINED, "reason": "of tomorrow"}, levels=[]), "en") != []


def test_what_came_true() -> None:
    nothing = Outcome(since=None, days=0, skill=None, coverage={})
    assert come_true(nothing, BASELINE, "en") == ["Nothing has come true yet of what it said."]
    lines = come_true(
        Outcome(since=date(2026, 11, 1), days=9, skill=-0.1, coverage={80: 0.7, 95: None}), BASELINE, "en"
    )
    assert lines == [
        "Since 2026-11-01, on 9 days, its forecasts erred 10 % more than the same hour last week.",
        "Of the hours since then 70 % lay inside the 80 % band.",
    ]
