"""What the engine holds about a person: their words about the steps that they took or prepared."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from casework.workflow.repository import QUERIES
from citycore.store.connections import Connection


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for row in stream_rows(connection, QUERIES["export_words"], {"person_id": person_id}):
        yield "step_words", row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    who = {"person_id": person_id}
    return [
        Erased("step_words", Outcome.DELETED, connection.execute(QUERIES["erase_words"], who).rowcount),
        Erased(
            "decision_words",
            Outcome.DELETED,
            connection.execute(QUERIES["erase_decision_words"], who).rowcount,
        ),
    ]


HOLDER = Holder(
    noun="workflow", tables=frozenset({"step_words", "decision_words"}), export=export, erase=erase
)
