"""Which candidate a datastream is nowcast by, and how wide its bands are: a backtest of all datastreams of a panel. No clock, no database."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from forecasting.day_types import DayTypes
from forecasting.nowcast import rules, trees
from forecasting.nowcast.model import (
    BLOCK_OF,
    BLOCKS,
    DAY_QUARTERS,
    HORIZON,
    LEVELS,
    MODELS,
    PERSISTENCE,
    TREES,
    FloatArray,
    IntArray,
    Panel,
    Study,
)
from forecasting.nowcast.settings import NowcastSettings


class Base:
    """The profile of a panel and what follows from it, learned from its quarters before ``until``."""

    def __init__(self, panel: Panel, days: DayTypes, until: int) -> None:
        count = panel.values.shape[1]
        self.slots = rules.slots_of(panel.start, count + HORIZON, panel.zone, days)
        known = self.slots[:until]
        weekend = rules.weekend_rows_of(panel.zone, days, panel.start)
        self.profile = rules.profile_of(panel.values[:, :until], known, weekend)
        self.usual = self.profile[:, self.slots]
        self.deviations = panel.values - self.usual[:, :count]
        self.spread = rules.spread_of(self.deviations[:, :until], known)
        self.decay = rules.decay_of(self.deviations[:, :until])

    @property
    def scale(self) -> FloatArray:
        found: FloatArray = self.spread.mean(axis=1)[:, None]
        return found

    def told_to_trees(self) -> trees.Known:
        return trees.Known(self.deviations / self.scale, self.usual / self.scale, self.slots)

    def predict(self, model: str, panel: Panel, at: IntArray, booster: str | None, stale: int) -> FloatArray:
        """What a candidate says at origins whose last quarters are ``at``: (series, origins, 24), within the bounds."""
        ahead = at[:, None] + np.arange(1, HORIZON + 1)
        usual_ahead = self.usual[:, ahead]
        last = rules.last_known(panel.values, stale)[:, at]
        if model == TREES:
            assert booster is not None
            found = usual_ahead + trees.ask(booster, self.told_to_trees(), at) * self.scale[..., None]
            found = np.where(np.isfinite(last)[..., None], found, np.nan)
        else:
            usual_now = last - rules.last_known(self.deviations, stale)[:, at]
            found = rules.said(model, last, usual_now, usual_ahead, self.decay)
        return np.clip(found, panel.bounds[:, 0, None, None], panel.bounds[:, 1, None, None])


class Trees(NamedTuple):
    """What was learned from all but the last days, by which it is judged, and what was learned from all, which is served."""

    judged: str
    served: str


def study_panel(
    panel: Panel, days: DayTypes, settings: NowcastSettings, shared: Trees | None = None
) -> tuple[Mapping[int, Study], Trees | None]:
    """What is known of each datastream that has enough of a past, and the trees, unless there was too little to learn from.

    Each is judged on the last days by what was learned before them, and then learns from those as well. ``shared`` are trees that
    others of the same property and zone have learned.
    """
    count = panel.values.shape[1]
    enough = np.flatnonzero(np.isfinite(panel.values).sum(axis=1) >= settings.values_min)
    if not len(enough):
        return {}, None
    panel = panel.rows(enough)
    until = count - min(settings.test_days_max * DAY_QUARTERS, count // 3)
    at = np.arange(max(until, trees.HISTORY + 1) - 1, count - HORIZON, settings.test_step_quarters)
    base = Base(panel, days, until)
    whole = Base(panel, days, count)
    learned = shared or _learn(base, whole, until, settings)
    booster = None if learned is None else learned.judged
    asked = [model for model in MODELS if model != TREES or booster is not None]
    actual = panel.values[:, at[:, None] + np.arange(1, HORIZON + 1)]
    # The same unit as bands are served in.
    units = whole.spread[:, base.slots[at[:, None] + np.arange(1, HORIZON + 1)] % DAY_QUARTERS]
    errors = {
        model: np.abs(actual - base.predict(model, panel, at, booster, settings.stale_quarters))
        for model in asked
    }
    found: dict[int, Study] = {}
    for place, key in enumerate(panel.keys):
        of_one = {model: sizes[place] for model, sizes in errors.items()}
        known = judge(of_one, units[place], settings)
        if known is not None:
            model, widths, told = known
            profile, spread, decay = whole.profile[place], whole.spread[place], whole.decay[place]
            found[key] = Study(model, profile, spread, decay, widths, told)
    return found, learned


def _learn(base: Base, whole: Base, until: int, settings: NowcastSettings) -> Trees | None:
    rows, rounds = settings.train_rows_max, settings.tree_rounds
    judged = trees.learn(base.told_to_trees(), until, rows, rounds)
    served = trees.learn(whole.told_to_trees(), whole.deviations.shape[1], rows, rounds)
    return None if judged is None or served is None else Trees(judged, served)


def judge(
    errors: Mapping[str, FloatArray], units: FloatArray, settings: NowcastSettings
) -> tuple[str, Mapping[int, FloatArray], dict[str, Any]] | None:
    """Choose by mean absolute error: the model, its widths, and the figures of all. Arrays are (origins, 24).

    None where too few origins can be judged. Trees have to be better by a part that is a setting.
    """
    judged = int(np.isfinite(errors[PERSISTENCE]).any(axis=1).sum())
    if judged < settings.origins_min:
        return None
    figures = {model: mean_of(sizes) for model, sizes in errors.items()}

    def cost(model: str) -> float:
        return figures[model] / (1 - settings.tree_gain) if model == TREES else figures[model]

    candidates = [one for one in figures if np.isfinite(figures[one])]
    if not candidates:
        return None
    chosen = min(candidates, key=lambda model: (cost(model), MODELS.index(model)))
    scores = errors[chosen] / units
    widths = {level: widths_of(scores, level) for level in LEVELS}
    told = {
        "origins": judged,
        "blocks": [list(block) for block in BLOCKS],
        "candidates": [
            {
                "model": model,
                "mae": finite(figures[model]),
                "by_block": [finite(mean_of(errors[model][:, n == BLOCK_OF])) for n in range(len(BLOCKS))],
            }
            for model in errors
        ],
        "coverage": {str(level): finite(coverage_of(scores, level)) for level in LEVELS},
    }
    return chosen, widths, told


def widths_of(scores: FloatArray, level: int) -> FloatArray:
    """By block, what at least ``level`` per cent of future scores stay below: the finite-sample quantile of split conformal prediction."""
    found = np.empty(len(BLOCKS))
    everything = scores[np.isfinite(scores)]
    for block in range(len(BLOCKS)):
        pooled = scores[:, block == BLOCK_OF]
        origins = int(np.isfinite(pooled).any(axis=1).sum())
        pooled = pooled[np.isfinite(pooled)] if origins else everything
        share = min(level / 100 * (origins + 1) / max(origins, 1), 1.0)
        found[block] = np.quantile(pooled, share, method="higher")
    return np.maximum.accumulate(found)


def coverage_of(scores: FloatArray, level: int) -> float:
    """The part of scores inside the band, each half of the origins judged by widths of the other."""
    inside: list[FloatArray] = []
    for half in (0, 1):
        judged, others = scores[half::2], scores[1 - half :: 2]
        if np.isfinite(others).any():
            within = np.where(np.isfinite(judged), judged <= widths_of(others, level)[BLOCK_OF], np.nan)
            inside.append(within[np.isfinite(judged)])
    return mean_of(np.concatenate(inside)) if inside else float("nan")


def mean_of(values: FloatArray) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(np.nanmean(values)) if values.size else float("nan")


def finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
