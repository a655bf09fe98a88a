"""What is held about a person who reported activities."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.attachments.service import read_pieces
from casework.people.holders import Attachment, Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from hackathon.outreach.activities.repository import QUERIES, find_evidence_of_person
from hackathon.outreach.activities.settings import ActivitySettings


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export"], {"person_id": person_id}):
        yield "activities", row


def files(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    store = ActivitySettings().store()
    for evidence in find_evidence_of_person(connection, person_id):
        suffix = evidence.name.rpartition(".")[2].lower()
        yield Attachment(f"evidence/{evidence.file_id}.{suffix}", read_pieces(evidence.digest, store))


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    evidence = connection.execute(QUERIES["erase_evidence"], parameters).rowcount
    accounts = connection.execute(QUERIES["erase_accounts"], parameters).rowcount
    return [
        Erased("activity_evidence", Outcome.DELETED, evidence),
        Erased("activities", Outcome.ANONYMISED, accounts),
    ]


HOLDER = Holder(
    noun="activities",
    tables=frozenset({"activities", "activity_evidence"}),
    export=export,
    erase=erase,
    files=files,
)
