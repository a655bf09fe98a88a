"""The innovation programme's part of the worker: what an instant brings about, and mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from casework.attachments.service import sweep_store
from casework.following.news import mail_due
from casework.following.settings import SearchSettings
from casework.outbox.service import send_due, tidy
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import Transport, open_transport
from casework.people.leaving.service import erase_due
from casework.people.settings import PeopleSettings, ThrottleSettings
from casework.people.tidying import tidy as tidy_people
from casework.workflow.clockwork import run_due
from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from hackathon.funding.applications.reminders import remind_due as remind_applicants
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.market.introductions.outcomes import ask_due
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.vendors.reminders import remind_due as remind_vendors
from hackathon.market.vendors.settings import VendorSettings
from hackathon.registry import BINDINGS, SWEEPS
from stack.worker.guard import Guard
from stack.worker.settings import WorkerSettings

log = structlog.get_logger()


class Programme:
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
        """Remove sessions, links and attempts that have ended by themselves, and files that nothing leads to."""
        clock, stopping = self.clock, self._stopping.is_set
        with self._connect() as connection:
            self._attempt(
                "tidy_accounts",
                lambda: tidy_people(connection, PeopleSettings(), ThrottleSettings(), clock(), stopping),
            )
            for sweep in SWEEPS:
                self._attempt(sweep.job, partial(sweep_store, connection, sweep, sweep.store(), clock))

    def stop(self) -> None:
        """Let both end after what they have in hand; whoever waits for a mail server waits no longer."""
        self._stopping.set()
        transport = self._transport
        if transport is not None:
            transport.abort()

    def _move_on(self) -> None:
        clock, stopping = self.clock, self._stopping.is_set
        with self._connect() as connection:
            steps = self._attempt("clockwork", lambda: run_due(connection, BINDINGS, clock, stopping))
            self._attempt(
                "application_reminders",
                lambda: remind_applicants(connection, ApplicationSettings(), clock, stopping),
            )
            # What the clockwork has moved to "erased" has its data still.
            self._attempt(
                "erasures", lambda: erase_due(connection, clock, PeopleSettings().tidy_rows_max, stopping)
            )
            self._attempt(
                "vendor_reminders", lambda: remind_vendors(connection, VendorSettings(), clock, stopping)
            )
            self._attempt(
                "introduction_questions", lambda: ask_due(connection, IntroductionSettings(), clock, stopping)
            )
            news = self._attempt(
                "search_news", lambda: mail_due(connection, SearchSettings(), clock, stopping)
            )
        if steps:
            log.info("clockwork_moved", steps=steps)
        if news:
            log.info("searches_told", mails=news)

    def _attempt(self, job: str, work: Callable[[], int]) -> int:
        """What one job came to; its own errors end here."""
        return self.guard.attempt(job, work, self._stopping.is_set) or 0

    def _send_mail(self) -> None:
        settings = OutboxSettings()
        with self._connect() as connection, open_transport(settings) as self._transport:
            tally = send_due(connection, self._transport, settings, self.clock, self._stopping.is_set)
        self._transport = None
        if tally.sent:
            log.info("mail_sent", mails=tally.sent)

    def _connect(self) -> Connection:
        return connect(self.store.portal_url, self.store, "falaj-programme", autocommit=True)


@contextmanager
def _unless_busy(lock: threading.Lock) -> Iterator[bool]:
    """Whether the lock was free; if so it is held meanwhile."""
    is_free = lock.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            lock.release()
