"""Limits of activities; the prefix is ``FALAJ_ACTIVITIES_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store


class ActivitySettings(BaseSettings):
    """How much can be reported, how late, and with how much evidence."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ACTIVITIES_", frozen=True)

    #: Evidence by its digest; by default `evidence` in the data folder.
    folder: Path | None = None
    #: Days after its end in which an activity can be reported.
    report_days: int = Field(default=60, ge=1)
    event_days_max: int = Field(default=31, ge=1)
    title_characters_max: int = Field(default=160, ge=1)
    account_characters_max: int = Field(default=10_000, ge=1)
    reached_max: int = Field(default=100_000, ge=1)
    evidence_files_max: int = Field(default=10, ge=1)
    evidence_bytes_max: int = Field(default=25_000_000, ge=1)
    #: What an archive holds once it is unpacked.
    unpacked_bytes_max: int = Field(default=100_000_000, ge=1)
    unpacked_files_max: int = Field(default=1_000, ge=1)
    page_rows_max: int = Field(default=50, ge=1)

    def store(self) -> Store:
        limits = self.evidence_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max
        return Store.named("evidence", self.folder, limits)
