"""Limits of moderation; the prefix is ``FALAJ_MODERATION_``. Working days are those of offices."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ModerationSettings(BaseSettings):
    """How long moderators and authors have."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_MODERATION_", frozen=True)

    #: Working days until a moderator has decided about a text, or about an appeal.
    days: int = Field(default=1, ge=1)
    #: Days in which the author of what was held back may appeal.
    appeal_days: int = Field(default=14, ge=1)
    #: Rows of the public log.
    log_rows_max: int = Field(default=200, ge=1)
