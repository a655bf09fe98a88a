"""The innovation programme's part of the worker: what an instant brings about, and mail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from hackathon.activities.evidence import sweep
from hackathon.activities.settings import ActivitySettings
from hackathon.applications.holding import sweep as sweep_applications
from hackathon.applications.reminders import remind_due as remind_applicants
from hackathon.applications.settings import ApplicationSettings
from hackathon.awards.settings import AwardSettings
from hackathon.awards.spending import sweep as sweep_evidence
from hackathon.introductions.outcomes import ask_due
from hackathon.introductions.settings import IntroductionSettings
from hackathon.outbox.service import send_due, tidy
from hackathon.outbox.settings import OutboxSettings
from hackathon.outbox.transports import Transport, open_transport
from hackathon.people.leaving.service import erase_due
from hackathon.people.settings import PeopleSettings, ThrottleSettings
from hackathon.people.tidying import tidy as tidy_people
from hackathon.searches.news import mail_due
from hackathon.searches.settings import SearchSettings
from hackathon.vendors import documents as vendor_documents
from hackathon.vendors.reminders import remind_due as remind_vendors
from hackathon.vendors.settings import VendorSettings
from hackathon.workflow.clockwork import run_due
from hackathon.workflow.registry import BINDINGS

log = structlog.get_logger()


class Programme:
    """Each part runs in a thread of its own, and not twice at once; ``stop`` comes from another."""

    def __init__(self, store: StoreSettings, clock: Clock) -> None:
        self.store = store
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
        with self._connect() as connection:
            tidy_people(connection, PeopleSettings(), ThrottleSettings(), self.clock(), self._stopping.is_set)
            sweep(connection, ActivitySettings(), self.clock)
            sweep_evidence(connection, AwardSettings(), self.clock)
            vendor_documents.sweep(connection, VendorSettings(), self.clock)
            sweep_applications(connection, ApplicationSettings(), self.clock)

    def stop(self) -> None:
        """Let both end after what they have in hand; whoever waits for a mail server waits no longer."""
        self._stopping.set()
        transport = self._transport
        if transport is not None:
            transport.abort()

    def _move_on(self) -> None:
        with self._connect() as connection:
            steps = run_due(connection, BINDINGS, self.clock, self._stopping.is_set)
            remind_applicants(connection, ApplicationSettings(), self.clock, self._stopping.is_set)
            # What the clockwork has moved to "erased" has its data still.
            erase_due(connection, self.clock, PeopleSettings().tidy_rows_max, self._stopping.is_set)
            remind_vendors(connection, VendorSettings(), self.clock, self._stopping.is_set)
            ask_due(connection, IntroductionSettings(), self.clock, self._stopping.is_set)
            news = mail_due(connection, SearchSettings(), self.clock, self._stopping.is_set)
        if steps:
            log.info("clockwork_moved", steps=steps)
        if news:
            log.info("searches_told", mails=news)

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
