"""The limits of teams' keys; the prefix is ``FALAJ_TEAM_KEYS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TeamKeySettings(BaseSettings):
    """How many keys a team has at once, how often each may ask, and how long they outlast the hackathon."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TEAM_KEYS_", frozen=True)

    #: That count at the same time; revoked ones make room. Each has limits of its own, so two double the team's.
    keys_max: int = Field(default=1, ge=1)
    #: That a team may make in all: nobody makes keys without end.
    keys_ever_max: int = Field(default=100, ge=1)
    requests_per_minute: int = Field(default=3_000, ge=1)
    requests_per_day: int = Field(default=200_000, ge=1)
    #: After the last deadline of the hackathon, that of appeals.
    days_after_end: float = Field(default=14.0, ge=0)
    #: So many days the chart of use shows.
    usage_days: int = Field(default=30, ge=1, le=366)
