"""The statements about codes. It never commits."""

from __future__ import annotations

from uuid import UUID

from casework.dashboard_access.model import Code
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of

QUERIES = load_queries("casework.dashboard_access")


def store_code(connection: Connection, digest: bytes, code: Code) -> None:
    connection.execute(QUERIES["store"], values_of(code) | {"digest": digest})


def hold_code(connection: Connection, digest: bytes) -> Code | None:
    return row_of(connection, Code, QUERIES["hold"], {"digest": digest})


def use_code(connection: Connection, digest: bytes, token_id: UUID) -> None:
    connection.execute(QUERIES["use"], {"digest": digest, "token_id": token_id})
