"""What juries hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from hackathon.contest.jury.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in (("judging", "export_judging"), ("score_sheets", "export_sheets")):
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    declared = connection.execute(QUERIES["erase_declarations"], parameters).rowcount
    kept = only_row(connection, int, QUERIES["count_judging"], parameters)
    return [
        Erased("declarations", Outcome.DELETED, declared),
        Erased("judges", Outcome.KEPT, kept, "judged"),
    ]


HOLDER = Holder(noun="jury", tables=frozenset({"judges", "declarations"}), export=export, erase=erase)
