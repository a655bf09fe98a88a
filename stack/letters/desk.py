"""The administrator's connection to the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect, unavailable


@contextmanager
def admin_connection() -> Iterator[Connection]:
    """:class:`StoreUnavailable` if the database does not answer, or goes away meanwhile."""
    store = StoreSettings()
    try:
        with connect(store.admin_url, store, "falaj-letters", autocommit=True) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise unavailable(store.admin_url, error) from error
