"""What results hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from hackathon.contest.results.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export_voters"], {"person_id": person_id}):
        yield "voters", row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    voters = connection.execute(QUERIES["erase_voters"], parameters).rowcount
    row = connection.execute(QUERIES["count_decided"], parameters).fetchone()
    assert row is not None
    return [
        Erased("voters", Outcome.DELETED, voters),
        Erased("result_sets", Outcome.KEPT, row[0], "judged"),
        Erased("panel_decisions", Outcome.KEPT, row[1], "judged"),
    ]


HOLDER = Holder(
    noun="results",
    tables=frozenset({"voters", "result_sets", "panel_decisions"}),
    export=export,
    erase=erase,
)
