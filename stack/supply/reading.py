"""Files of advisories that an operator fetched: single entries, folders of them, zip archives such as osv.dev's ``all.zip``."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from casework.files.archives import Refused, find_end
from stack.supply.errors import AdvisoriesUnusable
from stack.supply.osv import Entry
from stack.supply.settings import AdvisorySettings
from stack.texts import text

_DECODER: Final = msgspec.json.Decoder(Entry)
_ENDING: Final = ".json"
#: Of entries that cannot be read so many are named, in so many characters, the others counted.
_REFUSED_MAX: Final = 10
_REFUSED_CHARACTERS_MAX: Final = 200
#: What lies beyond has no day by which it is to be mended.
_YEARS: Final = range(1970, 9000)


@dataclass(slots=True)
class Seen:
    """What was read so far: entries, those that are none, those that were taken back, bytes, and the newest change."""

    entries: int = 0
    unreadable: int = 0
    withdrawn: int = 0
    size_bytes: int = 0
    newest_at: datetime | None = None
    #: The first of those that are none, and why.
    refused: list[str] = field(default_factory=list)

    def refuse(self, what: str) -> None:
        self.unreadable += 1
        if len(self.refused) < _REFUSED_MAX:
            # It is written by whoever made the file, and is shown in a terminal.
            shown = what[:_REFUSED_CHARACTERS_MAX]
            self.refused.append(
                "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in shown)
            )

    def note(self, entry: Entry) -> None:
        at = entry.modified if entry.modified.tzinfo else entry.modified.replace(tzinfo=UTC)
        self.newest_at = at if self.newest_at is None else max(self.newest_at, at)


def read_entries(files: Iterable[Path], settings: AdvisorySettings, seen: Seen) -> Iterator[Entry]:
    """Entries that hold, one in memory at a time; what is none is counted. :class:`AdvisoriesUnusable` for a whole file."""
    for file in files:
        before = seen.entries
        for name, content in _contents(file, settings, seen):
            seen.entries += 1
            seen.size_bytes += len(content)
            if seen.entries > settings.entries_max or seen.size_bytes > settings.unpacked_bytes_max:
                raise AdvisoriesUnusable(file=file, reason=text("supply.too_much"))
            entry = _entry(name, content, settings, seen)
            if entry is not None:
                yield entry
        if seen.entries == before:
            raise AdvisoriesUnusable(file=file, reason=text("supply.no_entry"))


def _entry(name: str, content: bytes, settings: AdvisorySettings, seen: Seen) -> Entry | None:
    if len(content) > settings.entry_bytes_max:
        seen.refuse(f"{name}: FALAJ_ADVISORIES_ENTRY_BYTES_MAX")
        return None
    try:
        entry = _DECODER.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        seen.refuse(f"{name}: {error}")
        return None
    if not all(one.isprintable() for one in (entry.id, *entry.aliases)):
        seen.refuse(f"{name}: id")
        return None
    if not all(one.year in _YEARS for one in (entry.modified, entry.public_at)):
        seen.refuse(f"{name}: {entry.public_at}, {entry.modified}")
        return None
    seen.note(entry)
    if entry.withdrawn is not None:
        seen.withdrawn += 1
        return None
    return entry


def _contents(file: Path, settings: AdvisorySettings, seen: Seen) -> Iterator[tuple[str, bytes]]:
    if file.is_dir():
        for one in sorted(file.rglob(f"*{_ENDING}")):
            if one.is_file():
                yield one.name, _read(one, settings)
    elif not file.is_file():
        raise AdvisoriesUnusable(file=file, reason=text("supply.no_file"))
    elif file.stat().st_size > settings.file_bytes_max:
        raise AdvisoriesUnusable(file=file, reason=text("supply.too_much"))
    elif zipfile.is_zipfile(file):
        yield from _unpacked(file, settings, seen)
    else:
        content = _read(file, settings)
        if not content.lstrip().startswith(b"{"):
            raise AdvisoriesUnusable(file=file, reason=text("supply.no_format"))
        yield file.name, content


def _read(file: Path, settings: AdvisorySettings) -> bytes:
    with file.open("rb") as opened:
        return opened.read(settings.entry_bytes_max + 1)


def _unpacked(file: Path, settings: AdvisorySettings, seen: Seen) -> Iterator[tuple[str, bytes]]:
    """The list of entries is bounded before it is read, and each entry while it is unpacked."""
    try:
        with file.open("rb") as opened:
            end = find_end(opened, file.stat().st_size)
            if end.entries > settings.entries_max or end.directory_bytes > settings.directory_bytes_max:
                raise AdvisoriesUnusable(file=file, reason=text("supply.too_much"))
            with zipfile.ZipFile(opened) as archive:
                for one in archive.infolist():
                    if one.filename.endswith(_ENDING):
                        yield from _member(archive, one, settings, seen)
    except (Refused, zipfile.BadZipFile) as error:
        raise AdvisoriesUnusable(file=file, reason=text("supply.no_zip")) from error


def _member(
    archive: zipfile.ZipFile, one: zipfile.ZipInfo, settings: AdvisorySettings, seen: Seen
) -> Iterator[tuple[str, bytes]]:
    try:
        with archive.open(one) as opened:
            content = opened.read(settings.entry_bytes_max + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        seen.entries += 1
        seen.refuse(f"{one.filename}: {type(error).__name__}")
        return
    yield one.filename, content
