"""The statements about kept searches. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from casework.following.model import Reader, Search
from casework.people.model import Names, Recipient
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.following")


def hold_reader(connection: Connection, person_id: UUID, stop_token: str, at: datetime) -> None:
    """Make the person one who keeps searches, if they are not; nobody else adds one before the transaction ends."""
    connection.execute(QUERIES["hold_reader"], {"person_id": person_id, "stop_token": stop_token, "at": at})


def find_reader(connection: Connection, person_id: UUID) -> Reader | None:
    return row_of(connection, Reader, QUERIES["reader"], {"person_id": person_id})


def find_reader_of_token(connection: Connection, stop_token: str) -> Reader | None:
    return row_of(connection, Reader, QUERIES["reader_of_token"], {"stop_token": stop_token})


def set_stopped(connection: Connection, person_id: UUID, stopped_at: datetime | None) -> None:
    connection.execute(QUERIES["set_stopped"], {"person_id": person_id, "stopped_at": stopped_at})


def count_searches(connection: Connection, person_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count"], {"person_id": person_id})


def store_search(connection: Connection, search: Search) -> bool:
    """Whether it was stored; not if the same is kept already."""
    return connection.execute(QUERIES["store"], values_of(search)).rowcount > 0


def find_searches(connection: Connection, person_id: UUID) -> list[Search]:
    return rows_of(connection, Search, QUERIES["searches"], {"person_id": person_id})


def remove_search(connection: Connection, search_id: UUID, person_id: UUID) -> bool:
    """Whether there was one."""
    parameters = {"search_id": search_id, "person_id": person_id}
    return connection.execute(QUERIES["remove"], parameters).rowcount > 0


def next_reader(connection: Connection, job: str, at: datetime) -> Reader | None:
    return row_of(connection, Reader, QUERIES["next_reader"], {"job": job, "at": at})


def find_recipient(connection: Connection, person_id: UUID) -> Recipient | None:
    row = connection.execute(QUERIES["recipient"], {"person_id": person_id}).fetchone()
    if row is None:
        return None
    found, email, language, name_ar, name_en = row
    return Recipient(found, email, language, Names(name_ar, name_en).shown(language))


def set_seen(connection: Connection, searches: Collection[UUID], until: datetime) -> None:
    connection.execute(QUERIES["set_seen"], {"searches": list(searches), "until": until})


def set_due(connection: Connection, person_id: UUID, due_at: datetime) -> None:
    connection.execute(QUERIES["set_due"], {"person_id": person_id, "due_at": due_at})
