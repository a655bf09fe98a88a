"""What follows from a step of a voice besides what follows for any case."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.cases.course import Course, Days
from casework.programme import Session
from casework.workflow.errors import existing
from casework.workflow.model import Moved
from citycore.clock import CITY_ZONE
from participation.voices import repository
from participation.voices.machine import VOICE
from participation.voices.model import Kind, Voice
from participation.voices.settings import VoiceSettings


def get(session: Session, voice_id: UUID) -> Voice:
    """Whoever asks for it."""
    return existing(repository.find_voice(session.connection, voice_id))


def _days(session: Session, voice_id: UUID) -> Days:
    limits = session.of(VoiceSettings)
    is_suggestion = get(session, voice_id).kind is Kind.SUGGESTION
    answer = limits.suggestion_days if is_suggestion else limits.complaint_days
    return Days(limits.acknowledge_days, answer, limits.level_days, limits.asker_days, limits.rate_days)


COURSE: Final = Course(
    VOICE,
    lambda session, voice_id: get(session, voice_id).matter,
    _days,
    owed=("received", "acknowledged", "in_work"),
)


def follow_from(session: Session, moved: Moved) -> None:
    if moved.event == "dispute":
        repository.set_disputed(session.connection, moved.object_id, moved.at)
    elif moved.event == "count":  # in the month that is over
        month = (moved.at.astimezone(CITY_ZONE).date().replace(day=1) - timedelta(days=1)).replace(day=1)
        repository.set_counted(session.connection, moved.object_id, month)
    COURSE.follow(session, moved)
