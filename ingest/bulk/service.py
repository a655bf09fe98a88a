"""Write the files of the days that are due: complete or not at all, and never two writers at once.

A file appears by a rename once its bytes are on the disk; who reads the old one goes on reading it.
Its modification time is the instant it was made, to the microsecond, which ties it to its row in
``dataset_days``: whoever finds another time or size knows that row and file do not belong together.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import structlog

from citycore.clock import Clock
from citycore.partitions import is_file_of, modification_nanoseconds, partition_path
from citycore.store.connections import Connection
from ingest.bulk import repository
from ingest.bulk.errors import BulkDiskFull
from ingest.bulk.model import Day, Snapshot, WrittenFile
from ingest.bulk.rules import due_parameters, runs
from ingest.bulk.settings import BulkSettings
from ingest.bulk.tables import DayTable

#: Where files grow; its name begins with a point, so that nobody reads it as a partition.
UNFINISHED = ".unfinished"
Outcome = Literal["written", "unchanged", "failed"]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Report:
    """Of one run. ``is_busy``: another process writes, so nothing was done."""

    written: int = 0
    unchanged: int = 0
    failed: int = 0
    is_busy: bool = False


def is_any_due(connection: Connection, now: datetime, settings: BulkSettings) -> bool:
    """Whether a run would find a day to write."""
    return repository.is_any_due(connection, due_parameters(now, settings))


def write_due(
    connection: Connection, folder: Path, settings: BulkSettings, clock: Clock, *, verify: bool = False
) -> Report:
    """Write the files of a bounded number of due days. The connection must commit by itself.

    ``verify`` first looks whether all files are there as they were written. A day whose file cannot
    be written is logged and stays due; :class:`BulkDiskFull` ends the run.
    """
    if not repository.lock(connection):
        return Report(is_busy=True)
    unfinished = folder / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)  # of a run that was killed
    unfinished.mkdir(parents=True)
    if verify:
        forget_lost(connection, folder)
    writer = _Writer(connection, folder, settings, clock)
    days = repository.fetch_due(connection, due_parameters(clock(), settings), settings.days_max)
    outcomes = Counter(writer.write_day(day) for day in days)
    return Report(outcomes["written"], outcomes["unchanged"], outcomes["failed"])


def forget_lost(connection: Connection, folder: Path) -> int:
    """Make days due whose file is gone or was changed by somebody else; their number."""
    lost = [
        day
        for day, byte_count, generated_at in repository.fetch_files(connection)
        if not is_file_of(partition_path(folder, day.dataset, day.local_date), byte_count, generated_at)
    ]
    for day in lost:
        repository.forget_file(connection, day)
        log.warning("bulk_file_lost", dataset=day.dataset, date=day.local_date.isoformat())
    return len(lost)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one day after the other."""

    connection: Connection
    folder: Path
    settings: BulkSettings
    clock: Clock

    def write_day(self, day: Day) -> Outcome:
        try:
            return self._write_day(day)
        except OSError as error:  # of this file; the others may still be possible
            log.warning(
                "bulk_file_failed", dataset=day.dataset, date=day.local_date.isoformat(), reason=str(error)
            )
            return "failed"

    def _write_day(self, day: Day) -> Outcome:
        _check_disk(self.folder, self.settings)
        path = partition_path(self.folder, day.dataset, day.local_date)
        growing = self.folder / UNFINISHED / f"{day.dataset}-{day.local_date}.parquet"
        try:
            known, file = self._fill(growing, day)
            if file.sha256 == known.sha256 and is_file_of(path, file.byte_count, known.generated_at):
                repository.note_unchanged(self.connection, day, known.change_count)
                return "unchanged"
            self._put(growing, day, known.change_count, file)
        finally:
            growing.unlink(missing_ok=True)
        facts = {"rows": file.row_count, "bytes": file.byte_count}
        log.info("bulk_file_written", dataset=day.dataset, date=day.local_date.isoformat(), **facts)
        return "written"

    def _fill(self, growing: Path, day: Day) -> tuple[Snapshot, WrittenFile]:
        """The whole file on the disk, from one state of the database."""
        with growing.open("xb") as sink, self.connection.transaction():
            self.connection.execute(repository.QUERIES["begin_reading"])
            known = repository.fetch_snapshot(self.connection, day)
            table = DayTable(sink, day, known.dataset, known.datastreams, self.settings)
            for result_type, some in runs(known.datastreams, self.settings.datastreams_max):
                for block in repository.read_blocks(self.connection, result_type, some, day):
                    table.add(block)
            file = table.end()
            sink.flush()
            os.fsync(sink.fileno())
        return known, file

    def _put(self, growing: Path, day: Day, change_count: int, file: WrittenFile) -> None:
        """Let the file appear together with its row; if that fails in between, the day stays due."""
        path = partition_path(self.folder, day.dataset, day.local_date)
        generated_at = self.clock()
        nanoseconds = modification_nanoseconds(generated_at)
        os.utime(growing, ns=(nanoseconds, nanoseconds))
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.connection.transaction():
            repository.note_file(self.connection, day, change_count, file, generated_at)
            growing.replace(path)
            for parent in (path.parent, path.parent.parent, self.folder):
                _sync_folder(parent)


def _sync_folder(folder: Path) -> None:
    """Its entries survive a loss of power, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_disk(folder: Path, settings: BulkSettings) -> None:
    free_mib = shutil.disk_usage(folder).free // 2**20
    if free_mib < settings.free_mib_min:
        raise BulkDiskFull(folder=folder, free_mib=free_mib, needed_mib=settings.free_mib_min)
