"""The limits of submissions; the prefix is ``FALAJ_SUBMISSIONS_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store


class SubmissionSettings(BaseSettings):
    """How much a submission holds, and where its files lie."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SUBMISSIONS_", frozen=True)

    #: Files by their digest; by default `submissions` in the data folder.
    folder: Path | None = None
    title_characters_max: int = Field(default=160, ge=1)
    summary_characters_max: int = Field(default=2_000, ge=1)
    fields_max: int = Field(default=20, ge=0)
    field_characters_max: int = Field(default=20_000, ge=1)
    files_max: int = Field(default=20, ge=0)
    file_bytes_max: int = Field(default=100_000_000, ge=1)
    #: All files of a submission together.
    files_bytes_max: int = Field(default=300_000_000, ge=1)
    #: What an archive holds once it is unpacked.
    unpacked_bytes_max: int = Field(default=250_000_000, ge=1)
    unpacked_files_max: int = Field(default=5_000, ge=1)
    #: Times that a team can hand in.
    versions_max: int = Field(default=100, ge=1)
    page_rows_max: int = Field(default=100, ge=1)

    def store(self) -> Store:
        limits = self.file_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max
        return Store.named("submissions", self.folder, limits, holds_source=True)
