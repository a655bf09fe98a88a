"""An idea for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from casework.workflow.model import Binding
from citycore.store.connections import Connection
from participation.ideas.model import NewIdea
from participation.ideas.service import IDEAS
from tests.hackathon.dialogue_specimens import NOON

IDEA = NewIdea(title="ظل على الطريق", body="أشجار على جانبي طريق المدرسة.", byline="أم سالم")


def store_idea(connection: Connection, state: str = "new", session_id: UUID | None = None) -> UUID:
    idea_id = uuid4()
    connection.execute(
        "INSERT INTO participation.ideas (idea_id, session_id, state, state_changed_at, created_at, admitted_at, email, byline,"
        " language, title, body, body_digest) VALUES (%(id)s, %(session)s, %(state)s, %(at)s, %(at)s,"
        " CASE WHEN %(state)s <> 'new' THEN %(at)s::timestamptz END, '', '', 'ar', 'ظل', 'شجر', decode(repeat('00', 32), 'hex'))",
        {"id": idea_id, "session": session_id, "state": state, "at": NOON},
    )
    return idea_id


def store_idea_with_neighbours(connection: Connection) -> UUID:
    """Beside it the one that it would be joined to, and whoever moderates in those tests."""
    from tests.hackathon import machines

    moderator = machines.store_account(connection)
    connection.execute(
        "UPDATE innovation.people SET person_id = %s WHERE person_id = %s AND NOT EXISTS ("
        "SELECT FROM innovation.people WHERE person_id = %s)",
        [UUID(int=1), moderator, UUID(int=1)],
    )
    idea_id, main_id = store_idea(connection), store_idea(connection, "open")
    connection.execute("UPDATE participation.ideas SET main_id = %s WHERE idea_id = %s", [main_id, idea_id])
    return idea_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((IDEAS, store_idea_with_neighbours),)
