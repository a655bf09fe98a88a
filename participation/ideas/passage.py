"""Ideas as what led to something, who was heard in them, and what others take up of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from casework.journeys.model import Asked, Heard, Node, Passage, Said, Seen, each, seen_by
from casework.moderation.steps import AUTHORS, MODERATORS
from casework.people.repository import find_person
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from participation.ideas import repository
from participation.ideas.machine import IDEA
from participation.ideas.model import PACKAGE, Idea, Wanted

#: Where whoever wrote an idea reads what became of it.
FOLLOWED_AT: Final = "/follow/ideas/{}"
KIND: Final = "idea"


def visible_idea(session: Session, idea_id: UUID) -> Idea:
    """Everybody sees what was admitted, its author and moderators the rest; else :class:`NoSuchObject`."""
    idea = existing(repository.find_idea(session.connection, idea_id))
    is_public = idea.admitted_at is not None and idea.state_reason != "withdrawn"
    if not is_public:
        standing = existing(repository.read_some(session.connection, [idea_id], session.actor).get(idea_id))
        if not session.holds(MODERATORS | AUTHORS, standing.scopes):
            raise NoSuchObject
    return idea


def _see(session: Session, idea_id: UUID) -> Seen:
    idea = visible_idea(session, idea_id)
    return seen_by(IDEA, idea.titles, idea, f"/ideas/{idea_id}")


def heard_about(session: Session, idea_id: UUID) -> Iterator[Heard]:
    """Whoever wrote it: at the address of the account, or the one that was left, if any."""
    author = repository.find_author(session.connection, idea_id)
    idea = existing(repository.find_idea(session.connection, idea_id))
    person = None if author.author_id is None else find_person(session.connection, author.author_id)
    email = author.email if person is None else person.email
    if not email:
        return
    key = f"case:{idea_id}" if person is None else str(person.person_id)
    path = f"/ideas/{idea_id}" if person is not None else FOLLOWED_AT.format(idea_id)
    yield Heard(key, email, idea.language if person is None else person.language, path)


def _said(session: Session, asked: Asked) -> list[Said]:
    wanted = Wanted(session_id=asked.about, named=asked.named)
    found = repository.find_ideas(session.connection, wanted, None, asked.rows)
    return [
        Said(
            Node(KIND, one.idea_id),
            one.said.title,
            one.said.body,
            one.said.session_id,
            one.state == "open",
            one.state in ("merged", "closed"),
        )
        for one in found
    ]


PASSAGE: Final = Passage(KIND, PACKAGE, 4, each(_see), heard_about, FOLLOWED_AT, said=_said)
