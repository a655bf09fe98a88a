"""Several forecasts at once: their sum, or the highest or lowest of them, with errors that go together. Pure.

Bands are never added: that would take every series to be at its worst at the same time. Instead the errors of the
backtest say what was high together: on each day that was looked back on, every series has a rank of its error among its
own errors of that hour. A day's ranks are drawn together, and each becomes a value by the calibrated quantiles of its
series (an ensemble copula, also known as the Schaake shuffle). So each series keeps its own distribution, and what
depends on what is as it was.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from citycore.alerts.rules import QUANTILES

Floats = NDArray[np.float64]
Combine = Literal["sum", "highest", "lowest"]
#: ``joint_errors``: by the days that the backtests have in common; ``together``: too few of them, so that all series are
#: taken to be high and low together, which is wider.
Method = Literal["joint_errors", "together"]

#: The rank of an hour that was not measured.
MISSING = 255
RANKED_MAX = 254
DAYS_MIN = 10
#: Values drawn within each rank, and hours before and after whose ranks count as well.
_STEPS = 8
_AROUND = 1
_SEED = 1


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """``ranks``: of each day (row) and hour ahead (column) the rank of its error from 0, :data:`MISSING` where unknown."""

    days: tuple[date, ...]
    ranks: NDArray[np.uint8]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dependence):
            return NotImplemented
        return self.days == other.days and np.array_equal(self.ranks, other.ranks)

    __hash__ = None  # type: ignore[assignment]  # an array has none

    @classmethod
    def of_errors(cls, origins: Sequence[datetime], errors: Floats) -> Dependence:
        """``errors``: one row an origin, one column an hour ahead; NaN where nothing was measured.

        The newest :data:`RANKED_MAX` origins count, and the first of each day (UTC).
        """
        firsts: dict[date, int] = {}
        for number, origin in enumerate(origins):
            firsts.setdefault(origin.astimezone(UTC).date(), number)
        kept = list(firsts.items())[-RANKED_MAX:]
        rows = errors[[number for _, number in kept]] if kept else errors[:0]
        real = np.isfinite(rows)
        order = np.where(real, rows, np.inf).argsort(axis=0, kind="stable").argsort(axis=0)
        return cls(tuple(day for day, _ in kept), np.where(real, order, MISSING).astype(np.uint8))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "days": [day.isoformat() for day in self.days],
            "hours": int(self.ranks.shape[1]),
            "ranks": base64.b64encode(self.ranks.tobytes()).decode(),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Dependence:
        days = tuple(date.fromisoformat(day) for day in plain["days"])
        ranks = np.frombuffer(base64.b64decode(plain["ranks"]), dtype=np.uint8)
        return cls(days, ranks.reshape(len(days), plain["hours"]))


@dataclass(frozen=True, slots=True, eq=False)
class Marginal:
    """One series: its quantiles in the order of :data:`QUANTILES` for each hour (rows), from ``ahead`` hours after its
    origin on, and how its errors went, if that is known.
    """

    quantiles: Floats
    ahead: int = 0
    dependence: Dependence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """What comes of it: equally probable values of each hour, shape (hours, values), ascending; from how many days."""

    values: Floats
    method: Method
    days: int

    def quantiles(self) -> Floats:
        """Shape (hours, quantiles), in the order of :data:`QUANTILES`."""
        return np.quantile(self.values, QUANTILES, axis=1).T

    def exceedance(self, edge: float) -> Floats:
        """How probable a value above ``edge`` is, by hour."""
        above: Floats = (self.values > edge).mean(axis=1)
        return above


def joint(series: Sequence[Marginal], combine: Combine) -> Joint:
    """``series``: at least one, all of the same hours and in the same unit."""
    hours = len(series[0].quantiles)
    shares, days = _shares(series, hours)
    drawn = np.stack(
        [_values_at(one.quantiles, shares[place]) for place, one in enumerate(series)]
    )  # (series, hours, values)
    if combine == "sum":
        values = drawn.sum(axis=0)
    else:
        values = drawn.max(axis=0) if combine == "highest" else drawn.min(axis=0)
    return Joint(np.sort(values, axis=1), "joint_errors" if days else "together", days)


def _shares(series: Sequence[Marginal], hours: int) -> tuple[Floats, int]:
    """Of each series and hour the parts of its distribution that are drawn together: (series, hours, values)."""
    known = [set(one.dependence.days) if one.dependence else set() for one in series]
    common = sorted(set.intersection(*known))
    if len(common) < DAYS_MIN:
        grid = (np.arange(RANKED_MAX) + 0.5) / RANKED_MAX
        return np.broadcast_to(grid, (len(series), hours, len(grid))), 0
    random = np.random.default_rng(_SEED)
    return np.stack([_of_days(one, common, hours, random) for one in series]), len(common)


def _of_days(one: Marginal, common: Sequence[date], hours: int, random: np.random.Generator) -> Floats:
    assert one.dependence is not None, "it has days in common with others"
    places = {day: place for place, day in enumerate(one.dependence.days)}
    ranks = one.dependence.ranks[[places[day] for day in common]].astype(float)
    ranks[ranks == MISSING] = np.nan
    first = one.ahead + np.arange(hours)[:, None] + np.arange(-_AROUND, _AROUND + 1)
    columns = np.clip(first, 0, ranks.shape[1] - 1)
    near = ranks[:, columns].transpose(1, 2, 0).reshape(hours, -1)  # (hours, hours around x days)
    # Days that are not common to all leave gaps between ranks: they are numbered anew. What is missing is a middling day.
    middle = np.where(np.isfinite(near), near, _middles(near))
    order = middle.argsort(axis=1, kind="stable").argsort(axis=1)
    count = order.shape[1]
    inner = (np.arange(_STEPS) + 0.5) / _STEPS
    steps = np.stack([random.permuted(inner) for _ in range(count)])
    shares: Floats = (order[:, :, None] + steps[None]) / count
    return shares.reshape(hours, -1)


def _middles(near: Floats) -> Floats:
    counts = np.maximum(np.isfinite(near).sum(axis=1, keepdims=True), 1)
    means: Floats = np.nansum(near, axis=1, keepdims=True) / counts
    return means


def _values_at(quantiles: Floats, shares: Floats) -> Floats:
    """Linear between quantiles, and on in the same direction beyond the outermost; not below 0 for what never is."""
    known = np.array(QUANTILES)
    first = quantiles[:, 0] - (quantiles[:, 1] - quantiles[:, 0]) / (known[1] - known[0]) * known[0]
    last = quantiles[:, -1] + (quantiles[:, -1] - quantiles[:, -2]) / (known[-1] - known[-2]) * (
        1 - known[-1]
    )
    first = np.where(quantiles[:, 0] >= 0, np.maximum(first, 0.0), first)
    wide = np.column_stack([first, quantiles, last])
    ends = np.array([0.0, *QUANTILES, 1.0])
    return np.stack([np.interp(share, ends, row) for share, row in zip(shares, wide, strict=True)])
