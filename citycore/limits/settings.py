"""The limits of tables of limits; the prefix is ``FALAJ_LIMIT_TABLES_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LimitTableSettings(BaseSettings):
    """How many tables an operator keeps beside those that ship, and how long they are."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_LIMIT_TABLES_", frozen=True)

    bytes_max: int = Field(default=262_144, ge=1)
    count_max: int = Field(default=100, ge=1)
