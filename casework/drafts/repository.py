"""The statements about drafts. It never commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.drafts.model import Draft, NewDraft, Place
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.drafts")


def find_of_page(connection: Connection, person_id: UUID, page: str) -> list[Draft]:
    return rows_of(connection, Draft, QUERIES["of_page"], {"person_id": person_id, "page": page})


def find_own(connection: Connection, person_id: UUID) -> list[Draft]:
    return rows_of(connection, Draft, QUERIES["own"], {"person_id": person_id})


def find(connection: Connection, person_id: UUID, place: Place) -> Draft | None:
    return row_of(connection, Draft, QUERIES["one"], {"person_id": person_id, **place._asdict()})


def count_others(connection: Connection, person_id: UUID, place: Place) -> int:
    return only_row(connection, int, QUERIES["count_others"], {"person_id": person_id, **place._asdict()})


def keep(connection: Connection, person_id: UUID, new: NewDraft, at: datetime) -> Draft | None:
    """As it is kept now; None where another one is there than was seen."""
    values = {
        "person_id": person_id,
        **new.place._asdict(),
        "fields": Jsonb(dict(new.fields)),
        "base": new.base,
        "seen": new.seen,
        "at": at,
    }
    return row_of(connection, Draft, QUERIES["keep"], values)


def forget(connection: Connection, person_id: UUID, place: Place, at: datetime) -> None:
    values = {"person_id": person_id, **place._asdict(), "at": at}
    connection.execute(QUERIES["forget"], values)


def tidy(connection: Connection, before: datetime, rows: int) -> int:
    """How many were removed."""
    return connection.execute(QUERIES["tidy"], {"before": before, "rows": rows}).rowcount
