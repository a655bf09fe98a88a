"""Limits of annotations; the prefix is ``FALAJ_ANNOTATIONS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AnnotationSettings(BaseSettings):
    """How much can be written, and about which time."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ANNOTATIONS_", frozen=True)

    title_characters_max: int = Field(default=120, ge=1)
    text_characters_max: int = Field(default=2_000, ge=1)
    code_characters_max: int = Field(default=63, ge=1)
    #: Of which years it can be, from this one back and ahead: recordings are of years ago, too.
    years_back_max: int = Field(default=50, ge=1, le=1_000)
    years_ahead_max: int = Field(default=5, ge=1, le=1_000)
    days_max: int = Field(default=1_830, ge=1)
    #: Of the list for programs.
    page_rows_max: int = Field(default=100, ge=1)
