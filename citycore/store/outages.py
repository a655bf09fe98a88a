"""Whether an error is the database being away or short of something, or one of what it was asked."""

from __future__ import annotations

import psycopg

from citycore.errors import StoreUnavailable

#: Classes of SQLSTATE that say nothing about what was asked: connections, transactions that others are in the
#: way of, resources, the operator, the machine.
_OUTAGES = ("08", "40", "53", "57", "58")
#: Of these classes, but caused by what was asked: it took too long.
_QUERY_CANCELED = "57014"


def is_outage(error: BaseException) -> bool:
    """Whether to wait for the database and do the same again, whatever it was."""
    if isinstance(error, StoreUnavailable):
        return True
    if not isinstance(error, psycopg.OperationalError):
        return False
    state = error.sqlstate
    return state is None or (state[:2] in _OUTAGES and state != _QUERY_CANCELED)
