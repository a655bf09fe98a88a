"""The limits of answers about forecasts; the prefix is ``FALAJ_FORECAST_API_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ForecastApiSettings(BaseSettings):
    """How much one answer may take together."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FORECAST_API_", frozen=True)

    #: Series of a place that a scenario is made of; the first by their number.
    scenario_series_max: int = Field(default=200, ge=1)
