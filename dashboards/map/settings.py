"""Every limit of the map, prefix ``FALAJ_MAP_``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MapSettings(BaseSettings):
    """What lies under the map, and how far back its hours reach."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_MAP_", frozen=True)

    #: What lies under the districts, as ``falaj basemap`` writes it; none: the outline that ships.
    basemap_file: Path | None = None
    #: A larger file is not read: every page sends it to the browser.
    basemap_bytes_max: int = Field(default=1_500_000, ge=1)
    #: The hours that can be chosen reach so many days back.
    hours_days: int = Field(default=7, ge=1)
    #: So many hours of all things are kept for all sessions.
    hours_cached_max: int = Field(default=48, ge=1)
    #: So many things of a place are listed beside the map.
    listed_max: int = Field(default=40, ge=1)


@cache
def map_settings() -> MapSettings:
    """The settings of this process, read once."""
    return MapSettings()
