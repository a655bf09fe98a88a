"""One run of the archive: put back what is wanted, write the days that are due, let go of what is old.

A part is in the store, or in the store and the archive, or in the archive, and one transaction takes it from one to the next:
wherever a run ends, nothing is in neither, and the row in ``archive_parts`` says where readers find it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from citycore.archive.errors import ArchiveBusy, ArchiveFileUnreadable
from citycore.archive.parts import RowsDigest, read_all
from citycore.archive.place import PartFile, Place, day_path
from citycore.clock import Clock, microseconds_of
from citycore.errors import FalajError
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from ingest.archive import repository
from ingest.archive.merging import Merging, Month, NotTheSame
from ingest.archive.model import DueDay, Part, Report, Span, WrittenPart
from ingest.archive.rules import JOB, by_sector, due_parameters
from ingest.archive.settings import ArchiveSettings
from ingest.archive.tables import PartTable, columns_of, read_rows
from ingest.bulk.model import Day

log = structlog.get_logger()


def is_any_due(connection: Connection, now: datetime, settings: ArchiveSettings) -> bool:
    """Whether a run would find something to do."""
    return repository.is_any_due(connection, due_parameters(now, settings))


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the store again, and what is not, with the reason."""

    restored: list[Part]
    failed: list[tuple[Part, str]]


