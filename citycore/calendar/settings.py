"""The limits of the calendar of days; the prefix is ``FALAJ_CALENDAR_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CalendarSettings(BaseSettings):
    """How much an operator keeps, how long an entry is, and which years there are."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_CALENDAR_", frozen=True)

    entries_max: int = Field(default=2000, ge=1)
    #: Days from the first to the last of one entry.
    entry_days_max: int = Field(default=366, ge=1)
    text_characters_max: int = Field(default=200, ge=1)
    #: Of a file that is imported.
    file_bytes_max: int = Field(default=262_144, ge=1)
    year_min: int = Field(default=1970, ge=1900, le=2100)
    year_max: int = Field(default=2100, ge=1900, le=2200)
