"""What a forecast is made from and what it is: frozen values over numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from citycore.clock import CITY_ZONE
from citycore.intervals import HOUR

if TYPE_CHECKING:
    from forecasting.day_types import DayTypes

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

    def ended(self) -> HourlySeries:
        """Without the missing hours at its end: a forecast begins after the last real hour."""
        real = np.flatnonzero(np.isfinite(self.values))
        return HourlySeries(self.start, self.values[: real[-1] + 1 if len(real) else 0])

    def last(self, hours: int) -> HourlySeries:
        """The newest ``hours``, or all there are."""
        left_out = max(0, len(self.values) - hours)
        return HourlySeries(self.start + left_out * HOUR, self.values[left_out:])

    def after(self, origin: datetime, hours: int) -> FloatArray:
        """``hours`` values from ``origin`` on; NaN where the series has ended or had not begun."""
        first = (origin - self.start) // HOUR
        found = np.full(hours, np.nan)
        known = self.values[max(first, 0) : max(first + hours, 0)]
        found[max(-first, 0) :][: len(known)] = known
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTraits:
    """What is known of a series beside its values: its zone, the country of its holidays, its physical bounds.

    ``country`` is an ISO 3166 code, with a subdivision if there is one (``AU-VIC``); None goes by the zone.
    """

    zone: str = CITY_ZONE.key
    lower_bound: float | None = None
    upper_bound: float | None = None
    country: str | None = None

    def clip(self, values: FloatArray) -> FloatArray:
        if self.lower_bound is None and self.upper_bound is None:
            return values
        return np.clip(values, self.lower_bound, self.upper_bound)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Another property at the same place, measured on the same clock."""

    property_code: str
    series: HourlySeries


@dataclass(frozen=True, slots=True, eq=False)
class PanelSeries:
    """One series of a panel. ``key`` is the id of its datastream, ``beside`` what else is measured where it is."""

    key: int
    series: HourlySeries
    traits: SeriesTraits
    beside: tuple[Beside, ...] = ()

    def before(self, until: datetime) -> PanelSeries:
        """What was complete at ``until``."""
        beside = tuple(replace(other, series=other.series.before(until)) for other in self.beside)
        return replace(self, series=self.series.before(until), beside=beside)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """The series of one observed property, which are learned together, and the calendar of their days."""

    property_code: str
    series: tuple[PanelSeries, ...]
    days: DayTypes

    def before(self, until: datetime) -> Panel:
        """What was complete at ``until``; series that had not begun are left out."""
        known = (one.before(until) for one in self.series)
        return replace(self, series=tuple(one for one in known if one.series.real_hours))


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a candidate says: one row an origin, one column an hour ahead, in the unit of the series.

    ``low`` and ``high`` are the 10 and 90 % quantiles where the candidate knows them: how wide it is unsure.
    A row of NaN is an origin without an answer.
    """

    median: FloatArray
    low: FloatArray | None = None
    high: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockScore:
    """Figures of one candidate for the hours ``first_hour`` .. ``last_hour`` ahead (from 1); None if unscored.

    ``mae``, ``pinball``, ``crps`` and ``winkler`` are in the unit of the series; ``mase`` is by the mean change
    against the day before. ``coverage`` and ``winkler`` are by level in percent.
    """

    first_hour: int
    last_hour: int
    scored_hours: int
    mae: float | None
    mase: float | None
    skill: float | None
    pinball: float | None
    crps: float | None
    winkler: Mapping[int, float | None]
    coverage: Mapping[int, float | None]


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """A candidate's figures over the whole horizon; None where it could not be scored.

    ``failure`` says why it has none; ``blocks`` are its figures by horizon block.
    """

    model: str
    mae: float | None
    skill: float | None
    failure: FallbackReason | None = None
    blocks: tuple[BlockScore, ...] = ()


class ChoiceReason(StrEnum):
    """Why the served model is served; the parameters of a :class:`Choice` fill the sentence."""

    #: Of what was tried the combination erred least, or next to least and never badly.
    COMBINATION_BEST = "combination_best"
    #: One candidate alone erred clearly less than the combination.
    CANDIDATE_BEST = "candidate_best"
    #: Nothing erred less than the same hour last week.
    NOTHING_BETTER = "nothing_better"
    #: There were too few days to judge by.
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The served model, and why in figures: ``runner_up`` is the best of the others.

    ``parts`` are the mean weights of what a combination is made of, the heaviest first.
    """

    model: str
    reason: ChoiceReason
    skill: float | None
    runner_up: str | None
    runner_up_skill: float | None
    parts: tuple[tuple[str, float], ...] = ()


class LevelVerdict(StrEnum):
    """Whether a band did what it says; each level is judged by itself."""

    KEPT = "kept"
    TOO_NARROW = "too_narrow"
    TOO_WIDE = "too_wide"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFigures:
    """What one level promised (percent) and how it came out on the backtest's origins (0 .. 1)."""

    level: int
    coverage: float | None
    scored_hours: int
    verdict: LevelVerdict


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


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A lower and an upper bound for each hour ahead."""

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """A published forecast. ``median`` and the bands have one element for each hour from ``origin`` on.

    ``mae``, ``skill`` and ``coverage`` are those of the backtest over the whole horizon; ``blocks`` has them by
    horizon block, ``levels`` each band's promise and what came of it, ``choice`` why this model.
    """

    origin: datetime
    median: FloatArray
    bands: Mapping[int, Band]
    model: str
    baseline: str
    mae: float | None
    baseline_mae: float | None
    skill: float | None
    backtest_origins: int
    coverage: Mapping[int, float | None]
    training_start: datetime
    training_hours: int
    data_digest: str
    fallback_reason: FallbackReason | None
    candidates: tuple[CandidateScore, ...]
    choice: Choice
    levels: tuple[LevelFigures, ...] = ()
    blocks: tuple[BlockScore, ...] = ()

    @property
    def horizon_hours(self) -> int:
        return len(self.median)

    def hours(self) -> list[datetime]:
        return [self.origin + timedelta(hours=ahead) for ahead in range(self.horizon_hours)]

    def quantiles(self) -> dict[float, FloatArray]:
        """The seven quantiles (0.025 .. 0.975) by probability, never crossing."""
        found = {0.5: self.median}
        for level, band in self.bands.items():
            found[round(0.5 - level / 200, 3)] = band.lower
            found[round(0.5 + level / 200, 3)] = band.upper
        return dict(sorted(found.items()))
