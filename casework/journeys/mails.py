"""A mail to somebody who was heard."""

from __future__ import annotations

from casework.journeys.model import Heard
from casework.outbox.model import Mail, Template
from casework.people.mails import Field
from casework.programme import Session


def mail_to(session: Session, to: Heard, template: Template, **fields: Field) -> Mail:
    """In their language, with the link by which they follow it."""
    said = {key: value(to.language) if callable(value) else value for key, value in fields.items()}
    return Mail(template, to.language, to.email, {"link": session.link(to.path), **said})
