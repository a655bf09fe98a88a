"""Mails to those who were heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casework.journeys.model import Heard
from casework.outbox.model import Field, Mail, Template
from casework.programme import Session


def mails_to_heard(
    session: Session, people: Iterable[Heard], template: Template, **fields: Field
) -> Iterator[Mail]:
    """One to each, in their language, with the link by which they follow it."""
    for one in people:
        said = {key: value(one.language) if callable(value) else value for key, value in fields.items()}
        yield Mail(template, one.language, one.email, {"link": session.link(one.path), **said})
