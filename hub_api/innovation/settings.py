"""The public side of the innovation programme, by environment variables with the prefix ``FALAJ_INNOVATION_API_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class InnovationApiSettings(BaseSettings):
    """What is said of the programme as open data."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_INNOVATION_API_", frozen=True)

    #: SPDX identifier of the licence under which the lists of the programme are published.
    licence: str = "CC-BY-4.0"
    #: The calendar holds dates that passed so many days ago at most, and so many dates.
    calendar_past_days: int = Field(default=365, ge=0)
    calendar_dates_max: int = Field(default=2_000, ge=1)
