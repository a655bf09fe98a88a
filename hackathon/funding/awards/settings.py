"""Limits of awards; the prefix is ``FALAJ_AWARDS_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store


class AwardSettings(BaseSettings):
    """How long an offer stands, and how much an award holds."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_AWARDS_", frozen=True)

    #: Evidence by its digest; by default `awards` in the data folder.
    folder: Path | None = None
    #: Days in which an offer can be accepted.
    offer_days: int = Field(default=30, ge=1)
    title_characters_max: int = Field(default=160, ge=1)
    text_characters_max: int = Field(default=5_000, ge=1)
    report_characters_max: int = Field(default=20_000, ge=1)
    #: More than this, in minor units of the currency of the award, is paid only once a second person of finance has looked: 5,000 rials.
    alone_minor_max: int = Field(default=5_000_000, ge=0)
    milestones_max: int = Field(default=50, ge=1)
    #: Claims of one award, those that were refused included.
    claims_max: int = Field(default=200, ge=1)
    amendments_max: int = Field(default=50, ge=1)
    evidence_files_max: int = Field(default=20, ge=1)
    evidence_bytes_max: int = Field(default=50_000_000, ge=1)
    #: What an archive holds once it is unpacked.
    unpacked_bytes_max: int = Field(default=150_000_000, ge=1)
    unpacked_files_max: int = Field(default=2_000, ge=1)
    page_rows_max: int = Field(default=50, ge=1)

    def store(self) -> Store:
        limits = self.evidence_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max
        return Store.named("awards", self.folder, limits)
