"""Connections to a database that tests use one after the other.

The process that PostgreSQL starts for a connection reads all that it needs to know of tables before its first answer,
which takes longer than most questions of a test.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import psycopg
from psycopg import pq
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn

#: What PostgreSQL answers to no statement at all.
ANSWERS = ExecStatus.EMPTY_QUERY


class Lent(psycopg.Connection[tuple[Any, ...]]):
    """A connection like any other. Closing it gives back what it was made of, with all settings, locks, prepared
    statements and temporary tables gone.
    """

    returned: list[PGconn] | None = None

    def close(self) -> None:
        pgconn, returned = self.pgconn, self.returned
        if returned is None or pgconn.transaction_status != TransactionStatus.IDLE:
            super().close()
            return
        self.pgconn, self._closed = _CLOSED, True
        if pgconn.exec_(b"DISCARD ALL").status == ExecStatus.COMMAND_OK:
            returned.append(pgconn)
        else:
            pgconn.finish()


class Lending:
    """What was given back waits here for the next who connects to the same URL."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, list[PGconn]] = defaultdict(list)

    def connect(self, url: str) -> Lent:
        """An autocommitting connection that nobody else has."""
        waiting = self._waiting[url]
        connection: Lent | None = None
        while waiting and connection is None:
            pgconn = waiting.pop()
            if pgconn.exec_(b"").status == ANSWERS:
                connection = Lent(pgconn)
                connection.autocommit = True
            else:
                pgconn.finish()  # the server was stopped meanwhile
        if connection is None:
            connection = Lent.connect(url, autocommit=True)
        connection.returned = waiting
        return connection

    def end(self) -> None:
        for waiting in self._waiting.values():
            while waiting:
                waiting.pop().finish()


def _closed() -> PGconn:
    pgconn = pq.PGconn.connect_start(b"")
    pgconn.finish()
    return pgconn


_CLOSED = _closed()
