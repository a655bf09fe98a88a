"""How a journey, or a decision, passes the results of a hackathon."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results.service import find_results


def _look(session: Session, hackathon_id: UUID) -> Seen:
    """Once they are told."""
    found = get_hackathon(session, hackathon_id)
    if find_results(session, hackathon_id) is None:
        raise NoSuchObject
    titles = Names(found.description.title_ar, found.description.title_en)
    return seen_by(HACKATHON, titles, found, f"/hackathons/{hackathon_id}/results")


PASSAGE = Passage("result", "hackathon.contest.results", 35, each(_look))
