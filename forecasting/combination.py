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
    """``by_block``: shape (rows, blocks, candidates), ``special``: (rows, candidates), on days of a kind of their own.

    Each sums to 1, ``special`` to 0 where no candidate knows such days. The last row is for what comes next.
    """

    names: tuple[str, ...]
    by_block: FloatArray
    special: FloatArray

    def newest(self) -> tuple[dict[str, float], ...]:
        return tuple(self._named(row) for row in self.by_block[-1])

    def newest_special(self) -> dict[str, float]:
        return self._named(self.special[-1])

    def _named(self, row: FloatArray) -> dict[str, float]:
        return {name: float(weight) for name, weight in zip(self.names, row, strict=True) if weight > 0}


#: What counts before anything is known: candidates that are never far off, most of all the one that sees most.
STANDING = {"lightgbm": 0.5, "hour_of_week_median": 0.2, "decay_to_median": 0.2, "hour_of_week_mean": 0.1}
#: All others, before anything is known.
SELDOM = 0.05


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


def weigh(replay: Replay, knowing: frozenset[str], settings: ForecastSettings) -> Weights:
    """Weights at each origin from what was known there, and in the last row from everything.

    ``knowing``: the candidates that know days of a kind of their own.
    """
    names, columns = tuple(replay.said), blocks(settings)
    errors = np.stack([np.abs(replay.said[name].median - replay.actual) for name in names])
    base = errors[names.index(BASELINE)]
    counted = np.isfinite(errors) & np.isfinite(base) & ~replay.special
    errors = np.where(counted, errors, 0.0)
    bases = np.where(counted, base, 0.0)
    found = np.empty((len(replay.origins) + 1, len(columns), len(names)))
    sums = np.zeros((2, len(replay.origins) + 1, len(names)))
    for block, part in enumerate(columns):
        known = known_before(replay.origins, part, settings).astype(float)
        flat = known.reshape(len(known), -1)
        loss = flat @ errors[:, :, part].reshape(len(names), -1).T
        against = flat @ bases[:, :, part].reshape(len(names), -1).T
        sums += loss, against
        days = known.any(axis=2).sum(axis=1, keepdims=True)
        trust = days / (days + settings.combination_prior_origins)
        found[:, block] = _mixed(_ratios(loss, against), names, trust, settings)
    return Weights(names, found, _special(_ratios(sums[0], sums[1]), names, knowing, settings))


def _standing(names: Sequence[str]) -> FloatArray:
    standing = np.array([STANDING.get(name, 0.0) for name in names])
    if not standing.any():
        return np.full(len(names), 1.0 / len(names))
    found: FloatArray = standing / standing.sum()
    return found


def _ratios(loss: FloatArray, against: FloatArray) -> FloatArray:
    """Of the baseline's error on the same hours; 1 where nothing is known."""
    usual = np.maximum(against.max(axis=1, keepdims=True) * 1e-3, 1e-12)
    found: FloatArray = (loss + usual) / (against + usual)
    return found


def _mixed(
    ratio: FloatArray, names: Sequence[str], trust: FloatArray, settings: ForecastSettings
) -> FloatArray:
    """By error as far as the days are to be trusted, for the rest those that always count unless they are bad."""
    steady = np.array([not name.startswith("seasonal_naive") for name in names])
    prior = np.array([STANDING.get(name, SELDOM) for name in names])
    own = _sharp(ratio, prior, settings)
    if steady.any():
        # What repeats single hours carries one bad reading on: it never counts for much.
        share = np.minimum(own[:, ~steady].sum(axis=1, keepdims=True), settings.combination_naive_max)
        copies = own * ~steady
        copies /= np.maximum(copies.sum(axis=1, keepdims=True), 1e-12)
        others = np.zeros_like(own)
        others[:, steady] = _sharp(ratio[:, steady], prior[steady], settings)
        own = share * copies + (1.0 - share) * others
    worse = ratio / ratio.min(axis=1, keepdims=True)
    always = np.where(worse > settings.combination_ratio_max * (2.0 - trust), 0.0, _standing(names))
    total = always.sum(axis=1, keepdims=True)
    always = np.where(total > 0, always / np.where(total > 0, total, 1.0), own)
    return trust * own + (1.0 - trust) * always


def _sharp(ratio: FloatArray, prior: FloatArray, settings: ForecastSettings) -> FloatArray:
    """Prior times evidence, without those that are bad."""
    worse = ratio / ratio.min(axis=1, keepdims=True)
    weights = prior * np.exp(-settings.combination_sharpness * (worse - 1.0))
    weights[worse > settings.combination_ratio_max] = 0.0
    found: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return found


def _special(
    ratio: FloatArray, names: Sequence[str], knowing: frozenset[str], settings: ForecastSettings
) -> FloatArray:
    """Of those that know such days the ones that are not bad on ordinary days, for special days are few."""
    asked = np.array([name in knowing for name in names])
    if not asked.any():
        return np.zeros_like(ratio)
    worse = np.where(asked, ratio / ratio[:, asked].min(axis=1, keepdims=True), np.inf)
    weights = np.exp(-settings.combination_special_sharpness * (worse - 1.0))
    found: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return found


def combine(
    said: Mapping[str, Prediction], names: Sequence[str], weights: FloatArray, special: FloatArray
) -> Prediction:
    """The weighted median of what there is, so that one odd answer moves nothing: ``weights`` of shape (origins, hours, candidates).

    ``special``: the weights on hours that are special, of shape (origins, hours, candidates), 0 on all others.
    Quantiles are the means of those that have some, around the common median.
    """
    weights = np.where(special.sum(axis=-1, keepdims=True) > 0, special, weights)
    medians = np.stack([said[name].median for name in names], axis=-1)
    median = _median(medians, weights)
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


def _median(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Along the last axis where half of the weight lies below, run evenly between two; NaN where there is nothing."""
    real = np.isfinite(values)
    counted = _counted(real, weights)
    order = np.argsort(np.where(real, values, np.inf), axis=-1)
    ordered = np.take_along_axis(np.where(real, values, 0.0), order, axis=-1)
    share = np.take_along_axis(counted, order, axis=-1)
    total = np.maximum(share.sum(axis=-1, keepdims=True), 1e-300)
    middle = (np.cumsum(share, axis=-1) - share / 2) / total
    last = np.maximum(real.sum(axis=-1, keepdims=True) - 1, 0)
    high = np.minimum((middle < 0.5).sum(axis=-1, keepdims=True), last)
    low = np.maximum(high - 1, 0)
    (from_value, from_share), (to_value, to_share) = (
        (
            np.take_along_axis(ordered, place, axis=-1)[..., 0],
            np.take_along_axis(middle, place, axis=-1)[..., 0],
        )
        for place in (low, high)
    )
    wide = to_share - from_share
    part = np.clip((0.5 - from_share) / np.where(wide > 0, wide, 1.0), 0.0, 1.0)
    return np.where(real.any(axis=-1), from_value + part * (to_value - from_value), np.nan)


def _counted(real: NDArray[np.bool_], weights: FloatArray) -> FloatArray:
    """Weights of what there is; equal ones where only those without weight have an answer."""
    counted = np.where(real, weights, 0.0)
    return np.where(counted.sum(axis=-1, keepdims=True) > 0, counted, real.astype(float))


def _mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Along the last axis of the finite ones; NaN where there is none."""
    real = np.isfinite(values)
    counted = _counted(real, weights)
    total = counted.sum(axis=-1)
    found = (np.where(real, values, 0.0) * counted).sum(axis=-1)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), np.nan)
