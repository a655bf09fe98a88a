"""A small LightGBM for all datastreams of a panel: what becomes of deviations from the profile, in units of their usual size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasting.nowcast.model import DAY_QUARTERS, HORIZON, FloatArray, IntArray

if TYPE_CHECKING:
    import lightgbm

#: Deviations so many quarters back.
LAGS = (0, 1, 2, 4, 8, 16)
#: What has to lie before an origin.
HISTORY = max(LAGS) + 1
SEED = 1
_PARAMETERS: dict[str, Any] = {
    "objective": "regression_l1",
    "num_leaves": 31,
    "learning_rate": 0.1,
    "min_data_in_leaf": 50,
    "max_bin": 127,
    "feature_fraction": 0.9,
    "num_threads": 1,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the trees are told: deviations (series, quarters) in units of ``scale`` (series,), and the profile in the same.

    ``usual`` and ``slots`` reach 24 quarters further than ``deviations``.
    """

    deviations: FloatArray
    usual: FloatArray
    slots: IntArray

    def features(self, series: IntArray, at: IntArray, ahead: IntArray) -> FloatArray:
        """A row for each series, origin (the place of its last quarter) and number of quarters ahead."""
        target = at + ahead
        columns = [
            *(self.deviations[series, at - lag] for lag in LAGS),
            self.usual[series, at],
            self.usual[series, target],
            ahead.astype(np.float64),
            (self.slots[target] % DAY_QUARTERS).astype(np.float64),
            (self.slots[target] // DAY_QUARTERS).astype(np.float64),
        ]
        return np.column_stack(columns)


def learn(known: Known, until: int, rows_max: int, rounds: int) -> str | None:
    """Trees as text, from what lies before the quarter ``until``; None where there is too little to learn from."""
    import lightgbm

    last = until - 1 - HORIZON
    if last <= HISTORY:
        return None
    chance = np.random.default_rng(SEED)
    series = chance.integers(0, len(known.deviations), rows_max)
    at = chance.integers(HISTORY, last + 1, rows_max)
    ahead = chance.integers(1, HORIZON + 1, rows_max)
    wanted = known.deviations[series, at + ahead]
    real = np.isfinite(wanted) & np.isfinite(known.deviations[series, at])
    if np.count_nonzero(real) < 20 * int(_PARAMETERS["min_data_in_leaf"]):
        return None
    data = lightgbm.Dataset(known.features(series[real], at[real], ahead[real]), wanted[real])
    text: str = lightgbm.train(_PARAMETERS, data, num_boost_round=rounds).model_to_string()
    return text


def ask(trees: str, known: Known, at: NDArray[np.int64]) -> FloatArray:
    """Deviations ahead of the origins ``at``, in units of the scale: (series, origins, 24)."""
    import lightgbm

    shape = (len(known.deviations), len(at), HORIZON)
    series, places, ahead = (grid.ravel() for grid in np.indices(shape))
    booster: lightgbm.Booster = lightgbm.Booster(model_str=trees)
    rows = known.features(series, at[places], ahead + 1)
    found = np.asarray(booster.predict(rows, num_threads=1), dtype=np.float64)
    return found.reshape(shape)
