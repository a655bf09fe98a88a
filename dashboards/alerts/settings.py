"""Limits of the page of alerts, prefix ``FALAJ_DASHBOARDS_ALERTS_``."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AlertSettings(BaseSettings):
    """How much of the past is read."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_ALERTS_", frozen=True)

    #: At most so many alerts of the period are read, the newest.
    history_max: int = Field(default=2_000, ge=1)


@cache
def alert_settings() -> AlertSettings:
    """The settings of this process, read once."""
    return AlertSettings()
