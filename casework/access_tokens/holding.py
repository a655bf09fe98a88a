"""What tokens hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.access_tokens.repository import QUERIES
from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export"], {"person_id": person_id}):
        yield "access_tokens", row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    rows = connection.execute(QUERIES["erase"], {"person_id": person_id}).rowcount
    return [Erased("access_tokens", Outcome.DELETED, rows)]


HOLDER = Holder(noun="access_tokens", tables=frozenset({"access_tokens"}), export=export, erase=erase)
