"""How a journey, or a decision, passes an introduction."""

from __future__ import annotations

from uuid import UUID

from casework.journeys.model import Passage, Seen, each, seen_by
from casework.programme import Session
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.introductions.service import get_introduction


def _look(session: Session, introduction_id: UUID) -> Seen:
    found = get_introduction(session, introduction_id)
    path = f"/introductions/{introduction_id}"
    return seen_by(INTRODUCTION, found.vendor.names, found, path, tells_outcome=True)


PASSAGE = Passage("introduction", "hackathon.market.introductions", 70, each(_look))
