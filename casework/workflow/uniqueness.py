"""What there can be only one of, where two people are as fast as each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from casework.workflow.errors import Refusal
from citycore.store.connections import Connection


@contextmanager
def once(connection: Connection, taken: Mapping[str, type[Refusal]]) -> Iterator[None]:
    """Part of a transaction; what ``taken`` says of a constraint is raised where somebody else was faster."""
    try:
        with connection.transaction():
            yield
    except psycopg.errors.UniqueViolation as error:
        refusal = taken.get(error.diag.constraint_name or "")
        if refusal is None:
            raise
        raise refusal from error
