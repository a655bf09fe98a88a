"""The statements about copies. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.funding.reviewing.copies.anonymising import Identities
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy, Listed, ReviewCopy, Row

QUERIES = load_queries("hackathon.funding.reviewing.copies")


def find_rows(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID], rows: int
) -> list[Row]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden), "rows": rows}
    return [Row(*row) for row in connection.execute(QUERIES["rows"], parameters).fetchall()]


def find_uncopied(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID], rows: int
) -> list[UUID]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden), "rows": rows}
    return [one for (one,) in connection.execute(QUERIES["uncopied"], parameters).fetchall()]


def find_copy(connection: Connection, copy_id: UUID) -> Copy | None:
    row = connection.execute(QUERIES["copy"], {"copy_id": copy_id}).fetchone()
    if row is None:
        return None
    _, call_id, application_id, number, handed_in, code, version, is_blind, content, is_released = row
    return Copy(
        copy_id,
        call_id,
        application_id,
        number,
        handed_in,
        code,
        version,
        is_blind,
        listed_of(content),
        is_released,
        find_files(connection, copy_id),
    )


def hold_copy(connection: Connection, copy_id: UUID) -> Copy | None:
    """The same, nobody else's until the transaction ends."""
    connection.execute(QUERIES["lock"], {"copy_id": copy_id})
    return find_copy(connection, copy_id)


def find_copy_of(connection: Connection, application_id: UUID, number: int) -> Copy | None:
    parameters = {"application_id": application_id, "round": number}
    row = connection.execute(QUERIES["copy_of"], parameters).fetchone()
    return None if row is None else find_copy(connection, row[0])


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
        "content": Jsonb(document_of(copy.content)),
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
        "content": Jsonb(document_of(content)),
        "by": by,
        "at": at,
    }
    connection.execute(QUERIES["write"], parameters)


def release(connection: Connection, copy_id: UUID, by: UUID | None, at: datetime) -> None:
    connection.execute(QUERIES["release"], {"copy_id": copy_id, "by": by, "at": at})


def find_files(connection: Connection, copy_id: UUID) -> tuple[CopiedFile, ...]:
    rows = connection.execute(QUERIES["files"], {"copy_id": copy_id}).fetchall()
    return tuple(CopiedFile(*row) for row in rows)


def add_file(connection: Connection, copy_id: UUID, file: CopiedFile) -> None:
    parameters = {
        "copy_id": copy_id,
        "place": file.place,
        "file_id": file.file_id,
        "name": file.name,
        "media_type": file.media_type,
        "size_bytes": file.size_bytes,
        "digest": file.digest,
    }
    connection.execute(QUERIES["add_file"], parameters)


def remove_file(connection: Connection, copy_id: UUID, place: int) -> None:
    connection.execute(QUERIES["remove_file"], {"copy_id": copy_id, "place": place})


def find_review_copies(connection: Connection, copies: Collection[UUID], words: str = "") -> list[ReviewCopy]:
    """Released copies among these, by their codes, in which the words stand."""
    pattern = like_pattern(words) if words.strip() else None
    parameters = {"copies": list(copies), "pattern": pattern}
    rows = connection.execute(QUERIES["review_copies"], parameters).fetchall()
    return [_review_copy(connection, row) for row in rows]


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


def document_of(content: Listed) -> dict[str, object]:
    return {
        "title": content.title,
        "summary": content.summary,
        "answers": dict(content.answers),
        "amount_minor": content.amount_minor,
    }


def listed_of(document: Mapping[str, Any]) -> Listed:
    return Listed(document["title"], document["summary"], document["answers"], document["amount_minor"])


def _known(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _review_copy(connection: Connection, row: Sequence[Any]) -> ReviewCopy:
    copy_id, call_id, number, code, is_blind, title, summary, answers, amount, applicants, organisation = row
    return ReviewCopy(
        copy_id,
        call_id,
        number,
        code,
        is_blind,
        Listed(title, summary, answers, amount),
        tuple(one for one in applicants or () if one is not None),
        organisation,
        find_files(connection, copy_id),
    )
