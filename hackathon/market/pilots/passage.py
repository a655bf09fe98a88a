"""How a journey, or a decision, passes a pilot."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.programme import Session
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.service import get_pilot


def _look(session: Session, pilot_id: UUID) -> Seen:
    found = get_pilot(session, pilot_id)
    return seen_by(PILOT, found.titles, found, f"/pilots/{pilot_id}", tells_outcome=True)


PASSAGE = Passage("pilot", "hackathon.market.pilots", 80, each(_look))
