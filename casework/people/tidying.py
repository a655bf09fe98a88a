"""Housekeeping: what has ended by itself is removed, a bounded number of rows a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import LiteralString

from casework.people.settings import PeopleSettings, ThrottleSettings
from casework.programme import Programme
from casework.second_factor.settings import SecondFactorSettings
from citycore.failures.service import Attempts
from citycore.store.queries import load_queries

JOB = "tidy_accounts"
QUERIES = load_queries("casework.people", "tidying.sql")


def tidy(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Remove everything that has ended by now; how many rows. What cannot be removed holds up no other."""
    at, rows_max = programme.clock(), programme.of(PeopleSettings).tidy_rows_max
    throttle = programme.of(ThrottleSettings)
    factor = programme.of(SecondFactorSettings)
    longest = max(throttle.window_minutes, throttle.follow_up_window_minutes, factor.window_minutes)
    window = timedelta(minutes=longest)
    parameters = {"at": at, "open_since": at - window, "rows": rows_max}
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)

        def remove(statement: LiteralString) -> int:
            total, removed = 0, rows_max
            while removed == rows_max and not stopping():
                with connection.transaction():
                    removed = connection.execute(statement, parameters).rowcount
                total += removed
            return total

        return sum(
            attempts.attempt(name, partial(remove, statement)) or 0 for name, statement in QUERIES.items()
        )
