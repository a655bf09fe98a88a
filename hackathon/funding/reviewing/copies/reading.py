"""Copies as reviewers read them: those of their own reviews, and nothing besides."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.organisations.repository import find_organisation
from casework.people.model import Names
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject
from hackathon.funding.reviewing.copies import repository
from hackathon.funding.reviewing.copies.model import CopiedFile, ReviewCopy
from hackathon.funding.reviewing.copies.service import find_file
from hackathon.funding.reviewing.model import Review
from hackathon.funding.reviewing.reviews import get_review, list_own_reviews, note_opened


class Assigned(NamedTuple):
    """A review of one's own and the copy that it is about."""

    review: Review
    copy: ReviewCopy


def list_assigned(session: Session, call_id: UUID, words: str = "") -> list[Assigned]:
    """What the actor has to review or has reviewed in the round, by the codes of the copies; with these words in them."""
    reviews = list_own_reviews(session, call_id)
    copy_of = repository.find_copies_of(session.connection, [one.review_id for one in reviews])
    found = repository.find_review_copies(session.connection, copy_of.values(), words)
    copies = {one.copy_id: one for one in found}
    return [
        Assigned(one, copies[copy_of[one.review_id]])
        for one in reviews
        if copy_of.get(one.review_id) in copies
    ]


def get_assigned(session: Session, review_id: UUID) -> Assigned:
    """A review of one's own and its copy; :class:`NoSuchObject`. Whoever shows it notes that it was opened."""
    review = get_review(session, review_id)
    copy_of = repository.find_copies_of(session.connection, [review_id])
    copies = repository.find_review_copies(session.connection, copy_of.values())
    if not copies:
        raise NoSuchObject
    return Assigned(review, copies[0])


def read_copy(session: Session, review_id: UUID) -> Assigned:
    """The same; the first time is logged."""
    found = get_assigned(session, review_id)
    note_opened(session, review_id)
    return found


def open_file(programme: Programme, actor: Actor, review_id: UUID, place: int) -> tuple[CopiedFile, Path]:
    """A file that is passed on with the copy of a review of one's own, and where its bytes lie.

    That the copy was read stays logged where the file is not there.
    """
    found = programme.call(actor, read_copy, review_id)
    return find_file(programme, found.copy.files, place)


def find_applicant(session: Session, copy: ReviewCopy) -> Names | None:
    """What the organisation is called that applies, where the call is not blind."""
    if copy.organisation_id is None:
        return None
    organisation = find_organisation(session.connection, copy.organisation_id)
    return None if organisation is None else organisation.names
