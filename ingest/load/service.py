"""Load one file: read and check ahead on one thread, write on another, remember how far.

How far the file is loaded, its outcome file's length and the batch itself are one transaction,
so a load that was killed at any instant continues after its last committed batch.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from collections.abc import Mapping as TableLike
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import psycopg
import structlog

from citycore.clock import EPOCH, MICROSECOND, Clock, system_clock
from citycore.errors import InvalidFile, StoreUnavailable
from citycore.quality import QualityTests
from citycore.recordings.mapping import Mapping
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect, unavailable
from ingest.load import repository
from ingest.load.errors import LoadRunning, OutcomesOverwriteFile, UnknownSource
from ingest.load.files import Chunks, read_history
from ingest.load.model import Prepared, Progress, Report
from ingest.load.outcomes import OutcomeFile, outcome_lines
from ingest.load.received import Origin
from ingest.load.repository import LoadKey
from ingest.load.rules import Checker
from ingest.load.settings import LoadSettings
from ingest.load.things import Things
from ingest.model import Checked, Family, Fate
from ingest.notes import recents
from ingest.quality import Recent, evaluate
from ingest.registry import Registry
from ingest.settings import IngestSettings
from ingest.writer import Batch, Writer

log = structlog.get_logger()

_DIGEST_LETTERS = 12
#: SQLSTATE classes that waiting does not mend: no such table, no right to it, wrong password.
_HOPELESS_CLASSES = frozenset({"42", "28", "3D"})
Outcome = TypeVar("Outcome")
#: Fraction of the file that is done, and rows accounted for in this run.
OnProgress = Callable[[float, int], None]


def digest_of(file: Path) -> bytes:
    """SHA-256 of the whole content: the same rows are the same load, wherever they lie."""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").digest()
    except OSError as error:
        raise InvalidFile(file=file, line=1, reason=error.strerror or str(error)) from error


class Load:
    """One run of loading one file. ``run`` is called once."""

    def __init__(  # noqa: PLR0913 -- each is a choice of the operator or an edge that tests replace
        self,
        file: Path,
        *,
        source: str | None = None,
        mapping: Mapping | None = None,
        outcomes: Path | None = None,
        store: StoreSettings | None = None,
        ingest: IngestSettings | None = None,
        settings: LoadSettings | None = None,
        clock: Clock = system_clock,
        stopping: Callable[[], bool] = lambda: False,
        on_progress: OnProgress = lambda _fraction, _rows: None,
    ) -> None:
        self._file = file
        self._mapping = mapping
        self._source = source = source if mapping is None else mapping.source.code
        self._outcomes_path = outcomes
        self._store = store or StoreSettings()
        self._ingest = ingest or IngestSettings()
        self._settings = settings or LoadSettings()
        self._clock = clock
        self._stopping = stopping
        self._on_progress = on_progress
        self._things = Things(source, Registry(self._ingest.registry_age_seconds_max))
        self._outcomes: OutcomeFile | None = None
        self._reading: Connection | None = None
        self._rows = 0
        #: By datastream, what its tests of quality compare the next result with: batches are checked before those
        #: before them are written, in the order in which they will be.
        self._recents: dict[int, Recent | None] = {}

    def run(self, *, again: bool = False) -> Report:
        """Load what is not loaded yet, or with ``again`` the whole file once more.

        :class:`InvalidFile`, :class:`StoreUnavailable` or :class:`LoadRunning` if it cannot go
        on; what was committed until then is accounted for and is not loaded twice.
        :class:`OutcomesOverwriteFile` and :class:`UnknownSource` before anything is done.
        """
        began = time.monotonic()
        if self._outcomes_path is not None and self._outcomes_path.resolve() == self._file.resolve():
            raise OutcomesOverwriteFile(file=self._file)
        read_history(self._file, 0, self._settings, self._mapping)  # a file of another kind leaves no trace
        self._key = LoadKey(self._digest(), self._source or "")
        self._worker = f"load-{self._key.digest.hex()[:_DIGEST_LETTERS]}"
        self._writer = Writer(self._connect, self._worker)
        try:
            start = self._persist(lambda: self._begin(again=again))
            if start.is_complete:
                return self._report(start, start, began)
            chunks = read_history(self._file, start.lines_done, self._settings, self._mapping)
            self._open_outcomes(start)
            self._write_all(chunks, start.lines_done)
            return self._report(start, self._persist(self._end), began)
        finally:
            self._close()

    def _digest(self) -> bytes:
        """Of the file; read by another mapping it is another load."""
        digest = digest_of(self._file)
        if self._mapping is None:
            return digest
        return hashlib.sha256(digest + digest_of(self._mapping.file)).digest()

    def _begin(self, *, again: bool) -> Progress:
        connection = self._writer.connection()
        with connection.transaction():
            if self._source is not None and not repository.source_exists(connection, self._source):
                raise UnknownSource(source=self._source)
            progress = repository.begin(connection, self._key, self._worker, self._file.name)
            if again:
                repository.restart(connection, self._key)
                progress = repository.lock_progress(connection, self._key)
        return progress

    def _open_outcomes(self, start: Progress) -> None:
        if self._outcomes_path is None:
            return
        outcomes = self._outcomes = OutcomeFile(self._outcomes_path, start.outcome_bytes)

        def place() -> None:
            connection = self._writer.connection()
            with connection.transaction():
                repository.place_outcomes(connection, self._key, outcomes.length)

        self._persist(place)

    def _write_all(self, chunks: Chunks, after_line: int) -> None:
        """Write batch after batch while the next ones are read and checked on a thread of their own."""
        self._after_line = after_line
        with ThreadPoolExecutor(1, "falaj-load") as reader:
            ahead: deque[Future[Prepared | None]] = deque(
                reader.submit(self._prepare, chunks) for _ in range(self._settings.batches_ahead_max)
            )
            try:
                while (prepared := ahead.popleft().result()) is not None and not self._stopping():
                    ahead.append(reader.submit(self._prepare, chunks))
                    self._write(prepared)
            finally:
                reader.shutdown(wait=True, cancel_futures=True)

    def _prepare(self, chunks: Chunks) -> Prepared | None:
        """The next batch, None after the last; runs on the reading thread, one at a time."""
        chunk = next(chunks, None)
        if chunk is None:
            return None
        codes = chunk.columns["thing"].dictionary.to_pylist()
        known = self._persist(lambda: self._things.resolve(self._reading_connection, codes))
        now = (self._clock() - EPOCH) // MICROSECOND
        checker = Checker(chunk, known, self._ingest, now, Origin(self._source, self._worker))
        prepared = checker.prepare(self._after_line)
        self._after_line = prepared.last_line
        self._evaluate(prepared.checked)
        return prepared

    def _evaluate(self, checked: Checked) -> None:
        """Flag what tests of quality find, as ingest does."""
        rows, tests = checked.rows.get(Family.MEASUREMENT), checked.quality_tests
        if rows is None or not tests:
            return
        unknown = {
            each: tests[each] for each in tests if tests[each].looks_back and each not in self._recents
        }
        if unknown:
            self._recents |= self._persist(lambda: self._read_recents(unknown))
        evaluation = evaluate(rows, tests, self._recents)
        checked.flags += evaluation.flags
        checked.notes.late_flags = evaluation.late
        self._recents |= evaluation.recents

    def _read_recents(self, tests: TableLike[int, QualityTests]) -> dict[int, Recent | None]:
        connection = self._reading_connection()
        with connection.transaction():
            return recents(connection, tests, self._ingest.quality_rows_max)

    def _write(self, prepared: Prepared) -> None:
        def alongside(connection: Connection, fate: Fate, is_last: bool) -> int:
            return self._account_for(connection, prepared, fate, is_last=is_last)

        if prepared.checked.received:
            batch = Batch(prepared.checked, alongside)
            self._rows += self._persist(lambda: self._writer.write(batch)).received
        self._on_progress(prepared.fraction, self._rows)

    def _account_for(self, connection: Connection, prepared: Prepared, fate: Fate, *, is_last: bool) -> int:
        """Move the progress in the batch's own transaction; how many rejections become dead letters."""
        before = repository.lock_progress(connection, self._key)
        if before.lines_done != prepared.after_line:
            raise LoadRunning(file=self._file)
        letters = max(0, min(len(fate.rejections), self._settings.dead_letters_max - before.dead_letters))
        outcome_bytes = before.outcome_bytes
        if self._outcomes is not None:
            outcome_bytes = self._outcomes.replace_from(
                outcome_bytes, outcome_lines(prepared, fate, letters, is_last=is_last)
            )
        lines_done = prepared.last_line if is_last else before.lines_done
        missing = len(prepared.missing) if is_last else 0
        step = Progress(lines_done, fate.account, missing, letters, outcome_bytes, is_complete=False)
        repository.move_progress(connection, self._key, step)
        return letters

    def _end(self) -> Progress:
        connection = self._writer.connection()
        with connection.transaction():
            if not self._stopping():
                repository.complete(connection, self._key)
            return repository.lock_progress(connection, self._key)

    def _report(self, start: Progress, end: Progress, began: float) -> Report:
        return Report(
            file=str(self._file),
            worker=self._worker,
            total=end.account,
            missing=end.missing,
            dead_letters=end.dead_letters,
            continued_after_line=start.lines_done,
            rows=self._rows,
            seconds=time.monotonic() - began,
            was_complete=start.is_complete,
            is_complete=end.is_complete,
        )

    def _persist(self, work: Callable[[], Outcome]) -> Outcome:
        """Do it, waiting out transient failures of the database, but not for ever."""
        delay = self._ingest.retry_delay_seconds_min
        gives_up = time.monotonic() + self._settings.retry_seconds_max
        while True:
            try:
                return work()
            except (psycopg.Error, StoreUnavailable) as error:
                if self._stopping() or _is_hopeless(error) or time.monotonic() + delay > gives_up:
                    raise _for_people(error, self._store) from error
                log.warning("store_failed", error=str(error).strip().split("\n")[0], retry_seconds=delay)
            time.sleep(delay)
            delay = min(delay * 2, self._ingest.retry_delay_seconds_max)

    def _connect(self) -> Connection:
        connection = connect(self._store.ingest_url, self._store, self._worker)
        milliseconds = round(self._ingest.lock_timeout_seconds * 1000)
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [str(milliseconds)])
        connection.commit()
        return connection

    def _reading_connection(self) -> Connection:
        """The reading thread's own: the writer's is in the middle of a transaction."""
        if self._reading is None or self._reading.broken or self._reading.closed:
            self._reading = self._connect()
        return self._reading

    def _close(self) -> None:
        self._writer.close()
        if self._reading is not None:
            self._reading.close()
        if self._outcomes is not None:
            self._outcomes.close()


def _is_hopeless(error: Exception) -> bool:
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    return state is not None and state[:2] in _HOPELESS_CLASSES


def _for_people(error: Exception, store: StoreSettings) -> StoreUnavailable:
    return error if isinstance(error, StoreUnavailable) else unavailable(store.ingest_url, error)
