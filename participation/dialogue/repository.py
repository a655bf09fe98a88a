"""The statements about sessions, what is recommended, and what people vote on. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, row_of, rows_of
from participation.dialogue.machine import SESSION
from participation.dialogue.model import (
    Amendment,
    Facts,
    NewRecommendation,
    Plan,
    Recommendation,
    Statement,
    Talk,
    Texts,
    Vote,
    Voting,
)
from participation.dialogue.rules import scopes_of

QUERIES = load_queries("participation.dialogue")


class New(NamedTuple):
    """Who makes something, and when."""

    object_id: UUID
    by: UUID | None
    at: datetime


class _Seen(NamedTuple):
    statement_id: UUID
    times: int
    is_own: bool


class _Vote(NamedTuple):
    voter: UUID
    statement_id: UUID
    vote: int


def find_talk(connection: Connection, session_id: UUID) -> Talk | None:
    return row_of(connection, Talk, QUERIES["talk"], {"session_id": session_id})


def find_talks(
    connection: Connection, states: Sequence[str], after: UUID | None, rows: int, *, is_staff: bool
) -> list[Talk]:
    values = {"states": list(states), "after": after, "rows": rows, "is_staff": is_staff}
    return rows_of(connection, Talk, QUERIES["talks"], values)


def store_talk(connection: Connection, new: New, plan: Plan) -> None:
    values = {"session_id": new.object_id, "drafted_by": new.by, "at": new.at, "state": SESSION.initial.name}
    connection.execute(QUERIES["create"], values | values_of(plan))


def edit_talk(connection: Connection, session_id: UUID, plan: Plan) -> None:
    connection.execute(QUERIES["edit"], values_of(plan) | {"session_id": session_id})


def write_summary(connection: Connection, session_id: UUID, texts: Texts, recording_link: str) -> None:
    values = {"session_id": session_id, "recording_link": recording_link}
    connection.execute(QUERIES["write_summary"], values | values_of(texts))


def write_none(connection: Connection, session_id: UUID, texts: Texts) -> None:
    connection.execute(QUERIES["write_none"], values_of(texts) | {"session_id": session_id})


def find_amendments(connection: Connection, session_id: UUID) -> list[Amendment]:
    return rows_of(connection, Amendment, QUERIES["amendments"], {"session_id": session_id})


def count_amendments(connection: Connection, session_id: UUID, seat_id: UUID) -> int:
    values = {"session_id": session_id, "seat_id": seat_id}
    return only_row(connection, int, QUERIES["count_amendments"], values)


def propose(connection: Connection, new: New, session_id: UUID, proposed: str, reason: str) -> None:
    """``new.by`` is a seat."""
    values = {"amendment_id": new.object_id, "session_id": session_id, "seat_id": new.by, "at": new.at}
    connection.execute(QUERIES["propose"], values | {"proposed": proposed, "reason": reason})


def settle(connection: Connection, talk: New, amendment_id: UUID, answer: str, *, is_taken: bool) -> bool:
    """Whether it was open."""
    values = {"session_id": talk.object_id, "amendment_id": amendment_id, "at": talk.at}
    settled = connection.execute(QUERIES["settle"], values | {"answer": answer, "is_taken": is_taken})
    return settled.rowcount == 1


def find_recommendations(connection: Connection, session_id: UUID, *, is_staff: bool) -> list[Recommendation]:
    values = {"session_id": session_id, "is_staff": is_staff}
    return rows_of(connection, Recommendation, QUERIES["recommendations"], values)


def recommend(connection: Connection, new: New, session_id: UUID, said: NewRecommendation) -> None:
    values = {
        "recommendation_id": new.object_id,
        "drafted_by": new.by,
        "at": new.at,
        "session_id": session_id,
    }
    connection.execute(QUERIES["recommend"], values | values_of(said) | {"ideas": list(said.ideas)})


def agree(connection: Connection, recommendation_id: UUID, by: UUID, decision_id: UUID) -> None:
    values = {"recommendation_id": recommendation_id, "agreed_by": by, "decision_id": decision_id}
    connection.execute(QUERIES["agree"], values)


def drop_recommendation(connection: Connection, session_id: UUID, recommendation_id: UUID) -> None:
    values = {"session_id": session_id, "recommendation_id": recommendation_id}
    connection.execute(QUERIES["drop_recommendation"], values)


def find_statements(connection: Connection, session_id: UUID) -> list[Statement]:
    return rows_of(connection, Statement, QUERIES["statements"], {"session_id": session_id})


def add_statement(
    connection: Connection, statement_id: UUID, session_id: UUID, idea_id: UUID | None, texts: Texts
) -> None:
    values = {"statement_id": statement_id, "session_id": session_id, "idea_id": idea_id}
    connection.execute(QUERIES["add_statement"], values | values_of(texts))


def remove_statement(connection: Connection, session_id: UUID, statement_id: UUID) -> None:
    values = {"session_id": session_id, "statement_id": statement_id}
    connection.execute(QUERIES["remove_statement"], values)


def find_voting(connection: Connection, session_id: UUID) -> Voting | None:
    return row_of(connection, Voting, QUERIES["voting"], {"session_id": session_id})


def hold_voting(connection: Connection, session_id: UUID) -> None:
    """Until the transaction ends nobody counts."""
    connection.execute(QUERIES["hold_voting"], {"session_id": session_id})


def lock_voting(connection: Connection, session_id: UUID) -> None:
    """Nobody votes any more who has not begun."""
    connection.execute(QUERIES["lock_voting"], {"session_id": session_id})


def open_voting(connection: Connection, session_id: UUID, seed: int, at: datetime, until: datetime) -> None:
    values = {"session_id": session_id, "seed": seed, "at": at, "closes_at": until}
    connection.execute(QUERIES["open_voting"], values)


def keep_vote(connection: Connection, statement_id: UUID, voter: UUID, vote: Vote) -> None:
    connection.execute(QUERIES["vote"], {"statement_id": statement_id, "voter": voter, "vote": int(vote)})


def find_seen(connection: Connection, session_id: UUID, voter: UUID) -> tuple[dict[UUID, int], set[UUID]]:
    """How often each statement was answered, and which the voter has answered."""
    rows = rows_of(connection, _Seen, QUERIES["seen"], {"session_id": session_id, "voter": voter})
    return {one.statement_id: one.times for one in rows}, {one.statement_id for one in rows if one.is_own}


def find_votes(connection: Connection, session_id: UUID) -> Sequence[tuple[UUID, UUID, int]]:
    return rows_of(connection, _Vote, QUERIES["votes"], {"session_id": session_id})


def end_voting(connection: Connection, session_id: UUID, release_id: UUID) -> None:
    """Counted: from now on no key of a browser leads to a vote."""
    connection.execute(QUERIES["forget_voters"], {"session_id": session_id})
    connection.execute(QUERIES["set_release"], {"session_id": session_id, "release_id": release_id})


def read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it."""
    talk = find_talk(connection, object_id)
    if talk is None:
        return None
    facts = known(row_of(connection, Facts, QUERIES["facts"], {"session_id": object_id}))
    chain = f"session:{object_id}"
    return Standing(object_id, talk.state, talk.version, chain, scopes_of(object_id), object_id, facts)
