"""The statements of the search that keep its index. It never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.search.model import Entry, Findable, Row
from casework.search.statements import QUERIES, statement
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.rows import row_of, rows_of


class Touched(NamedTuple):
    """What a step changed."""

    machine: str
    object_id: UUID


class _Compared(NamedTuple):
    compared_at: datetime


def find_changed(
    connection: Connection, findable: Findable, rules: str, keys: Sequence[UUID | str] | None
) -> list[UUID | str]:
    """Of these, or of all, those that are public and not in the index as they are."""
    parameters = {"kind": findable.kind, "rules": rules, "keys": None if keys is None else list(keys)}
    return [key for (key,) in connection.execute(statement(findable, "changed"), parameters).fetchall()]


def find_gone(connection: Connection, findable: Findable, keys: Sequence[UUID | str] | None) -> list[str]:
    """Of these, or of all, those that are in the index and public no more."""
    texts = None if keys is None else [str(key) for key in keys]
    parameters = {"kind": findable.kind, "texts": texts, "keys": None if keys is None else list(keys)}
    return [key for (key,) in connection.execute(statement(findable, "gone"), parameters).fetchall()]


def find_rows(
    connection: Connection, findable: Findable, rules: str, keys: Sequence[UUID | str]
) -> list[Row]:
    """Those of them that are public now."""
    parameters = {"rules": rules, "keys": list(keys)}
    return rows_of(connection, Row, statement(findable, "with_digest"), parameters)


def put(connection: Connection, kind: str, entries: Sequence[Entry]) -> None:
    """Into the index, with their words."""
    with connection.cursor() as cursor:
        cursor.executemany(QUERIES["put"], [values_of(entry) | {"kind": kind} for entry in entries])
    if entries:
        parameters = {"kind": kind, "keys": [entry.key for entry in entries]}
        connection.execute(QUERIES["learn_words"], parameters)


def take_out(connection: Connection, kind: str, keys: Sequence[str]) -> None:
    if keys:
        connection.execute(QUERIES["take_out"], {"kind": kind, "keys": list(keys)})


def take_out_others(connection: Connection, kinds: Sequence[str]) -> None:
    connection.execute(QUERIES["take_out_others"], {"kinds": list(kinds)})


def count_words(connection: Connection) -> None:
    connection.execute(QUERIES["forget_words"])
    connection.execute(QUERIES["count_words"])


def count_governorates(connection: Connection) -> None:
    connection.execute(QUERIES["hold_counts"])
    connection.execute(QUERIES["count_governorates"])


def take_touched(connection: Connection, rows: int) -> Iterator[Touched]:
    """What was changed since, once."""
    yield from rows_of(connection, Touched, QUERIES["touched"], {"rows": rows})


def compared_at(connection: Connection) -> datetime | None:
    found = row_of(connection, _Compared, QUERIES["compared"])
    return None if found is None else found.compared_at


def set_compared(connection: Connection, at: datetime) -> None:
    connection.execute(QUERIES["set_compared"], {"at": at})
