"""Bands from the errors of the backtest, by split conformal prediction.

An error is divided by the square root of the level where the quantity has a lower bound of zero
(busy hours err more than quiet ones), pooled by blocks of the horizon, and a quantile of the
pooled sizes is the half-width of the band. Hours of one day err together, so the finite-sample
correction counts origins, not hours: on recordings the 80 % band then holds about 80 % of new
hours, and 70 % with a correction that counts hours. One size for each level makes the bands
nested. Measured coverage judges each origin by errors it has no part in.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from citycore.intervals import HOUR
from forecasting.model import LEVELS, Backtest, Band, FloatArray, SeriesTraits
from forecasting.settings import ForecastSettings


def conformal_quantile(scores: FloatArray, level: float, origins: int) -> float:
    """The score that at least ``level`` of future scores stay below, from past ones of ``origins`` days.

    That is the share level * (m + 1) / m of the scores, m origins. Where there are too few for the
    level the largest score stands in; measured coverage then shows what that is worth.
    """
    ordered = np.sort(scores)
    share = min(level * (origins + 1) / origins, 1.0)
    return float(ordered[ceil(share * len(ordered) - 1e-9) - 1])


def half_widths(scores: FloatArray, settings: ForecastSettings) -> Mapping[int, FloatArray]:
    """Half-widths in units of :func:`spread` for each level and hour ahead.

    ``scores``: shape (origins, hours), NaN where there was no value; at least one must be finite.
    """
    everything = scores[np.isfinite(scores)]
    origins = int(np.isfinite(scores).any(axis=1).sum())
    widths = {level: np.empty(scores.shape[1]) for level in LEVELS}
    for first in range(0, scores.shape[1], settings.band_block_hours):
        block = slice(first, first + settings.band_block_hours)
        pooled = scores[:, block][np.isfinite(scores[:, block])]
        if len(pooled) < settings.band_scores_min:
            pooled = everything
        for level in LEVELS:
            widths[level][block] = conformal_quantile(pooled, level / 100, origins)
    return widths


def spread(level: FloatArray, traits: SeriesTraits) -> FloatArray:
    """How much larger errors are where the level is higher: the square root, as for counts."""
    if traits.lower_bound != 0:
        return np.ones_like(level)
    return np.sqrt(np.maximum(level, 0.0) + 1.0)


def scores_of(backtest: Backtest, traits: SeriesTraits) -> FloatArray:
    """Sizes of the backtest's errors in units of :func:`spread`."""
    return np.abs(backtest.actual - backtest.predicted) / spread(backtest.predicted, traits)


def bands_around(
    median: FloatArray, widths: Mapping[int, FloatArray], traits: SeriesTraits
) -> dict[int, Band]:
    """The bands, inside the physical bounds. ``median`` must lie inside them already."""
    unit = spread(median, traits)
    return {
        level: Band(traits.clip(median - width * unit), traits.clip(median + width * unit))
        for level, width in widths.items()
    }


def measured_coverage(
    backtest: Backtest, traits: SeriesTraits, settings: ForecastSettings
) -> dict[int, float | None]:
    """The share of real hours inside each band, each origin judged by bands from others only.

    An origin whose horizon overlaps that of the judged one is no judge: it has seen the same hours.
    None where no others are left.
    """
    scores = scores_of(backtest, traits)
    inside: dict[int, list[NDArray[np.bool_]]] = {level: [] for level in LEVELS}
    for judged, origin in enumerate(backtest.origins):
        apart = [abs(other - origin) >= scores.shape[1] * HOUR for other in backtest.origins]
        others = scores[apart]
        if not np.isfinite(others).any():
            continue
        real = np.isfinite(scores[judged])
        for level, width in half_widths(others, settings).items():
            inside[level].append(scores[judged][real] <= width[real])
    return {
        level: float(np.mean(np.concatenate(parts))) if parts and np.concatenate(parts).size else None
        for level, parts in inside.items()
    }
