"""The limits of reading and keeping somebody's file; the prefix is ``FALAJ_FILES_``."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LOOPBACK = re.compile(r"(?:127\.\d+\.\d+\.\d+|\[::1\]):\d{1,5}")


class FileSettings(BaseSettings):
    """What reading a file may take of the machine, what an archive may declare, and what is swept of a store."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FILES_", frozen=True)

    #: Of the process that reads a file: its memory, its time on a core, and its time on the clock.
    memory_bytes_max: int = Field(default=671_088_640, ge=134_217_728)
    core_seconds_max: int = Field(default=20, ge=1)
    seconds_max: float = Field(default=60.0, gt=0)
    open_files_max: int = Field(default=32, ge=8)
    #: So many files are read at once; others wait, without a connection to the database. Half of the machine's cores is a good number.
    at_once_max: int = Field(default=1, ge=1)
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
    #: A scanner that speaks ClamAV's protocol: the path of its socket, or an address of this machine (``127.0.0.1:3310``).
    #: Without, nothing is scanned.
    scanner: str | None = None
    #: All of a scan, and so many at once.
    scanner_seconds_max: float = Field(default=60.0, gt=0)
    scans_at_once_max: int = Field(default=4, ge=1)
    #: Larger files are not sent to it, and refused. Not above its own ``StreamMaxLength``, which refuses them too.
    scanner_bytes_max: int = Field(default=100_000_000, ge=1)
    #: While it is away files are refused (``refuse``), or taken and left for ``falaj files scan --unscanned`` (``take``).
    scanner_away: Literal["refuse", "take"] = "refuse"
    #: Whether it is shown sealed responses too. It may write to its own folder what it looks at, which then belongs in memory.
    scanner_sees_sealed: bool = False
    #: Bytes that nothing names stay for so long after they were last handed in: they may be on their way.
    unnamed_days_min: float = Field(default=1.0, gt=0)
    #: Files that one round of the worker removes of a store.
    swept_files_max: int = Field(default=10_000, ge=1)

    @field_validator("scanner")
    @classmethod
    def _is_on_this_machine(cls, scanner: str | None) -> str | None:
        """What is sent is neither encrypted nor answered by somebody known."""
        if not scanner:
            return None
        if not scanner.startswith("/") and _LOOPBACK.fullmatch(scanner) is None:
            raise ValueError("the path of a socket, or a loopback address with its port")
        return scanner
