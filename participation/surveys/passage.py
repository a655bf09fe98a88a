"""Surveys as what a decision stands on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from casework.journeys.model import Heard, Passage, Seen, each, seen_by
from casework.listeners.service import heard
from casework.programme import Session
from participation.surveys.machine import SURVEY
from participation.surveys.model import KIND, PACKAGE
from participation.surveys.service import get_survey


def _see(session: Session, survey_id: UUID) -> Seen:
    found = get_survey(session, survey_id)
    return seen_by(SURVEY, found.titles, found, f"/surveys/{survey_id}")


def _heard(session: Session, survey_id: UUID) -> Iterable[Heard]:
    """Those who left an address. Who has answered is nowhere."""
    return heard(session, survey_id, f"/surveys/{survey_id}")


PASSAGE: Final = Passage(KIND, PACKAGE, 5, each(_see), _heard, answered_at="/surveys/{}/kiosk")
