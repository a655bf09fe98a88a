"""How a journey, or a decision, passes a challenge."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.service import get_challenge


def _look(session: Session, challenge_id: UUID) -> Seen:
    found = get_challenge(session, challenge_id)
    titles = Names(found.description.title_ar, found.description.title_en)
    return seen_by(CHALLENGE, titles, found, f"/challenges/{challenge_id}")


PASSAGE = Passage("challenge", "hackathon.contest.challenges", 20, each(_look))
