"""How a journey passes a decision."""

from __future__ import annotations

from uuid import UUID

from casework.decisions.machine import DECISION
from casework.decisions.model import PACKAGE
from casework.decisions.service import get_decision
from casework.journeys.model import Passage, Seen, each, seen_by
from casework.programme import Session


def _look(session: Session, decision_id: UUID) -> Seen:
    found = get_decision(session, decision_id)
    return seen_by(DECISION, found.draft.titles, found, f"/decisions/{decision_id}", tells_outcome=True)


PASSAGE = Passage("decision", PACKAGE, 90, each(_look))
