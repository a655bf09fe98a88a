"""Texts of residents and what they are about: nouns find those of each other by identifier, as they registered them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from casework.journeys.model import Asked, Said, Seen
from casework.noun import Nouns
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import existing


def find_said(session: Session, asked: Asked) -> list[Said]:
    """In public, of every kind."""
    kinds = (one.said for one in session.of(Nouns).passages.values() if one.said is not None)
    return [text for said in kinds for text in said(session, asked)]


def get_said(session: Session, object_id: UUID) -> Said:
    """One of them; :class:`NoSuchObject`."""
    return existing(next(iter(find_said(session, Asked(1, named=(object_id,)))), None))


def list_subjects(session: Session) -> Mapping[UUID, Names]:
    """What a text can be about, the newest of each kind first."""
    kinds = (one.subjects for one in session.of(Nouns).passages.values() if one.subjects is not None)
    return {object_id: names for subjects in kinds for object_id, names in subjects(session).items()}


def get_subject(session: Session, object_id: UUID) -> Seen:
    """One of them, also if it is over; :class:`NoSuchObject`."""
    kinds = (one for one in session.of(Nouns).passages.values() if one.subjects is not None)
    seen = (one.see(session, [object_id]).get(object_id) for one in kinds)
    return existing(next((one for one in seen if one is not None), None))
