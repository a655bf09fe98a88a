"""The administrator's connection to the store."""

from __future__ import annotations

from contextlib import AbstractContextManager

from citycore.store.connections import Connection
from stack.joining import hub_connection


def admin_connection() -> AbstractContextManager[Connection]:
    """:class:`StoreUnavailable` if the database does not answer, or goes away meanwhile."""
    return hub_connection(lambda store: store.admin_url, "falaj-letters")
