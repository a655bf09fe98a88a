"""What a forecast is made from and what it is: frozen values over numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from citycore.clock import CITY_ZONE
from citycore.intervals import HOUR

FloatArray = NDArray[np.float64]

#: Nominal levels of the bands, in percent.
LEVELS = (50, 80, 95)


class FallbackReason(StrEnum):
    """Why a simpler model stands in a forecast than would be expected."""

    TOO_LITTLE_DATA = "too_little_data"
    FIT_FAILED = "fit_failed"
    FIT_TIMEOUT = "fit_timeout"
    ABSURD_RESULT = "absurd_result"
    GAP_BEFORE_ORIGIN = "gap_before_origin"


@dataclass(frozen=True, slots=True, eq=False)
class HourlySeries:
    """Hourly means without a break: element n belongs to the UTC hour that begins at start + n h.

    NaN is an hour without a value; nothing is ever filled in.
    """

    start: datetime
    values: FloatArray

    @property
    def end(self) -> datetime:
        """The end of the last hour."""
        return self.start + len(self.values) * HOUR

    @property
    def real_hours(self) -> int:
        return int(np.count_nonzero(np.isfinite(self.values)))

    def before(self, origin: datetime) -> HourlySeries:
        """The hours that were complete at ``origin``; nothing after it can be reached from them."""
        return HourlySeries(self.start, self.values[: max(0, (origin - self.start) // HOUR)].copy())

    def after(self, origin: datetime, hours: int) -> FloatArray:
        """``hours`` values from ``origin`` on, for scoring."""
        first = (origin - self.start) // HOUR
        return self.values[first : first + hours]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTraits:
    """What is known of a series beside its values: its zone and its physical bounds."""

    zone: str = CITY_ZONE.key
    lower_bound: float | None = None
    upper_bound: float | None = None

    def clip(self, values: FloatArray) -> FloatArray:
        if self.lower_bound is None and self.upper_bound is None:
            return values
        return np.clip(values, self.lower_bound, self.upper_bound)


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """What a candidate would have said: one row an origin (oldest first), one column an hour ahead.

    ``actual`` is NaN where no value was measured; such hours are not scored.
    """

    model: str
    origins: tuple[datetime, ...]
    predicted: FloatArray
    actual: FloatArray

    @property
    def scored_hours(self) -> int:
        return int(np.count_nonzero(np.isfinite(self.actual)))

    @property
    def mae(self) -> float:
        """Mean absolute error in the unit of the series; NaN if nothing could be scored."""
        if self.scored_hours == 0:
            return float("nan")
        return float(np.nanmean(np.abs(self.predicted - self.actual)))


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """A candidate's figures; None where it could not be scored."""

    model: str
    mae: float | None
    skill: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A lower and an upper bound for each hour ahead."""

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """A published forecast. ``median`` and the bands have one element for each hour from ``origin`` on."""

    origin: datetime
    median: FloatArray
    bands: Mapping[int, Band]
    model: str
    baseline: str
    mae: float
    baseline_mae: float
    skill: float | None
    backtest_origins: int
    coverage: Mapping[int, float | None]
    training_start: datetime
    training_hours: int
    data_digest: str
    fallback_reason: FallbackReason | None
    candidates: tuple[CandidateScore, ...]

    @property
    def horizon_hours(self) -> int:
        return len(self.median)

    def hours(self) -> list[datetime]:
        return [self.origin + timedelta(hours=ahead) for ahead in range(self.horizon_hours)]
