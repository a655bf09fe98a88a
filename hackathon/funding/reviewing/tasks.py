"""Whom reviewers and their reviews wait for."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.tasks.model import SELF, Rest, Tasks, Wait
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.machines import REVIEW, REVIEWER

OPEN = ("assigned", "in_progress", "reopened")


def _hidden(session: Session) -> dict[str, object]:
    """Applications that do not exist for the reviewer, of all calls in which reviews wait."""
    connection, actor = session.connection, session.actor
    panels = load_queries("hackathon.funding.reviewing", "noun.sql")["panels"]
    reviewed = rows_of(connection, UUID, panels, {"person_id": actor.person_id, "open": list(OPEN)})
    hidden = [hidden_applications(connection, actor, call_id, own_too=True) for call_id in reviewed]
    return {"hidden": list(frozenset().union(*hidden))}


TASKS = Tasks(
    "hackathon.funding.reviewing",
    waits=(Wait(REVIEWER, "answer", ("invited",), SELF), Wait(REVIEW, "review", OPEN, SELF)),
    rests=(
        Rest(REVIEWER, ("accepted",), "Who reviews waits for reviews, and leaves only by choice."),
        Rest(REVIEW, ("submitted",), "The programme goes on with it as it is; it is closed with the others."),
        Rest(REVIEW, ("locked",), "It is opened again only where a mistake was found."),
    ),
    also=_hidden,
)
