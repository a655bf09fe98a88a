"""Sessions and ideas as what led to something, and who was heard in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from casework.admission.attending import list_heard
from casework.journeys.model import Heard, Passage, Seen, each, seen_by
from casework.moderation.steps import AUTHORS, MODERATORS
from casework.people.repository import find_person
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from participation.dialogue import idea_repository, repository
from participation.dialogue.machine import FACILITATORS, IDEA, SESSION
from participation.dialogue.model import PACKAGE, Idea, Talk
from participation.dialogue.rules import scopes_of

#: Where whoever was at a session amends its summary, and whoever wrote an idea reads what became of it.
FOLLOWED_AT: Final = "/follow/dialogue/{}"
IDEA_FOLLOWED_AT: Final = "/follow/ideas/{}"


def visible_talk(session: Session, session_id: UUID) -> Talk:
    """Everybody sees what was announced, those who lead it drafts too; else :class:`NoSuchObject`."""
    talk = existing(repository.find_talk(session.connection, session_id))
    if talk.announced_at is None and not session.holds(FACILITATORS, scopes_of(session_id)):
        raise NoSuchObject
    return talk


def visible_idea(session: Session, idea_id: UUID) -> Idea:
    """Everybody sees what was admitted, its author and moderators the rest; else :class:`NoSuchObject`."""
    idea = existing(idea_repository.find_idea(session.connection, idea_id))
    is_public = idea.admitted_at is not None and idea.state_reason != "withdrawn"
    if not is_public:
        standing = existing(idea_repository.read(session.connection, idea_id, session.actor))
        if not session.holds(MODERATORS | AUTHORS, standing.scopes):
            raise NoSuchObject
    return idea


def _see_talk(session: Session, session_id: UUID) -> Seen:
    talk = visible_talk(session, session_id)
    return seen_by(SESSION, talk.plan.titles, talk, f"/dialogue/{session_id}")


def _see_idea(session: Session, idea_id: UUID) -> Seen:
    idea = visible_idea(session, idea_id)
    return seen_by(IDEA, idea.titles, idea, f"/ideas/{idea_id}")


def author_of(session: Session, idea_id: UUID) -> Heard | None:
    """Who is written to about an idea: at the address of the account, or the one that was left, if any."""
    author = idea_repository.find_author(session.connection, idea_id)
    idea = existing(idea_repository.find_idea(session.connection, idea_id))
    person = None if author.author_id is None else find_person(session.connection, author.author_id)
    email = author.email if person is None else person.email
    if not email:
        return None
    key = f"case:{idea_id}" if person is None else str(person.person_id)
    path = f"/ideas/{idea_id}" if person is not None else IDEA_FOLLOWED_AT.format(idea_id)
    return Heard(key, email, idea.language if person is None else person.language, path)


def _heard_in_idea(session: Session, idea_id: UUID) -> Iterable[Heard]:
    author = author_of(session, idea_id)
    return () if author is None else (author,)


def heard_in_talk(session: Session, session_id: UUID) -> Iterable[Heard]:
    """Those who were there."""
    return list_heard(session, session_id, f"/dialogue/{session_id}", FOLLOWED_AT.format(session_id))


SESSION_PASSAGE: Final = Passage("session", PACKAGE, 7, each(_see_talk), heard_in_talk, FOLLOWED_AT)
IDEA_PASSAGE: Final = Passage("idea", PACKAGE, 4, each(_see_idea), _heard_in_idea, IDEA_FOLLOWED_AT)
