"""Housekeeping: what has ended by itself is removed, a bounded number of rows a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.people.desk import Desk

QUERIES = load_queries("hackathon.people", "tidying.sql")


def tidy(connection: Connection, desk: Desk, stopping: Callable[[], bool] = lambda: False) -> int:
    """Remove everything that has ended by now; how many rows."""
    at = desk.clock()
    parameters = {
        "at": at, "open_since": at - timedelta(minutes=desk.throttle.window_minutes),
        "rows": desk.settings.tidy_rows_max,
    }  # fmt: skip
    total = 0
    for statement in QUERIES.values():
        removed = desk.settings.tidy_rows_max
        while removed == desk.settings.tidy_rows_max and not stopping():
            with connection.transaction():
                removed = connection.execute(statement, parameters).rowcount
            total += removed
    return total
