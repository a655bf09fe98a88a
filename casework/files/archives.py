"""Whether an archive holds what may be taken; read in a process apart (:mod:`casework.files.apart`).

How many entries there are is read from the end of the archive before anything that grows with their number.
"""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from casework.files.reader import serve
from casework.files.told import Told

_PIECE_BYTES: Final = 1 << 16
_ENCRYPTED: Final = 1
#: Where an office document keeps what it is about.
_PARTS: Final = {"docx": "word/", "pptx": "ppt/", "xlsx": "xl/"}
#: Records at the end of an archive (APPNOTE 6.3.10, 4.3.14 to 4.3.16).
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_COMMENT_BYTES_MAX: Final = (1 << 16) - 1
#: The least that an entry takes in the list of them (4.3.12).
_ENTRY_BYTES_MIN: Final = 46


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may hold."""

    files_max: int
    bytes_max: int
    directory_bytes_max: int
    ratio_max: int
    free_bytes: int

    def given(self, extension: str) -> Mapping[str, Any]:
        """As the process that reads is told."""
        return {"extension": extension, "limits": asdict(self)}


@dataclass(frozen=True, slots=True)
class End:
    """What the end of an archive says of its list of entries: how many, how long, and where it begins."""

    entries: int
    directory_bytes: int
    directory_start: int


class Refused(Exception):
    """``code`` is a key of ``file`` texts."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
    """Look at all of it, keeping nothing."""
    limits = ArchiveLimits(**given["limits"])
    try:
        _read(file, given["extension"], limits)
    except Refused as refused:
        return Told(refused.code, refused.details)
    return Told()


def _read(file: BinaryIO, extension: str, limits: ArchiveLimits) -> None:
    size_bytes = file.seek(0, os.SEEK_END)
    end = find_end(file, size_bytes)
    if end.entries > limits.files_max or end.directory_bytes > limits.directory_bytes_max:
        raise Refused("unpacked_files", files_max=limits.files_max)
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) != end.entries:
            raise Refused("content")
        _check_entries(entries, size_bytes, extension)
        _check_sizes(sum(entry.file_size for entry in entries), size_bytes, limits)
        _unpack(archive, entries, size_bytes, limits)


def find_end(file: BinaryIO, size_bytes: int) -> End:
    """The record that an archive ends with; :class:`Refused` if it ends with none, or one that cannot be true."""
    start = max(0, size_bytes - _END.size - _COMMENT_BYTES_MAX)
    file.seek(start)
    tail = file.read(size_bytes - start)
    place = tail.rfind(b"PK\x05\x06")
    if place == -1 or len(tail) - place < _END.size:
        raise Refused("content")
    _, disk, first_disk, here, entries, length, offset, comment = _END.unpack_from(tail, place)
    # Whatever stands behind it would make two archives of one, by who reads it.
    if place + _END.size + comment != len(tail):
        raise Refused("content")
    end, found = start + place, End(entries, length, offset)
    before = end - _LOCATOR_64.size - _END_64.size
    if before >= 0:
        file.seek(before)
        record = file.read(_LOCATOR_64.size + _END_64.size)
        if record[_END_64.size :].startswith(b"PK\x06\x07"):
            signature, _, _, _, disk, first_disk, here, entries, length, offset = _END_64.unpack_from(record)
            if signature != b"PK\x06\x06":
                raise Refused("content")
            end, found = before, End(entries, length, offset)
    is_one = disk == first_disk == 0 and here == found.entries
    is_room = found.directory_start + found.directory_bytes <= end
    if not is_one or not is_room or found.entries * _ENTRY_BYTES_MIN > found.directory_bytes:
        raise Refused("content")
    return found


def _check_entries(entries: Sequence[zipfile.ZipInfo], size_bytes: int, extension: str) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused("encrypted")
    if any(_leaves(entry.filename) for entry in entries):
        raise Refused("paths")
    # Entries that share their bytes unpack to more than anybody would think.
    if sum(entry.compress_size for entry in entries) > size_bytes:
        raise Refused("content")
    part = _PARTS.get(extension)
    if part is not None:
        names = [entry.filename for entry in entries]
        has_macros = any(one.lower().endswith("vbaproject.bin") for one in names)
        if "[Content_Types].xml" not in names or not any(one.startswith(part) for one in names) or has_macros:
            raise Refused("content")


def _leaves(entry: str) -> bool:
    """Whether an entry would be unpacked outside its folder."""
    parts = PurePosixPath(entry.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or entry[1:2] == ":"


def _check_sizes(unpacked: int, size_bytes: int, limits: ArchiveLimits) -> None:
    if unpacked > limits.bytes_max:
        raise Refused("unpacked_bytes", bytes_max=limits.bytes_max)
    if unpacked > max(limits.free_bytes, size_bytes * limits.ratio_max):
        raise Refused("unpacked_ratio", ratio_max=limits.ratio_max)


def _unpack(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], size_bytes: int, limits: ArchiveLimits
) -> None:
    """Read all of it, keeping nothing: sizes that are only declared may be wrong."""
    total = 0
    for entry in entries:
        with archive.open(entry) as file:
            while piece := file.read(_PIECE_BYTES):
                total += len(piece)
                _check_sizes(total, size_bytes, limits)


if __name__ == "__main__":
    serve(read)
