"""Write the files of the days that are due: complete or not at all, and never two writers at once.

A file appears by a rename once its bytes are on the disk; who reads the old one goes on reading it.
Its modification time is the instant it was made, to the microsecond, which ties it to its row in
``dataset_days``: whoever finds another time or size knows that row and file do not belong together.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

import structlog

from citycore.clock import Clock
from citycore.durable import sync_folder
from citycore.failures.service import Attempts
from citycore.partitions import is_file_of, modification_nanoseconds, partition_path
from citycore.store.connections import Connection
from ingest.bulk import repository
from ingest.bulk.errors import BulkDiskFull
from ingest.bulk.model import Day, DueDay, Snapshot, WrittenFile
from ingest.bulk.rules import JOB, due_parameters, runs
from ingest.bulk.settings import BulkSettings
from ingest.bulk.tables import DayTable
from ingest.bulk.verifying import Verifier

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


def write_due(  # noqa: PLR0913 (whose files, where, and what of them)
    connection: Connection,
    folder: Path,
    settings: BulkSettings,
    clock: Clock,
    *,
    verify: bool = False,
    suspected: Sequence[str] = (),
) -> Report:
    """Write the files of a bounded number of due days. The connection must commit by itself.

    ``verify`` first looks whether all files are there as they were written, and reads some; ``suspected``
    are read in any case, and so are those that readers suspect meanwhile. A day whose file cannot be written
    is set aside; :class:`BulkDiskFull` ends the run.
    """
    if not repository.lock(connection):
        return Report(is_busy=True)
    unfinished = folder / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)  # of a run that was killed
    unfinished.mkdir(parents=True, exist_ok=True)
    verifier = Verifier(connection, folder, settings, clock)
    connection.execute(repository.QUERIES["listen"])
    if verify:
        verifier.look_at_all()
        verifier.read_some()
    verifier.read_suspected(suspected)
    return _Writer(connection, folder, settings, clock).write_all(verifier)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one day after the other."""

    connection: Connection
    folder: Path
    settings: BulkSettings
    clock: Clock

    def write_all(self, verifier: Verifier) -> Report:
        """What is due now, with what readers miss before the rest."""
        now = self.clock()
        attempts = Attempts(self.connection, JOB, lambda: now, may_kill=True)
        outcomes: Counter[Outcome] = Counter()
        tried: set[str] = set()
        waiting = self._due(now, tried)
        while waiting and len(tried) < self.settings.days_max:
            due = waiting.pop(0)
            tried.add(due.name)
            _check_disk(self.folder, self.settings)  # of which no day is to blame
            outcome = attempts.attempt(due.name, partial(self._write_due, due))
            outcomes["failed" if outcome is None else outcome] += 1
            missed = {told.payload for told in self.connection.notifies(timeout=0)}
            if missed and verifier.read_suspected(missed):
                waiting = self._due(now, tried)
        return Report(outcomes["written"], outcomes["unchanged"], outcomes["failed"])

    def _due(self, now: datetime, tried: Collection[str]) -> list[DueDay]:
        due = due_parameters(now, self.settings)
        found = repository.fetch_due(self.connection, due, self.settings.days_max)
        return [day for day in found if day.name not in tried]

    def _write_due(self, due: DueDay) -> Outcome:
        return self._write_day(due.day())

    def _write_day(self, day: Day) -> Outcome:
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
                sync_folder(parent)


def _check_disk(folder: Path, settings: BulkSettings) -> None:
    free_mib = shutil.disk_usage(folder).free // 2**20
    if free_mib < settings.free_mib_min:
        raise BulkDiskFull(folder=folder, free_mib=free_mib, needed_mib=settings.free_mib_min)
