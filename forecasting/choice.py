"""Figures of each candidate, which one is served, and whether each band kept its word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecasting.calibration import covered
from forecasting.candidates.model import BASELINE, COMBINATION
from forecasting.combination import blocks
from forecasting.model import (
    LEVELS,
    Band,
    BlockScore,
    CandidateScore,
    Choice,
    ChoiceReason,
    FallbackReason,
    FloatArray,
    LevelFigures,
    LevelVerdict,
)
from forecasting.rules import skill
from forecasting.settings import ForecastSettings


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is judged by: what was measured, what the baseline said, and the unit of MASE."""

    actual: FloatArray
    baseline: FloatArray
    scale: float


def score(
    name: str, median: FloatArray, found: Mapping[int, Band], truth: Truth, settings: ForecastSettings
) -> CandidateScore:
    """Figures over the hours that were measured and that both this candidate and the baseline answered."""
    actual, scale = truth.actual, truth.scale
    error, base = np.abs(actual - median), np.abs(actual - truth.baseline)
    counted = np.isfinite(error) & np.isfinite(base)
    parts = []
    for part in blocks(settings):
        rows = counted[:, part]
        parts.append(
            BlockScore(
                first_hour=part.start + 1,
                last_hour=part.stop,
                scored_hours=int(rows.sum()),
                mae=_mean(error[:, part][rows]),
                mase=_mean(error[:, part][rows] / scale) if scale > 0 else None,
                skill=_skill(error[:, part][rows], base[:, part][rows]),
                **_band_figures(median[:, part], _within(found, part), actual[:, part]),
            )
        )
    return CandidateScore(
        name, _mean(error[counted]), _skill(error[counted], base[counted]), None, tuple(parts)
    )


def _within(found: Mapping[int, Band], part: slice) -> dict[int, Band]:
    return {level: Band(band.lower[:, part], band.upper[:, part]) for level, band in found.items()}


def _band_figures(median: FloatArray, found: Mapping[int, Band], actual: FloatArray) -> dict[str, Any]:
    """Mean pinball loss of the seven quantiles, CRPS from them, Winkler score and coverage of each level."""
    losses = {0.5: pinball(actual, median, 0.5)}
    for level, band in found.items():
        losses[0.5 - level / 200] = pinball(actual, band.lower, 0.5 - level / 200)
        losses[0.5 + level / 200] = pinball(actual, band.upper, 0.5 + level / 200)
    judged = np.isfinite(np.stack(list(losses.values()))).all(axis=0)
    shares = sorted(losses)
    means = [_mean(losses[share][judged]) for share in shares]
    known = [value for value in means if value is not None]
    return {
        "pinball": float(np.mean(known)) if known else None,
        "crps": _crps(shares, known) if known else None,
        "winkler": {level: _mean(winkler(actual, band, level)) for level, band in found.items()},
        "coverage": {level: _mean(covered(found, actual, level)) for level in found},
    }


def pinball(actual: FloatArray, quantile: FloatArray, share: float) -> FloatArray:
    error = actual - quantile
    return np.maximum(share * error, (share - 1.0) * error)


def winkler(actual: FloatArray, band: Band, level: int) -> FloatArray:
    """The width of a band, and what lies outside of it times 2 / (1 - level)."""
    missed = np.maximum(band.lower - actual, 0.0) + np.maximum(actual - band.upper, 0.0)
    return band.upper - band.lower + 2.0 / (1.0 - level / 100) * missed


def _crps(shares: Sequence[float], losses: Sequence[float]) -> float:
    """Twice the pinball loss integrated over the quantiles; beyond the outermost it falls to nothing."""
    return float(2.0 * np.trapezoid([0.0, *losses, 0.0], [0.0, *shares, 1.0]))


def _mean(values: FloatArray) -> float | None:
    real = values[np.isfinite(values)]
    return float(real.mean()) if real.size else None


def _skill(error: FloatArray, base: FloatArray) -> float | None:
    return skill(float(error.mean()), float(base.mean())) if error.size else None


def judge_levels(
    found: Mapping[int, Band], actual: FloatArray, settings: ForecastSettings
) -> tuple[LevelFigures, ...]:
    """Each level by itself: whether as many hours lay inside as it says."""
    judged = []
    for level in LEVELS:
        inside = covered(found, actual, level)
        hours = int(np.isfinite(inside).sum())
        share = _mean(inside)
        judged.append(
            LevelFigures(
                level=level, coverage=share, scored_hours=hours, verdict=_verdict(share, level, settings)
            )
        )
    return tuple(judged)


def _verdict(share: float | None, level: int, settings: ForecastSettings) -> LevelVerdict:
    """The nearer a promise is to certainty, the less of it may be missed."""
    if share is None:
        return LevelVerdict.NOT_JUDGED
    tolerance = min(settings.level_tolerance, (1.0 - level / 100) / 2)
    if share < level / 100 - tolerance:
        return LevelVerdict.TOO_NARROW
    return LevelVerdict.TOO_WIDE if share > level / 100 + tolerance else LevelVerdict.KEPT


def choose(
    scores: Sequence[CandidateScore], weights: Sequence[Mapping[str, float]], settings: ForecastSettings
) -> Choice:
    """The combination, unless one candidate alone is clearly better; never what is worse than last week's value."""
    maes = {score.model: score.mae for score in scores if score.mae is not None}
    skills = {score.model: score.skill for score in scores}
    if BASELINE not in maes:
        return unjudged()
    alone = min((name for name in maes if name != COMBINATION), key=lambda name: maes[name])
    combined = maes.get(COMBINATION)
    if (
        combined is not None
        and combined <= (1.0 + settings.alone_margin) * maes[alone]
        and combined < maes[BASELINE]
    ):
        return Choice(
            model=COMBINATION,
            reason=ChoiceReason.COMBINATION_BEST,
            skill=skills[COMBINATION],
            runner_up=alone,
            runner_up_skill=skills[alone],
            parts=_parts(weights),
        )
    others = sorted((name for name in maes if name != alone), key=lambda name: maes[name])
    return Choice(
        model=alone,
        reason=ChoiceReason.NOTHING_BETTER if alone == BASELINE else ChoiceReason.CANDIDATE_BEST,
        skill=skills[alone],
        runner_up=others[0] if others else None,
        runner_up_skill=skills[others[0]] if others else None,
    )


def unjudged() -> Choice:
    """The baseline, where nothing could be judged."""
    return Choice(
        model=BASELINE, reason=ChoiceReason.NOT_JUDGED, skill=None, runner_up=None, runner_up_skill=None
    )


def _parts(weights: Sequence[Mapping[str, float]]) -> tuple[tuple[str, float], ...]:
    names = {name for block in weights for name in block}
    means = {name: sum(block.get(name, 0.0) for block in weights) / len(weights) for name in names}
    return tuple(sorted(((name, round(mean, 4)) for name, mean in means.items()), key=lambda part: -part[1]))


def failed(name: str, reason: FallbackReason) -> CandidateScore:
    return CandidateScore(name, None, None, reason)
