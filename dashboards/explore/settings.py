"""Every limit of Explore, prefix ``FALAJ_EXPLORE_``."""

from __future__ import annotations

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ExploreSettings(BaseSettings):
    """How much one chart, one ranking and one answer of the API may hold."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_EXPLORE_", frozen=True)

    #: A chart has at most so many points over all its lines: longer periods are of days, then of months.
    points_max: int = Field(default=1_990, ge=10)
    #: So many lines stand side by side.
    lines_max: int = Field(default=4, ge=1)
    #: At most so many buckets of all things of a place are asked for at once: beyond it the buckets are longer.
    rows_max: int = Field(default=10_000, ge=100)
    #: So many answers are kept for all sessions: each may have as many rows.
    cached_max: int = Field(default=48, ge=1)
    #: A day counts with so many of its hours.
    day_hours_min: int = Field(default=18, ge=1, le=24)
    #: At most so many marks of one kind are drawn; a line says how many more there are.
    marks_max: int = Field(default=40, ge=1)
    #: A ranking has so many rows; the CSV has all.
    ranked_max: int = Field(default=50, ge=1)


@cache
def explore_settings() -> ExploreSettings:
    """The settings of this process, read once."""
    return ExploreSettings()
