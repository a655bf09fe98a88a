"""One datum that the database refuses must not stop its neighbours: halve until it stands alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg

from citycore.store.connections import Connection

Item = TypeVar("Item")

#: SQLSTATE classes that the same data would meet again: bad values, broken constraints, sizes.
_PERMANENT_CLASSES = frozenset({"22", "23", "54"})
_REASON_CHARACTERS_MAX = 200


def is_permanent(error: psycopg.Error) -> bool:
    """Whether the data, and not the database's state, is at fault."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.DataError)
    return error.sqlstate[:2] in _PERMANENT_CLASSES


def reason_of(error: psycopg.Error) -> str:
    """What the database said, in one line."""
    message = (error.diag.message_primary or str(error) or type(error).__name__).splitlines()[0]
    return f"{error.sqlstate or 'client'}: {message}"[:_REASON_CHARACTERS_MAX]


def attempt(connection: Connection, work: Callable[[], object]) -> psycopg.Error | None:
    """Do it within the open transaction, or undo it and give the error that its data caused.

    An error of any other kind is raised: waiting may mend it.
    """
    try:
        with connection.transaction():
            work()
    except psycopg.Error as error:
        if not is_permanent(error):
            raise
        return error
    return None


def isolate(
    connection: Connection, work: Callable[[Sequence[Item]], None], items: Sequence[Item]
) -> list[Item]:
    """Do the work for all items at once; those for which it cannot be done, in their order.

    Within the open transaction. Where nothing is wrong, this costs one savepoint.
    """
    refused: list[Item] = []
    waiting = [items] if items else []
    while waiting:
        some = waiting.pop()
        if attempt(connection, lambda some=some: work(some)) is None:  # type: ignore[misc]  # binds this round's
            continue
        if len(some) == 1:
            refused.append(some[0])
        else:
            middle = len(some) // 2
            waiting += [some[middle:], some[:middle]]
    return refused
