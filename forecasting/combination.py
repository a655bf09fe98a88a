"""The combination: each candidate counts by how little it erred before, the bad ones not at all.

Weights are found for each horizon block. On a day of a kind of its own only candidates that know such days are
asked: what erred little on ordinary days says nothing about Eid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from citycore.intervals import HOUR
from forecasting.backtest import Replay
from forecasting.candidates.model import BASELINE
from forecasting.model import FloatArray, Prediction
from forecasting.settings import ForecastSettings


def blocks(settings: ForecastSettings) -> tuple[slice, ...]:
    """The horizon blocks inside the horizon, as columns."""
    ends = [end for end in settings.block_hours if end < settings.horizon_hours] + [settings.horizon_hours]
    return tuple(slice(first, last) for first, last in zip([0, *ends[:-1]], ends, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """``by_block``: shape (rows, blocks, candidates), each row sums to 1; the last row is for what comes next."""

    names: tuple[str, ...]
    by_block: FloatArray

    def newest(self) -> tuple[dict[str, float], ...]:
        return tuple(
            {name: float(weight) for name, weight in zip(self.names, row, strict=True) if weight > 0}
            for row in self.by_block[-1]
        )


def known_before(origins: Sequence[datetime], part: slice, settings: ForecastSettings) -> NDArray[np.bool_]:
    """Whether at origin i (or, last row, in the end) an hour ahead of origin j was over and is recent enough to count.

    Shape (rows + 1, origins, hours of the block). The newest ``backtest_origins`` count.
    """
    hours = np.array([(origin - origins[0]) / HOUR for origin in origins])
    over = hours[None, :, None] + np.arange(part.start + 1, part.stop + 1) <= hours[:, None, None]
    places = np.arange(len(origins))
    recent = places[None, :] >= places[:, None] - settings.backtest_origins
    known = over & recent[..., None]
    last = np.broadcast_to(
        (places >= len(origins) - settings.backtest_origins)[None, :, None], known[:1].shape
    )
    return np.concatenate([known, last])


def weigh(replay: Replay, settings: ForecastSettings) -> Weights:
    """Weights at each origin from what was known there, and in the last row from everything."""
    names, columns = tuple(replay.said), blocks(settings)
    errors = np.stack([np.abs(replay.said[name].median - replay.actual) for name in names])
    base = errors[names.index(BASELINE)]
    counted = np.isfinite(errors) & np.isfinite(base) & ~replay.special
    errors = np.where(counted, errors, 0.0)
    bases = np.where(counted, base, 0.0)
    found = np.empty((len(replay.origins) + 1, len(columns), len(names)))
    for block, part in enumerate(columns):
        known = known_before(replay.origins, part, settings).astype(float)
        rows = len(known)
        flat = known.reshape(rows, -1)
        loss = flat @ errors[:, :, part].reshape(len(names), -1).T
        against = flat @ bases[:, :, part].reshape(len(names), -1).T
        # Until a candidate has figures of its own it counts as good as the baseline.
        usual = max(float(bases[0][:, part].sum()) / max(len(replay.origins), 1), 1e-12)
        usual *= settings.combination_prior_origins
        ratio = (loss + usual) / (against + usual)
        best = ratio.min(axis=1, keepdims=True)
        weights = np.exp(-settings.combination_sharpness * (ratio / best - 1.0))
        weights[ratio > settings.combination_ratio_max * best] = 0.0
        found[:, block] = weights / weights.sum(axis=1, keepdims=True)
    return Weights(names, found)


def special_weights(names: Sequence[str], knowing: frozenset[str]) -> dict[str, float]:
    """Equal weights of those that know days of a kind of their own; empty where none does."""
    asked = [name for name in names if name in knowing]
    return {name: 1.0 / len(asked) for name in asked}


def combine(
    said: Mapping[str, Prediction],
    weights: FloatArray,
    names: Sequence[str],
    special: NDArray[np.bool_],
    on_special: Mapping[str, float],
) -> Prediction:
    """The weighted mean of what there is: ``weights`` of shape (origins, hours, candidates).

    Quantiles are the means of those that have some, around the common median.
    """
    weights = weights.copy()
    if on_special:
        weights[special] = [on_special.get(name, 0.0) for name in names]
    medians = np.stack([said[name].median for name in names], axis=-1)
    median = _mean(medians, weights)
    sides = [(said[name].low, said[name].high) for name in names]
    if all(low is None for low, _ in sides):
        return Prediction(median)
    empty = np.full_like(median, np.nan)
    below = np.stack(
        [medians[..., n] - low if low is not None else empty for n, (low, _) in enumerate(sides)], axis=-1
    )
    above = np.stack(
        [high - medians[..., n] if high is not None else empty for n, (_, high) in enumerate(sides)], axis=-1
    )
    even = np.maximum(weights, 1e-9)
    return Prediction(median, median - _mean(below, even), median + _mean(above, even))


def _mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Of the finite ones; equal weights where only those without weight have an answer; NaN where none has."""
    real = np.isfinite(values)
    counted = np.where(real, weights, 0.0)
    counted = np.where(counted.sum(axis=-1, keepdims=True) > 0, counted, real.astype(float))
    total = counted.sum(axis=-1)
    found = (np.where(real, values, 0.0) * counted).sum(axis=-1)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), np.nan)
