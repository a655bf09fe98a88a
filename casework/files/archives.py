"""Whether an archive holds what may be taken; read in a process apart (:mod:`casework.files.apart`).

How many entries there are is read from the end of the archive before anything that grows with their number.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from casework.files.kinds import OFFICE
from casework.files.members import Member, MemberRefused, ending_of
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
#: An extra field of an entry (4.5.1), and the one that names it again.
_FIELD: Final = struct.Struct("<2H")
_UNICODE_PATH: Final = 0x7075
#: Its version and the CRC of the name that it goes with.
_BEFORE_NAME_BYTES: Final = 5
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

    def given(self, extension: str, *, holds_source: bool = False) -> Mapping[str, Any]:
        """As the process that reads is told."""
        return {"extension": extension, "limits": asdict(self), "holds_source": holds_source}


@dataclass(frozen=True, slots=True)
class End:
    """What the end of an archive says of its list of entries: how many, how long, and where it begins."""

    entries: int
    directory_bytes: int
    directory_start: int


class Refused(Exception):
    """``code`` is a key of ``file`` texts."""

    def __init__(self, code: str, **details: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
    """Look at all of it, keeping nothing."""
    limits = ArchiveLimits(**given["limits"])
    try:
        _Reading(limits, holds_source=given["holds_source"]).read(file, given["extension"])
    except Refused as refused:
        return Told(refused.code, refused.details)
    return Told()


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
    if any(_has_two_names(entry) for entry in entries):
        raise Refused("content")
    if any(_leaves(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
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


def _has_two_names(entry: zipfile.ZipInfo) -> bool:
    """Whether others may unpack it as what was not looked at: behind a zero byte, or by a second name in its extra fields
    ("Unicode Path", 4.6.9, which some programs write for names that are not ASCII) that leads out or is of another kind.

    The first name is ``orig_filename``: from Python 3.13 on ``filename`` is the second one.
    """
    if "\0" in entry.orig_filename:
        return True
    extra, first = entry.extra, entry.orig_filename
    while len(extra) >= _FIELD.size:
        kind, length = _FIELD.unpack_from(extra)
        content, extra = extra[_FIELD.size : _FIELD.size + length], extra[_FIELD.size + length :]
        if kind == _UNICODE_PATH:
            name = content[_BEFORE_NAME_BYTES:].decode("utf-8", "replace")
            if (
                "\0" in name
                or _leaves(name)
                or ending_of(name) != ending_of(first)
                or name.endswith("/") != first.endswith("/")
            ):
                return True
    return False


def _check_together(unpacked: int, limits: ArchiveLimits) -> None:
    """Documents in an archive unpack once more."""
    if unpacked > limits.bytes_max:
        raise Refused("unpacked_bytes", bytes_max=limits.bytes_max)


def _leaves(entry: str) -> bool:
    """Whether an entry would be unpacked outside its folder."""
    parts = PurePosixPath(entry.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or entry[1:2] == ":"


def _check_sizes(unpacked: int, size_bytes: int, limits: ArchiveLimits) -> None:
    if unpacked > limits.bytes_max:
        raise Refused("unpacked_bytes", bytes_max=limits.bytes_max)
    if unpacked > max(limits.free_bytes, size_bytes * limits.ratio_max):
        raise Refused("unpacked_ratio", ratio_max=limits.ratio_max)


class _Reading:
    """All of an archive, and of office documents in it: they count together."""

    def __init__(self, limits: ArchiveLimits, *, holds_source: bool) -> None:
        self._limits = limits
        self._holds_source = holds_source
        self._files = 0
        self._bytes = 0

    def read(self, file: BinaryIO, extension: str) -> None:
        """:class:`Refused`."""
        limits = self._limits
        size_bytes = file.seek(0, os.SEEK_END)
        end = find_end(file, size_bytes)
        if self._files + end.entries > limits.files_max or end.directory_bytes > limits.directory_bytes_max:
            raise Refused("unpacked_files", files_max=limits.files_max)
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) != end.entries:
                raise Refused("content")
            self._files += len(entries)
            _check_entries(entries, size_bytes, extension)
            _check_sizes(sum(entry.file_size for entry in entries), size_bytes, limits)
            before = self._bytes
            for entry in entries:
                self._unpack(archive, entry, size_bytes, before, is_part=extension in OFFICE)

    def _unpack(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size_bytes: int, before: int, *, is_part: bool
    ) -> None:
        """Read all of it, keeping nothing but a document: sizes that are only declared may be wrong."""
        if entry.is_dir():
            return
        try:
            member = Member(entry.filename, is_part=is_part, holds_source=self._holds_source)
            with archive.open(entry) as file:
                while piece := file.read(_PIECE_BYTES):
                    self._bytes += len(piece)
                    _check_sizes(self._bytes - before, size_bytes, self._limits)
                    _check_together(self._bytes, self._limits)
                    member.feed(piece)
            member.end()
        except MemberRefused as refused:
            raise Refused(refused.code, member=refused.member) from refused
        if member.document:
            self._read_document(member.document, entry.filename, member.extension)

    def _read_document(self, content: bytearray, path: str, extension: str) -> None:
        """An office document within an archive; what is wrong with it is told of it, unless it is how much there is."""
        try:
            self.read(BytesIO(content), extension)
        except (Refused, zipfile.BadZipFile, zlib.error) as error:
            code = error.code if isinstance(error, Refused) else "content"
            if code.startswith("unpacked_"):
                raise
            refused = MemberRefused("member_program" if code == "member_program" else "member_content", path)
            raise Refused(refused.code, member=refused.member) from error


if __name__ == "__main__":
    serve(read)
