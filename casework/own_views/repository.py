"""The statements about own views. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.own_views.model import Listed, OwnView, SharedView
from citycore.arrangements.model import Piece
from citycore.arrangements.rules import document_of
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.own_views")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is written of a view; ``link`` is a new code, used where it is shared and has none."""

    view_id: UUID
    person_id: UUID
    name: str
    pieces: Sequence[Piece]
    is_shared: bool
    link: str
    at: datetime


def find_own(connection: Connection, person_id: UUID) -> list[Listed]:
    return rows_of(connection, Listed, QUERIES["own"], {"person_id": person_id})


def find(connection: Connection, person_id: UUID, view_id: UUID) -> OwnView | None:
    return row_of(connection, OwnView, QUERIES["one"], {"person_id": person_id, "view_id": view_id})


def find_shared(connection: Connection, link: str) -> SharedView | None:
    return row_of(connection, SharedView, QUERIES["shared"], {"link": link})


def hold_and_count(connection: Connection, person_id: UUID) -> int:
    """How many somebody has; who makes another one meanwhile waits."""
    values = {"person_id": person_id}
    connection.execute(QUERIES["hold_person"], values)
    return only_row(connection, int, QUERIES["count"], values)


def create(connection: Connection, view: Kept) -> None:
    values = _values(view) | {"link": view.link if view.is_shared else None}
    connection.execute(QUERIES["create"], values)


def replace(connection: Connection, view: Kept, seen: int) -> bool:
    """Whether it was there as it was seen."""
    values = _values(view) | {"seen": seen}
    return connection.execute(QUERIES["replace"], values).rowcount == 1


def remove(connection: Connection, person_id: UUID, view_id: UUID, seen: int) -> bool:
    """Whether it was there as it was seen."""
    values = {"person_id": person_id, "view_id": view_id, "seen": seen}
    return connection.execute(QUERIES["remove"], values).rowcount == 1


def _values(view: Kept) -> dict[str, object]:
    return {
        "view_id": view.view_id,
        "person_id": view.person_id,
        "name": view.name,
        "pieces": Jsonb(document_of(view.pieces)),
        "is_shared": view.is_shared,
        "link": view.link,
        "at": view.at,
    }
