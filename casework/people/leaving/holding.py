"""What this noun, the log, the outbox and the workflows hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people.leaving")
_SECTIONS = {
    "account": "export_account",
    "password": "export_password",
    "sessions": "export_sessions",
    "links": "export_links",
    "sign_in_services": "export_identities",
    "roles": "export_roles",
    "readings": "export_readings",
    "mails": "export_mails",
    "log": "export_lines",
}
#: In this order: some are found by the address, which goes last.
_DELETED = {
    "sessions": "erase_sessions",
    "links": "erase_links",
    "passwords": "erase_password",
    "identities": "erase_identities",
    "sign_ups": "erase_sign_ups",
    "outbox": "erase_mails",
}


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in _SECTIONS.items():
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    outcomes = [
        Erased(table, Outcome.DELETED, connection.execute(QUERIES[name], parameters).rowcount)
        for table, name in _DELETED.items()
    ]
    roles = connection.execute(QUERIES["erase_roles"], parameters).rowcount
    outcomes += [Erased("role_grants", Outcome.ANONYMISED, roles), *_kept(connection, person_id)]
    accounts = connection.execute(QUERIES["erase_account"], parameters).rowcount
    return [*outcomes, Erased("people", Outcome.ANONYMISED, accounts)]


def _kept(connection: Connection, person_id: UUID) -> list[Erased]:
    row = connection.execute(QUERIES["count_kept"], {"person_id": person_id}).fetchone()
    assert row is not None
    lines, readings, given, decisions, extensions = row
    return [
        Erased("audit", Outcome.KEPT, lines, "audit_keys"),
        Erased("readings", Outcome.KEPT, readings, "readings"),
        Erased("role_grants", Outcome.KEPT, given, "granted_by"),
        Erased("decisions", Outcome.KEPT, decisions, "audit_keys"),
        Erased("deadline_extensions", Outcome.KEPT, extensions, "audit_keys"),
    ]


HOLDER = Holder(
    noun="people",
    tables=frozenset(
        {
            "people",
            "role_grants",
            "audit",
            "readings",
            "erasures",
            "decisions",
            "deadline_extensions",
            *_DELETED,
        }
    ),
    export=export,
    erase=erase,
)
