"""Whether the files are still what was written: all by size and time, some by every byte, those that readers
suspect at once.

A disk may change bytes and nothing else. A file that is not its own any more is removed, so that nobody is
sent it, and its day is due before all others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from citycore.clock import Clock
from citycore.partitions import is_file_of, partition_path
from citycore.store.connections import Connection
from ingest.bulk import repository
from ingest.bulk.model import MadeFile
from ingest.bulk.settings import BulkSettings

_BLOCK_BYTES = 1 << 20
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Verifier:
    """Looks at the files in a folder; only whoever may write them has one."""

    connection: Connection
    folder: Path
    settings: BulkSettings
    clock: Clock

    def look_at_all(self) -> int:
        """Make days due whose file is gone or was changed by somebody else; their number."""
        found = [file for file in repository.fetch_files(self.connection) if not self._is_there(file)]
        for file in found:
            self._give_up(file, "bulk_file_lost")
        return len(found)

    def read_some(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Read as many bytes as a turn may, the longest unread first; how many files were not their own."""
        left, damaged = self.settings.verify_bytes_max, 0
        for file in repository.fetch_files(self.connection):
            if left <= 0 or stopping():
                break
            damaged += not self._read(file)
            left -= file.byte_count
        return damaged

    def read_suspected(self, names: Iterable[str]) -> int:
        """Read the files that readers could not use; how many are not their own."""
        files = (repository.fetch_file(self.connection, name) for name in sorted(set(names)))
        return sum(not self._read(file) for file in files if file is not None)

    def _read(self, file: MadeFile) -> bool:
        """Whether it is what was written."""
        if not self._is_there(file):
            self._give_up(file, "bulk_file_lost")
            return False
        if self._digest(file) != file.sha256:
            self._give_up(file, "bulk_file_damaged")
            return False
        repository.note_verified(self.connection, file.day, self.clock())
        return True

    def _is_there(self, file: MadeFile) -> bool:
        return is_file_of(self._path(file), file.byte_count, file.generated_at)

    def _digest(self, file: MadeFile) -> bytes | None:
        """None if the disk does not give it."""
        digest = hashlib.sha256()
        try:
            with self._path(file).open("rb") as source:
                while block := source.read(_BLOCK_BYTES):
                    digest.update(block)
        except OSError:
            return None
        return digest.digest()

    def _give_up(self, file: MadeFile, event: str) -> None:
        repository.forget_file(self.connection, file.day)
        with suppress(OSError):  # what lies there instead of it stays until the new one takes its place
            self._path(file).unlink()
        date = file.day.local_date.isoformat()
        log.warning(event, dataset=file.day.dataset, date=date)

    def _path(self, file: MadeFile) -> Path:
        return partition_path(self.folder, file.day.dataset, file.day.local_date)
