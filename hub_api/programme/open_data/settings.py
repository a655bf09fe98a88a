"""The public side of the innovation programme, by environment variables with the prefix ``FALAJ_INNOVATION_API_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class InnovationApiSettings(BaseSettings):
    """What is said of the programme as open data."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_INNOVATION_API_", frozen=True)

    #: SPDX identifier of the licence under which the lists of the programme are published.
    licence: str = "CC-BY-4.0"
    #: What identifiers of the 360Giving shape begin with; a publisher registers its own.
    publisher_prefix: str = Field(default="360G-falaj", pattern=r"^360G-[A-Za-z0-9]+$")
    #: Awards in the 360Giving file at most; a larger register is read as a list.
    grants_max: int = Field(default=10_000, ge=1)
    #: The calendar holds dates that passed so many days ago at most, and so many dates.
    calendar_past_days: int = Field(default=365, ge=0)
    calendar_dates_max: int = Field(default=2_000, ge=1)
