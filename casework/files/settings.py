"""The limits of reading and keeping somebody's file; the prefix is ``FALAJ_FILES_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FileSettings(BaseSettings):
    """What reading a file may take of the machine, what an archive may declare, and what is swept of a store."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FILES_", frozen=True)

    #: Of the process that reads a file: its memory, its time on a core, and its time on the clock.
    memory_bytes_max: int = Field(default=671_088_640, ge=134_217_728)
    core_seconds_max: int = Field(default=20, ge=1)
    seconds_max: float = Field(default=60.0, gt=0)
    open_files_max: int = Field(default=32, ge=8)
    #: So many files are read at once; others wait, without a connection to the database.
    at_once_max: int = Field(default=2, ge=1)
    #: The list of what an archive holds is not read beyond this.
    directory_bytes_max: int = Field(default=2_000_000, ge=1)
    #: Unpacked, an archive is at most so many times as large as packed, once it is larger than what is free.
    unpacked_ratio_max: int = Field(default=100, ge=1)
    unpacked_free_bytes: int = Field(default=10_000_000, ge=0)
    #: Of a preview: the pages of a document that it has, the longer side of each in points, and all of it.
    preview_pages_max: int = Field(default=10, ge=1)
    preview_side_max: int = Field(default=1_000, ge=100)
    preview_points_max: int = Field(default=40_000_000, ge=1)
    preview_bytes_max: int = Field(default=8_000_000, ge=1)
    #: Bytes that nothing names stay for so long after they were last handed in: they may be on their way.
    unnamed_days_min: float = Field(default=1.0, gt=0)
    #: Files that one round of the worker removes of a store.
    swept_files_max: int = Field(default=10_000, ge=1)
