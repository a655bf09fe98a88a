"""The statements about copies. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from hackathon.funding.reviewing.copies.anonymising import Identities
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy, ReviewCopy, Row
from hackathon.funding.reviewing.model import Round

QUERIES = load_queries("hackathon.funding.reviewing.copies")


def find_rows(connection: Connection, seen: Round, about: Collection[UUID] | None, rows: int) -> list[Row]:
    more = {"about": None if about is None else list(about), "rows": rows}
    return rows_of(connection, Row, QUERIES["rows"], values_of(seen) | more)


def find_uncopied(connection: Connection, seen: Round, rows: int) -> list[UUID]:
    return rows_of(connection, UUID, QUERIES["uncopied"], values_of(seen) | {"rows": rows})


def find_copy(connection: Connection, copy_id: UUID) -> Copy | None:
    return row_of(connection, Copy, QUERIES["copy"], {"copy_id": copy_id})


def hold_copy(connection: Connection, copy_id: UUID) -> Copy | None:
    """The same, nobody else's until the transaction ends."""
    connection.execute(QUERIES["lock"], {"copy_id": copy_id})
    return find_copy(connection, copy_id)


def find_copy_of(connection: Connection, application_id: UUID, number: int) -> Copy | None:
    parameters = {"application_id": application_id, "round": number}
    return row_of(connection, Copy, QUERIES["copy_of"], parameters)


def store_copy(connection: Connection, copy: Copy, by: UUID | None, at: datetime) -> bool:
    """Whether its code was free."""
    return connection.execute(QUERIES["store"], _columns(copy, by, at)).rowcount > 0


def write_copy(connection: Connection, copy: Copy, by: UUID | None, at: datetime) -> None:
    """Its content and the version of the application that it was made from, under the next version."""
    connection.execute(QUERIES["write"], _columns(copy, by, at))


def release(connection: Connection, copy_id: UUID, by: UUID | None, at: datetime) -> None:
    connection.execute(QUERIES["release"], {"copy_id": copy_id, "by": by, "at": at})


def add_file(connection: Connection, copy_id: UUID, file: CopiedFile) -> None:
    connection.execute(QUERIES["add_file"], values_of(file) | {"copy_id": copy_id})


def remove_file(connection: Connection, copy_id: UUID, place: int) -> None:
    connection.execute(QUERIES["remove_file"], {"copy_id": copy_id, "place": place})


def find_review_copies(connection: Connection, copies: Collection[UUID], words: str = "") -> list[ReviewCopy]:
    """Released copies among these, by their codes, in which the words stand."""
    parameters = {"copies": list(copies), "pattern": like_pattern(words) if words.strip() else None}
    return rows_of(connection, ReviewCopy, QUERIES["review_copies"], parameters)


def find_copies_of(connection: Connection, reviews: Collection[UUID]) -> dict[UUID, UUID]:
    """Copies by the reviews that are about them."""
    return dict(connection.execute(QUERIES["copies_of_reviews"], {"reviews": list(reviews)}).fetchall())


def find_identities(connection: Connection, application_id: UUID) -> Identities:
    rows = connection.execute(QUERIES["identities"], {"application_id": application_id}).fetchall()
    return Identities(
        people=_known(name for row in rows for name in row[:2]),
        addresses=_known(row[2] for row in rows),
        organisations=_known(name for row in rows for name in row[3]),
    )


def _columns(copy: Copy, by: UUID | None, at: datetime) -> dict[str, object]:
    return values_of(copy) | {"content": Jsonb(json_of(copy.content)), "by": by, "at": at}


def _known(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
