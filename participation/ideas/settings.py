"""Limits of ideas; the prefix is ``FALAJ_IDEAS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IdeaSettings(BaseSettings):
    """How much can be written, and what is flagged."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_IDEAS_", frozen=True)

    title_characters_max: int = Field(default=120, ge=1)
    characters_max: int = Field(default=2_000, ge=1)
    byline_characters_max: int = Field(default=60, ge=1)
    page_rows_max: int = Field(default=25, ge=1)
    #: So many ideas with one text are flagged.
    alike_texts: int = Field(default=3, ge=2)
