"""Copies as reviewers read them: those of their own reviews, and nothing besides."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from hackathon.funding.reviewing.copies import repository
from hackathon.funding.reviewing.copies.model import CopiedFile, ReviewCopy
from hackathon.funding.reviewing.copies.service import find_file
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.model import Review
from hackathon.funding.reviewing.reviews import get_review, list_own_reviews, note_opened


class Assigned(NamedTuple):
    """A review of one's own and the copy that it is about."""

    review: Review
    copy: ReviewCopy


def list_assigned(connection: Connection, actor: Actor, call_id: UUID, words: str = "") -> list[Assigned]:
    """What the actor has to review or has reviewed in the round, by the codes of the copies; with these words in them."""
    with connection.transaction():
        reviews = list_own_reviews(connection, actor, call_id)
        copy_of = repository.find_copies_of(connection, [one.review_id for one in reviews])
        copies = {
            one.copy_id: one for one in repository.find_review_copies(connection, copy_of.values(), words)
        }
    return [
        Assigned(one, copies[copy_of[one.review_id]])
        for one in reviews
        if copy_of.get(one.review_id) in copies
    ]


def read_copy(connection: Connection, desk: ReviewingDesk, actor: Actor, review_id: UUID) -> Assigned:
    """The copy of a review of one's own; :class:`NoSuchObject`.

    The first time is logged in the call's chain, and not among the readings of those who apply: those would name the
    reviewer to them.
    """
    with connection.transaction():
        found = _assigned(connection, actor, review_id)
        note_opened(connection, desk, actor, review_id)
        return found


def open_file(
    connection: Connection, desk: ReviewingDesk, actor: Actor, review_id: UUID, place: int
) -> tuple[CopiedFile, Path]:
    """A file that is passed on with the copy of a review of one's own, and where its bytes lie."""
    with connection.transaction():
        found = _assigned(connection, actor, review_id)
        note_opened(connection, desk, actor, review_id)
    return find_file(desk, found.copy.files, place)


def _assigned(connection: Connection, actor: Actor, review_id: UUID) -> Assigned:
    review = get_review(connection, actor, review_id)
    copy_of = repository.find_copies_of(connection, [review_id])
    copies = repository.find_review_copies(connection, copy_of.values())
    if not copies:
        raise NoSuchObject
    return Assigned(review, copies[0])
