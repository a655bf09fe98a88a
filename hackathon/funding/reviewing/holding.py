"""What reviewing holds about a person."""

from __future__ import annotations

from uuid import UUID

from casework.people.holders import Holder, deleted, kept
from citycore.store.connections import Connection
from citycore.store.rows import rows_of
from hackathon.funding.reviewing.deciding.repository import QUERIES as DECIDING
from hackathon.funding.reviewing.interests.service import find_conflicts
from hackathon.funding.reviewing.repository import QUERIES


def _hidden(connection: Connection, person_id: UUID) -> dict[str, object]:
    """What is hidden from a reviewer is not in their own words either."""
    calls = rows_of(connection, UUID, QUERIES["reviewed_calls"], {"person_id": person_id})
    return {
        "hidden": [
            UUID(application)
            for call_id in calls
            for _, application in find_conflicts(connection, call_id, person_id).reasons
        ]
    }


HOLDER = Holder(
    {**QUERIES, **DECIDING},
    {
        "reviewing": "export_reviewing",
        "reviews": "export_reviews",
        "closeness": "export_declarations",
    },
    (
        deleted("reviewer_declarations", "erase_declarations"),
        kept("reviewers", "count_reviewing", "reviewed"),
        kept("anonymised_copies", "count_copies", "funded"),
        kept("review_panels", "count_panels", "funded"),
        kept("panel_notes", "count_notes", "funded"),
    ),
    values=_hidden,
)
