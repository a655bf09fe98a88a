"""The limits of juries; the prefix is ``FALAJ_JURY_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class JurySettings(BaseSettings):
    """How much a judge takes and writes."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_JURY_", frozen=True)

    #: The most sheets that a judge can be asked for.
    capacity_max: int = Field(default=100, ge=1)
    judges_max: int = Field(default=300, ge=1)
    #: What a rubric asks at most, and how long the name and the code of a criterion may be.
    criteria_max: int = Field(default=12, ge=1)
    criterion_characters_max: int = Field(default=120, ge=1)
    comment_characters_max: int = Field(default=4_000, ge=0)
    declarations_max: int = Field(default=200, ge=1)
