"""Limits of the page of sensors, prefix ``FALAJ_DASHBOARDS_SENSORS_``."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SensorSettings(BaseSettings):
    """How far back one sensor is looked at, and how much is read of it."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_SENSORS_", frozen=True)

    #: Gaps, days and flags of one sensor are those of so many last days.
    days: int = Field(default=28, ge=1, le=366)
    #: At most so many datastreams of one sensor are looked at: two requests each.
    datastreams_max: int = Field(default=12, ge=1)
    #: At most so many flags of one datastream are counted.
    flags_max: int = Field(default=1_000, ge=1)


@cache
def sensor_settings() -> SensorSettings:
    """The settings of this process, read once."""
    return SensorSettings()
