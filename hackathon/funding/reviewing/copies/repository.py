"""The statements about copies. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
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
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy, Listed, ReviewCopy, Row

QUERIES = load_queries("hackathon.funding.reviewing.copies")


def find_rows(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID], rows: int
) -> list[Row]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden), "rows": rows}
    return rows_of(connection, Row, QUERIES["rows"], parameters)


def find_uncopied(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID], rows: int
) -> list[UUID]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden), "rows": rows}
    return rows_of(connection, UUID, QUERIES["uncopied"], parameters)


def find_copy(connection: Connection, copy_id: UUID) -> Copy | None:
    found = row_of(connection, Copy, QUERIES["copy"], {"copy_id": copy_id})
    return None if found is None else replace(found, files=find_files(connection, copy_id))


def hold_copy(connection: Connection, copy_id: UUID) -> Copy | None:
    """The same, nobody else's until the transaction ends."""
    connection.execute(QUERIES["lock"], {"copy_id": copy_id})
    return find_copy(connection, copy_id)


def find_copy_of(connection: Connection, application_id: UUID, number: int) -> Copy | None:
    parameters = {"application_id": application_id, "round": number}
    copy_id = row_of(connection, UUID, QUERIES["copy_of"], parameters)
    return None if copy_id is None else find_copy(connection, copy_id)


def store_copy(connection: Connection, copy: Copy, by: UUID | None, at: datetime) -> bool:
    """Whether its code was free."""
    parameters = {
        "copy_id": copy.copy_id,
        "call_id": copy.call_id,
        "application_id": copy.application_id,
        "round": copy.round,
        "number": copy.number,
        "code": copy.code,
        "is_blind": copy.is_blind,
        "content": Jsonb(json_of(copy.content)),
        "by": by,
        "at": at,
    }
    return connection.execute(QUERIES["store"], parameters).rowcount > 0


def write_copy(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection, copy_id: UUID, number: int, content: Listed, by: UUID | None, at: datetime
) -> None:
    parameters = {
        "copy_id": copy_id,
        "number": number,
        "content": Jsonb(json_of(content)),
        "by": by,
        "at": at,
    }
    connection.execute(QUERIES["write"], parameters)


def release(connection: Connection, copy_id: UUID, by: UUID | None, at: datetime) -> None:
    connection.execute(QUERIES["release"], {"copy_id": copy_id, "by": by, "at": at})


def find_files(connection: Connection, copy_id: UUID) -> tuple[CopiedFile, ...]:
    return tuple(rows_of(connection, CopiedFile, QUERIES["files"], {"copy_id": copy_id}))


def add_file(connection: Connection, copy_id: UUID, file: CopiedFile) -> None:
    connection.execute(QUERIES["add_file"], values_of(file) | {"copy_id": copy_id})


def remove_file(connection: Connection, copy_id: UUID, place: int) -> None:
    connection.execute(QUERIES["remove_file"], {"copy_id": copy_id, "place": place})


def find_review_copies(connection: Connection, copies: Collection[UUID], words: str = "") -> list[ReviewCopy]:
    """Released copies among these, by their codes, in which the words stand."""
    pattern = like_pattern(words) if words.strip() else None
    parameters = {"copies": list(copies), "pattern": pattern}
    found = rows_of(connection, ReviewCopy, QUERIES["review_copies"], parameters)
    return [replace(one, files=find_files(connection, one.copy_id)) for one in found]


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


def _known(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
