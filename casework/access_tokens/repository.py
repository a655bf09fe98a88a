"""The statements about tokens. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.shown import Shown
from casework.access_tokens.model import Token, TokenScope
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, of_json, values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, rows_of

QUERIES = load_queries("casework.access_tokens")


def store_token(
    connection: Connection, token: Token, digest: bytes, sign_in_session: UUID | None = None
) -> None:
    shown = None if token.shown is None else Jsonb(json_of(token.shown))
    parameters = values_of(token) | {"digest": digest, "sign_in_session": sign_in_session, "shown": shown}
    connection.execute(QUERIES["store"], parameters)


def hold_person(connection: Connection, person_id: UUID) -> None:
    connection.execute(QUERIES["hold_person"], {"person_id": person_id})


def count_valid(connection: Connection, person_id: UUID, at: datetime) -> int:
    return only_row(connection, int, QUERIES["count_valid"], {"person_id": person_id, "at": at})


def forget(connection: Connection, person_id: UUID, before: datetime) -> None:
    connection.execute(QUERIES["forget"], {"person_id": person_id, "before": before})


def find_tokens(connection: Connection, person_id: UUID) -> list[Token]:
    rows = connection.execute(QUERIES["list"], {"person_id": person_id}).fetchall()
    return [_token(row) for row in rows]


def revoke(connection: Connection, person_id: UUID, token_id: UUID, at: datetime) -> bool:
    parameters = {"person_id": person_id, "token_id": token_id, "at": at}
    return connection.execute(QUERIES["revoke"], parameters).rowcount > 0


def revoke_all(connection: Connection, person_id: UUID, at: datetime) -> list[UUID]:
    """Those that ended."""
    return rows_of(connection, UUID, QUERIES["revoke_all"], {"person_id": person_id, "at": at})


def has_sign_in(
    connection: Connection, person_id: UUID, scopes: Collection[TokenScope], at: datetime
) -> bool:
    parameters = {"person_id": person_id, "scopes": [scope.value for scope in scopes], "at": at}
    return only_row(connection, bool, QUERIES["has_sign_in"], parameters)


def replace_sign_ins(
    connection: Connection, person_id: UUID, session_id: UUID, kept: int, at: datetime
) -> list[UUID]:
    """Those that ended."""
    parameters = {"person_id": person_id, "session_id": session_id, "kept": kept, "at": at}
    return rows_of(connection, UUID, QUERIES["replace_sign_ins"], parameters)


def end_sign_in(connection: Connection, person_id: UUID, token_id: UUID, at: datetime) -> bool:
    parameters = {"person_id": person_id, "token_id": token_id, "at": at}
    return connection.execute(QUERIES["end_sign_in"], parameters).rowcount > 0


def end_sign_ins(
    connection: Connection, person_id: UUID, session_id: UUID | None, at: datetime
) -> list[UUID]:
    parameters = {"person_id": person_id, "session_id": session_id, "at": at}
    return rows_of(connection, UUID, QUERIES["end_sign_ins"], parameters)


def find_by_digest(connection: Connection, digest: bytes) -> Token | None:
    """The index finds it; the time that takes tells only of the digest, from which no token follows."""
    row = connection.execute(QUERIES["by_digest"], {"digest": digest}).fetchone()
    return None if row is None or not compare_digest(row[-1], digest) else _token(row[:-1])


def touch(connection: Connection, token_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["touch"], {"token_id": token_id, "at": at})


def _token(row: tuple[Any, ...]) -> Token:
    token_id, person_id, name, scopes, *times, shown = row
    # A scope that this version does not know opens nothing.
    known = tuple(scope for scope in TokenScope if scope.value in scopes)
    token = Token(token_id, person_id, name, known, *times)
    return token if shown is None else replace(token, shown=of_json(Shown, shown))
