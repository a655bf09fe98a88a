"""The candidates, for all datastreams of a panel at once. Pure; NaN in, NaN out."""

from __future__ import annotations

import warnings
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecasting.day_types import DayKind, DayTypes
from forecasting.nowcast.model import (
    DAY_QUARTERS,
    DECAY,
    HORIZON,
    PERSISTENCE,
    PROFILE,
    PROFILE_DAYS,
    SLOTS,
    FloatArray,
    IntArray,
)

WEEK_DAYS = 7
_SPECIAL = {DayKind.HOLIDAY: 7, DayKind.RAMADAN_WORKING: 8, DayKind.RAMADAN_WEEKEND: 9}
#: Over how many quarters the usual deviation is smoothed, and the part of its mean that it never falls below.
_SMOOTH, _FLOOR = 9, 0.25
_TINY = 1e-9


def slots_of(start: datetime, count: int, zone: str, days: DayTypes) -> IntArray:
    """The place in the profile of each of ``count`` quarters: 96 times the day of the profile, plus the local quarter of the day."""
    import pandas as pd

    walls = pd.date_range(start, periods=count, freq="15min").tz_convert(zone).tz_localize(None)
    kinds = days.kinds(walls, zone)
    row = np.asarray(walls.day_of_week, dtype=np.int64)
    for kind, special in _SPECIAL.items():
        row = np.where(kinds == kind, special, row)
    quarter = np.asarray(walls.hour * 4 + walls.minute // 15, dtype=np.int64)
    return np.asarray(row * DAY_QUARTERS + quarter, dtype=np.int64)


def profile_of(values: FloatArray, slots: IntArray, weekend_rows: NDArray[np.bool_]) -> FloatArray:
    """The usual value of each slot: the median of what was there, (series, 960).

    Days of the profile that the past does not have are like weekends, or like working days in Ramadan. What is missing then is the
    median of its quarter of the day, or of everything. ``weekend_rows`` says which days of the week are a weekend.
    """
    found = np.full((len(values), SLOTS), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for slot in np.unique(slots):
            found[:, slot] = np.nanmedian(values[:, slots == slot], axis=1)
        days = found.reshape(len(values), PROFILE_DAYS, DAY_QUARTERS)
        working = np.nanmean(days[:, :WEEK_DAYS][:, ~weekend_rows], axis=1)
        weekend = np.nanmean(days[:, :WEEK_DAYS][:, weekend_rows], axis=1)
        weekend = np.where(np.isfinite(weekend), weekend, working)
        usual = np.nanmedian(days[:, :WEEK_DAYS], axis=1)
        overall = np.nanmedian(values, axis=1)[:, None]
    usual = np.where(np.isfinite(usual), usual, overall)
    for row in range(PROFILE_DAYS):
        is_free = weekend_rows[row] if row < WEEK_DAYS else row != _SPECIAL[DayKind.RAMADAN_WORKING]
        stand_in = weekend if is_free else working
        stand_in = np.where(np.isfinite(stand_in), stand_in, usual)
        days[:, row] = np.where(np.isfinite(days[:, row]), days[:, row], stand_in)
    return found


def weekend_rows_of(zone: str, days: DayTypes, start: datetime) -> NDArray[np.bool_]:
    """Which days of the week are a weekend there, by the ten weeks from ``start`` on."""
    import pandas as pd

    walls = pd.date_range(start, periods=70, freq="D").tz_convert(zone).tz_localize(None)
    kinds, rows = days.kinds(walls, zone), np.asarray(walls.day_of_week)
    is_weekend = np.isin(kinds, (DayKind.WEEKEND, DayKind.RAMADAN_WEEKEND))
    counts = np.bincount(rows[is_weekend], minlength=WEEK_DAYS)
    found: NDArray[np.bool_] = counts * 2 > np.bincount(rows, minlength=WEEK_DAYS)
    return found


def spread_of(deviations: FloatArray, slots: IntArray) -> FloatArray:
    """The usual size of a deviation by quarter of the day: (series, 96), above zero."""
    quarters = slots % DAY_QUARTERS
    found = np.full((len(deviations), DAY_QUARTERS), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for quarter in range(DAY_QUARTERS):
            found[:, quarter] = np.nanmean(np.abs(deviations[:, quarters == quarter]), axis=1)
        overall = np.nanmean(found, axis=1)[:, None]
    overall = np.where(np.isfinite(overall), overall, 0.0)
    found = np.where(np.isfinite(found), found, overall)
    around = np.concatenate([found[:, -(_SMOOTH // 2) :], found, found[:, : _SMOOTH // 2]], axis=1)
    smooth = np.lib.stride_tricks.sliding_window_view(around, _SMOOTH, axis=1).mean(axis=2)
    lifted: FloatArray = np.maximum(smooth, _FLOOR * overall + _TINY)
    return lifted


def decay_of(deviations: FloatArray) -> FloatArray:
    """Which part of a deviation is left 1 … 24 quarters later, by least squares: (series, 24), from 0 to 1."""
    found = np.zeros((len(deviations), HORIZON))
    for ahead in range(1, HORIZON + 1):
        now, later = deviations[:, :-ahead], deviations[:, ahead:]
        both = np.isfinite(now) & np.isfinite(later)
        products = np.where(both, now * later, 0.0).sum(axis=1)
        squares = np.where(both, now * now, 0.0).sum(axis=1)
        np.divide(products, squares, out=found[:, ahead - 1], where=squares > 0)
    return np.clip(found, 0.0, 1.0)


def last_known(values: FloatArray, stale: int) -> FloatArray:
    """Of each quarter the newest value up to ``stale`` quarters back, that quarter itself included."""
    found = values.copy()
    for back in range(1, stale):
        older = np.concatenate([np.full((len(values), back), np.nan), values[:, :-back]], axis=1)
        found = np.where(np.isfinite(found), found, older[:, : values.shape[1]])
    return found


def said(
    model: str, last: FloatArray, usual_now: FloatArray, usual_ahead: FloatArray, decay: FloatArray
) -> FloatArray:
    """What a simple candidate says: (series, origins, 24).

    ``last`` and ``usual_now`` are of the last known quarter: (series, origins); ``usual_ahead`` is the profile ahead: (series, origins, 24).
    """
    if model == PERSISTENCE:
        return np.broadcast_to(last[..., None], usual_ahead.shape)
    if model == PROFILE:
        return np.where(np.isfinite(last)[..., None], usual_ahead, np.nan)
    assert model == DECAY
    return usual_ahead + decay[:, None, :] * (last - usual_now)[..., None]
