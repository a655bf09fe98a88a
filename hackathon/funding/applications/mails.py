"""What is mailed about applications; the texts stand in ``hackathon/funding/applications/messages`` under ``[mail]``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to, reachable
from casework.people.model import Person, Recipient
from citycore.store.connections import Connection
from citycore.store.rows import rows_of
from hackathon.funding.applications.model import Application
from hackathon.funding.applications.repository import APPLICANT_QUERIES

_PACKAGE = "hackathon.funding.applications"


def find_recipients(connection: Connection, application_id: UUID) -> list[Recipient]:
    """All who apply and can be written to, the lead first."""
    parameters = {"application_id": application_id}
    return rows_of(connection, Recipient, APPLICANT_QUERIES["recipients"], parameters)


def to_applicants(
    connection: Connection, portal_url: str, template: str, application: Application, **more: Field
) -> Iterator[Mail]:
    """To each of them, in their own language."""
    recipients = find_recipients(connection, application.application_id)
    return mails_to(Template(_PACKAGE, template), recipients, **_fields(portal_url, application), **more)


def of_withdrawal(
    connection: Connection, portal_url: str, application: Application, by: UUID | None
) -> Iterator[Mail]:
    """To all who apply but the one who withdrew it, and of what was handed in to the organisation's admins."""
    parameters = {"application_id": application.application_id}
    admins = rows_of(connection, Recipient, APPLICANT_QUERIES["admins"], parameters)
    template = Template(_PACKAGE, "withdrawn_for_organisation")
    title, reference = shown_title(application), application.reference
    for mail in (
        *to_applicants(connection, portal_url, "withdrawn", application),
        *mails_to(template, admins, title=title, reference=reference),
    ):
        if mail.person_id != by:
            yield mail


def to_person(
    person: Person | None, portal_url: str, template: str, application: Application, **more: Field
) -> Iterator[Mail]:
    """To one of them, or to somebody who was one, if the account can be written to."""
    fields = _fields(portal_url, application)
    return mails_to(Template(_PACKAGE, template), reachable([person]), **fields, **more)


def invitation(
    inviter: Person, portal_url: str, application: Application, recipient: str, due_at: datetime
) -> Mail:
    """In the language of who invites: nobody knows that of the invited."""
    fields: dict[str, str | datetime] = {
        "inviter": inviter.names.shown(inviter.language),
        "title": shown_title(application),
        "due_at": due_at,
        "link": f"{portal_url.rstrip('/')}/account/applications",
    }
    return Mail(Template(_PACKAGE, "invitation"), inviter.language, recipient, fields)


def shown_title(application: Application) -> str:
    """By its title, or its reference while it has none."""
    return application.draft.title.strip() or application.reference


def _fields(portal_url: str, application: Application) -> dict[str, Field]:
    link = f"{portal_url.rstrip('/')}/applications/{application.application_id}"
    return {"title": shown_title(application), "link": link}
