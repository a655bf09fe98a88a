"""The limits of reviewing; the prefix is ``FALAJ_REVIEWING_``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store


class ReviewingSettings(BaseSettings):
    """How much a reviewer takes and writes, what is passed on of files, and where the copies lie."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_REVIEWING_", frozen=True)

    #: Files of copies by their digest; by default `reviewing` in the data folder.
    folder: Path | None = None
    #: The most reviews that somebody can be asked for in a round.
    capacity_max: int = Field(default=50, ge=1)
    reviewers_max: int = Field(default=200, ge=1)
    topics_max: int = Field(default=20, ge=0)
    topic_characters_max: int = Field(default=60, ge=1)
    #: Few enough that nobody finds out by trying names whose an application is.
    declarations_max: int = Field(default=40, ge=1)
    declared_characters_min: int = Field(default=3, ge=1)
    declared_characters_max: int = Field(default=160, ge=1)
    remark_characters_max: int = Field(default=8_000, ge=0)
    note_characters_max: int = Field(default=8_000, ge=1)
    why_characters_max: int = Field(default=2_000, ge=1)
    conditions_characters_max: int = Field(default=4_000, ge=1)
    #: Of a field of a copy, when it is edited.
    copied_characters_max: int = Field(default=30_000, ge=1)
    #: What of a file is passed on: pages of a document, points of a picture, bytes.
    pages_max: int = Field(default=500, ge=1)
    points_max: int = Field(default=20_000_000, ge=1)
    file_bytes_max: int = Field(default=60_000_000, ge=1)
    #: What an archive holds that is passed on as it is, where a call is not blind.
    unpacked_bytes_max: int = Field(default=250_000_000, ge=1)
    unpacked_files_max: int = Field(default=5_000, ge=1)
    #: From this spread of the reviewers' totals on, people should look at an application again.
    spread_noted: Decimal = Field(default=Decimal(2), gt=0)
    #: Applications of a call that are ranked, listed or proposed for review at once.
    rows_max: int = Field(default=1_000, ge=1)
    #: Of them, how many a page shows with all that was written about each, and how many in a plain list.
    panel_rows: int = Field(default=20, ge=1)
    page_rows: int = Field(default=50, ge=1)
    #: Rankings that a process keeps; the one that was asked for longest ago goes first.
    rankings_kept_max: int = Field(default=16, ge=1)

    def store(self) -> Store:
        from citycore.settings import data_folder

        # Copies are files that were checked when they were handed in.
        folder = self.folder or data_folder() / "reviewing"
        return Store(folder, self.file_bytes_max, self.unpacked_bytes_max, self.unpacked_files_max)
