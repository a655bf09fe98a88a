"""Limits of support; the prefix is ``FALAJ_SUPPORTS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SupportSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_SUPPORTS_", frozen=True)

    #: So much support of one thing within an hour is flagged.
    burst: int = Field(default=30, ge=2)
