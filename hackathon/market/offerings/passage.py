"""How a journey, or a decision, passes an offering."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.repository import find_listed, find_offering
from hackathon.market.offerings.rules import may_see


def _look(session: Session, offering_id: UUID) -> Seen:
    listed, found = (
        find_listed(session.connection, offering_id),
        find_offering(session.connection, offering_id),
    )
    if found is None:
        raise NoSuchObject
    if listed is not None:
        return seen_by(OFFERING, listed.version.content.titles, found, f"/offerings/{offering_id}")
    if not may_see(session.actor, found):
        raise NoSuchObject
    titles = Names(None, None) if found.draft is None else found.draft.titles
    return seen_by(OFFERING, titles, found, f"/account/offerings/{offering_id}")


PASSAGE = Passage("offering", "hackathon.market.offerings", 60, each(_look))
