"""The limits of people's tokens; the prefix is ``FALAJ_ACCESS_TOKENS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AccessTokenSettings(BaseSettings):
    """How many tokens somebody has, and how long one counts."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ACCESS_TOKENS_", frozen=True)

    #: That count at the same time; revoked and expired ones make room.
    tokens_max: int = Field(default=10, ge=1)
    name_characters_max: int = Field(default=60, ge=1)
    #: What the form offers, and the longest that is taken.
    days_default: int = Field(default=90, ge=1)
    days_max: int = Field(default=365, ge=1)
    #: A token's last use is written no more often than this.
    touch_seconds: float = Field(default=60.0, ge=0)
    #: Those that ended so long ago are no longer shown, and go with the next one that is made.
    kept_days: float = Field(default=90.0, ge=0)
