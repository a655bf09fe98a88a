"""Mails about ideas to their authors; moderators have tasks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.journeys.mails import mail_to
from casework.outbox.model import Mail, Template
from casework.people.mails import Field
from casework.programme import Session
from casework.workflow.errors import existing
from participation.ideas.model import PACKAGE
from participation.ideas.passage import author_of
from participation.ideas.repository import find_idea


def to_author(session: Session, idea_id: UUID, name: str, **fields: Field) -> Iterator[Mail]:
    """In the language in which they wrote; nothing for whoever left no address."""
    author, idea = author_of(session, idea_id), existing(find_idea(session.connection, idea_id))
    if author is not None:
        yield mail_to(session, author, Template(PACKAGE, name), title=idea.said.title, **fields)
