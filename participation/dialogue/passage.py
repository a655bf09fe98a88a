"""Sessions as what led to something, and who was heard in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from casework.admission.attending import list_heard
from casework.journeys.model import Heard, Passage, Seen, each, seen_by
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from participation.dialogue import repository
from participation.dialogue.machine import FACILITATORS, SESSION
from participation.dialogue.model import PACKAGE, Talk
from participation.dialogue.rules import scopes_of
from participation.dialogue.settings import DialogueSettings

#: Where whoever was at a session amends its summary.
FOLLOWED_AT: Final = "/follow/dialogue/{}"
#: What residents write ideas about: everything but what was called off.
SUBJECT_STATES: Final = ("registration", "live", "held", "summary_open", "published")


def visible_talk(session: Session, session_id: UUID) -> Talk:
    """Everybody sees what was announced, those who lead it drafts too; else :class:`NoSuchObject`."""
    talk = existing(repository.find_talk(session.connection, session_id))
    if talk.announced_at is None and not session.holds(FACILITATORS, scopes_of(session_id)):
        raise NoSuchObject
    return talk


def _see_talk(session: Session, session_id: UUID) -> Seen:
    talk = visible_talk(session, session_id)
    return seen_by(SESSION, talk.plan.titles, talk, f"/dialogue/{session_id}")


def heard_in_talk(session: Session, session_id: UUID) -> Iterable[Heard]:
    """Those who were there."""
    return list_heard(session, session_id, f"/dialogue/{session_id}", FOLLOWED_AT.format(session_id))


def _subjects(session: Session) -> Mapping[UUID, Names]:
    """Those that were not called off."""
    rows = session.of(DialogueSettings).page_rows_max
    found = repository.find_talks(session.connection, SUBJECT_STATES, None, rows, is_staff=False)
    return {one.session_id: one.plan.titles for one in found}


PASSAGE: Final = Passage(
    "session", PACKAGE, 7, each(_see_talk), heard_in_talk, FOLLOWED_AT, subjects=_subjects
)
