"""How a journey passes a decision, and what decisions can stand on that no noun knows: a sensor's alert."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from casework.decisions.machine import DECISION
from casework.decisions.model import PACKAGE
from casework.decisions.service import get_decision
from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session


def _look(session: Session, decision_id: UUID) -> Seen:
    found = get_decision(session, decision_id)
    return seen_by(DECISION, found.draft.titles, found, f"/decisions/{decision_id}", tells_outcome=True)


def _see_alerts(session: Session, alert_ids: Collection[UUID]) -> Mapping[UUID, Seen]:
    """By their identifiers alone: the city's data are not for the role of the portal."""
    at = session.now()
    return {one: Seen(Names(str(one), str(one)), None, "", at) for one in alert_ids}


PASSAGE = Passage("decision", PACKAGE, 90, each(_look))
ALERT = Passage("alert", PACKAGE, 5, _see_alerts)
