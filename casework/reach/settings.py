"""Limits of reach; the prefix is ``FALAJ_REACH_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ReachSettings(BaseSettings):
    """What can be entered of one thing."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_REACH_", frozen=True)

    number_max: int = Field(default=10_000_000_000, ge=1)
    source_characters_max: int = Field(default=500, ge=1)
    #: Rows of one thing that are shown.
    rows_max: int = Field(default=50, ge=1)
