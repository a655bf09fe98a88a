"""The statements about sessions. It never commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.people.model import Person, Visitor
from casework.people.repository import person_of
from casework.people.sessions.model import Session
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people.sessions")


def store_session(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    session_id: UUID,
    person_id: UUID,
    digest: bytes,
    visitor: Visitor,
    at: datetime,
    idle_at: datetime,
    expires_at: datetime,
) -> None:
    parameters = {
        "session_id": session_id,
        "person_id": person_id,
        "token_digest": digest,
        "device": visitor.device,
        "network": visitor.address,
        "at": at,
        "idle_at": idle_at,
        "expires_at": expires_at,
    }
    connection.execute(QUERIES["open"], parameters)


def keep_newest(connection: Connection, person_id: UUID, sessions_max: int) -> None:
    connection.execute(QUERIES["keep_newest"], {"person_id": person_id, "sessions_max": sessions_max})


def find_signed(connection: Connection, digest: bytes, at: datetime) -> tuple[Person, UUID, datetime] | None:
    """The person, the session and when it was last used."""
    row = connection.execute(QUERIES["resume"], {"token_digest": digest, "at": at}).fetchone()
    return None if row is None else (person_of(row), row[-2], row[-1])


def touch(connection: Connection, session_id: UUID, at: datetime, idle_at: datetime) -> None:
    connection.execute(QUERIES["touch"], {"session_id": session_id, "at": at, "idle_at": idle_at})


def find_sessions(connection: Connection, person_id: UUID, at: datetime) -> list[Session]:
    rows = connection.execute(QUERIES["list"], {"person_id": person_id, "at": at}).fetchall()
    return [Session(*row) for row in rows]


def end(connection: Connection, person_id: UUID, session_id: UUID) -> bool:
    parameters = {"person_id": person_id, "session_id": session_id}
    return connection.execute(QUERIES["end"], parameters).rowcount > 0


def end_by_token(connection: Connection, digest: bytes) -> None:
    connection.execute(QUERIES["end_by_token"], {"token_digest": digest})


def end_all(connection: Connection, person_id: UUID, kept: UUID | None = None) -> int:
    return connection.execute(QUERIES["end_all"], {"person_id": person_id, "kept": kept}).rowcount
