"""What introductions hold about a person: where they agreed to be named, and what they said came of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from hackathon.market.introductions.repository import QUERIES

_SECTIONS = {"introductions": "export_contacts", "introduction_outcomes": "export_answers"}


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in _SECTIONS.items():
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    named = connection.execute(QUERIES["erase_contacts"], parameters).rowcount
    answered = connection.execute(QUERIES["erase_answers"], parameters).rowcount
    return [
        Erased("introductions", Outcome.ANONYMISED, named),
        Erased("introduction_outcomes", Outcome.ANONYMISED, answered),
    ]


HOLDER = Holder(
    noun="introductions",
    tables=frozenset({"introductions", "introduction_outcomes"}),
    export=export,
    erase=erase,
)
