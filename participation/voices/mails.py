"""Mails about a voice: to whoever asked, as far as they left an address, and to those who have it in hand."""

from __future__ import annotations

from collections.abc import Iterator

from casework.access.model import Role
from casework.cases import service as cases
from casework.cases.model import Asker
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import Field, mails_to, reachable
from casework.people.model import Recipient
from casework.people.repository import find_person
from casework.programme import Session
from participation.voices.model import PACKAGE, Voice

#: Where numbers and codes are asked for.
FOLLOW_PATH = "/follow"


def to_asker(session: Session, voice: Voice, name: str, **fields: Field) -> Iterator[Mail]:
    """In the language in which they wrote; nothing for whoever left no address."""
    asker = cases.get_asker(session, voice.voice_id)
    recipient = _address(session, asker)
    if recipient is not None:
        said = {key: value(voice.language) if callable(value) else value for key, value in fields.items()}
        yield Mail(
            Template(PACKAGE, name),
            voice.language,
            recipient,
            {"subject": voice.subject, "follow_link": session.link(FOLLOW_PATH), **said},
            asker.person_id,
        )


def to_handler(session: Session, voice: Voice, name: str, **fields: Field) -> Iterator[Mail]:
    """To whoever has it in hand; to those who speak for the organisation if nobody has."""
    handler = None if voice.handler_id is None else find_person(session.connection, voice.handler_id)
    recipients: list[Recipient] = reachable([handler])
    if not recipients:
        recipients = find_speakers(session.connection, [voice.organisation_id], Role.OFFICER, session.now())
    link = session.link(f"/desk/voices/{voice.voice_id}")
    yield from mails_to(Template(PACKAGE, name), recipients, subject=voice.subject, voice_link=link, **fields)


def _address(session: Session, asker: Asker) -> str | None:
    """What they left; else that of their account."""
    if asker.email:
        return asker.email
    person = None if asker.person_id is None else find_person(session.connection, asker.person_id)
    return None if person is None else person.email
