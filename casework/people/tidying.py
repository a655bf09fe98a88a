"""Housekeeping: what has ended by itself is removed, a bounded number of rows a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import LiteralString

from casework.people.settings import PeopleSettings, ThrottleSettings
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people", "tidying.sql")


def tidy(
    connection: Connection,
    settings: PeopleSettings,
    throttle: ThrottleSettings,
    at: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Remove everything that has ended by an instant; how many rows. What cannot be removed holds up no other."""
    parameters = {
        "at": at,
        "open_since": at - timedelta(minutes=throttle.window_minutes),
        "rows": settings.tidy_rows_max,
    }
    attempts = Attempts(connection, "tidy_accounts", lambda: at)

    def remove(statement: LiteralString) -> int:
        total, removed = 0, settings.tidy_rows_max
        while removed == settings.tidy_rows_max and not stopping():
            with connection.transaction():
                removed = connection.execute(statement, parameters).rowcount
            total += removed
        return total

    return sum(attempts.attempt(name, partial(remove, statement)) or 0 for name, statement in QUERIES.items())
