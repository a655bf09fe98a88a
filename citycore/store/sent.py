"""How many statements were sent through a connection: none means that there is nothing to take back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from citycore.store.connections import Connection


@contextmanager
def statements_sent(connection: Connection) -> Iterator[Callable[[], int]]:
    """Gives the number of those that were begun since, by cursors that are made meanwhile."""
    sent = 0

    class Counting(psycopg.Cursor[Any]):
        def execute(self, *given: Any, **named: Any) -> Any:
            nonlocal sent
            sent += 1
            return super().execute(*given, **named)

        def executemany(self, *given: Any, **named: Any) -> None:
            nonlocal sent
            sent += 1
            super().executemany(*given, **named)

        def copy(self, *given: Any, **named: Any) -> Any:
            nonlocal sent
            sent += 1
            return super().copy(*given, **named)

    before = connection.cursor_factory
    connection.cursor_factory = Counting
    try:
        yield lambda: sent
    finally:
        connection.cursor_factory = before
