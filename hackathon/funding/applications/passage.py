"""How a journey, or a decision, passes an application."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.service import get_application


def _look(session: Session, application_id: UUID) -> Seen:
    """Named by its reference: what it is called is for those who apply and who decide."""
    found = get_application(session, application_id)
    titles = Names(found.reference, found.reference)
    return seen_by(APPLICATION, titles, found, f"/applications/{application_id}")


PASSAGE = Passage("application", "hackathon.funding.applications", 40, each(_look))
