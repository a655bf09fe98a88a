"""Bands that keep their word: conformal quantiles of past errors, adapted to what came of them.

An error is divided by how unsure the candidates were of that hour (their 10 to 90 % spread), or by the square root of
the level where none says. Errors are pooled by horizon block, and each quantile is moved by what was missed of late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecasting.candidates.model import DAY_HOURS
from forecasting.combination import blocks, known_before
from forecasting.model import LEVELS, Band, FloatArray, Prediction, SeriesTraits
from forecasting.settings import ForecastSettings
from forecasting.study import BlockCalibration
from forecasting.walls import mean_real

#: The quantiles, in thousandths.
QUANTILES = (25, 100, 250, 750, 900, 975)
#: Of what a spread is made: that of its own side, of both sides, and for the rest that of the whole forecast. Errors
#: are divided by it, so that one that is too small once would make all bands wide where it is not.
OWN_SIDE, BOTH_SIDES = 0.5, 0.25
#: Corrected levels stay this far from 0 and 1.
LEVEL_MARGIN = 0.005


def spreads(said: Prediction, traits: SeriesTraits) -> tuple[FloatArray, FloatArray]:
    """How unsure each hour is, below and above the median: positive, in the unit of the series."""
    if said.low is None or said.high is None:
        level = said.median
        unit = np.sqrt(np.maximum(level, 0.0) + 1.0) if traits.lower_bound == 0 else np.ones_like(level)
        return unit, unit
    below, above = said.median - said.low, said.high - said.median
    both = (below + above) / 2
    usual = mean_real(both.T)[:, None]
    usual = np.maximum(np.where(np.isfinite(usual), usual, 1.0), 1e-9)
    own = OWN_SIDE * np.stack([below, above]) + BOTH_SIDES * both
    found = np.where(np.isfinite(own), own, (OWN_SIDE + BOTH_SIDES) * usual)
    found = found + (1.0 - OWN_SIDE - BOTH_SIDES) * usual
    return found[0], found[1]


def scores_of(said: Prediction, actual: FloatArray, traits: SeriesTraits) -> FloatArray:
    """Signed errors in units of the spread on their side; NaN where nothing was measured."""
    below, above = spreads(said, traits)
    error = actual - said.median
    return np.where(error >= 0, error / above, error / below)


def adapt(
    scores: FloatArray, origins: Sequence[datetime], settings: ForecastSettings
) -> tuple[FloatArray, tuple[BlockCalibration, ...]]:
    """Offsets of the quantiles at each origin from what was known there, and those for what comes next.

    The first part has the shape (origins, blocks, quantiles); NaN while too little was known.
    """
    if not origins:
        return np.full((0, len(blocks(settings)), len(QUANTILES)), np.nan), unknown(settings)
    found = np.full((len(origins), len(blocks(settings)), len(QUANTILES)), np.nan)
    final = []
    for block, part in enumerate(blocks(settings)):
        rows = _adapted(
            scores[:, part], known_before(origins, part, settings), _nominal(part, settings), settings
        )
        found[:, block] = rows[:-1]
        newest_row = np.where(np.isfinite(rows[-1]), rows[-1], 0.0)
        final.append(
            BlockCalibration(
                last_hour=part.stop,
                offsets={name: float(value) for name, value in zip(QUANTILES, newest_row, strict=True)},
            )
        )
    return found, tuple(final)


def _nominal(part: slice, settings: ForecastSettings) -> FloatArray:
    """The share below each quantile that is aimed at.

    Errors far ahead are known late and go together over days, so that past ones promise too much: their tails are cut.
    """
    share = np.array(QUANTILES) / 1000
    tails = np.minimum(share, 1.0 - share) * (
        1.0 - settings.band_far_cut * part.stop / settings.horizon_hours
    )
    found: FloatArray = np.where(share < 0.5, tails, 1.0 - tails)
    return found


def _adapted(
    scores: FloatArray, known: NDArray[np.bool_], nominal: FloatArray, settings: ForecastSettings
) -> FloatArray:
    """Of one block, at each origin and in the end: quantiles of the known scores, at levels that were corrected.

    A quantile that too few of the newest hours stayed below is asked for at a higher level, by
    ``band_learning_rate`` for each day's worth of hours; what was corrected is slowly forgotten.
    """
    rows = np.full((len(known), len(QUANTILES)), np.nan)
    # An hour lies in the far blocks of several origins; its miss is one and the same.
    rate = settings.band_learning_rate * min(1.0, DAY_HOURS / scores.shape[1])
    real = np.isfinite(scores)
    missed = np.zeros(len(QUANTILES))
    judged = np.zeros(scores.shape, dtype=bool)
    for row, over in enumerate(known):
        new = over & real & ~judged
        judged |= new
        told = np.flatnonzero(new.any(axis=1))
        for origin in told[np.isfinite(rows[told, 0])]:
            below = scores[origin][new[origin]][:, None] <= rows[origin]
            missed += (nominal - below).sum(axis=0) / scores.shape[1]
        pooled = scores[over & real]
        if len(pooled) >= settings.band_scores_min:
            share = np.clip(nominal + rate * missed, LEVEL_MARGIN, 1.0 - LEVEL_MARGIN)
            rows[row] = np.maximum.accumulate(np.quantile(pooled, share))
        missed *= settings.band_memory
    return rows


def unknown(settings: ForecastSettings) -> tuple[BlockCalibration, ...]:
    """Bands of no width, where no error is known."""
    zeros = dict.fromkeys(QUANTILES, 0.0)
    return tuple(BlockCalibration(last_hour=part.stop, offsets=zeros) for part in blocks(settings))


def bands(
    said: Prediction, offsets: FloatArray, traits: SeriesTraits, settings: ForecastSettings
) -> dict[int, Band]:
    """The bands around the median, inside the physical bounds; ``offsets`` of shape (origins, blocks, quantiles).

    Wider levels contain narrower ones, and every band contains the median.
    """
    below, above = spreads(said, traits)
    found: dict[int, Band] = {}
    lower = upper = said.median
    wide = np.repeat(offsets, [part.stop - part.start for part in blocks(settings)], axis=1)
    for number, level in enumerate(LEVELS):
        down, up = wide[..., len(LEVELS) - 1 - number], wide[..., len(LEVELS) + number]
        lower = np.minimum(lower, said.median + np.where(down < 0, down * below, down * above))
        upper = np.maximum(upper, said.median + np.where(up < 0, up * below, up * above))
        found[level] = Band(traits.clip(lower), traits.clip(upper))
    return found


def newest(calibration: Sequence[BlockCalibration]) -> FloatArray:
    """The offsets of a study as an array of one row: (1, blocks, quantiles)."""
    return np.array([[[block.offsets[name] for name in QUANTILES] for block in calibration]])


def covered(found: Mapping[int, Band], actual: FloatArray, level: int) -> FloatArray:
    """1 where a real hour lies inside the band, 0 where outside, NaN where there is nothing to judge."""
    band = found.get(level)
    if band is None:
        return np.full_like(actual, np.nan)
    judged = np.isfinite(actual) & np.isfinite(band.lower)
    return np.where(judged, (band.lower <= actual) & (actual <= band.upper), np.nan)