@dataclass(frozen=True, slots=True)
class Archive:
    """What works on the archive; the connection is the worker's and commits by itself."""

    connection: Connection
    place: Place
    settings: ArchiveSettings
    clock: Clock
    _counts: Counter[str] = field(default_factory=Counter, init=False)

    def run(self, *, verify: bool = False) -> Report:
        """A bounded piece of work. ``verify`` reads some files again first, the longest unread before the others.

        What cannot be done is set aside and stops nothing else; :class:`ArchiveUnavailable` where the storage is away.
        """
        if not repository.lock(self.connection):
            return Report(is_busy=True)
        self._counts.clear()
        try:
            return self._run(verify=verify)
        finally:
            repository.unlock(self.connection)

    def _run(self, *, verify: bool) -> Report:
        now = self.clock()
        attempts = Attempts(self.connection, JOB, lambda: now, may_kill=True)
        due, end = due_parameters(now, self.settings), now + timedelta(seconds=self.settings.run_seconds_max)
        if verify:
            self.verify_some()
        for part in self._parts("wanted_parts", due):
            self._attempt(attempts, end, part.name, partial(self.restore, part, self._late_until()))
        for day in repository.fetch_due(self.connection, due, self.settings.days_max):
            self._attempt(attempts, end, day.name, partial(self._write_due, day))
        for part in self._parts("old_parts", due):
            self._attempt(attempts, end, part.name, partial(self.let_go, part))
        for month in self._months(now):
            self._attempt(attempts, end, month.name, month.merge)
        self._remove_leftovers(now)
        if self._counts["let_go"]:
            self._counts["chunks_dropped"] += repository.drop_empty_chunks(self.connection, now)
        counted = {one.name: self._counts[one.name] for one in fields(Report) if one.name != "is_busy"}
        return Report(**counted, is_busy=False)

    def _parts(self, query: str, due: dict[str, object]) -> list[Part]:
        return repository.fetch_parts(self.connection, query, {**due, "parts_max": self.settings.parts_max})

    def _attempt(self, attempts: Attempts, end: datetime, name: str, work: Callable[[], str]) -> None:
        if self.clock() >= end:
            return
        outcome = attempts.attempt(name, work)
        self._counts["failed" if outcome is None else outcome] += 1

    def _late_until(self) -> datetime:
        return self.clock() + timedelta(seconds=self.settings.keep_late_seconds)

    # ---- writing

    def _write_due(self, due: DueDay) -> str:
        return self.write_day(due.day())

    def write_day(self, day: Day) -> str:
        """Write the parts of a closed day of which the store has all rows: ``written`` or ``unchanged``."""
        known = {one.sector: one for one in self._parts_of(day)}
        with tempfile.TemporaryDirectory(prefix="falaj-archive-") as folder:
            change_count, files = self._fill(Path(folder), day)
            changed = {
                sector: file
                for sector, file in files.items()
                if sector not in known
                or known[sector].rows_digest != file.rows_digest
                or known[sector].damage
            }
            for sector, file in changed.items():
                path = day_path(day.dataset, sector, day.local_date)
                self.place.put(Path(folder) / sector, path)
                put = PartFile(day.dataset, sector, day.local_date, path, file.byte_count, file.sha256)
                self._check(put, file, (day.start, day.end))
        at = self.clock()
        with self.connection.transaction():
            for sector, file in changed.items():
                path = day_path(day.dataset, sector, day.local_date)
                facts = {"path": path, "change_count": change_count, "written_at": at}
                repository.note_part(self.connection, day, sector, file, **facts)
            bounds = {"starts_at": day.start, "ends_at": day.end, "change_count": change_count}
            for sector in files.keys() - changed.keys():
                repository.note(self.connection, "note_unchanged", known[sector], **bounds)
            for sector in known.keys() - files.keys():
                repository.note(self.connection, "forget_part", known[sector])
                repository.note_leftover(self.connection, known[sector].path, at)
            repository.note_archived(self.connection, day, change_count)
        told = {"rows": sum(file.row_count for file in files.values()), "parts": len(files)}
        log.info("archive_day_written", dataset=day.dataset, date=day.local_date.isoformat(), **told)
        return "written" if changed else "unchanged"

    def _parts_of(self, day: Day) -> list[Part]:
        key = {"source_id": day.source_id, "local_date": day.local_date}
        return repository.fetch_parts(self.connection, "parts_of_day", key)

    def _fill(self, folder: Path, day: Day) -> tuple[int, dict[str, WrittenPart]]:
        """Whole files in a folder of this machine, from one state of the database; by their sectors."""
        files: dict[str, WrittenPart] = {}
        with self.connection.transaction():
            self.connection.execute(repository.QUERIES["begin_reading"])
            change_count = repository.fetch_change_count(self.connection, day)
            sectors = by_sector(repository.fetch_datastreams(self.connection, day.source_id))
            for sector, datastreams in sectors.items():
                file = self._fill_part(folder / sector, Span(datastreams, day.start, day.end))
                if file is not None:
                    files[sector] = file
        return change_count, files

    def _fill_part(self, path: Path, span: Span) -> WrittenPart | None:
        flagged = repository.has_flags(self.connection, span)
        with path.open("xb") as sink:
            table = PartTable(sink, columns_of(span), self.settings, has_flags=flagged)
            for rows, flags in read_rows(
                self.connection, span, self.settings.datastreams_max, flagged=flagged
            ):
                table.add(rows, flags)
            return table.end()

    def _check(self, file: PartFile, told: WrittenPart | Part, span: tuple[datetime, datetime]) -> None:
        """Read a file again where it lies: its bytes, and what they say."""
        self.place.check_bytes(file)
        digest = RowsDigest()
        with self.place.open(file) as parquet:
            for rows, flags in read_all(parquet, *map(microseconds_of, span)):
                digest.add(rows, flags)
        if (digest.rows, digest.flags, digest.digest()) != (
            told.row_count,
            told.flag_count,
            told.rows_digest,
        ):
            raise NotTheSame(f"{file.name}: what was read back is not what was written")

    # ---- letting go

    def let_go(self, part: Part) -> str:
        """Take a part's rows out of the store: ``let_go``, or ``waiting`` if somebody is at work on them.

        Before that the file is read once more where it lies, and the store's rows are compared with it.
        """
        if not self.look_at(part):
            raise part.file.unreadable("damaged")
        span = self._span(part)
        if not self._is_in_store(part, span):
            repository.note(self.connection, "renew_day", part)
            raise NotTheSame(f"{part.name}: the store holds other rows, the day is archived anew")
        with self.connection.transaction():
            self.connection.execute(repository.QUERIES["begin_reading"])
            if not repository.lock_unchanged(self.connection, part, self.settings.lock_seconds_max):
                return "waiting"
            gone = repository.delete_rows(self.connection, span)
            if gone != (part.row_count, part.flag_count):
                raise NotTheSame(f"{part.name}: {gone[0]} rows instead of {part.row_count}")
            repository.note(self.connection, "note_let_go", part, at=self.clock())
        log.info("archive_let_go", part=part.name, rows=part.row_count)
        return "let_go"

    def _span(self, part: Part) -> Span:
        sectors = by_sector(repository.fetch_datastreams(self.connection, part.source_id))
        return Span(sectors.get(part.sector, ()), part.starts_at, part.ends_at)

    def _is_in_store(self, part: Part, span: Span) -> bool:
        digest = RowsDigest()
        with self.connection.transaction():
            self.connection.execute(repository.QUERIES["begin_reading"])
            for rows, flags in read_rows(self.connection, span, self.settings.datastreams_max, flagged=True):
                digest.add(rows, flags)
        found = (digest.rows, digest.flags, digest.digest())
        return found == (part.row_count, part.flag_count, part.rows_digest)

    # ---- putting back

    def restore(self, part: Part, keep_until: datetime) -> str:
        """Put a part's rows back into the store, with what came late since: ``restored``.

        :class:`ArchiveFileUnreadable` where the file is not what was written; then nothing changes.
        """
        if part.let_go_at is None:
            repository.note(self.connection, "keep", part, keep_until=keep_until)
            return "kept"
        if not self.look_at(part):
            raise part.file.unreadable("damaged")
        digest = RowsDigest()
        with self.connection.transaction():
            repository.begin_restoring(self.connection)
            with self.place.open(part.file) as parquet:
                span = microseconds_of(part.starts_at), microseconds_of(part.ends_at)
                for rows, flags in read_all(parquet, *span):
                    digest.add(rows, flags)
                    repository.put_rows(self.connection, rows)
                    repository.put_flags(self.connection, rows, flags)
            if (digest.rows, digest.digest()) != (part.row_count, part.rows_digest):
                raise NotTheSame(f"{part.name}: the file says something else than was written")
            conflicts = repository.restore_rows(self.connection, part, self.clock())
            repository.note(self.connection, "note_restored", part, keep_until=keep_until)
        if conflicts:
            log.warning("archive_late_conflicts", part=part.name, rows=len(conflicts))
        log.info("archive_restored", part=part.name, rows=part.row_count)
        return "restored"

    def restore_by_hand(
        self, dataset: str, sector: str | None, days: tuple[date, date], keep_until: datetime
    ) -> Restored:
        """Put the parts of some days back, one by one; :class:`ArchiveBusy` while a run is at work."""
        if not repository.lock(self.connection):
            raise ArchiveBusy
        done = Restored([], [])
        try:
            for part in self.find(dataset, sector, *days):
                try:
                    self.restore(part, keep_until)
                except (FalajError, NotTheSame) as error:
                    done.failed.append((part, str(error)))
                else:
                    done.restored.append(part)
        finally:
            repository.unlock(self.connection)
        return done

    # ---- months

    def _months(self, now: datetime) -> list[Month]:
        gone_before = now - timedelta(seconds=self.settings.keep_late_seconds)
        asked = {
            "job": JOB,
            "now": now,
            "gone_before": gone_before,
            "rows_max": self.settings.merge_rows_max,
            "parts_max": self.settings.parts_max,
        }
        found = repository.find_months(self.connection, asked)
        merging = Merging(self.connection, self.place, self.settings, self.clock)
        return [Month(merging, *one) for one in found]

    def _remove_leftovers(self, now: datetime) -> None:
        before = now - timedelta(seconds=self.settings.leftover_seconds)
        for path in repository.fetch_leftovers(self.connection, before, self.settings.parts_max):
            self.place.remove(path)
            repository.forget_leftover(self.connection, path)

    # ---- looking after files

    def verify_some(self) -> int:
        """Read as many bytes as a turn may, the longest unread first; how many files are damaged."""
        left, damaged, seen = self.settings.verify_bytes_max, 0, set[str]()
        for part in self.find():
            if left <= 0:
                break
            if part.path not in seen:
                seen.add(part.path)
                damaged += not self.look_at(part)
                left -= part.byte_count
        return damaged

    def find(
        self,
        dataset: str | None = None,
        sector: str | None = None,
        first: object = None,
        last: object = None,
    ) -> list[Part]:
        """Parts of a dataset, a sector and some days, or of all; the longest unread first."""
        asked = {"dataset": dataset, "sector": sector, "first": first, "last": last}
        return repository.fetch_parts(self.connection, "parts", asked)

    def look_at(self, part: Part, *, whole: bool = False) -> bool:
        """Whether every byte is what was written, and note it; ``whole``: whether its rows are what they were, too. A day that the
        store still has is archived anew.
        """
        try:
            if whole:
                self._check(part.file, part, (part.starts_at, part.ends_at))
            else:
                self.place.check_bytes(part.file)
        except (ArchiveFileUnreadable, NotTheSame) as error:
            damage = error.damage if isinstance(error, ArchiveFileUnreadable) else str(error)
            log.warning("archive_file_damaged", part=part.name, damage=damage)
            with self.connection.transaction():
                repository.note(self.connection, "note_damage", part, damage=damage, at=self.clock())
                repository.note(self.connection, "renew_days", part)
            self._counts["damaged"] += 1
            return False
        repository.note(self.connection, "note_verified", part, at=self.clock())
        return True
