"""Prophet with a daily profile for each kind of day.

As commonly configured (one daily and one weekly term, added) Prophet cannot give weekdays and weekends different daily
shapes and loses to "same hour last week" on hourly city data. With conditional daily profiles the weekly term must
stay coarse (order 3), or it competes with them. Quantities that cannot be negative are modelled as log(1 + y):
Prophet's own floor bounds the trend only, never the seasonal terms. A fit says at once all hours that it may be asked
for, so that an hourly issue costs nothing; the last day's error is carried on and fades.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from citycore.intervals import HOUR
from forecasting.candidates.decay import fade
from forecasting.candidates.model import WEEK_HOURS, CandidateFailed, Origins
from forecasting.day_types import DayKind, country_of, wall_times
from forecasting.model import (
    FallbackReason,
    FloatArray,
    HourlySeries,
    Panel,
    PanelSeries,
    Prediction,
    SeriesTraits,
)
from forecasting.settings import ForecastSettings

if TYPE_CHECKING:
    import pandas as pd

DAILY_ORDER = 8
WEEKLY_ORDER = 3
#: With fewer hours of a kind in the history its days are taken for weekend days, or for ordinary ones in Ramadan.
KIND_HOURS_MIN = 24
SEED = 1
WEEKS_OF_YEAR = 52
#: The last day's mean error is carried on and has lost half after so many hours.
ERROR_HALF_LIFE = 24.0
#: Working days on which schools do not teach: a profile of their own, where there are so many hours of both sorts.
SCHOOL_FREE, SCHOOL_HOURS_MIN = "SCHOOL_FREE", 120
#: What a kind is taken for while it has no example.
INSTEAD = {
    DayKind.HOLIDAY: DayKind.WEEKEND,
    DayKind.RAMADAN_WORKING: DayKind.WORKING,
    DayKind.RAMADAN_WEEKEND: DayKind.WEEKEND,
}


@dataclass(frozen=True, slots=True)
class ProphetDayTypes:
    """The learner with a window of history; each window is a candidate of its own, and the backtest decides.

    The first ``prophet_series_max`` series of a panel are fitted, for each fit costs a second.
    """

    settings: ForecastSettings
    weeks: int
    name: str = "prophet"

    @property
    def knows_days(self) -> bool:
        """A window of some weeks seldom holds a holiday, and so no example."""
        return self.weeks >= WEEKS_OF_YEAR

    @property
    def refit_days(self) -> int:
        return self.settings.prophet_refit_days

    @property
    def least_hours(self) -> int:
        """A window that is less than half full is the shorter one over again."""
        return self.weeks * WEEK_HOURS // 2 if self.weeks != self.settings.prophet_weeks[0] else 0

    def fit(self, panel: Panel, until: datetime) -> FittedProphet:
        """:class:`CandidateFailed` if no series could be fitted."""
        said: dict[int, tuple[datetime, FloatArray]] = {}
        failure = CandidateFailed(FallbackReason.TOO_LITTLE_DATA)
        for one in panel.series[: self.settings.prophet_series_max]:
            if one.series.real_hours < max(self.settings.training_hours_min, self.least_hours):
                continue
            try:
                said[one.key] = self._said(one, panel, until)
            except CandidateFailed as found:
                failure = found
        if not said:
            raise failure
        return FittedProphet(said)

    def _said(self, one: PanelSeries, panel: Panel, until: datetime) -> tuple[datetime, FloatArray]:
        """From a day before the last real hour on, as long as it may be asked."""
        series = one.series.before(until).ended()
        silent = (until - series.end) // HOUR
        ahead = silent + (self.settings.prophet_refit_days + 1) * 24 + self.settings.horizon_hours
        said = self._fitted(replace(one, series=series), panel, ahead)
        return series.end - timedelta(days=1), said

    def _fitted(self, one: PanelSeries, panel: Panel, ahead_hours: int) -> FloatArray:
        """Its values from a day before the end of the series to ``ahead_hours`` after it."""
        history = one.series.last(self.weeks * WEEK_HOURS)
        frame = _frame(one, panel, history, ahead_hours)
        logarithmic = one.traits.lower_bound == 0
        values = _scaled(history.values, one.traits)
        hours = len(values)
        known = frame.iloc[:hours].assign(y=values)[np.isfinite(values)]
        try:
            said = self._fit_and_predict(known, frame.iloc[hours - 24 :].reset_index(drop=True))
        except TimeoutError as error:
            raise CandidateFailed(FallbackReason.FIT_TIMEOUT) from error
        except Exception as error:
            # Whatever goes wrong in there, with data that nobody has seen before: the others stand in.
            raise CandidateFailed(FallbackReason.FIT_FAILED, str(error)) from error
        with np.errstate(over="ignore"):  # an infinite value is then found to be absurd
            return one.traits.clip(np.expm1(said) if logarithmic else said)

    def _fit_and_predict(self, known: pd.DataFrame, ahead: pd.DataFrame) -> FloatArray:
        # cmdstanpy cleans up only when the process ends; a folder of our own goes with the fit.
        with TemporaryDirectory(prefix="falaj-fit-") as folder, warnings.catch_warnings():
            # How Prophet calls pandas is for Prophet to mend.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            names = [*(kind.name for kind in DayKind), SCHOOL_FREE]
            model = _model([name for name in names if name in known and known[name].any()])
            model.fit(known, output_dir=folder, timeout=self.settings.fit_seconds_max, seed=SEED)
            said: FloatArray = model.predict(ahead)["yhat"].to_numpy(dtype=np.float64)
        return said


@dataclass(frozen=True, slots=True)
class FittedProphet:
    """By key what was said from an instant on, hour by hour."""

    said: Mapping[int, tuple[datetime, FloatArray]]

    def predict(self, panel: Panel, origins: Origins, horizon_hours: int) -> Mapping[int, Prediction]:
        return {
            one.key: self._ahead(one, origins[one.key], horizon_hours)
            for one in panel.series
            if one.key in self.said and origins.get(one.key)
        }

    def _ahead(self, one: PanelSeries, origins: Any, horizon_hours: int) -> Prediction:
        start, said = self.said[one.key]
        rows = np.full((len(origins), horizon_hours), np.nan)
        for row, origin in enumerate(origins):
            first = (origin - start) // HOUR
            if first < 24 or first + horizon_hours > len(said):
                continue  # older or newer than the fit can know
            error = one.series.before(origin).after(origin - 24 * HOUR, 24) - said[first - 24 : first]
            error = error[np.isfinite(error)]
            carried = float(error.mean()) if error.size else 0.0
            rows[row] = said[first : first + horizon_hours] + carried * fade(ERROR_HALF_LIFE, horizon_hours)
        return Prediction(one.traits.clip(rows))


def _scaled(values: FloatArray, traits: SeriesTraits) -> FloatArray:
    return np.log1p(traits.clip(values)) if traits.lower_bound == 0 else values


def _frame(one: PanelSeries, panel: Panel, history: HourlySeries, ahead_hours: int) -> pd.DataFrame:
    """Wall times with a column for each kind of day; kinds without example are taken for another."""
    import pandas as pd

    hours = len(history.values)
    walls = wall_times(history.start, hours + ahead_hours, one.traits.zone)
    kinds = panel.days.kinds(walls, one.traits.zone, one.traits.country)
    real = np.isfinite(history.values)
    for kind, instead in INSTEAD.items():
        if np.count_nonzero(kinds[:hours][real] == kind) < KIND_HOURS_MIN:
            kinds = np.where(kinds == kind, np.int8(instead), kinds)
    profiles = {kind.name: kinds == kind for kind in DayKind}
    profiles |= _school_profiles(one, panel, walls, profiles[DayKind.WORKING.name], real)
    columns: dict[str, NDArray[Any] | pd.DatetimeIndex] = {"ds": walls}
    for name, is_of_it in profiles.items():
        columns[name] = is_of_it
        columns[f"{name}_level"] = is_of_it.astype(float)
    return pd.DataFrame(columns)


def _school_profiles(
    one: PanelSeries,
    panel: Panel,
    walls: pd.DatetimeIndex,
    working: NDArray[np.bool_],
    real: NDArray[np.bool_],
) -> dict[str, NDArray[np.bool_]]:
    """Working days in two sorts; nothing where nobody has entered terms, or the history has one sort only."""
    numbers, places = np.unique(
        walls.to_numpy().astype("datetime64[D]").astype(np.int64), return_inverse=True
    )
    teaching = panel.days.schools(numbers, country_of(one.traits.zone, one.traits.country))
    if teaching is None:
        return {}
    free = working & (teaching[places] == 0)
    seen = [np.count_nonzero(sort[: len(real)][real]) for sort in (free, working & ~free)]
    if min(seen) < SCHOOL_HOURS_MIN:
        return {}
    return {DayKind.WORKING.name: working & ~free, SCHOOL_FREE: free}


def _model(names: list[str]) -> Any:
    # Prophet complains about plotly while it is imported, cmdstanpy logs every fit, and
    # cmdstanpy sets its logger up again when imported: only afterwards can it be silenced.
    for noisy in ("prophet", "prophet.plot"):
        logging.getLogger(noisy).disabled = True
    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    model = Prophet(
        daily_seasonality=False,
        weekly_seasonality=WEEKLY_ORDER,
        yearly_seasonality=False,  # with less than two years it does harm
        uncertainty_samples=0,  # our bands come from measured errors
    )
    levels = {SCHOOL_FREE, *(kind.name for kind in INSTEAD)}
    for name in names:
        model.add_seasonality(f"daily_{name}", period=1, fourier_order=DAILY_ORDER, condition_name=name)
        if name in levels:
            model.add_regressor(f"{name}_level", standardize=False)
    return model
