"""The limits of the programme's interface for programs; the prefix is ``FALAJ_PARTICIPATION_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ParticipationSettings(BaseSettings):
    """How much a request may carry, and how much an answer holds."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PARTICIPATION_", frozen=True)

    body_bytes_max: int = Field(default=262_144, ge=1_024)
    #: Elements of one page of a list.
    page_rows: int = Field(default=50, ge=1)
