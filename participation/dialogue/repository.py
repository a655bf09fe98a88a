"""The statements about sessions, and what is recommended. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.decisions.model import Texts
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
    Talk,
)
from participation.dialogue.rules import scopes_of

QUERIES = load_queries("participation.dialogue")


class New(NamedTuple):
    """Who makes something, and when."""

    object_id: UUID
    by: UUID | None
    at: datetime


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


def read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it."""
    talk = find_talk(connection, object_id)
    if talk is None:
        return None
    facts = known(row_of(connection, Facts, QUERIES["facts"], {"session_id": object_id}))
    chain = f"session:{object_id}"
    return Standing(object_id, talk.state, talk.version, chain, scopes_of(object_id), object_id, facts)
