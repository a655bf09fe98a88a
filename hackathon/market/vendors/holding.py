"""What is held about a person who looked at vendors' papers. Papers and profiles are a company's, not a person's."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from hackathon.market.vendors.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export_accepted"], {"person_id": person_id}):
        yield "vendor_documents_accepted", row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    """Who looked at a paper stays as a key, since a company relies on it."""
    kept = only_row(connection, int, QUERIES["count_accepted"], {"person_id": person_id})
    return [Erased("vendor_documents", Outcome.KEPT, kept, "noted_by")]


HOLDER = Holder(noun="vendors", tables=frozenset({"vendor_documents"}), export=export, erase=erase)
