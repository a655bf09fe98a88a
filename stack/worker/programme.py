"""The innovation programme's part of the worker: what an instant brings about, and mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

import structlog

from casework.attachments.service import sweep_store
from casework.noun import Job
from casework.outbox.sending import send_due
from casework.outbox.service import tidy
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import Transport, open_transport
from casework.workflow.clockwork import run_due
from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from programme.registry import BINDINGS, NOUNS, open_programme
from stack.worker.guard import Guard
from stack.worker.settings import WorkerSettings

log = structlog.get_logger()


class ProgrammeJobs:
    """Each part runs in a thread of its own, and not twice at once; ``stop`` comes from another.

    What one of them does is several jobs one after the other: none keeps those after it from running.
    """

    def __init__(self, store: StoreSettings, clock: Clock, guard: Guard | None = None) -> None:
        self.store = store
        self.guard = guard or Guard(store, WorkerSettings(), clock)
        self.clock = clock
        self._stopping = threading.Event()
        self._transport: Transport | None = None
        self._moving, self._mailing = threading.Lock(), threading.Lock()
        #: The connection of the round that a thread is in.
        self._round = threading.local()
        self.programme = open_programme(lambda: nullcontext(self._round.connection), clock)

    def move_on(self) -> None:
        """Take the steps of the clockwork that are due."""
        with _unless_busy(self._moving) as is_free:
            if is_free:
                self._move_on()

    def send_mail(self) -> None:
        """Send what is due."""
        with _unless_busy(self._mailing) as is_free:
            if is_free:
                self._send_mail()

    def tidy_mail(self) -> None:
        """Forget what was sent long ago."""
        with self._connect() as connection:
            tidy(connection, OutboxSettings(), self.clock())

    def tidy_people(self) -> None:
        """Remove what has ended by itself, and files that nothing leads to."""
        with self._connect() as connection:
            for noun in NOUNS:
                for job in noun.sweeps:
                    self._run(job)
            for sweep in NOUNS.stores:
                self._attempt(sweep.job, partial(sweep_store, connection, sweep, sweep.store(), self.clock))

    def stop(self) -> None:
        """Let both end after what they have in hand; whoever waits for a mail server waits no longer."""
        self._stopping.set()
        transport = self._transport
        if transport is not None:
            transport.abort()

    def _move_on(self) -> None:
        with self._connect():
            work = partial(run_due, self.programme, BINDINGS, self._stopping.is_set)
            steps = self._attempt("clockwork", work)
            if steps:
                log.info("clockwork_moved", steps=steps)
            # After the clockwork: what it has moved to "erased" has its data still.
            for noun in NOUNS:
                for job in noun.jobs:
                    done = self._run(job)
                    if done:
                        log.info("programme_job_done", job=job.name, done=done)

    def _run(self, job: Job) -> int:
        return self._attempt(job.name, partial(job.run, self.programme, self._stopping.is_set))

    def _attempt(self, job: str, work: Callable[[], int]) -> int:
        """What one job came to; its own errors end here."""
        return self.guard.attempt(job, work, self._stopping.is_set) or 0

    def _send_mail(self) -> None:
        with self._connect(), open_transport(self.programme.of(OutboxSettings)) as self._transport:
            tally = send_due(self.programme, self._transport, self._stopping.is_set)
        self._transport = None
        if tally.sent:
            log.info("mail_sent", mails=tally.sent)

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with connect(self.store.portal_url, self.store, "falaj-programme", autocommit=True) as connection:
            self._round.connection = connection
            try:
                yield connection
            finally:
                del self._round.connection


@contextmanager
def _unless_busy(lock: threading.Lock) -> Iterator[bool]:
    """Whether the lock was free; if so it is held meanwhile."""
    is_free = lock.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            lock.release()
