"""Noting that somebody looked at personal data, where it happens, and showing it to whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from casework.access.model import Actor, Role
from casework.lists.model import DeskList, Sort, days, picked, words
from casework.people.settings import PeopleSettings
from casework.programme import Session
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("casework.access_log")


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """``reader`` looked at ``what`` (a noun and what of it) of ``person_id``; ``entry_id`` is where a page goes on."""

    entry_id: int
    at: datetime
    reader: UUID
    person_id: UUID
    what: str


#: Who may see who looked at whose data.
OVERSEERS: Final = frozenset({Role.ADMINISTRATOR})
#: Whoever looks through all entries is shown people's names, which is an entry itself.
OVERSEEN = "readings.search"


def note_access(
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


def list_entries(session: Session, before: int | None = None, rows: int = 50) -> list[AccessEntry]:
    """Who looked at the data of the person who asks, the newest first."""
    parameters = {"person_id": session.person_id, "before": before, "rows": _bounded(session, rows)}
    return rows_of(session.connection, AccessEntry, QUERIES["of_person"], parameters)


def _desk_values(session: Session) -> dict[str, object]:
    session.require(OVERSEERS, ())
    return {"overseer": session.actor.person_id}


#: Who looked at whose data, the newest first, for administrators; by name or address of either. Of a hackathon that they judge no
#: look at members of teams is among them, as it would tell who is in a team that they are in conflict with. That they looked here
#: is noted too, and left out at first: it would soon be all there is.
DESK = DeskList(
    QUERIES["desk"],
    "entry_id",
    _desk_values,
    sorts={"at": Sort("listed.at", "instant")},
    first="-at",
    filters=(
        words(QUERIES["about"]),
        picked("looks", {"others": "listed.what <> 'readings.search'"}, "others"),
        *days("listed.at"),
    ),
    noted=(OVERSEEN, ("reader", "person_id")),
    is_numbered=True,
)


def _bounded(session: Session, rows: int) -> int:
    return min(rows, session.of(PeopleSettings).page_rows_max)
