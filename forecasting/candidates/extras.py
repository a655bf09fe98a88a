"""Columns beside those of :mod:`forecasting.candidates.features`, for panels of which more is known than their own past.

School terms where the calendar has any, and what other properties were of late at the same place. A panel of which neither is known has no
column more, and answers as if there were no such thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from citycore.intervals import HOUR
from forecasting.candidates.schools import NAMES as SCHOOL_NAMES
from forecasting.candidates.schools import Schools, has_schools
from forecasting.day_types import DayTypes
from forecasting.model import FloatArray, HourlySeries, Panel, PanelSeries
from forecasting.walls import IntArray, Walls

#: Of another property its mean over so many last hours, against the long mean and in units of how far it usually is from it.
RECENT_HOURS, LONG_HOURS = (3, 24), 28 * 24
#: and how the last day differs from the one before.
BESIDE_NAMES = (*(f"last_{hours}" for hours in RECENT_HOURS), "change")
#: A long mean of fewer hours is none.
LONG_HOURS_MIN = 72


@dataclass(frozen=True, slots=True)
class Extras:
    """``schools``: whether terms are seen; ``beside``: which other properties are, by their codes."""

    schools: bool = False
    beside: tuple[str, ...] = ()

    @classmethod
    def of(cls, panel: Panel) -> Extras:
        """All that there is."""
        codes = {other.property_code for one in panel.series for other in one.beside}
        return cls(has_schools(panel), tuple(sorted(codes)))

    @property
    def alone(self) -> Extras:
        """Without other properties."""
        return Extras(self.schools)

    @property
    def names(self) -> tuple[str, ...]:
        beside = (f"{code}_{name}" for code in self.beside for name in BESIDE_NAMES)
        return (*(SCHOOL_NAMES if self.schools else ()), *beside)

    def at_origins(self, one: PanelSeries, origins: Iterable[datetime]) -> FloatArray:
        """What other properties were before each origin, and nothing later: (origins, columns); NaN where nothing is known."""
        origins = list(origins)
        known = {other.property_code: other.series for other in one.beside}
        empty = np.full((len(origins), len(BESIDE_NAMES)), np.nan)
        parts = [of_late(known[code], origins) if code in known else empty for code in self.beside]
        return np.concatenate([np.empty((len(origins), 0)), *parts], axis=1)

    def beside_table(
        self, table: FloatArray, walls: Walls, days: DayTypes, known: FloatArray, places: Places
    ) -> FloatArray:
        """``table`` with these columns; ``known`` is of :meth:`at_origins`."""
        columns = [table]
        if self.schools:
            schools = Schools.of(walls, days)
            empty = np.full((len(table), len(SCHOOL_NAMES)), np.nan)
            columns.append(empty if schools is None else schools.columns(places.starts, places.targets))
        if self.beside:
            columns.append(known[places.rows])
        return table if len(columns) == 1 else np.concatenate(columns, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Of each row of a table the number of its origin, and the wall positions of the origin and of the hour ahead."""

    rows: IntArray
    starts: IntArray
    targets: IntArray


def of_late(series: HourlySeries, origins: Sequence[datetime]) -> FloatArray:
    """Means of the hours before each origin: (origins, columns). Hours at and after an origin are not read."""
    real = np.isfinite(series.values)
    values = np.where(real, series.values, 0.0)
    with np.errstate(over="ignore"):  # from there on nothing is known
        sums = [np.concatenate([[0.0], np.cumsum(part)]) for part in (values, values**2, real.astype(float))]
    ends = np.array([(origin - series.start) // HOUR for origin in origins], dtype=np.int64)
    ends = np.clip(ends, 0, len(series.values))

    def window(last: int, first: int = 0) -> list[FloatArray]:
        """Sums from ``last`` hours before each origin until ``first`` hours before it."""
        low, high = np.maximum(ends - last, 0), np.maximum(ends - first, 0)
        return [part[high] - part[low] for part in sums]

    with np.errstate(over="ignore", invalid="ignore"):
        total, squares, count = window(LONG_HOURS)
        count = np.where(count >= LONG_HOURS_MIN, count, np.nan)
        mean = total / count
        swing = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
        swing = np.where(swing > 0, swing, np.nan)
        recent = [_mean(*window(hours)) for hours in RECENT_HOURS]
        change = _mean(*window(24)) - _mean(*window(48, 24))
        found = np.stack([*((part - mean) / swing for part in recent), change / swing], axis=1)
    return np.where(np.isfinite(found), found, np.nan)


def _mean(total: FloatArray, _: FloatArray, count: FloatArray) -> FloatArray:
    found = np.full(len(total), np.nan)
    np.divide(total, count, out=found, where=count > 0)
    return found
