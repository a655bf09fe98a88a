"""The files of a GTFS feed, from a folder or a ZIP file, as rows with the numbers of their lines; within limits."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from citycore.transport.errors import FeedFault, FeedInvalid
from citycore.transport.settings import FeedSettings

#: What is read; everything else in a feed is passed over. The order is that in which faults are told.
FILES = (
    "agency.txt",
    "routes.txt",
    "stops.txt",
    "calendar.txt",
    "calendar_dates.txt",
    "shapes.txt",
    "trips.txt",
    "stop_times.txt",
    "frequencies.txt",
    "translations.txt",
)
Row = Mapping[str, str]


@dataclass(slots=True)
class Faults:
    """The first that were found, and how many."""

    settings: FeedSettings
    first: list[FeedFault] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, line: int | None, code: str, **details: object) -> None:
        self.count += 1
        if len(self.first) < self.settings.faults_max:
            self.first.append(FeedFault(file, line, code, details))

    def check(self) -> None:
        """:class:`FeedInvalid` if there is any."""
        if self.count:
            raise FeedInvalid(self.first, self.count)


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """The bytes of the files that there are; ``digest`` is theirs, whatever they were packed in."""

    contents: Mapping[str, bytes]
    faults: Faults

    @property
    def digest(self) -> str:
        whole = hashlib.sha256()
        for name in FILES:
            if name in self.contents:
                whole.update(f"{name} {len(self.contents[name])}\n".encode() + self.contents[name])
        return whole.hexdigest()

    def rows(self, name: str, needed: Sequence[str]) -> Iterator[tuple[int, Row]]:
        """Line and fields, trimmed, of each row that is whole; nothing for a file that is not there."""
        if name not in self.contents:
            return
        try:
            text = self.contents[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.contents[name].count(b"\n", 0, error.start) + 1
            self.faults.add(name, line, "not_utf8")
            return
        if "\0" in text:
            self.faults.add(name, text.count("\n", 0, text.index("\0")) + 1, "bad_csv", reason="NUL")
            return
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            yield from self._rows(name, needed, reader)
        except csv.Error as error:
            self.faults.add(name, reader.line_num, "bad_csv", reason=str(error))

    def _rows(
        self, name: str, needed: Sequence[str], reader: Iterator[list[str]]
    ) -> Iterator[tuple[int, Row]]:
        head = [column.strip() for column in next(reader, [])]
        missing = [column for column in needed if column not in head]
        for column in missing:
            self.faults.add(name, 1, "missing_column", column=column)
        if missing:
            return
        count = 0
        for cells in reader:
            line = reader.line_num  # type: ignore[attr-defined]  # csv.reader has it
            if not any(cells):
                continue
            count += 1
            if count > self.faults.settings.rows_max:
                maximum = self.faults.settings.rows_max
                self.faults.add(name, line, "too_many", maximum=maximum, setting="FALAJ_GTFS_ROWS_MAX")
                return
            if len(cells) < len(head):
                self.faults.add(name, line, "short_row", found=len(cells), expected=len(head))
                continue
            yield line, dict(zip(head, map(str.strip, cells), strict=False))


def read_files(path: Path, settings: FeedSettings) -> FeedFiles:
    """:class:`FeedInvalid` where it cannot be read, lacks a file that every feed has, or is larger than it may be."""
    faults = Faults(settings)
    read, close = _open(path)
    try:
        contents: dict[str, bytes] = {}
        for name in FILES:
            left = settings.feed_bytes_max - sum(map(len, contents.values()))
            content = _content(read, name, min(left, settings.file_bytes_max), faults)
            if content is not None:
                contents[name] = content
    finally:
        close()
    for name in ("agency.txt", "routes.txt", "stops.txt", "trips.txt", "stop_times.txt"):
        if name not in contents and not any(fault.file == name for fault in faults.first):
            faults.add(name, None, "missing_file")
    if "calendar.txt" not in contents and "calendar_dates.txt" not in contents:
        faults.add("calendar.txt", None, "no_calendar")
    faults.check()
    return FeedFiles(contents, faults)


def _open(path: Path) -> tuple[Callable[[str, int], bytes | None], Callable[[], None]]:
    """How at most so many bytes of a file are read, None where it is not there; and how it is closed."""
    if path.is_dir():

        def read(name: str, most: int) -> bytes | None:
            file = path / name
            if not file.is_file():
                return None
            with file.open("rb") as stream:
                return stream.read(most)

        return read, lambda: None
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise FeedInvalid([FeedFault(path.name, None, "not_readable", {"reason": str(error)})], 1) from error

    def unpack(name: str, most: int) -> bytes | None:
        # What an archive says of its sizes is not believed: no more is unpacked than may be.
        if name not in archive.NameToInfo:
            return None
        with archive.open(name) as stream:
            return stream.read(most)

    return unpack, archive.close


def _content(read: Callable[[str, int], bytes | None], name: str, most: int, faults: Faults) -> bytes | None:
    try:
        content = read(name, most + 1)
    except (
        OSError,
        RuntimeError,
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
    ) as error:
        faults.add(name, None, "not_readable", reason=str(error))
        return None
    if content is not None and len(content) > most:
        is_whole = most < faults.settings.file_bytes_max
        setting = "FALAJ_GTFS_FEED_BYTES_MAX" if is_whole else "FALAJ_GTFS_FILE_BYTES_MAX"
        maximum = faults.settings.feed_bytes_max if is_whole else most
        faults.add(name, None, "too_large", maximum=maximum, setting=setting)
        faults.check()
    return content
