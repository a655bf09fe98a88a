"""How a journey, or a decision, passes an award."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import existing
from hackathon.funding.awards import register
from hackathon.funding.awards.machine import AWARD
from hackathon.funding.awards.repository import find_award
from hackathon.funding.awards.service import is_seen


def _look(session: Session, award_id: UUID) -> Seen:
    found = existing(find_award(session.connection, award_id))
    if not is_seen(session, found):
        register.get_entry(session, award_id)
    titles = Names(found.terms.title_ar, found.terms.title_en)
    return seen_by(AWARD, titles, found, f"/awards/{award_id}")


PASSAGE = Passage("award", "hackathon.funding.awards", 50, each(_look))
