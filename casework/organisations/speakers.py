"""Who speaks for an organisation: the statement that every noun asks for whom to write to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Role, ScopeKind
from casework.access.rules import objects_of
from casework.organisations.repository import QUERIES
from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.people.model import Names, Recipient
from casework.programme import Session
from citycore.language import Language
from citycore.store.connections import Connection


def find_speakers(
    connection: Connection, organisations: Collection[UUID], role: Role, at: datetime
) -> list[Recipient]:
    """Those who speak for one of these at an instant, by ``role`` or as an admin of it, and can be written to."""
    parameters = {"organisations": list(organisations), "role": role, "at": at}
    return [_recipient(*row) for row in connection.execute(QUERIES["speakers"], parameters).fetchall()]


def find_speakers_of(
    connection: Connection, organisations: Collection[UUID], role: Role, at: datetime
) -> dict[UUID, list[Recipient]]:
    """The same by organisation; those without any are there too."""
    found: dict[UUID, list[Recipient]] = {one: [] for one in organisations}
    parameters = {"organisations": list(found), "role": role, "at": at}
    for organisation_id, *row in connection.execute(QUERIES["speakers_of"], parameters).fetchall():
        found[organisation_id].append(_recipient(*row))
    return found


def _recipient(person_id: UUID, email: str, language: Language, name_ar: str, name_en: str) -> Recipient:
    return Recipient(person_id, email, language, Names(name_ar, name_en).shown(language))


def mails_to_officers(
    session: Session, template: Template, organisation_id: UUID, **fields: Field
) -> Iterator[Mail]:
    """One to each who speaks for an agency now."""
    officers = find_speakers(session.connection, [organisation_id], Role.OFFICER, session.now())
    return mails_to(template, officers, **fields)


def agencies_of(actor: Actor) -> list[UUID]:
    """The agencies and universities that the actor speaks for."""
    return objects_of(actor, {Role.OFFICER}, ScopeKind.ORGANISATION)
