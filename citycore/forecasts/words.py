"""Why this model, what was promised and what came true: sentences that a planner reads, from figures alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from citycore.language import Language, catalogue, isolate

Plain = Mapping[str, Any]
#: Shares of a combination below this are not worth a word.
SHARE_SHOWN_MIN = 0.05
KEPT = "kept"
_WEEKS = re.compile(r"prophet_(\d+)_weeks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a forecast says of itself: ``choice`` and ``levels`` as they are kept and served."""

    model: str
    baseline: str
    skill: float | None
    backtest_origins: int
    fallback_reason: str | None
    is_provisional: bool
    choice: Plain | None
    levels: Sequence[Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came true of a series since a day: ``coverage`` by level in percent, shares from 0 to 1."""

    since: date | None
    days: int
    skill: float | None
    coverage: Mapping[int, float | None]


def model_name(code: str, language: Language) -> str:
    """The name of a model for readers; its code where it has none."""
    texts = catalogue("citycore.forecasts")
    if (window := _WEEKS.fullmatch(code)) is not None:
        return texts.text("model.prophet_weeks", language, weeks=_apart(window[1], language))
    return (
        texts.text(f"model.{code}", language) if f"model.{code}" in texts.texts[language] else isolate(code)
    )


def fallback_reason(code: str, language: Language) -> str | None:
    """Why a simpler model stands in a forecast; None for a code without words."""
    return next(iter(_known(f"fallback.{code}", language)), None)


def explained(told: Told, language: Language) -> list[str]:
    """Why this model, then each band by itself."""
    return [*reasons(told, language), *levels_in_words(told.levels, language)]


def reasons(told: Told, language: Language) -> list[str]:
    """Which model is shown and why; why a simpler one stands in; who comes next."""
    lines = [_text("choice.provisional", language)] if told.is_provisional else []
    choice = told.choice
    if told.fallback_reason is not None:
        lines += _known(f"fallback.{told.fallback_reason}", language)
    if choice is None or choice["model"] != told.model:
        return [*lines, *_chosen("not_judged", told, language)]
    reason = choice["reason"] if told.skill is not None else "not_judged"
    lines += _chosen(reason, told, language)
    skill = choice.get("runner_up_skill")
    if choice.get("runner_up") is not None and skill is not None:
        key = "choice.runner_up" if skill >= 0 else "choice.runner_up_worse"
        names = {
            "model": model_name(choice["runner_up"], language),
            "baseline": model_name(told.baseline, language),
        }
        lines.append(_text(key, language, percent=_percent(skill, language), **names))
    return lines


def _chosen(reason: str, told: Told, language: Language) -> list[str]:
    name = model_name(told.model, language)
    parts = [
        f"{model_name(code, language)} ({_percent(share, language)})"
        for code, share in (told.choice or {}).get("parts", ())
        if share >= SHARE_SHOWN_MIN
    ]
    return _known(
        f"choice.{reason}",
        language,
        Model=name[:1].upper() + name[1:],
        baseline=model_name(told.baseline, language),
        percent=_percent(told.skill or 0.0, language),
        origins=_apart(str(told.backtest_origins), language),
        parts=("، " if language == "ar" else ", ").join(parts),
    )


def levels_in_words(levels: Sequence[Plain], language: Language) -> list[str]:
    """A sentence for each level; that all kept their word is said only where each did."""
    lines = [
        line
        for one in levels
        for line in _known(
            f"level.{one['verdict']}",
            language,
            level=_apart(str(one["level"]), language),
            measured=_apart("–" if one["coverage"] is None else f"{100 * one['coverage']:.0f}", language),
        )
    ]
    if levels and all(one["verdict"] == KEPT for one in levels):
        lines.append(_text("level.all_kept", language))
    return lines


def come_true(outcome: Outcome, baseline: str, language: Language) -> list[str]:
    """What became of earlier forecasts."""
    if outcome.since is None or outcome.skill is None:
        return [_text("outcome.none", language)]
    key = "outcome.error" if outcome.skill >= 0 else "outcome.error_worse"
    error = _text(
        key,
        language,
        since=_apart(outcome.since.isoformat(), language),
        days=_apart(str(outcome.days), language),
        percent=_percent(outcome.skill, language),
        baseline=model_name(baseline, language),
    )
    shares = [
        _text(
            "outcome.level",
            language,
            level=_apart(str(level), language),
            measured=_apart(f"{100 * share:.0f}", language),
        )
        for level, share in sorted(outcome.coverage.items())
        if share is not None
    ]
    return [error, *shares]


def _percent(share: float, language: Language) -> str:
    return _apart(f"{abs(100 * share):.0f} %" if language == "en" else f"{abs(100 * share):.0f}%", language)


def _apart(text: str, language: Language) -> str:
    """A number, a date or a code within a sentence."""
    return isolate(text) if language == "ar" else text


def _known(key: str, language: Language, **fields: object) -> list[str]:
    """The sentence; none for a code of a newer version that has no words here."""
    known = catalogue("citycore.forecasts").texts[language]
    return [_text(key, language, **fields)] if key in known else []


def _text(key: str, language: Language, **fields: object) -> str:
    return catalogue("citycore.forecasts").text(key, language, **fields)
