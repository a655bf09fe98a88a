"""A robust line through what was odd of late, by horizon block: what trees then correct.

Trees know no "twice as far as ever before"; a line does. Fitted by absolute error (weighted least squares, repeated),
held back a little so that few rows do not carry it away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.candidates.features import NAMES
from forecasting.model import FloatArray

#: What it sees; missing values count as nothing odd.
SEEN = (
    "last_1",
    "last_3",
    "last_6",
    "last_24",
    "last_48",
    "last_168",
    "day_1",
    "day_2",
    "day_1_around",
    "days_mean",
    "week_1",
    "weekday_recent",
    "slow",
    "level_day",
    "level_last",
)
COLUMNS = [NAMES.index(name) for name in SEEN]
AHEAD = NAMES.index("ahead")
#: Where one line ends and the next begins, in hours ahead.
EDGES = (2, 5, 12, 24, 48, 96)
REPEATS = 6
#: So many rows' worth of "nothing is odd" are laid beside the rows.
HELD_BACK = 30.0
#: Errors below this share of the swing count alike.
LEAST_ERROR = 0.02
#: What is further off than this many swings says no more.
ODD_MAX = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """``slopes``: (blocks, features + 1), the last is the constant."""

    slopes: FloatArray

    @classmethod
    def fit(cls, table: FloatArray, wanted: FloatArray) -> Lines:
        seen, block = _seen(table), np.digitize(table[:, AHEAD], EDGES)
        slopes = np.zeros((len(EDGES) + 1, seen.shape[1]))
        for number in range(len(slopes)):
            rows = block == number
            if np.count_nonzero(rows) > HELD_BACK:
                slopes[number] = _line(seen[rows], wanted[rows])
        return cls(slopes)

    def predict(self, table: FloatArray) -> FloatArray:
        found: FloatArray = (_seen(table) * self.slopes[np.digitize(table[:, AHEAD], EDGES)]).sum(axis=1)
        return found


def _seen(table: FloatArray) -> FloatArray:
    seen = np.clip(np.nan_to_num(table[:, COLUMNS]), -ODD_MAX, ODD_MAX)
    return np.concatenate([seen, np.ones((len(table), 1))], axis=1)


def _line(seen: FloatArray, wanted: FloatArray) -> FloatArray:
    weights = np.ones(len(wanted))
    slope = np.zeros(seen.shape[1])
    held = HELD_BACK * np.eye(seen.shape[1]) * np.maximum((seen**2).mean(axis=0), 1e-9)
    for _ in range(REPEATS):
        weighted = seen * weights[:, None]
        slope = np.linalg.solve(weighted.T @ seen + held * weights.mean(), weighted.T @ wanted)
        weights = 1.0 / np.maximum(np.abs(wanted - seen @ slope), LEAST_ERROR)
    return slope
