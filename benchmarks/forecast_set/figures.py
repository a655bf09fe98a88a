"""From replays to the figures of the forecast benchmark: of each series, and over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_set.rivals import plain_prophet, split_conformal
from citycore.alerts.rules import exceedance
from citycore.intervals import HOUR
from forecasting.backtest import Replay
from forecasting.calibration import adapt, bands, covered, scores_of
from forecasting.candidates.model import BASELINE, COMBINATION
from forecasting.choice import winkler
from forecasting.combination import weigh
from forecasting.compose import combined
from forecasting.model import LEVELS, Band, FloatArray, PanelSeries
from forecasting.settings import ForecastSettings
from forecasting.walls import mean_real

HORIZONS, BAND_HOURS = (24, 48, 168), (24, 168)
JUDGED_LEVELS = (80, 95)
ORIGINS = 20
#: Bands of the first origins of a replay are made from too few errors to be typical.
FIRST_TYPICAL = 20
#: Thresholds of exceedance are these quantiles of what came before.
THRESHOLDS = (0.5, 0.75, 0.9)
DECILE_CASES_MIN = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one series. ``ratios``: MAE by candidate and horizon, of last week's value; ``winklers`` by rival, level, horizon.

    ``odds`` has one row a case: the probability said, whether it came, the climatology.
    """

    name: str
    ratios: Mapping[tuple[str, int], float]
    coverage: Mapping[tuple[int, int], float]
    winklers: Mapping[tuple[str, int, int], float]
    odds: FloatArray = field(repr=False)
    #: By level and horizon the share of the hours that the band held from each origin whose hours are over before the first judged one;
    #: how many of these steps lie between two judged origins.
    earlier: Mapping[tuple[int, int], FloatArray] = field(repr=False)
    step: int

    def best(self, horizon: int) -> tuple[str, float]:
        """The single candidate that one would have taken with hindsight."""
        single = {
            model: ratio
            for (model, hours), ratio in self.ratios.items()
            if hours == horizon and model != COMBINATION
        }
        model = min(single, key=lambda name: single[name])
        return model, single[model]


def rows_of(replayed: Replay) -> NDArray[np.int64]:
    """The judged origins: the newest twenty, every other one where there are enough before them."""
    count = len(replayed.origins)
    return np.arange(count - 1, -1, -step_of(replayed))[:ORIGINS][::-1]


def step_of(replayed: Replay) -> int:
    return 2 if len(replayed.origins) >= 3 * ORIGINS - 1 else 1


def earlier_rows(replayed: Replay) -> NDArray[np.int64]:
    """Origins whose hours are over before the first judged one begins, without the first of all."""
    first, hours = replayed.origins[rows_of(replayed)[0]], replayed.actual.shape[1]
    over = [row for row, origin in enumerate(replayed.origins) if origin + hours * HOUR <= first]
    return np.array(over[FIRST_TYPICAL:], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A series with what the candidates said of it."""

    name: str
    one: PanelSeries
    replayed: Replay


def figures(
    recorded: Recorded, knowing: frozenset[str], settings: ForecastSettings, *, rivals: bool
) -> Figures:
    """``rivals``: whether Prophet as commonly used is fitted at every origin for comparison, which takes a while."""
    one, replayed = recorded.one, recorded.replayed
    rows, actual = rows_of(replayed), replayed.actual
    served = combined(replayed, weigh(replayed, knowing, settings), settings)
    offsets, _ = adapt(scores_of(served, actual, one.traits), replayed.origins, settings)
    found = bands(served, offsets, one.traits, settings)
    medians = {**{model: said.median for model, said in replayed.said.items()}, COMBINATION: served.median}
    base = medians[BASELINE]
    ratios = {
        (model, hours): _ratio(median[rows, :hours], base[rows, :hours], actual[rows, :hours])
        for model, median in medians.items()
        for hours in HORIZONS
    }
    hits = {level: covered(found, actual, level) for level in LEVELS}
    judged = [(level, hours) for level in LEVELS for hours in BAND_HOURS]
    coverage = {(level, hours): float(np.nanmean(hits[level][rows, :hours])) for level, hours in judged}
    before = earlier_rows(replayed)
    earlier = {(level, hours): mean_real(hits[level][before, :hours].T) for level, hours in judged}
    winklers: dict[tuple[str, int, int], float] = {}
    chosen = [replayed.origins[row] for row in rows]
    usual = plain_prophet(one, chosen, actual.shape[1], JUDGED_LEVELS) if rivals else {}
    for level in JUDGED_LEVELS:
        rival_bands = {"ours": _rows(found[level], rows)}
        rival_bands["split_conformal"] = _rows(
            split_conformal(served.median, replayed, level, settings), rows
        )
        if level in usual:
            rival_bands["prophet"] = usual[level]
        for rival, band in rival_bands.items():
            scores = winkler(actual[rows], band, level)
            for hours in BAND_HOURS:
                winklers[rival, level, hours] = float(np.nanmean(scores[:, :hours]))
    odds = _odds(one, replayed, rows, found, served.median)
    return Figures(recorded.name, ratios, coverage, winklers, odds, earlier, step_of(replayed))


def _rows(band: Band, rows: NDArray[np.int64]) -> Band:
    return Band(band.lower[rows], band.upper[rows])


def _ratio(median: FloatArray, base: FloatArray, actual: FloatArray) -> float:
    error, against = np.abs(median - actual), np.abs(base - actual)
    counted = np.isfinite(error) & np.isfinite(against)
    return float(error[counted].sum() / against[counted].sum()) if counted.any() else float("nan")


def _odds(
    one: PanelSeries, replayed: Replay, rows: NDArray[np.int64], found: Mapping[int, Band], median: FloatArray
) -> FloatArray:
    """Cases of exceedance: (cases, 3)."""
    past = one.series.before(replayed.origins[rows[0]]).values
    past = past[np.isfinite(past)]
    quantiles = [
        found[95].lower,
        found[80].lower,
        found[50].lower,
        median,
        found[50].upper,
        found[80].upper,
        found[95].upper,
    ]
    said = np.stack([quantile[rows].ravel() for quantile in quantiles], axis=1)
    actual = replayed.actual[rows].ravel()
    real = np.isfinite(actual) & np.isfinite(said).all(axis=1)
    cases = []
    for share in THRESHOLDS:
        edge = float(np.quantile(past, share))
        odds = np.array([exceedance(row, edge, None) for row in said[real]])
        cases.append(np.stack([odds, actual[real] > edge, np.full(len(odds), (past > edge).mean())], axis=1))
    return np.concatenate(cases)


def brier_skill(odds: FloatArray) -> float:
    """1 - Brier score / that of the climatology."""
    came = odds[:, 1]
    return float(1.0 - ((odds[:, 0] - came) ** 2).sum() / ((odds[:, 2] - came) ** 2).sum())


def reliability(odds: FloatArray) -> list[tuple[float, float, int]]:
    """By decile of what was said: mean said, how often it came, cases; deciles with enough cases only."""
    decile = np.minimum((odds[:, 0] * 10).astype(int), 9)
    groups = [odds[decile == number] for number in range(10)]
    return [
        (float(rows[:, 0].mean()), float(rows[:, 1].mean()), len(rows))
        for rows in groups
        if len(rows) >= DECILE_CASES_MIN
    ]


def geometric_mean(values: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(values))))
