"""Limits of counting; the prefix is ``FALAJ_COUNTING_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CountingSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_COUNTING_", frozen=True)

    #: So many are counted by one process of the worker; the others by the next.
    objects_max: int = Field(default=20, ge=1)
    #: What cannot be counted yet, as long as answers are not mixed, is looked at again after so long.
    put_off_seconds: float = Field(default=5.0, gt=0)
    #: By how much the process gives way to others.
    niceness: int = Field(default=5, ge=0, le=19)
