"""The limits of responses; the prefix is ``FALAJ_RESPONSES_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store


class ResponseSettings(BaseSettings):
    """How much a response holds: all of it is in memory while it is sealed. Who evaluates it."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_RESPONSES_", frozen=True)

    summary_characters_max: int = Field(default=10_000, ge=1)
    answer_characters_max: int = Field(default=10_000, ge=1)
    price_minor_max: int = Field(default=10**15, ge=1)
    files_max: int = Field(default=5, ge=0)
    file_bytes_max: int = Field(default=5_000_000, ge=1)
    #: All files of a response together.
    files_bytes_max: int = Field(default=12_000_000, ge=1)
    #: What an archive holds once it is unpacked.
    unpacked_bytes_max: int = Field(default=100_000_000, ge=1)
    unpacked_files_max: int = Field(default=1_000, ge=1)
    debrief_characters_max: int = Field(default=8_000, ge=1)
    comment_characters_max: int = Field(default=4_000, ge=1)
    #: Evaluators who must have marked every response before one can be meant to win.
    evaluators_min: int = Field(default=2, ge=1)
    page_rows_max: int = Field(default=100, ge=1)

    def store(self) -> Store:
        """The limits of files. They lie in no folder."""
        return Store(Path(), self.file_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max)
