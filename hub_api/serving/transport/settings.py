"""From how many refusals on somebody stands out; the prefix is ``FALAJ_WATCH_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WatchSettings(BaseSettings):
    """Answers of one kind to one network, or account, within a window: those that are more are told in the log."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_WATCH_", frozen=True)

    window_seconds: float = Field(default=300.0, gt=0)
    #: What was sent could not be used (400, 413, 414, 415, 422, 431).
    inputs: int = Field(default=100, ge=1)
    #: A limit was reached (429).
    limits: int = Field(default=100, ge=1)
    #: It was not theirs (what ``request_refused`` tells).
    refusals: int = Field(default=50, ge=1)
    #: Administrators are told by mail of so many times as much.
    told_times: int = Field(default=10, ge=1)
    #: So many networks and accounts are watched in a process; of more the one that was quiet longest is forgotten.
    subjects_max: int = Field(default=20_000, ge=1)
