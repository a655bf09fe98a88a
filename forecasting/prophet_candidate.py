"""Prophet with a daily profile for each day type.

As commonly configured (one daily and one weekly term, added) Prophet cannot give weekdays and
weekends different daily shapes and loses to "same hour last week" on hourly city data. With
conditional daily profiles the weekly term must stay coarse (order 3), or it competes with them.
Quantities that cannot be negative are modelled as log(1 + y): Prophet's own floor bounds the
trend only, never the seasonal terms.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasting.candidates import CandidateFailed
from forecasting.day_types import DayType, day_types, wall_times
from forecasting.model import FallbackReason, FloatArray, HourlySeries, SeriesTraits

if TYPE_CHECKING:
    import pandas as pd

DAILY_ORDER = 8
WEEKLY_ORDER = 3
#: With fewer hours of holidays in the history, holidays are taken for weekend days.
HOLIDAY_HOURS_MIN = 24
SEED = 1


@dataclass(frozen=True, slots=True)
class ProphetDayTypes:
    """The candidate for one series; each fit is limited to ``fit_seconds_max``."""

    traits: SeriesTraits
    fit_seconds_max: float
    name: str = "prophet"

    def predict(self, history: HourlySeries, horizon_hours: int) -> FloatArray:
        known, ahead = self._frames(history, horizon_hours)
        try:
            said = self._fit_and_predict(known, ahead)
        except TimeoutError as error:
            raise CandidateFailed(FallbackReason.FIT_TIMEOUT) from error
        except Exception as error:
            # Whatever goes wrong in there, with data that nobody has seen before: the seasonal naive stands in.
            raise CandidateFailed(FallbackReason.FIT_FAILED, str(error)) from error
        return self.traits.clip(self._from_model_scale(said))

    def _fit_and_predict(self, known: pd.DataFrame, ahead: pd.DataFrame) -> FloatArray:
        # cmdstanpy cleans up only when the process ends; a folder of our own goes with the fit.
        with TemporaryDirectory(prefix="falaj-fit-") as folder, warnings.catch_warnings():
            # How Prophet calls pandas is for Prophet to mend.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            model = _model(with_holidays=bool(known["holiday"].any()))
            model.fit(known, output_dir=folder, timeout=self.fit_seconds_max, seed=SEED)
            said: FloatArray = model.predict(ahead)["yhat"].to_numpy(dtype=np.float64)
        return said

    def _frames(self, history: HourlySeries, horizon_hours: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        hours = len(history.values)
        walls = wall_times(history.start, hours + horizon_hours, self.traits.zone)
        types = day_types(walls, self.traits.zone)
        real = np.isfinite(history.values)
        if np.count_nonzero(types[:hours][real] == DayType.HOLIDAY) < HOLIDAY_HOURS_MIN:
            types = np.where(types == DayType.HOLIDAY, np.int8(DayType.WEEKEND), types)
        frame = _frame(walls, types)
        known = frame.iloc[:hours].assign(y=self._to_model_scale(history.values))[real]
        return known, frame.iloc[hours:].reset_index(drop=True)

    @property
    def _logarithmic(self) -> bool:
        return self.traits.lower_bound == 0

    def _to_model_scale(self, values: FloatArray) -> FloatArray:
        return np.log1p(self.traits.clip(values)) if self._logarithmic else values

    def _from_model_scale(self, values: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):  # an infinite value is then found to be absurd
            return np.expm1(values) if self._logarithmic else values


def _frame(walls: pd.DatetimeIndex, types: NDArray[np.int8]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "ds": walls,
            "working": types == DayType.WORKING,
            "weekend": types == DayType.WEEKEND,
            "holiday": types == DayType.HOLIDAY,
            "holiday_level": (types == DayType.HOLIDAY).astype(float),
        }
    )


def _model(*, with_holidays: bool) -> Any:
    # Prophet complains about plotly while it is imported, cmdstanpy logs every fit, and
    # cmdstanpy sets its logger up again when imported: only afterwards can it be silenced.
    for noisy in ("prophet", "prophet.plot"):
        logging.getLogger(noisy).disabled = True
    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    model = Prophet(
        daily_seasonality=False,
        weekly_seasonality=WEEKLY_ORDER,
        yearly_seasonality=False,  # 12 weeks cannot show a year
        uncertainty_samples=0,  # our bands come from measured errors
    )
    for condition in ("working", "weekend", "holiday") if with_holidays else ("working", "weekend"):
        model.add_seasonality(
            f"daily_{condition}", period=1, fourier_order=DAILY_ORDER, condition_name=condition
        )
    if with_holidays:
        model.add_regressor("holiday_level", standardize=False)
    return model
