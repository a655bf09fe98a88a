"""The limits of hackathons; the prefix is ``FALAJ_HACKATHONS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HackathonSettings(BaseSettings):
    """How much can be written, and how much is shown at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_HACKATHONS_", frozen=True)

    title_characters_max: int = Field(default=160, ge=1)
    summary_characters_max: int = Field(default=10_000, ge=1)
    team_members_max: int = Field(default=20, ge=1)
    rounds_max: int = Field(default=5, ge=1)
    #: Of the rules, and of who may take part, in one language.
    rules_characters_max: int = Field(default=10_000, ge=1)
    prizes_max: int = Field(default=20, ge=0)
    partners_max: int = Field(default=40, ge=0)
    website_characters_max: int = Field(default=200, ge=1)
    page_rows_max: int = Field(default=100, ge=1)
