"""Counting attempts before they are made, so that a hundred at once are a hundred."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import structlog

from casework.people.errors import TooOften
from casework.people.settings import ThrottleSettings
from casework.programme import Programme
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people.throttle")
log = structlog.get_logger()


class Bound(NamedTuple):
    """So many attempts at ``action`` in a window, by whoever ``subject`` is; ``window_minutes`` if not in that of most."""

    action: str
    subject: str
    attempts_max: int
    window_minutes: float | None = None

    @property
    def digest(self) -> bytes:
        return sha256(self.subject.encode()).digest()


def count_attempt(programme: Programme, bounds: Iterable[Bound]) -> None:
    """Count one attempt against each bound, in order; :class:`TooOften` at the first that is exceeded.

    In transactions of their own: what is refused afterwards has been tried all the same. Bounds of
    networks come first, so that one of them cannot fill the table with accounts. Without a subject
    (nobody knows the network) nothing is counted.
    """
    with programme.connect() as connection:
        for bound in bounds:
            if bound.subject:
                _count(programme, connection, bound)


def require_room(programme: Programme, bounds: Iterable[Bound]) -> None:
    """One more attempt would not be one too many; nothing is counted. :class:`TooOften`."""
    with programme.connect() as connection:
        for bound in bounds:
            parameters, window = _window(programme, bound)
            row = connection.execute(QUERIES["look"], parameters).fetchone()
            if row is not None and row[0] >= bound.attempts_max:
                raise _too_often(row[1] + window - parameters["at"])


def forget_attempts(connection: Connection, bounds: Iterable[Bound]) -> None:
    """They were no attempts to guess: somebody got it right."""
    for bound in bounds:
        connection.execute(QUERIES["forget"], {"action": bound.action, "subject": bound.digest})


def take_back(connection: Connection, bound: Bound) -> None:
    """One attempt was none after all."""
    connection.execute(QUERIES["take_back"], {"action": bound.action, "subject": bound.digest})


def _count(programme: Programme, connection: Connection, bound: Bound) -> None:
    parameters, window = _window(programme, bound)
    with connection.transaction():
        row = connection.execute(QUERIES["count"], parameters).fetchone()
    assert row is not None
    count, began_at = row
    if count > bound.attempts_max:
        if count == bound.attempts_max + 1:
            log.warning("attempts_refused", action=bound.action)
        raise _too_often(began_at + window - parameters["at"])


def _window(programme: Programme, bound: Bound) -> tuple[dict[str, Any], timedelta]:
    own = bound.window_minutes
    window = timedelta(minutes=programme.of(ThrottleSettings).window_minutes if own is None else own)
    at = programme.clock()
    return {"action": bound.action, "subject": bound.digest, "at": at, "open_since": at - window}, window


def _too_often(rest: timedelta) -> TooOften:
    return TooOften(minutes=max(1, math.ceil(rest / timedelta(minutes=1))))
