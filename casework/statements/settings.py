"""Limits of statements; the prefix is ``FALAJ_STATEMENTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StatementSettings(BaseSettings):
    """How many people vote on, whose they are, and for how long."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STATEMENTS_", frozen=True)

    number_min: int = Field(default=7, ge=2)
    number_max: int = Field(default=60, ge=2)
    characters_max: int = Field(default=140, ge=1)
    #: At most so many of a hundred may be those of officials.
    seed_percent_max: int = Field(default=20, ge=0, le=100)
    #: Days that a voting may last.
    days_max: int = Field(default=60, ge=1)
