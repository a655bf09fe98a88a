"""What follows from a step of a voice, whoever has taken it: clocks, hands, levels, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.cases import service as cases
from casework.cases.handling import hand_over
from casework.cases.mails import to_asker, to_handler
from casework.cases.repository import find_case
from casework.programme import Session
from casework.workflow.errors import existing
from casework.workflow.model import Moved
from casework.working_time.model import Calendar
from citycore.clock import CITY_ZONE
from participation.voices import repository
from participation.voices.machine import (
    ACKNOWLEDGE_DUE,
    ANSWER_DUE,
    ASKER_DUE,
    RATE_DUE,
    SETTLE_DUE,
    VOICE,
)
from participation.voices.model import Kind, Voice
from participation.voices.settings import VoiceSettings


def follow_from(session: Session, moved: Moved) -> None:
    """What follows from a step, whoever has taken it: clocks, hands, levels, and who is told."""
    effect = _EFFECTS.get(moved.event)
    if effect is not None:
        effect(session, moved)
    if VOICE.state(moved.target).is_terminal:
        _end(session, moved)


def _acknowledged(session: Session, moved: Moved) -> None:
    voice = _voice(session, moved.object_id)
    allow(session, voice.voice_id, ANSWER_DUE, _answer_days(voice.kind, session.of(VoiceSettings)))
    session.send(to_asker(session, voice.matter, "acknowledged"), moved.at)


def _asked(session: Session, moved: Moved) -> None:
    allow(session, moved.object_id, ASKER_DUE, session.of(VoiceSettings).asker_days)


def _answered(session: Session, moved: Moved) -> None:
    days = session.of(VoiceSettings).rate_days
    session.set_deadline(moved.object_id, RATE_DUE, moved.at + timedelta(days=days))


def _disputed(session: Session, moved: Moved) -> None:
    repository.set_disputed(session.connection, moved.object_id, moved.at)
    _rise(session, moved)


def _rise(session: Session, moved: Moved) -> None:
    """To the next level, into other hands, with days of its own; whoever asked is told."""
    voice_id = moved.object_id
    level = cases.next_level(existing(find_case(session.connection, voice_id)))
    hand_over(session, voice_id, level)
    deadline = ACKNOWLEDGE_DUE if moved.target == "received" else ANSWER_DUE
    allow(session, voice_id, deadline, session.of(VoiceSettings).level_days)
    voice = _voice(session, voice_id)
    session.send(to_asker(session, voice.matter, "escalated", level=level), moved.at)
    session.send(to_handler(session, voice.matter, "new"), moved.at)


def _taken_out(session: Session, moved: Moved) -> None:
    """It goes its own way, with a clock and in hands of its own, if it had none before."""
    voice_id = moved.object_id
    cases.take_out(session, voice_id)
    voice = _voice(session, voice_id)
    if ANSWER_DUE not in session.planned(voice_id):
        allow(session, voice_id, ANSWER_DUE, _answer_days(voice.kind, session.of(VoiceSettings)))
    if voice.handler_id is None:
        hand_over(session, voice_id, voice.level)
    session.send(to_handler(session, _voice(session, voice_id).matter, "new"), moved.at)


def _counted(session: Session, moved: Moved) -> None:
    """In the month that is over."""
    month = (moved.at.astimezone(CITY_ZONE).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    repository.set_counted(session.connection, moved.object_id, month)


_EFFECTS: Final[Mapping[str, Callable[[Session, Moved], None]]] = {
    "acknowledge": _acknowledged,
    "ask": _asked,
    "answer": _answered,
    "dispute": _disputed,
    "escalate": _rise,
    "object": _taken_out,
    "count": _counted,
}


def _end(session: Session, moved: Moved) -> None:
    """It is over for its handler, and soon for what follows it; whoever did not end it themselves is told."""
    cases.close(session, moved.object_id)
    for follower in cases.following(session, moved.object_id):
        session.set_deadline(follower, SETTLE_DUE, moved.at)
    if moved.event not in {"withdraw", "rate"}:
        voice = _voice(session, moved.object_id)
        session.send(to_asker(session, voice.matter, "closed", **VOICE.told(moved)), moved.at)


def allow(session: Session, voice_id: UUID, deadline: str, days: int) -> None:
    session.allow(voice_id, deadline, days * session.of(Calendar).day_minutes)


def _answer_days(kind: Kind, settings: VoiceSettings) -> int:
    return settings.suggestion_days if kind is Kind.SUGGESTION else settings.complaint_days


def _voice(session: Session, voice_id: UUID) -> Voice:
    return existing(repository.find_voice(session.connection, voice_id))
