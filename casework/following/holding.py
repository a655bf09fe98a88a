"""What is held about a person who keeps searches."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.following.repository import QUERIES
from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export"], {"person_id": person_id}):
        yield "kept_searches", row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    searches = connection.execute(QUERIES["erase_searches"], parameters).rowcount
    readers = connection.execute(QUERIES["erase_reader"], parameters).rowcount
    return [
        Erased("kept_searches", Outcome.DELETED, searches),
        Erased("search_readers", Outcome.DELETED, readers),
    ]


HOLDER = Holder(
    noun="searches", tables=frozenset({"kept_searches", "search_readers"}), export=export, erase=erase
)
