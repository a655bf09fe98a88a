"""How a journey, or a decision, passes a need."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.service import get_need


def _look(session: Session, need_id: UUID) -> Seen:
    found = get_need(session, need_id)
    titles = Names(found.description.title_ar, found.description.title_en)
    return seen_by(NEED, titles, found, f"/needs/{need_id}", tells_outcome=True)


PASSAGE = Passage("need", "hackathon.market.needs", 10, each(_look))
