"""The statements of releases. It never commits, and changes nothing that stands."""

from __future__ import annotations

from uuid import UUID

from casework.statistics.releases.model import Release, Subject
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.statistics.releases")


def lock_subject(connection: Connection, subject_id: UUID) -> None:
    connection.execute(QUERIES["lock_subject"], {"subject_id": subject_id})


def store(connection: Connection, release: Release) -> None:
    connection.execute(QUERIES["store"], values_of(release))


def find(connection: Connection, release_id: UUID) -> Release | None:
    return row_of(connection, Release, QUERIES["release"], {"release_id": release_id})


def find_of_subject(connection: Connection, subject: Subject, rows: int) -> list[Release]:
    values = {"subject_kind": subject.kind, "subject_id": subject.object_id, "rows": rows}
    return rows_of(connection, Release, QUERIES["of_subject"], values)


def is_replaced(connection: Connection, release_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["is_replaced"], {"release_id": release_id})
