"""What is stored of statements and votes. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.statements.model import NewStatement, Statement, Vote, Voting
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES = load_queries("casework.statements")


class _Seen(NamedTuple):
    statement_id: UUID
    times: int
    is_own: bool


class _Vote(NamedTuple):
    voter: UUID
    statement_id: UUID
    vote: int


def find_statements(connection: Connection, object_id: UUID) -> list[Statement]:
    return rows_of(connection, Statement, QUERIES["statements"], {"object_id": object_id})


def add_statement(connection: Connection, statement_id: UUID, object_id: UUID, new: NewStatement) -> None:
    values = {"statement_id": statement_id, "object_id": object_id}
    connection.execute(QUERIES["add_statement"], values | values_of(new))


def remove_statement(connection: Connection, object_id: UUID, statement_id: UUID) -> None:
    values = {"object_id": object_id, "statement_id": statement_id}
    connection.execute(QUERIES["remove_statement"], values)


def find_voting(connection: Connection, object_id: UUID) -> Voting | None:
    return row_of(connection, Voting, QUERIES["voting"], {"object_id": object_id})


def hold_voting(connection: Connection, object_id: UUID) -> None:
    """Until the transaction ends nobody counts."""
    connection.execute(QUERIES["hold_voting"], {"object_id": object_id})


def lock_voting(connection: Connection, object_id: UUID) -> None:
    """Nobody votes any more who has not begun."""
    connection.execute(QUERIES["lock_voting"], {"object_id": object_id})


def open_voting(connection: Connection, object_id: UUID, seed: int, at: datetime, until: datetime) -> None:
    values = {"object_id": object_id, "seed": seed, "at": at, "closes_at": until}
    connection.execute(QUERIES["open_voting"], values)


def keep_vote(connection: Connection, statement_id: UUID, voter: UUID, vote: Vote) -> None:
    connection.execute(QUERIES["vote"], {"statement_id": statement_id, "voter": voter, "vote": int(vote)})


def find_seen(connection: Connection, object_id: UUID, voter: UUID) -> tuple[dict[UUID, int], set[UUID]]:
    """How often each statement was answered, and which the voter has answered."""
    rows = rows_of(connection, _Seen, QUERIES["seen"], {"object_id": object_id, "voter": voter})
    return {one.statement_id: one.times for one in rows}, {one.statement_id for one in rows if one.is_own}


def find_votes(connection: Connection, object_id: UUID) -> Sequence[tuple[UUID, UUID, int]]:
    return rows_of(connection, _Vote, QUERIES["votes"], {"object_id": object_id})


def end_voting(connection: Connection, object_id: UUID, release_id: UUID) -> None:
    """Counted: from now on no key of a browser leads to a vote."""
    connection.execute(QUERIES["forget_voters"], {"object_id": object_id})
    connection.execute(QUERIES["set_release"], {"object_id": object_id, "release_id": release_id})
