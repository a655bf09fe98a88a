"""The limits of journeys; the prefix is ``FALAJ_JOURNEYS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class JourneySettings(BaseSettings):
    """How far a journey is followed and how much of it is shown."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_JOURNEYS_", frozen=True)

    #: Links from one thing to the next, in each direction.
    depth_max: int = Field(default=8, ge=1)
    #: Links that are read at each of these, and things that are looked at in all.
    links_max: int = Field(default=200, ge=1)
    steps_max: int = Field(default=60, ge=1)
