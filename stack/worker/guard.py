"""No error of one job ends the process or keeps other jobs from running: it is told, shown and tried again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from citycore.clock import Clock
from citycore.failures.rules import reason_of
from citycore.failures.service import forget_job, note_job
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from citycore.store.outages import is_outage
from stack.worker.outage import back_off
from stack.worker.settings import WorkerSettings

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(slots=True)
class _Trouble:
    """Of a job that fails: how long it rests after each attempt, and until when now."""

    pauses: Iterator[float]
    resting_until: float = 0.0


@dataclass(slots=True, eq=False)
class Guard:
    """One for all jobs of the worker; several threads may use it.

    A job that fails is told in the log with its traceback the first time, stands in the list of failures until
    it has worked again, rests between attempts, longer each time, and is told once more when it is well.
    The database being away is the business of whoever connects to it, and is raised.
    """

    store: StoreSettings
    settings: WorkerSettings
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _troubles: dict[str, _Trouble] = field(default_factory=dict, init=False)
    #: Of which nothing is left in the list.
    _well: set[str] = field(default_factory=set, init=False)

    def attempt(
        self, job: str, work: Callable[[], T], stopping: Callable[[], bool] = lambda: False
    ) -> T | None:
        """What the work gives; None while the job rests, and if it failed."""
        if self.is_resting(job):
            return None
        try:
            done = work()
        except Exception as error:
            if is_outage(error):
                raise
            if not stopping():  # what is cut short fails in many ways
                self.failed(job, error)
            return None
        self.healed(job)
        return done

    def is_resting(self, job: str) -> bool:
        with self._lock:
            trouble = self._troubles.get(job)
            return trouble is not None and time.monotonic() < trouble.resting_until

    def failed(self, job: str, error: BaseException, *, is_traced: bool = True) -> float:
        """An attempt failed; how many seconds the job rests now."""
        with self._lock:
            self._well.discard(job)
            is_news = job not in self._troubles
            if is_news:
                limits = self.settings.job_retry_seconds_min, self.settings.job_retry_seconds_max
                self._troubles[job] = _Trouble(back_off(*limits))
            trouble = self._troubles[job]
            seconds = next(trouble.pauses)
            trouble.resting_until = time.monotonic() + seconds
        if is_news:
            trace = error if is_traced else None
            log.error("job_failed", job=job, reason=reason_of(error), retry_seconds=seconds, exc_info=trace)
        self._write(lambda connection: note_job(connection, job, reason_of(error), self.clock, seconds))
        return seconds

    def healed(self, job: str) -> None:
        """It works."""
        with self._lock:
            if job in self._well:
                return
            was_broken = self._troubles.pop(job, None) is not None
        if was_broken:
            log.info("job_healed", job=job)
        if self._write(lambda connection: forget_job(connection, job)):
            with self._lock:
                self._well.add(job)

    def _write(self, work: Callable[[Connection], None]) -> bool:
        """Change the list of failures; whether that was possible. It matters less than the job itself."""
        try:
            with connect(self.store.worker_url, self.store, "falaj-failures", autocommit=True) as connection:
                work(connection)
        except Exception as error:  # noqa: BLE001 (an error of telling an error must not be one more)
            log.debug("failure_not_written", reason=reason_of(error))
            return False
        return True
