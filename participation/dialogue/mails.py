"""Mails about sessions to those who have a seat, and about ideas to their authors; moderators have tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from casework.journeys.model import Heard
from casework.outbox.model import Mail, Template
from casework.people.mails import Field
from casework.programme import Session
from casework.workflow.errors import existing
from participation.dialogue.idea_repository import find_idea
from participation.dialogue.model import PACKAGE, Talk
from participation.dialogue.passage import author_of


def to_author(session: Session, idea_id: UUID, name: str, **fields: Field) -> Iterator[Mail]:
    """In the language in which they wrote; nothing for whoever left no address."""
    author, idea = author_of(session, idea_id), existing(find_idea(session.connection, idea_id))
    if author is not None:
        yield _mail(session, author, name, title=idea.said.title, **fields)


def to_attendees(
    session: Session, talk: Talk, people: Iterable[Heard], name: str, **fields: Field
) -> Iterator[Mail]:
    for one in people:
        yield _mail(session, one, name, title=talk.plan.titles.shown(one.language), **fields)


def _mail(session: Session, to: Heard, name: str, **fields: Field) -> Mail:
    said = {key: value(to.language) if callable(value) else value for key, value in fields.items()}
    return Mail(Template(PACKAGE, name), to.language, to.email, {"link": session.link(to.path), **said})
