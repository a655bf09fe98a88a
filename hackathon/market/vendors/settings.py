"""Times and limits of vendors; the prefix is ``FALAJ_VENDORS_``."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store
from hackathon.market.vendors.model import DocumentKind


class VendorSettings(BaseSettings):
    """Which papers a vendor shows, how early it is reminded of their end, and how much it can write."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_VENDORS_", frozen=True)

    #: Papers by their digest; by default `vendors` in the data folder.
    folder: Path | None = None
    #: Kinds without which no vendor is verified, as a JSON list.
    required_kinds: tuple[DocumentKind, ...] = (
        DocumentKind.COMMERCIAL_REGISTRATION,
        DocumentKind.TAX_CARD,
    )
    #: Days before the end of an accepted paper on which the vendor is reminded, as a JSON list.
    remind_days: tuple[int, ...] = (30, 7)
    #: Vendors that one round of the worker reminds at most.
    remind_vendors_max: int = Field(default=500, ge=1)
    profile_characters_max: int = Field(default=4_000, ge=1)
    website_characters_max: int = Field(default=200, ge=1)
    number_characters_max: int = Field(default=60, ge=1)
    #: A paper that is said to be valid for longer is taken for a slip of the pen.
    document_years_max: int = Field(default=20, ge=1)
    document_bytes_max: int = Field(default=10_000_000, ge=1)
    #: Of one vendor, those that were replaced included.
    documents_max: int = Field(default=200, ge=1)
    #: What an archive holds once it is unpacked.
    unpacked_bytes_max: int = Field(default=50_000_000, ge=1)
    unpacked_files_max: int = Field(default=500, ge=1)
    #: A suspension or a place on the blacklist ends after so many days at most.
    exclusion_days_max: int = Field(default=1_826, ge=1)

    @model_validator(mode="after")
    def _days_are_days(self) -> Self:
        if any(days < 1 for days in self.remind_days):
            raise ValueError("remind_days must be at least 1 each")
        return self

    def store(self) -> Store:
        limits = self.document_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max
        return Store.named("vendors", self.folder, limits)
