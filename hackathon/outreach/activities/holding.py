"""What is held about a person who reported activities."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.attachments.service import read_pieces
from casework.people.holders import Attachment, Holder, anonymised, deleted
from citycore.store.connections import Connection
from hackathon.outreach.activities.repository import QUERIES, find_evidence_of_person
from hackathon.outreach.activities.settings import ActivitySettings


def files(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    store = ActivitySettings().store()
    for evidence in find_evidence_of_person(connection, person_id):
        suffix = evidence.name.rpartition(".")[2].lower()
        yield Attachment(f"evidence/{evidence.file_id}.{suffix}", read_pieces(evidence.digest, store))


HOLDER = Holder(
    QUERIES,
    {"activities": "export"},
    (deleted("activity_evidence", "erase_evidence"), anonymised("activities", "erase_accounts")),
    files=files,
)
