"""Files as values, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from casework.files.pictures import PictureLimits
from casework.files.settings import FileSettings
from citycore.settings import data_folder


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of files by their digest, and how large one of them may be, also unpacked; each noun makes its own.

    With ``holds_source`` an archive may be a project, with source code and data. With ``pictures`` it takes pictures alone, and stores them anew without what they say about who took them where.
    """

    folder: Path
    file_bytes_max: int
    unpacked_bytes_max: int
    unpacked_files_max: int
    reading: FileSettings = field(default_factory=FileSettings)
    pictures: PictureLimits | None = None
    holds_source: bool = False

    @classmethod
    def named(
        cls, name: str, folder: Path | None, limits: tuple[int, int, int], *, holds_source: bool = False
    ) -> Self:
        """Below the hub's data where no folder is set; with the limits of one file."""
        return cls(folder or data_folder() / name, *limits, holds_source=holds_source)

    @classmethod
    def of_pictures(cls, name: str, folder: Path | None, received_max: int, limits: PictureLimits) -> Self:
        """The same for pictures, of which ``received_max`` bytes are read and nothing is stored as it came."""
        return cls(folder or data_folder() / name, received_max, 0, 0, pictures=limits)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are stored: their SHA-256 (hexadecimal), how many, and what they are."""

    digest: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was checked and stored under the digest of its bytes, and waits for what it is to belong to."""

    name: str
    media_type: str
    size_bytes: int
    digest: str
