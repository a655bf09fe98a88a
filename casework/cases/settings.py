"""Limits of cases; the prefix is ``FALAJ_CASE_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CaseSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_CASE_")

    message_characters_max: int = Field(default=10_000, ge=1)
    messages_max: int = Field(default=500, ge=1)
    page_rows_max: int = Field(default=50, ge=1)
    #: Within how many metres open cases are suggested to somebody who reports the same.
    nearby_metres: int = Field(default=50, ge=1)
    nearby_max: int = Field(default=5, ge=1)
    #: Whom those are told to call who write of what cannot wait. Empty until the operator has set them.
    hotline: str = ""
    #: How many handlers of one organisation can be chosen among.
    handlers_max: int = Field(default=500, ge=1)
