"""The statements about failures. It never commits."""

from __future__ import annotations

from datetime import datetime

from citycore.failures.model import Failure
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("citycore.failures")


def find_failures_of(connection: Connection, job: str) -> list[Failure]:
    """All of one job, also what it has only begun."""
    return [Failure(*row) for row in connection.execute(QUERIES["failures_of"], {"job": job}).fetchall()]


def find_failures(connection: Connection, job: str | None, rows: int) -> list[Failure]:
    """What failed, of one job or of all; whole jobs first, then the newest."""
    found = connection.execute(QUERIES["listed"], {"job": job, "rows": rows}).fetchall()
    return [Failure(*row) for row in found]


def count_failures(connection: Connection, job: str | None) -> int:
    row = connection.execute(QUERIES["count"], {"job": job}).fetchone()
    assert row is not None
    return int(row[0])


def begin(connection: Connection, failure: Failure) -> None:
    connection.execute(QUERIES["begin"], _parameters(failure))


def note(connection: Connection, failure: Failure) -> None:
    connection.execute(QUERIES["note"], _parameters(failure))


def forget(connection: Connection, job: str, subject: str) -> None:
    connection.execute(QUERIES["forget"], {"job": job, "subject": subject})


def retry(connection: Connection, job: str | None, at: datetime) -> int:
    return connection.execute(QUERIES["retry"], {"job": job, "at": at}).rowcount


def forget_old(connection: Connection, before: datetime) -> int:
    return connection.execute(QUERIES["forget_old"], {"before": before}).rowcount


def _parameters(failure: Failure) -> dict[str, object]:
    return {
        "job": failure.job,
        "subject": failure.subject,
        "reason": failure.reason,
        "attempts": failure.attempts,
        "at": failure.last_at,
        "due_at": failure.due_at,
    }
