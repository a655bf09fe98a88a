"""The limits of pilots; the prefix is ``FALAJ_PILOTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PilotSettings(BaseSettings):
    """How much can be written, registered and shown."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PILOTS_", frozen=True)

    title_characters_max: int = Field(default=160, ge=1)
    purpose_characters_max: int = Field(default=4_000, ge=1)
    days_max: int = Field(default=730, ge=1)
    things_max: int = Field(default=50, ge=1)
    #: Of one thing.
    datastreams_max: int = Field(default=20, ge=1)
    name_characters_max: int = Field(default=80, ge=1)
    interval_seconds_max: int = Field(default=86_400, ge=1)
    #: A value is fresh for so many of its intervals, or so many seconds where no interval is said.
    fresh_intervals: int = Field(default=3, ge=1)
    fresh_seconds: int = Field(default=3_600, ge=1)
    #: Hours whose values are counted.
    count_hours: float = Field(default=24, gt=0)
    page_rows_max: int = Field(default=50, ge=1)
    #: Of the broker and of the open data, as they are told to whoever publishes.
    broker: str = "mqtt://127.0.0.1:1883"
    #: Whether new pilots are of simulated things, as in the demonstration.
    is_simulated: bool = False
