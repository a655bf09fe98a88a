"""Voices as what led to something: a suggestion that became a decision, a complaint that became a challenge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from casework.cases import service as cases
from casework.cases.model import FOLLOWERS, STAFF
from casework.journeys.model import Heard, Passage, Seen, each, seen_by
from casework.people.repository import find_person
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from participation.voices.machine import VOICE
from participation.voices.model import PACKAGE
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
    """Whoever asked, and whoever asked what follows it."""
    for owed in (voice_id, *cases.following(session, voice_id)):
        asker, voice = cases.get_asker(session, owed), existing(find_voice(session.connection, owed))
        person = None if asker.person_id is None else find_person(session.connection, asker.person_id)
        email = asker.email or (None if person is None else person.email)
        if email:
            yield Heard(f"case:{owed}", email, voice.language, FOLLOWED_AT.format(owed))


PASSAGE: Final = Passage("voice", PACKAGE, 3, each(_see), _heard, FOLLOWED_AT, KIOSK_AT)
