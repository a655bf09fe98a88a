"""Limits of the page of buses, prefix ``FALAJ_DASHBOARDS_BUSES_``."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class BusSettings(BaseSettings):
    """What a share has to rest on before it is said of a line or an hour."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_BUSES_", frozen=True)

    #: A line is called the worst, and an hour of the day is drawn, only with at least so many stops seen.
    observed_min: int = Field(default=20, ge=1)


@cache
def bus_settings() -> BusSettings:
    """The settings of this process, read once."""
    return BusSettings()
