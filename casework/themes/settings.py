"""Limits of reading notes; the prefix is ``FALAJ_THEMES_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ThemeSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_THEMES_", frozen=True)

    #: Of one question.
    themes_max: int = Field(default=30, ge=1)
    name_characters_max: int = Field(default=150, ge=1)
    #: Notes that are read on one page.
    notes_rows_max: int = Field(default=25, ge=1)
