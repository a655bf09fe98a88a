"""The limits of results; the prefix is ``FALAJ_RESULTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ResultSettings(BaseSettings):
    """How much is written in appeals and decisions."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_RESULTS_", frozen=True)

    appeal_characters_max: int = Field(default=5_000, ge=1)
    reason_characters_max: int = Field(default=2_000, ge=1)
    reference_characters_max: int = Field(default=500, ge=1)
