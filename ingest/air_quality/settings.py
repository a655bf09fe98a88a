"""The limits of computing air quality; the prefix is ``FALAJ_AIR_QUALITY_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AirQualitySettings(BaseSettings):
    """How much one run works through, and when what could not be judged is tried again."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_AIR_QUALITY_", frozen=True)

    #: Notes of changed hours that one transaction takes; the others come next.
    notes_max: int = Field(default=2_000, ge=1)
    #: Transactions of one run.
    rounds_max: int = Field(default=20, ge=1)
    #: An hour that was set aside is tried again after so long, or when it changes.
    retry_seconds: float = Field(default=3_600.0, gt=0)
