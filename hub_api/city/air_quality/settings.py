"""The limits of answers about air quality; the prefix is ``FALAJ_AIR_QUALITY_API_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AirQualityApiSettings(BaseSettings):
    """What counts as present."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_AIR_QUALITY_API_", frozen=True)

    #: At an instant the newest hour that was over by then counts, if it is no older than so many hours.
    age_hours_max: int = Field(default=3, ge=1)
