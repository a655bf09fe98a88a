"""Long work in processes of their own: it must not delay roll-ups, and its memory must go again.

Forecasts (issues, and studies at night), nowcasts, bulk files, the archive (compressing), the counting of answers and reports by mail are started only when something is due, with one
BLAS thread and a temporary folder that goes with the run, and they end with us whatever happens to us.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from casework.counting.wanted import is_any_due as is_any_count_due
from casework.report_mails.sending import is_any_due as is_any_report_due
from citycore.archive.settings import ArchivePlaceSettings
from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import ACCEPTED_ONLY, connect
from citycore.store.outages import is_outage
from forecasting.nowcast import service as nowcasts
from forecasting.nowcast.settings import NowcastSettings
from forecasting.repository import Limits
from forecasting.running.processes import ONE_THREAD
from forecasting.running.settings import ServingSettings
from forecasting.service import is_any_due as is_any_forecast_due
from forecasting.service import is_any_study_due
from forecasting.settings import ForecastSettings
from ingest.archive.service import is_any_due as is_any_part_due
from ingest.archive.settings import ArchiveSettings
from ingest.bulk.service import is_any_due
from ingest.bulk.settings import BulkSettings
from stack.worker.guard import Guard
from stack.worker.programme import ProgrammeJobs
from stack.worker.settings import WorkerSettings
from stack.worker.suspicions import Suspicions

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ("setpriv", "--pdeathsig", "TERM", sys.executable, "-m")

#: What a run ends with that did its work and set something aside.
SET_ASIDE = 3

#: Asks the store; the arguments of the run that is due, or None.
Due = Callable[[], tuple[str, ...] | None]


class RunFailed(Exception):
    """A process ended before its work."""


@dataclass(slots=True, eq=False)
class Runs:
    """Runs of one module, at most one at a time; after a failed one there is a pause."""

    job: str
    module: str
    due: Due
    guard: Guard
    _running: bool = field(default=False, init=False)
    _stopping: bool = field(default=False, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def run_if_due(self) -> None:
        """Run if anything is due; :class:`StoreUnavailable` if the database is away."""
        if self._running or self._stopping or self.guard.is_resting(self.job):
            return
        self._running = True
        try:
            arguments = await asyncio.to_thread(self.due)
            if arguments is not None:
                await self._run(arguments)
        except RunFailed as error:  # it has told its own story
            await asyncio.to_thread(partial(self.guard.failed, self.job, error, is_traced=False))
        except Exception as error:
            if is_outage(error):
                raise
            await asyncio.to_thread(self.guard.failed, self.job, error)
        else:
            await asyncio.to_thread(self.guard.healed, self.job)
        finally:
            self._running = False

    def stop(self) -> None:
        """End a run at once; what it has stored stays, the work in hand is done again next time."""
        self._stopping = True
        self._kill()

    async def _run(self, arguments: tuple[str, ...]) -> None:
        with TemporaryDirectory(prefix=f"falaj-{self.module}-", ignore_cleanup_errors=True) as folder:
            self._process = await asyncio.create_subprocess_exec(
                *PYTHON,
                self.module,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                cwd=ROOT,
                env={**os.environ, **ONE_THREAD, "TMPDIR": folder},
                start_new_session=True,
            )
            try:
                if self._stopping:
                    self._kill()
                code = await self._process.wait()
            finally:
                self._kill()
                self._process = None
        if code not in {0, SET_ASIDE} and not self._stopping:
            raise RunFailed(f"{self.module} ended with {code}")

    def _kill(self) -> None:
        """Stan's own process is in the same session and goes too."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Works:
    """All that runs beside the worker's own loops: in processes, and the programme in threads."""

    forecasts: Runs
    studies: Runs
    nowcasts: Runs
    bulk: Runs
    archive: Runs
    counting: Runs
    report_mails: Runs
    programme: ProgrammeJobs
    suspicions: Suspicions

    def stop(self) -> None:
        self.forecasts.stop()
        self.studies.stop()
        self.nowcasts.stop()
        self.bulk.stop()
        self.archive.stop()
        self.counting.stop()
        self.report_mails.stop()
        self.programme.stop()
        self.suspicions.hang_up()


