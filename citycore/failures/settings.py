"""How patiently what failed is tried again; the prefix is ``FALAJ_FAILURES_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FailureSettings(BaseSettings):
    """Pauses between attempts, and how long a failure is remembered that nobody tries again."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FAILURES_", frozen=True)

    #: After the first failure; it doubles with each other one,
    retry_seconds_min: float = Field(default=60.0, gt=0)
    #: up to this.
    retry_seconds_max: float = Field(default=6 * 3_600.0, gt=0)
    #: A failure that was due so long ago belongs to something that is no more, and is forgotten.
    keep_hours: float = Field(default=48.0, gt=0)
