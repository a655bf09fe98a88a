"""Whom judges and their sheets wait for."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.tasks.model import SELF, Rest, Tasks, Wait
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.jury.machines import JUDGE, OPEN, SHEET


def _hidden(session: Session) -> dict[str, object]:
    """Teams that do not exist for the judge, of all hackathons in which sheets wait."""
    connection, actor = session.connection, session.actor
    juries = load_queries("hackathon.contest.jury", "noun.sql")["juries"]
    judged = rows_of(connection, UUID, juries, {"person_id": actor.person_id, "open": list(OPEN)})
    hidden = [hidden_teams(connection, actor, hackathon_id, own_too=True) for hackathon_id in judged]
    return {"hidden": list(frozenset().union(*hidden))}


TASKS = Tasks(
    "hackathon.contest.jury",
    waits=(Wait(JUDGE, "answer", ("invited",), SELF), Wait(SHEET, "mark", OPEN, SELF)),
    rests=(
        Rest(JUDGE, ("accepted",), "Who judges waits for sheets, and leaves only by choice."),
        Rest(SHEET, ("submitted",), "Organisers close all of a round at once, before the results."),
        Rest(SHEET, ("locked",), "It is opened again only where a mistake was found."),
    ),
    also=_hidden,
)
