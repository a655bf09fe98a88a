"""How soon faults of others' packages are mended, and how much of a file of advisories is read."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AdvisorySettings(BaseSettings):
    """Days from an advisory to a release with a new pin, as SECURITY.md promises them, and limits of ``falaj advisories``."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ADVISORIES_", frozen=True)

    critical_days: int = Field(default=3, ge=0)
    high_days: int = Field(default=14, ge=0)
    medium_days: int = Field(default=30, ge=0)
    low_days: int = Field(default=90, ge=0)
    #: Of one entry, of a file or a zip as it lies there, and of all entries unpacked.
    entry_bytes_max: int = Field(default=8_000_000, ge=1)
    file_bytes_max: int = Field(default=1_000_000_000, ge=1)
    unpacked_bytes_max: int = Field(default=4_000_000_000, ge=1)
    entries_max: int = Field(default=500_000, ge=1)
    #: The list of what a zip holds.
    directory_bytes_max: int = Field(default=100_000_000, ge=1)
