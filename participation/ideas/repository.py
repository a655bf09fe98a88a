"""The statements about ideas. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.workflow.model import Standing
from citycore.language import Language
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from participation.ideas.machine import IDEA, PUBLIC
from participation.ideas.model import Facts, Idea, NewIdea, Wanted
from participation.ideas.rules import author_scopes, body_digest, scopes_of

QUERIES = load_queries("participation.ideas")


class New(NamedTuple):
    """Whose it is, when it was sent, and in which language."""

    idea_id: UUID
    author_id: UUID | None
    at: datetime
    language: Language


@dataclass(frozen=True, slots=True)
class _Standing:
    idea_id: UUID
    state: str
    version: int
    session_id: UUID | None
    author_id: UUID | None
    facts: Facts


class Author(NamedTuple):
    """``email`` is "" of whoever left none."""

    author_id: UUID | None
    email: str


def find_idea(connection: Connection, idea_id: UUID) -> Idea | None:
    return row_of(connection, Idea, QUERIES["idea"], {"idea_id": idea_id})


def find_ideas(connection: Connection, wanted: Wanted, after: UUID | None, rows: int) -> list[Idea]:
    states = list(PUBLIC if wanted.states is None else wanted.states)
    named = None if wanted.named is None else list(wanted.named)
    values = values_of(wanted) | {"states": states, "named": named, "after": after, "rows": rows}
    return rows_of(connection, Idea, QUERIES["list"], values | {"pattern": like_pattern(wanted.words)})


def find_bursts(connection: Connection, burst: int, alike: int, rows: int) -> list[Idea]:
    return rows_of(connection, Idea, QUERIES["bursts"], {"burst": burst, "alike": alike, "rows": rows})


def find_origins(connection: Connection, idea_id: UUID) -> list[Idea]:
    return rows_of(connection, Idea, QUERIES["origins"], {"idea_id": idea_id})


def store_idea(connection: Connection, new: New, said: NewIdea, once: UUID | None) -> UUID:
    """Which idea it is: that of the first sending, if the same page was sent before."""
    mark = None if once is None else once.bytes
    more = {"state": IDEA.initial.name, "body_digest": body_digest(said.body), "once": mark}
    if connection.execute(QUERIES["create"], new._asdict() | more | values_of(said)).rowcount:
        return new.idea_id
    return only_row(connection, UUID, QUERIES["sent_before"], {"once": mark})


def edit_idea(connection: Connection, idea_id: UUID, said: NewIdea) -> None:
    values = values_of(said) | {"idea_id": idea_id, "body_digest": body_digest(said.body)}
    connection.execute(QUERIES["edit"], values)


def find_author(connection: Connection, idea_id: UUID) -> Author:
    return only_row(connection, Author, QUERIES["author"], {"idea_id": idea_id})


def set_main(connection: Connection, idea_id: UUID, main_id: UUID) -> None:
    connection.execute(QUERIES["set_main"], {"idea_id": idea_id, "main_id": main_id})


def read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[Facts]]:
    """As the workflow wants them."""
    values = {"ideas": list(object_ids), "person_id": actor.person_id}
    found = rows_of(connection, _Standing, QUERIES["standings"], values)
    return {one.idea_id: _standing(one) for one in found}


def _standing(one: _Standing) -> Standing[Facts]:
    its = one.idea_id
    scopes = scopes_of(one.session_id) | author_scopes(its, one.author_id)
    return Standing(its, one.state, one.version, f"idea:{its}", scopes, its, one.facts)
