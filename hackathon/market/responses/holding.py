"""What responses hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from hackathon.market.responses.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in (("responses", "export_responses"), ("response_marks", "export_marks")):
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    begun = connection.execute(QUERIES["erase_responses"], parameters).rowcount
    kept = only_row(connection, int, QUERIES["count_marks"], parameters)
    return [
        Erased("responses", Outcome.ANONYMISED, begun),
        Erased("response_marks", Outcome.KEPT, kept, "judged"),
    ]


HOLDER = Holder(
    noun="responses",
    tables=frozenset({"responses", "response_marks"}),
    export=export,
    erase=erase,
)
