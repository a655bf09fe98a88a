"""The limits of challenges; the prefix is ``FALAJ_CHALLENGES_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChallengeSettings(BaseSettings):
    """How much can be written and linked, and how much is shown at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_CHALLENGES_", frozen=True)

    title_characters_max: int = Field(default=160, ge=1)
    problem_characters_max: int = Field(default=20_000, ge=1)
    links_max: int = Field(default=50, ge=1)
    page_rows_max: int = Field(default=100, ge=1)
