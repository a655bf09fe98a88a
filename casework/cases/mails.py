"""Mails about a case: to whoever asked, as far as they left an address, and to those who have it in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from casework.access.model import Role
from casework.cases.repository import find_asker, find_case, find_following
from casework.journeys.model import Heard
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to, reachable
from casework.people.model import Recipient
from casework.people.repository import find_person
from casework.programme import Session
from casework.workflow.errors import existing
from citycore.language import Language

#: Where numbers and codes are asked for.
FOLLOW_PATH: Final = "/follow"


@dataclass(frozen=True, slots=True)
class Matter:
    """What mails say of a case of a noun. ``package`` has their texts, in which ``{KIND_link}`` leads those who handle it to ``path``."""

    package: str
    kind: str
    case_id: UUID
    organisation_id: UUID
    handler_id: UUID | None
    subject: str
    language: Language
    path: str


def to_asker(session: Session, matter: Matter, name: str, **fields: Field) -> Iterator[Mail]:
    """In the language in which they wrote; nothing for whoever left no address."""
    recipient = _address(session, matter.case_id)
    if recipient is not None:
        said = {key: value(matter.language) if callable(value) else value for key, value in fields.items()}
        yield Mail(
            Template(matter.package, name),
            matter.language,
            recipient,
            {"subject": matter.subject, "follow_link": session.link(FOLLOW_PATH), **said},
            find_asker(session.connection, matter.case_id).person_id,
        )


def to_handler(session: Session, matter: Matter, name: str, **fields: Field) -> Iterator[Mail]:
    """To whoever has it in hand; to those who speak for the organisation if nobody has."""
    handler = None if matter.handler_id is None else find_person(session.connection, matter.handler_id)
    recipients: list[Recipient] = reachable([handler])
    if not recipients:
        at = session.now()
        recipients = find_speakers(session.connection, [matter.organisation_id], Role.OFFICER, at)
    known: dict[str, Field] = {f"{matter.kind}_link": session.link(matter.path), "subject": matter.subject}
    yield from mails_to(Template(matter.package, name), recipients, **known, **fields)


def heard(session: Session, case_id: UUID, followed_at: str) -> Iterable[Heard]:
    """For the passage of a noun: whoever asked, and whoever asked what follows it; ``{}`` in the path is their case."""
    for owed in (case_id, *find_following(session.connection, case_id)):
        email = _address(session, owed)
        if email:
            language = existing(find_case(session.connection, owed)).language
            yield Heard(f"case:{owed}", email, language, followed_at.format(owed))


def _address(session: Session, case_id: UUID) -> str | None:
    """What they left; else that of their account."""
    asker = find_asker(session.connection, case_id)
    if asker.email:
        return asker.email
    person = None if asker.person_id is None else find_person(session.connection, asker.person_id)
    return None if person is None else person.email
