"""Why this forecast, and how good it is: in words, from the backtest's figures alone."""

from __future__ import annotations

from collections.abc import Mapping

from citycore.forecasts.words import fallback_reason
from citycore.forecasts.words import model_name as named
from citycore.language import isolate
from dashboards.language import Words, percent_text
from dashboards.model import LEVELS, Candidate, Forecast, Level

#: Skills closer to zero than this are "as good as".
EVEN_SKILL = 0.005
#: What the study of a series says of a band. Where it says nothing, the page judges by the shares alone:
VERDICTS = {"kept": "coverage_right", "too_narrow": "coverage_narrow", "too_wide": "coverage_wide"}
#: How far a band may miss its promise before the words say so: too narrow is the worse fault, and the nearer a
#: promise is to certainty, the less of it may be missed.
NARROW_BY: Mapping[Level, float] = {"50": 0.10, "80": 0.07, "95": 0.03}
WIDE_BY: Mapping[Level, float] = {"50": 0.15, "80": 0.10, "95": 0.04}


def judgement(forecast: Forecast, words: Words) -> list[str]:
    """Which model is shown, how it did against the baseline, and by how much it errs."""
    lines = [_compared(forecast, words)]
    if forecast.mae is not None and forecast.baseline_mae is not None and forecast.model != forecast.baseline:
        lines.append(
            words(
                "forecast.error_line",
                mae=words.value(forecast.mae, forecast.unit),
                baseline_mae=words.value(forecast.baseline_mae, forecast.unit),
                baseline=model_name(forecast.baseline, words),
            )
        )
    elif forecast.mae is not None:
        lines.append(words("forecast.own_error", mae=words.value(forecast.mae, forecast.unit)))
    lines.append(words("forecast.training", hours=words.counted("span.hour", forecast.training_hours)))
    return lines


def model_name(code: str, words: Words) -> str:
    return named(code, words.language)


def fallback(forecast: Forecast, words: Words) -> str | None:
    """Why a simpler model stands here, if one does; its code where it has no words."""
    reason = forecast.fallback_reason
    return None if reason is None else fallback_reason(reason, words.language) or isolate(reason)


def _opening(text: str) -> str:
    """A name at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def _compared(forecast: Forecast, words: Words) -> str:
    shown = _opening(model_name(forecast.model, words))
    if forecast.backtest_origins == 0 or forecast.mae is None:
        return f"{words('forecast.shown_untested', shown=shown)} {words('forecast.untested')}"
    if forecast.model == forecast.baseline:
        return _baseline_shown(forecast, shown, words)
    skill = forecast.skill
    if skill is None:
        return words("forecast.shown_untested", shown=shown)
    key = "even" if abs(skill) < EVEN_SKILL else "better" if skill > 0 else "worse"
    return words(
        f"forecast.{key}",
        model=shown,
        baseline=model_name(forecast.baseline, words),
        percent=percent_text(skill),
        tests=words.counted("tests", forecast.backtest_origins),
    )


def _baseline_shown(forecast: Forecast, shown: str, words: Words) -> str:
    rival = best_rival(forecast)
    if rival is None or rival.skill is None:
        return words("forecast.only_baseline", shown=shown)
    key = "shown_because" if rival.skill < -EVEN_SKILL else "shown_even"
    return words(
        f"forecast.{key}",
        shown=shown,
        other=model_name(rival.model, words),
        percent=percent_text(rival.skill),
        tests=words.counted("tests", forecast.backtest_origins),
    )


def best_rival(forecast: Forecast) -> Candidate | None:
    """The best tested candidate other than the model shown."""
    rivals = [one for one in forecast.candidates if one.model != forecast.model and one.skill is not None]
    return max(rivals, key=lambda one: one.skill or 0.0, default=None)


def coverage(forecast: Forecast, words: Words) -> list[str]:
    """What each band held in the test beside what it promises, and what that means of this band."""
    measured = [(level, share) for level in LEVELS if (share := forecast.coverage.get(level)) is not None]
    if not measured:
        return [words("forecast.coverage_unknown")]
    said = {level: VERDICTS.get(verdict) for level, verdict in forecast.verdicts.items()}
    return [
        words(
            f"forecast.{said.get(level) or _verdict(level, share)}",
            level=level,
            measured=percent_text(share),
        )
        for level, share in measured
    ]


def _verdict(level: Level, share: float) -> str:
    promised = int(level) / 100
    if share < promised - NARROW_BY[level]:
        return "coverage_narrow"
    return "coverage_wide" if share > promised + WIDE_BY[level] else "coverage_right"
