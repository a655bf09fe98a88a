"""What reviewing holds about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from citycore.store.rows import only_row, rows_of
from hackathon.funding.reviewing.deciding.repository import QUERIES as DECIDING
from hackathon.funding.reviewing.interests.service import find_conflicts
from hackathon.funding.reviewing.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    """A reviewer's own words, without those about what is hidden from them."""
    parameters = {"person_id": person_id, "hidden": _hidden(connection, person_id)}
    sections = {
        "reviewing": "export_reviewing",
        "reviews": "export_reviews",
        "closeness": "export_declarations",
    }
    for section, name in sections.items():
        for row in stream_rows(connection, QUERIES[name], parameters):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    declared = connection.execute(QUERIES["erase_declarations"], parameters).rowcount
    reviewing = only_row(connection, int, QUERIES["count_reviewing"], parameters)
    done = connection.execute(DECIDING["count_deciding"], parameters).fetchone()
    assert done is not None
    copies, panels, notes = done
    return [
        Erased("reviewer_declarations", Outcome.DELETED, declared),
        Erased("reviewers", Outcome.KEPT, reviewing, "reviewed"),
        Erased("anonymised_copies", Outcome.KEPT, copies, "funded"),
        Erased("review_panels", Outcome.KEPT, panels, "funded"),
        Erased("panel_notes", Outcome.KEPT, notes, "funded"),
    ]


def _hidden(connection: Connection, person_id: UUID) -> list[UUID]:
    calls = rows_of(connection, UUID, QUERIES["reviewed_calls"], {"person_id": person_id})
    return [
        UUID(application)
        for call_id in calls
        for _, application in find_conflicts(connection, call_id, person_id).reasons
    ]


HOLDER = Holder(
    noun="reviewing",
    tables=frozenset(
        {"reviewers", "reviewer_declarations", "anonymised_copies", "review_panels", "panel_notes"}
    ),
    export=export,
    erase=erase,
)
