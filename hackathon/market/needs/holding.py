"""What needs hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from hackathon.market.needs.repository import QUERIES

_SECTIONS = {
    "needs": "export_written",
    "need_questions": "export_questions",
    "need_addenda": "export_addenda",
    "need_openers": "export_openers",
}


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in _SECTIONS.items():
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    done = {
        table: connection.execute(QUERIES[name], parameters).rowcount
        for table, name in (
            ("needs", "erase_written"),
            ("need_questions", "erase_questions"),
            ("need_addenda", "erase_addenda"),
        )
    }
    kept = only_row(connection, int, QUERIES["count_openers"], parameters)
    return [
        *(Erased(table, Outcome.ANONYMISED, rows) for table, rows in done.items()),
        Erased("need_openers", Outcome.KEPT, kept, "opened"),
    ]


def hindrances(connection: Connection, person_id: UUID) -> tuple[Label, ...]:
    hinders = only_row(connection, bool, QUERIES["holds_keys"], {"person_id": person_id})
    return (Label("hackathon.market.needs", "hindrance.holds_keys"),) if hinders else ()


HOLDER = Holder(
    noun="needs",
    tables=frozenset({"needs", "need_questions", "need_addenda", "need_openers"}),
    export=export,
    erase=erase,
    hindrances=hindrances,
)
