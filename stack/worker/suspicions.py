"""Bulk files that readers found missing or damaged, as the API tells them through the database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect
from citycore.store.queries import load_queries

QUERIES = load_queries("ingest.bulk")


@dataclass(slots=True, eq=False)
class Suspicions:
    """Listens with one connection. ``missed_some``: what was told meanwhile was not heard, or was too much."""

    store: StoreSettings
    names_max: int
    missed_some: bool = field(default=False, init=False)
    _connection: Connection | None = field(default=None, init=False)

    def take(self) -> list[str]:
        """The names told since the last time; :class:`StoreUnavailable` or ``OperationalError``."""
        try:
            connection = self._connection or self._listen()
            connection.execute("SELECT")  # a connection that broke says so now
            names = sorted({told.payload for told in connection.notifies(timeout=0)})
        except psycopg.Error:
            self.hang_up()
            raise
        self.missed_some |= len(names) > self.names_max
        return names[: self.names_max]

    def _listen(self) -> Connection:
        self.missed_some = True
        self._connection = connect(self.store.worker_url, self.store, "falaj-bulk-readers", autocommit=True)
        self._connection.execute(QUERIES["listen"])
        return self._connection

    def hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()
