"""The things of a job one by one: what fails is set aside with its reason, and the others have their turn.

An error of one thing is written down with it, told in the log when it fails first and when it is done at
last, and waits longer after each attempt. The database being away is no error of the thing: it is raised.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import structlog
from psycopg.pq import TransactionStatus

from citycore.clock import Clock
from citycore.failures import repository
from citycore.failures.model import WHOLE, Failure
from citycore.failures.rules import pause, printable, reason_of
from citycore.failures.settings import FailureSettings
from citycore.store.connections import Connection
from citycore.store.outages import is_outage

T = TypeVar("T")
log = structlog.get_logger()
INTERRUPTED = "the process ended in the middle of it"


class Attempts:
    """Those of one job in one run. ``may_kill``: one of them may end the process, which counts as a failure.

    The connection commits by itself, or is in a transaction, which then goes on after a failure.
    """

    def __init__(
        self,
        connection: Connection,
        job: str,
        clock: Clock,
        settings: FailureSettings | None = None,
        *,
        may_kill: bool = False,
    ) -> None:
        self.job = job
        self.failed = 0
        self._connection = connection
        self._clock = clock
        self._settings = settings or FailureSettings()
        self._may_kill = may_kill
        with connection.transaction():
            self._known = {one.subject: one for one in repository.find_failures_of(connection, job)}

    def is_known(self, subject: str) -> bool:
        """Whether it failed before and has not been done since."""
        return printable(subject) in self._known

    def attempt(self, subject: str, work: Callable[[], T], hidden: bool = False) -> T | None:
        """What ``work`` gives; None if it failed, or failed before and is not due again.

        ``hidden``: what the error says may not be written down, its kind may.
        """
        subject = printable(subject)
        known = self._known.get(subject)
        if known is not None and known.due_at > self._clock():
            return None
        if self._may_kill:
            known = self._begin(subject, known)
        try:
            with self._apart():
                done = work()
        except Exception as error:
            if is_outage(error):
                raise
            self._note(subject, type(error).__name__ if hidden else reason_of(error), known)
            return None
        if known is not None:
            self._forget(known)
        return done

    def _apart(self) -> contextlib.AbstractContextManager[object]:
        """A savepoint within a transaction; without one, ``work`` begins those it needs."""
        if self._connection.info.transaction_status == TransactionStatus.IDLE:
            return contextlib.nullcontext()
        return self._connection.transaction()

    def _begin(self, subject: str, known: Failure | None) -> Failure:
        at = self._clock()
        attempts = 0 if known is None else known.attempts + known.is_begun
        # Once may have been a stop in order, after which it is tried at once.
        due_at = at + pause(attempts, self._settings) if attempts else at
        begun = Failure(self.job, subject, INTERRUPTED, attempts, at, at, due_at, is_begun=True)
        with self._connection.transaction():
            repository.begin(self._connection, begun)
        if known is not None and known.is_begun:
            self._tell(begun)
        self._known[subject] = begun
        return begun

    def _note(self, subject: str, reason: str, known: Failure | None) -> None:
        at = self._clock()
        attempts = 1 if known is None else known.attempts + 1
        failure = Failure(self.job, subject, reason, attempts, at, at, at + pause(attempts, self._settings))
        with self._connection.transaction():
            repository.note(self._connection, failure)
        self._known[subject] = failure
        self.failed += 1
        self._tell(failure)

    def _tell(self, failure: Failure) -> None:
        """Loud once; what fails again is in the list."""
        tell = log.warning if failure.attempts == 1 else log.debug
        tell(
            "set_aside",
            job=self.job,
            subject=failure.subject,
            reason=failure.reason,
            attempts=failure.attempts,
            again_at=failure.due_at.isoformat(timespec="seconds"),
        )

    def _forget(self, known: Failure) -> None:
        with self._connection.transaction():
            repository.forget(self._connection, self.job, known.subject)
        self._known.pop(known.subject, None)
        if known.attempts:
            log.info("done_at_last", job=self.job, subject=known.subject, attempts=known.attempts + 1)


def note_job(connection: Connection, job: str, reason: str, clock: Clock, pause_seconds: float) -> None:
    """A job as a whole failed again and rests so long."""
    known = {one.subject: one for one in repository.find_failures_of(connection, job)}.get(WHOLE)
    at = clock()
    failure = Failure(job, WHOLE, reason, 1, at, at, at + timedelta(seconds=pause_seconds))
    repository.note(connection, failure if known is None else replace(failure, attempts=known.attempts + 1))


def forget_job(connection: Connection, job: str) -> None:
    """A job as a whole works."""
    repository.forget(connection, job, WHOLE)


def tidy(connection: Connection, settings: FailureSettings, clock: Clock) -> int:
    """Forget failures of what is no more; how many."""
    return repository.forget_old(connection, clock() - timedelta(hours=settings.keep_hours))
