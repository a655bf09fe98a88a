"""A decision and what is promised with it, for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.decisions.repository import ACTIONS, DECISIONS
from casework.workflow.model import Binding
from citycore.store.connections import Connection

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
AGENCY = UUID(int=500)


def store_decision(connection: Connection) -> UUID:
    """Heard, and with everything written that later steps ask for; one thing is promised and verified."""
    from tests.hackathon.machines import store_agency  # it knows the list of specimens, which knows this file

    decision_id = uuid4()
    store_agency(connection, AGENCY)
    connection.execute(
        "INSERT INTO participation.decisions (decision_id, state, state_changed_at, created_at, title_ar, title_en,"
        " heard_ar, heard_en, recommendation_ar, recommendation_en, owner_id, answer_ar, answer_en, reason_ar, reason_en,"
        " outcome, answered_at) VALUES (%(id)s, 'heard', %(at)s, %(at)s, 'ع', 'T', 'س', 'H', 'ت', 'R', %(owner)s, 'ر',"
        " 'A', 'ل', 'W', 'partly', %(at)s)",
        {"id": decision_id, "at": NOON, "owner": AGENCY},
    )
    connection.execute(
        "INSERT INTO participation.decision_grounds VALUES (%s, 'alert', %s, %s)",
        [decision_id, uuid4(), NOON],
    )
    connection.execute(
        "INSERT INTO innovation.deadlines SELECT %s, name, %s, 'Asia/Muscat'"
        " FROM unnest(ARRAY['answer_due', 'dispute_ends']) AS name",
        [decision_id, FAR],
    )
    _store_action(connection, decision_id, "verified")
    return decision_id


def store_action(connection: Connection) -> UUID:
    decision_id = store_decision(connection)
    connection.execute(
        "UPDATE participation.decisions SET state = 'accepted' WHERE decision_id = %s", [decision_id]
    )
    return _store_action(connection, decision_id, "promised")


def _store_action(connection: Connection, decision_id: UUID, state: str) -> UUID:
    action_id = uuid4()
    connection.execute(
        "INSERT INTO participation.decision_actions (action_id, decision_id, state, state_changed_at, created_at, owner_id,"
        " due_on, text_ar, text_en, evidence_link) VALUES (%s, %s, %s, %s, %s, %s, '2027-01-01', 'ع', 'T', '/v1/latest')",
        [action_id, decision_id, state, NOON, NOON, AGENCY],
    )
    return action_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = (
    (DECISIONS, store_decision),
    (ACTIONS, store_action),
)
