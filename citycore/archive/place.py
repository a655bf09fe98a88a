"""The storage that the archive lies on: a folder of any file system that fsspec knows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from citycore.archive.errors import ArchiveFileUnreadable, ArchiveUnavailable
from citycore.archive.settings import ArchivePlaceSettings
from citycore.durable import replace_durably
from citycore.topics import CODE

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class PartFile:
    """Which file of the archive, and what is known of it."""

    dataset: str
    sector: str
    local_date: date
    path: str
    byte_count: int
    sha256: bytes

    @property
    def name(self) -> str:
        """What operators call it."""
        return f"{self.dataset}/{self.sector}/{self.local_date.isoformat()}"

    def unreadable(self, damage: str) -> ArchiveFileUnreadable:
        return ArchiveFileUnreadable(
            dataset=self.dataset, sector=self.sector, date=self.local_date.isoformat(), damage=damage
        )


def day_path(dataset: str, sector: str, local_date: date) -> str:
    """Where the file of a day lies within the archive, in folders as Hive names them: ``dataset=CODE/sector=CODE/month=YYYY-MM/``
    and its date. ``ValueError`` for what is no code.
    """
    return f"{_folder(dataset, sector, local_date)}/{local_date.isoformat()}.parquet"


def month_path(dataset: str, sector: str, month: date, sha256: bytes) -> str:
    """Beside them that of a month, which no other file ever has."""
    return f"{_folder(dataset, sector, month)}/{month:%Y-%m}-{sha256.hex()[:12]}.parquet"


def _folder(dataset: str, sector: str, local_date: date) -> str:
    for code in (dataset, sector):
        if CODE.fullmatch(code) is None:
            raise ValueError(f"{code!r} is not a code")
    return f"dataset={dataset}/sector={sector}/month={local_date:%Y-%m}"


@dataclass(frozen=True)
class Place:
    """Files by their paths within the archive."""

    settings: ArchivePlaceSettings

    @cached_property
    def _root(self) -> tuple[Any, str]:
        """File system and folder; :class:`ArchiveUnavailable` where there is none."""
        from fsspec.core import url_to_fs

        if self.settings.url is None:
            raise ArchiveUnavailable(reason="FALAJ_ARCHIVE_URL is not set")
        options = {name: value.get_secret_value() for name, value in self.settings.options.items()}
        try:
            system, root = url_to_fs(self.settings.url.get_secret_value(), **options)
        except (ImportError, ValueError, OSError) as error:
            raise ArchiveUnavailable(reason=_line(error)) from error
        return system, root.rstrip("/")

    @cached_property
    def local_folder(self) -> Path | None:
        """The folder, where the archive lies on a disk of this machine."""
        from fsspec.implementations.local import LocalFileSystem

        system, root = self._root
        return Path(root) if isinstance(system, LocalFileSystem) else None

    def put(self, local: Path, path: str) -> None:
        """Let a file of this machine take its place in the archive, for good: a disk has it when this returns."""
        if self.local_folder is not None:
            replace_durably(local, self.local_folder, path)
            return
        system, root = self._root
        with _answering():
            system.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
            system.put_file(str(local), f"{root}/{path}")

    def remove(self, path: str) -> None:
        system, root = self._root
        with _answering(), suppress(FileNotFoundError):
            system.rm_file(f"{root}/{path}")

    @contextmanager
    def open(self, file: PartFile) -> Iterator[Any]:
        """The Parquet file, for reading; :class:`ArchiveFileUnreadable` if it is not as it was written, as far as size, footer
        and the checksums of the pages that are read tell.
        """
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile

        try:
            with self._source(file) as source:
                yield ParquetFile(source, page_checksum_verification=True, pre_buffer=False)
        except (ArrowException, OSError) as error:
            raise file.unreadable(_line(error)) from error

    @contextmanager
    def _source(self, file: PartFile) -> Iterator[Any]:
        from pyarrow import OSFile

        system, root = self._root
        if self.local_folder is not None:
            opened = OSFile(str(self.local_folder / file.path))
        else:
            opened = system.open(f"{root}/{file.path}", "rb")
        with opened as source:
            size = source.size() if isinstance(source, OSFile) else source.seek(0, os.SEEK_END)
            if size != file.byte_count:
                raise file.unreadable(f"{size} bytes instead of {file.byte_count}")
            source.seek(0)
            yield source

    def check_size(self, file: PartFile) -> None:
        """:class:`ArchiveFileUnreadable` where there is no file, or one of another length."""
        try:
            with self._source(file):
                return
        except OSError as error:
            raise file.unreadable(_line(error)) from error

    def check_bytes(self, file: PartFile) -> None:
        """Read every byte; :class:`ArchiveFileUnreadable` unless they are those that were written."""
        digest = hashlib.sha256()
        try:
            with self._source(file) as source:
                while block := source.read(_BLOCK_BYTES):
                    digest.update(block)
        except OSError as error:
            raise file.unreadable(_line(error)) from error
        if digest.digest() != file.sha256:
            raise file.unreadable("other bytes than were written")


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveUnavailable(reason=_line(error)) from error


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
