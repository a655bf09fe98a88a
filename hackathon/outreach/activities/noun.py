"""What goes through all nouns finds of activities and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.attachments.service import read_pieces
from casework.noun import Noun
from casework.people.holders import Attachment, Holder, anonymised, deleted
from casework.tasks.model import Rest, Tasks, Wait
from citycore.store.connections import Connection
from hackathon.outreach.activities.evidence import SWEEP
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.repository import ACTIVITIES, QUERIES, find_evidence_of_person
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors.machine import SELF, STAFF


def _evidence(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    store = ActivitySettings().store()
    for evidence in find_evidence_of_person(connection, person_id):
        suffix = evidence.name.rpartition(".")[2].lower()
        yield Attachment(f"evidence/{evidence.file_id}.{suffix}", read_pieces(evidence.digest, store))


HOLDER = Holder(
    QUERIES,
    {"activities": "export"},
    (deleted("activity_evidence", "erase_evidence"), anonymised("activities", "erase_accounts")),
    files=_evidence,
)
NOUN = Noun(
    "activities",
    "hackathon.outreach.activities",
    bindings=(ACTIVITIES,),
    holder=HOLDER,
    stores=(SWEEP,),
    tasks=Tasks(
        "hackathon.outreach.activities",
        waits=(
            Wait(ACTIVITY, "report", ("planned", "held", "returned"), SELF),
            Wait(ACTIVITY, "verify", ("reported",), STAFF),
        ),
        rests=(
            Rest(ACTIVITY, ("verified",), "It counts; it is revoked only where that turns out to be wrong."),
        ),
    ),
)
