"""Voices as what led to something: a suggestion that became a decision, a complaint that became a challenge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from casework.cases.mails import heard
from casework.cases.model import FOLLOWERS, STAFF
from casework.journeys.model import Heard, Passage, Seen, each, seen_by
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from participation.voices.machine import VOICE
from participation.voices.model import KIND, PACKAGE
from participation.voices.repository import find_voice, read

#: Where whoever follows one reads it.
FOLLOWED_AT: Final = "/follow/voices/{}"

#: Where people say something at a kiosk of an organisation, whose identifier is that of the kiosk's roll.
KIOSK_AT: Final = "/voices/kiosk/{}"


def _see(session: Session, voice_id: UUID) -> Seen:
    standing = existing(read(session.connection, voice_id, session.actor))
    if not session.holds(STAFF | FOLLOWERS, standing.scopes):
        raise NoSuchObject
    voice = existing(find_voice(session.connection, voice_id))
    return seen_by(VOICE, voice.titles, voice, f"/desk/voices/{voice_id}")


def _heard(session: Session, voice_id: UUID) -> Iterable[Heard]:
    return heard(session, voice_id, FOLLOWED_AT)


PASSAGE: Final = Passage(KIND, PACKAGE, 3, each(_see), _heard, FOLLOWED_AT, KIOSK_AT)
