"""The statements of the search that keep its index. It never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from casework.search.model import Entry, Findable, Thing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES: Final = load_queries("casework.search")


class Touched(NamedTuple):
    """What a step changed."""

    machine: str
    object_id: UUID


class _Digest(NamedTuple):
    key: str
    digest: bytes


class _Compared(NamedTuple):
    compared_at: datetime


def statement(findable: Findable, name: LiteralString) -> LiteralString:
    """``all`` or ``some`` of a kind, over what its noun says is public."""
    own = load_queries(findable.package, "search.sql")[findable.kind]
    return QUERIES[name].replace("findable_of_a_noun", f"\n{own}\n")


def find_things(
    connection: Connection, findable: Findable, keys: Sequence[UUID | str] | None = None
) -> list[Thing]:
    """Those that are public now, of these or of all."""
    if keys is None:
        return rows_of(connection, Thing, statement(findable, "all"))
    return rows_of(connection, Thing, statement(findable, "some"), {"keys": list(keys)})


def find_digests(connection: Connection, kind: str, keys: Sequence[str] | None = None) -> dict[str, bytes]:
    """By key, of these or of all."""
    name = "digests" if keys is None else "digests_of"
    return dict(rows_of(connection, _Digest, QUERIES[name], {"kind": kind, "keys": keys}))


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


def take_touched(connection: Connection, rows: int) -> Iterator[Touched]:
    """What was changed since, once."""
    yield from rows_of(connection, Touched, QUERIES["touched"], {"rows": rows})


def compared_at(connection: Connection) -> datetime | None:
    found = row_of(connection, _Compared, QUERIES["compared"])
    return None if found is None else found.compared_at


def set_compared(connection: Connection, at: datetime) -> None:
    connection.execute(QUERIES["set_compared"], {"at": at})
