"""What the bands are compared with: Prophet as commonly used with its own interval, and split conformal."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory

import numpy as np

from forecasting.backtest import Replay
from forecasting.combination import blocks, known_before
from forecasting.day_types import wall_times
from forecasting.model import Band, FloatArray, PanelSeries
from forecasting.settings import ForecastSettings

WEEKS, WEEK = 12, timedelta(weeks=1)


def plain_prophet(
    one: PanelSeries, origins: Sequence[datetime], hours: int, levels: Sequence[int]
) -> dict[int, Band]:
    """Daily and weekly terms, added, fitted anew at each origin on 12 weeks; its own intervals, (origins, hours)."""
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    rows = []
    for origin in origins:
        measured = one.series.after(origin - WEEKS * WEEK, WEEKS * 168 + hours)
        measured[-hours:] = np.nan
        walls = wall_times(origin - WEEKS * WEEK, len(measured), one.traits.zone)
        frame = pd.DataFrame({"ds": walls, "y": measured})
        with TemporaryDirectory(prefix="falaj-bench-") as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = Prophet(uncertainty_samples=400, yearly_seasonality=False)
            model.fit(frame[np.isfinite(measured)], output_dir=folder, seed=1)
            np.random.seed(1)  # noqa: NPY002 -- Prophet draws from the old generator
            drawn = model.predictive_samples(frame.iloc[-hours:])["yhat"]
        rows.append(np.quantile(drawn, [share for level in levels for share in _sides(level)], axis=1))
    found = np.array(rows)
    if one.traits.lower_bound == 0:
        found = np.maximum(found, 0.0)
    return {level: Band(found[:, 2 * n], found[:, 2 * n + 1]) for n, level in enumerate(levels)}


def _sides(level: int) -> tuple[float, float]:
    return 0.5 - level / 200, 0.5 + level / 200


def split_conformal(median: FloatArray, replayed: Replay, level: int, settings: ForecastSettings) -> Band:
    """The same median, with one absolute error as half-width for each horizon block: no level, no side, no adapting."""
    error = np.abs(replayed.actual - median)
    width = np.full(median.shape, np.nan)
    for part in blocks(settings):
        for row, over in enumerate(known_before(replayed.origins, part, settings)[:-1]):
            known = error[:, part][over]
            known = known[np.isfinite(known)]
            if known.size >= settings.band_scores_min:
                width[row, part] = np.quantile(known, level / 100)
    return Band(np.maximum(median - width, 0.0), median + width)
