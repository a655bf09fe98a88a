"""Noting readings where they happen, and showing them to whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.access.model import Actor
from hackathon.people.desk import Desk
from hackathon.people.sessions.model import Signed

QUERIES = load_queries("hackathon.people.readings")


@dataclass(frozen=True, slots=True)
class Reading:
    """``reader`` looked at ``what`` (a noun and what of it); ``reading_id`` is where a page goes on."""

    reading_id: int
    at: datetime
    reader: UUID
    what: str


def note_readings(
    connection: Connection, actor: Actor, person_ids: Sequence[UUID], what: str, at: datetime
) -> None:
    """Note in the caller's transaction that an actor is shown data of these people. Nobody reads their own
    behind their back, and the clockwork reads nothing to anybody.
    """
    if actor.person_id is None:
        return
    others = [person_id for person_id in person_ids if person_id != actor.person_id]
    if others:
        parameters = {"at": at, "reader": actor.person_id, "person_ids": others, "what": what}
        connection.execute(QUERIES["add"], parameters)


def list_readings(
    connection: Connection, desk: Desk, signed: Signed, before: int | None = None, rows: int = 50
) -> list[Reading]:
    """Who looked at the data of the person who asks, the newest first."""
    parameters = {
        "person_id": signed.person.person_id, "before": before,
        "rows": min(rows, desk.settings.page_rows_max),
    }  # fmt: skip
    with connection.transaction():
        return [Reading(*row) for row in connection.execute(QUERIES["of_person"], parameters).fetchall()]
