"""What is held about a person who applied, or serves."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors.machine import OVER
from hackathon.outreach.ambassadors.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in (("ambassador", "export"), ("ambassador_papers", "export_commitments")):
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id, "over": sorted(OVER)}
    served = connection.execute(QUERIES["erase"], parameters).rowcount
    row = connection.execute(QUERIES["count_noted"], parameters).fetchone()
    assert row is not None
    published, noted = row
    return [
        Erased("ambassadors", Outcome.ANONYMISED, served),
        Erased("ambassador_papers", Outcome.KEPT, published, "noted_by"),
        Erased("ambassador_commitments", Outcome.KEPT, noted, "noted_by"),
    ]


HOLDER = Holder(
    noun="ambassadors",
    tables=frozenset({"ambassadors", "ambassador_papers", "ambassador_commitments"}),
    export=export,
    erase=erase,
)
