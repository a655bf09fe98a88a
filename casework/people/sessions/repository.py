"""The statements about sessions. It never commits."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.shown import Shown, Way
from casework.people.model import Person, Visitor
from casework.people.sessions.model import NewSession, OpenSession
from casework.people.tokens import token_digest
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES = load_queries("casework.people.sessions")


class Resumed(NamedTuple):
    """Who is signed in, by which session, since when, when it was last used, and what it has shown, if that is known."""

    person: Person
    session_id: UUID
    began_at: datetime
    last_used_at: datetime
    shown: Shown | None

    @property
    def known(self) -> Shown:
        """One from before counts as begun with a password."""
        return self.shown or Shown(Way.PASSWORD, self.began_at)

    @property
    def proved_at(self) -> datetime:
        """When its person showed last who they are. A sign-in service may have let them in without asking, and says so."""
        known = self.known
        # A session that was renewed was so by what was shown here.
        asked = known.auth_at if known.at == self.began_at else None
        return self.began_at if asked is None else min(self.began_at, asked)


class Ended(NamedTuple):
    session_id: UUID
    person_id: UUID


class ShownBefore(NamedTuple):
    began_at: datetime
    shown: Shown | None


def store_session(
    connection: Connection, begun: NewSession, visitor: Visitor, shown: Shown, idle_at: datetime
) -> None:
    """``shown.at`` may be long ago, where a session is renewed."""
    parameters = values_of(visitor) | {
        "session_id": begun.session_id,
        "person_id": begun.person_id,
        "token_digest": token_digest(begun.token),
        "at": begun.begun_at,
        "idle_at": idle_at,
        "expires_at": begun.expires_at,
        "shown": Jsonb(json_of(shown)),
    }
    connection.execute(QUERIES["open"], parameters)


def keep_newest(connection: Connection, person_id: UUID, sessions_max: int) -> None:
    connection.execute(QUERIES["keep_newest"], {"person_id": person_id, "sessions_max": sessions_max})


def find_signed(connection: Connection, digest: bytes, at: datetime) -> Resumed | None:
    return row_of(connection, Resumed, QUERIES["resume"], {"token_digest": digest, "at": at})


def find_shown(connection: Connection, session_id: UUID, at: datetime) -> Shown | None:
    """What a session has shown; None of one that has ended."""
    found = row_of(connection, ShownBefore, QUERIES["shown"], {"session_id": session_id, "at": at})
    return None if found is None else found.shown or Shown(Way.PASSWORD, found.began_at)


def touch(connection: Connection, session_id: UUID, at: datetime, idle_at: datetime) -> None:
    connection.execute(QUERIES["touch"], {"session_id": session_id, "at": at, "idle_at": idle_at})


def find_sessions(connection: Connection, person_id: UUID, at: datetime) -> list[OpenSession]:
    return rows_of(connection, OpenSession, QUERIES["list"], {"person_id": person_id, "at": at})


def end(connection: Connection, person_id: UUID, session_id: UUID) -> bool:
    parameters = {"person_id": person_id, "session_id": session_id}
    return connection.execute(QUERIES["end"], parameters).rowcount > 0


def end_by_token(connection: Connection, digest: bytes) -> Ended | None:
    return row_of(connection, Ended, QUERIES["end_by_token"], {"token_digest": digest})


def end_all(connection: Connection, person_id: UUID, kept: UUID | None = None) -> int:
    """How many sessions; who has shown a first factor and not the second begins anew, too."""
    connection.execute(QUERIES["end_visits"], {"person_id": person_id})
    return connection.execute(QUERIES["end_all"], {"person_id": person_id, "kept": kept}).rowcount
