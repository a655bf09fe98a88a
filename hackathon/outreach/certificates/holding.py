"""What is certified of a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from hackathon.outreach.certificates.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export"], {"person_id": person_id}):
        yield "certificates", row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    rows = connection.execute(QUERIES["erase"], {"person_id": person_id}).rowcount
    return [Erased("certificates", Outcome.ANONYMISED, rows)]


HOLDER = Holder(noun="certificates", tables=frozenset({"certificates"}), export=export, erase=erase)
