"""What organisations hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.organisations.repository import QUERIES
from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.rows import only_row


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in (
        ("memberships", "export_memberships"),
        ("registered_organisations", "export_registered"),
    ):
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    invitations = connection.execute(QUERIES["erase_invitations"], parameters).rowcount
    ended = connection.execute(QUERIES["end_memberships"], parameters).rowcount
    row = connection.execute(QUERIES["count_invited_by"], parameters).fetchone()
    assert row is not None
    invited, registered = row
    return [
        Erased("memberships", Outcome.DELETED, invitations),
        Erased("memberships", Outcome.ANONYMISED, ended),
        Erased("memberships", Outcome.KEPT, invited, "invited_by"),
        Erased("organisations", Outcome.KEPT, registered, "invited_by"),
    ]


def hindrances(connection: Connection, person_id: UUID) -> tuple[Label, ...]:
    hinders = only_row(connection, bool, QUERIES["alone_in_charge"], {"person_id": person_id})
    return (Label("casework.organisations", "hindrance.alone_in_charge"),) if hinders else ()


HOLDER = Holder(
    noun="organisations",
    tables=frozenset({"memberships", "organisations"}),
    export=export,
    erase=erase,
    hindrances=hindrances,
)