def works(store: StoreSettings, settings: WorkerSettings, guard: Guard, clock: Clock) -> Works:
    suspicions = Suspicions(store, settings.bulk_suspicions_max)
    return Works(
        Runs("forecasts", "forecasting", _forecasts_due(store, clock), guard),
        Runs("forecast_studies", "forecasting", _studies_due(store, clock), guard),
        Runs("nowcasts", "forecasting.nowcast", _nowcasts_due(store, clock), guard),
        Runs("bulk_files", "ingest.bulk", _bulk_files_due(store, settings, suspicions, clock), guard),
        Runs("archive", "ingest.archive", _archive_due(store, settings, clock), guard),
        Runs("counting", "programme.counting", _counting_due(store, clock), guard),
        Runs("report_mails", "programme.report_mails", _reports_due(store, clock), guard),
        ProgrammeJobs(store, clock, guard),
        suspicions,
    )


def _forecasts_due(store: StoreSettings, clock: Clock) -> Due:
    """Forecasts of the series whose turn it is."""
    limits = Limits(ForecastSettings(), ServingSettings())

    def due() -> tuple[str, ...] | None:
        with connect(
            store.worker_url, store, "falaj-worker", autocommit=True, sources=ACCEPTED_ONLY
        ) as connection:
            return ("--due",) if is_any_forecast_due(connection, clock(), limits) else None

    return due


def _studies_due(store: StoreSettings, clock: Clock) -> Due:
    """Studies of the panels whose turn it is; a run of its own, since forecasts do not wait for them."""
    limits = Limits(ForecastSettings(), ServingSettings())

    def due() -> tuple[str, ...] | None:
        with connect(
            store.worker_url, store, "falaj-worker", autocommit=True, sources=ACCEPTED_ONLY
        ) as connection:
            return ("--study",) if is_any_study_due(connection, clock(), limits) else None

    return due


def _nowcasts_due(store: StoreSettings, clock: Clock) -> Due:
    """All nowcasts, once a quarter of an hour is complete."""
    settings = NowcastSettings()

    def due() -> tuple[str, ...] | None:
        with connect(
            store.worker_url, store, "falaj-worker", autocommit=True, sources=ACCEPTED_ONLY
        ) as connection:
            return () if nowcasts.is_due(connection, clock(), settings) else None

    return due


def _bulk_files_due(
    store: StoreSettings, settings: WorkerSettings, suspicions: Suspicions, clock: Clock
) -> Due:
    """Bulk files of the days that are due and those that readers miss; from time to time, whether all are there."""
    bulk = BulkSettings()
    verify_at = clock()

    def due() -> tuple[str, ...] | None:
        nonlocal verify_at
        suspected = suspicions.take()
        if clock() >= verify_at or suspicions.missed_some:
            verify_at = clock() + timedelta(seconds=settings.bulk_verify_seconds)
            suspicions.missed_some = False
            return ("--verify", "--suspected", *suspected)
        if suspected:
            return ("--suspected", *suspected)
        with connect(
            store.worker_url, store, "falaj-worker", autocommit=True, sources=ACCEPTED_ONLY
        ) as connection:
            return () if is_any_due(connection, clock(), bulk) else None

    return due


def _archive_due(store: StoreSettings, settings: WorkerSettings, clock: Clock) -> Due:
    """Days to archive, to let go of and to put back; from time to time some files are read again. Without an archive nothing."""
    archive, has_place = ArchiveSettings(), ArchivePlaceSettings().url is not None
    verify_at = clock()

    def due() -> tuple[str, ...] | None:
        nonlocal verify_at
        if not has_place:
            return None
        if clock() >= verify_at:
            verify_at = clock() + timedelta(seconds=settings.archive_verify_seconds)
            return ("--verify",)
        with connect(store.worker_url, store, "falaj-worker", autocommit=True) as connection:
            return () if is_any_part_due(connection, clock(), archive) else None

    return due


def _counting_due(store: StoreSettings, clock: Clock) -> Due:
    """What somebody has asked to be counted."""

    def due() -> tuple[str, ...] | None:
        with connect(store.portal_url, store, "falaj-programme", autocommit=True) as connection:
            return () if is_any_count_due(connection, clock()) else None

    return due


def _reports_due(store: StoreSettings, clock: Clock) -> Due:
    """Reports whose time has come, or that somebody has asked for."""

    def due() -> tuple[str, ...] | None:
        with connect(store.portal_url, store, "falaj-programme", autocommit=True) as connection:
            return () if is_any_report_due(connection, clock()) else None

    return due
