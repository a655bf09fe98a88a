"""Whether columns are worth having: small trees with and without them, judged on the newest origins. Pure.

What has won before is used from then on, and tried again with each fit; so within a backtest it is only known what was known then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from forecasting.model import FloatArray

#: The newest fifth of the origins judges; those whose hours ahead reach into it are left out.
JUDGING_SHARE = 0.2
#: Every third row, and few rounds: a hundredth of the error shows all the same.
EVERY, ROUNDS, LEARNING_RATE = 3, 40, 0.2


def gain(
    table: FloatArray, wanted: FloatArray, moments: FloatArray, columns: int, own: Mapping[str, Any]
) -> float:
    """By which part of it the mean absolute error is smaller with all columns than with the first ``columns``; below 0 it is larger.

    ``moments`` are the origins of the rows in hours, ``own`` LightGBM's parameters. 0 where there is nothing to judge by.
    """
    edge = float(np.quantile(moments, 1.0 - JUDGING_SHARE))
    judging = moments >= edge
    learning = np.flatnonzero(moments + table[:, 0].max() < edge)[::EVERY]
    if not judging.any() or not len(learning):
        return 0.0
    errors = [
        np.abs(wanted[judging] - _said(part[learning], wanted[learning], part[judging], own)).mean()
        for part in (np.ascontiguousarray(table[:, :columns]), table)
    ]
    return float(1.0 - errors[1] / errors[0]) if errors[0] > 0 else 0.0


def _said(table: FloatArray, wanted: FloatArray, asked: FloatArray, own: Mapping[str, Any]) -> FloatArray:
    import lightgbm

    parameters = {**own, "objective": "regression_l1", "learning_rate": LEARNING_RATE}
    data = lightgbm.Dataset(table, wanted, params=parameters)
    return np.asarray(
        lightgbm.train(parameters, data, ROUNDS).predict(asked, num_threads=1), dtype=np.float64
    )
