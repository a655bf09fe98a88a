"""What is mailed about applications; the texts stand in ``hackathon/funding/applications/messages`` under ``[mail]``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.outbox.model import Mail, Template
from casework.people.model import Names, Person, State
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.connections import Connection
from hackathon.funding.applications.model import Application
from hackathon.funding.applications.repository import APPLICANT_QUERIES

_PACKAGE = "hackathon.funding.applications"
Field = str | int | datetime | Label


class Recipient(NamedTuple):
    """Somebody who applies and can be written to."""

    person_id: UUID
    email: str
    language: Language
    name: str
    is_lead: bool


def find_recipients(connection: Connection, application_id: UUID) -> list[Recipient]:
    """All who apply, the lead first."""
    rows = connection.execute(APPLICANT_QUERIES["recipients"], {"application_id": application_id}).fetchall()
    return [
        Recipient(person_id, email, language, Names(ar=name_ar, en=name_en).shown(language), is_lead)
        for person_id, email, language, name_ar, name_en, is_lead in rows
    ]


def to_applicants(
    connection: Connection, portal_url: str, template: str, application: Application, **more: Field
) -> Iterator[Mail]:
    """To each of them, in their own language."""
    for one in find_recipients(connection, application.application_id):
        fields: dict[str, Field] = {
            "name": one.name,
            "title": shown_title(application),
            "link": f"{portal_url.rstrip('/')}/applications/{application.application_id}",
            **more,
        }
        yield Mail(Template(_PACKAGE, template), one.language, one.email, fields, one.person_id)


def of_withdrawal(
    connection: Connection, portal_url: str, application: Application, by: UUID | None
) -> Iterator[Mail]:
    """To all who apply but the one who withdrew it, and of what was handed in to the organisation's admins."""
    for mail in to_applicants(connection, portal_url, "withdrawn", application):
        if mail.person_id != by:
            yield mail
    if application.versions == 0:
        return
    parameters = {"application_id": application.application_id}
    rows = connection.execute(APPLICANT_QUERIES["admins"], parameters).fetchall()
    for person_id, email, language, name_ar, name_en in rows:
        if person_id != by:
            fields: dict[str, Field] = {
                "name": Names(ar=name_ar, en=name_en).shown(language),
                "title": shown_title(application),
                "reference": application.reference,
            }
            yield Mail(Template(_PACKAGE, "withdrawn_for_organisation"), language, email, fields, person_id)


def to_person(
    person: Person | None, portal_url: str, template: str, application: Application, **more: Field
) -> Iterator[Mail]:
    """To one of them, or to somebody who was one, if the account can be written to."""
    if person is None or person.email is None or person.state is not State.ACTIVE:
        return
    fields: dict[str, Field] = {
        "name": person.names.shown(person.language),
        "title": shown_title(application),
        "link": f"{portal_url.rstrip('/')}/applications/{application.application_id}",
        **more,
    }
    yield Mail(Template(_PACKAGE, template), person.language, person.email, fields, person.person_id)


def invitation(
    inviter: Person, portal_url: str, application: Application, recipient: str, due_at: datetime
) -> Mail:
    """In the language of who invites: nobody knows that of the invited."""
    fields: dict[str, Field] = {
        "inviter": inviter.names.shown(inviter.language),
        "title": shown_title(application),
        "due_at": due_at,
        "link": f"{portal_url.rstrip('/')}/account/applications",
    }
    return Mail(Template(_PACKAGE, "invitation"), inviter.language, recipient, fields)


def shown_title(application: Application) -> str:
    """By its title, or its reference while it has none."""
    return application.draft.title.strip() or application.reference
