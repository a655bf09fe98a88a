"""Reviews: a reviewer's own, others' once one's own is handed in, and for the programme how far all of them are."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import Actor
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Moved, Offer
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, possible_steps_of
from citycore.store.connections import Connection
from hackathon.contest.judging.rubric import faults_of
from hackathon.funding.reviewing import errors, repository, rules
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.machines import GONE, HANDED_IN, WRITABLE, is_reviewing, may_mend
from hackathon.funding.reviewing.model import (
    Closeness,
    Opinion,
    Other,
    Progress,
    Review,
    Reviewer,
    ReviewFacts,
    Said,
)
from hackathon.funding.reviewing.repository import REVIEWS
from hackathon.funding.reviewing.reviewers import declare, find, require_staff


def list_own_reviews(connection: Connection, actor: Actor, call_id: UUID) -> list[Review]:
    """What the reviewer has to review or has reviewed in the call's round, by the codes of the copies.

    What was given back is not among it.
    """
    if actor.person_id is None:
        return []
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        found = repository.find_reviews(
            connection, call_id, call.round, person_id=actor.person_id, hidden=hidden
        )
        return [one for one in found if one.state not in GONE]


def get_review(connection: Connection, actor: Actor, review_id: UUID) -> Review:
    """One's own review; :class:`NoSuchObject` for all others, what was given back, and where there is a conflict."""
    with connection.transaction():
        found = repository.find_review(connection, review_id)
        if found is None or found.person_id != actor.person_id or found.state in GONE:
            raise NoSuchObject
        if found.application_id in hidden_applications(connection, actor, found.call_id, own_too=True):
            raise NoSuchObject
        return found


def note_opened(connection: Connection, desk: ReviewingDesk, actor: Actor, review_id: UUID) -> None:
    """Log that the reviewer reads the copy, the first time."""
    with connection.transaction():
        found, at = get_review(connection, actor, review_id), desk.desk.clock()
        if repository.mark_opened(connection, found.review_id, at):
            note(connection, REVIEWS, look(connection, REVIEWS, review_id, actor), "open", actor, at)


def list_others(connection: Connection, actor: Actor, review_id: UUID) -> list[Other]:
    """What other reviewers handed in about the same copy, without whose it is: once one's own is handed in.

    In an order that says nothing of when.
    """
    with connection.transaction():
        own = get_review(connection, actor, review_id)
        if own.state not in HANDED_IN:
            return []
        found = repository.find_reviews(connection, own.call_id, own.round)
    others = [
        Other(one.opinion)
        for one in found
        if one.application_id == own.application_id and one.review_id != review_id and one.state in HANDED_IN
    ]
    return sorted(others, key=lambda one: (one.opinion.remark, one.opinion.advice, str(one.opinion.marks)))


def write(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    review_id: UUID,
    opinion: Opinion,
    seen_version: int,
) -> Review:
    """What the reviewer thinks so far; what is blank may stay blank until it is handed in."""
    with connection.transaction():
        standing = lock(connection, REVIEWS, review_id, actor)
        review, at = get_review(connection, actor, review_id), desk.desk.clock()
        compare(standing, seen_version)
        refusal = (may_mend if review.state == "reopened" else is_reviewing)(standing.facts)
        if refusal is not None:
            raise refusal
        if review.state not in WRITABLE:
            raise errors.ReviewNotEditable
        _check(connection, desk, review, opinion)
        if review.state == "assigned":
            apply(connection, REVIEWS, review_id, "begin", actor, desk.desk.clock, seen_version=seen_version)
        repository.write_review(connection, review_id, opinion)
        note(connection, REVIEWS, standing, "write", actor, at)
        return get_review(connection, actor, review_id)


def hand_in(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    review_id: UUID,
    opinion: Opinion,
    seen_version: int,
) -> Moved:
    """Write a review and submit it, or neither; :class:`ReviewIncomplete` says what each criterion lacks."""
    with connection.transaction():
        written = write(connection, desk, actor, review_id, opinion, seen_version)
        rubric = find(connection, written.call_id).rubric
        if not rules.is_complete(rubric, opinion):
            raise errors.ReviewIncomplete(faults_of(rubric, opinion.marks), rubric.criteria)
        return move(connection, desk, actor, review_id, "submit", written.version)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    review_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step of a review: submit, recuse; reopen, take_out by the programme.

    Who recuses themselves for a conflict declares it with that: the application is not there for them any more.
    """
    with connection.transaction():
        review = repository.find_review(connection, review_id)
        moved = apply(
            connection,
            REVIEWS,
            review_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if review is not None and event == "recuse" and reason == "conflict":
            said = Said(Closeness.APPLICATION, "")
            declare(connection, desk, actor, review.call_id, said, review.application_id)
        return moved


def list_reviews(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID) -> list[Review]:
    """All reviews of the round, for the programme; without those of applications that the actor has a conflict with."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        return repository.find_reviews(connection, call_id, call.round, hidden=hidden)


def list_reviews_of(
    connection: Connection, desk: ReviewingDesk, actor: Actor, reviewer: Reviewer
) -> list[tuple[Review, list[Offer[ReviewFacts]]]]:
    """One reviewer's reviews of the round with the steps that the actor may take, for the programme."""
    require_staff(actor, desk, reviewer.call_id)
    with connection.transaction():
        call = find(connection, reviewer.call_id)
        hidden = hidden_applications(connection, actor, reviewer.call_id, own_too=True)
        of_person = repository.find_reviews(
            connection, call.call_id, call.round, person_id=reviewer.person_id, hidden=hidden
        )
        own = [one for one in of_person if one.reviewer_id == reviewer.reviewer_id]
        standings = [repository.standing_of(one, call.rubric) for one in own]
        offers = possible_steps_of(connection, REVIEWS, standings, actor, desk.desk.clock)
    return list(zip(own, offers, strict=True))


def list_progress(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID) -> list[Progress]:
    """How far each reviewer is, for the programme; nothing of applications that the actor has a conflict with."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        return repository.count_progress(connection, call_id, call.round, hidden)


def _check(connection: Connection, desk: ReviewingDesk, review: Review, opinion: Opinion) -> None:
    """Marks that the rubric does not know are refused at once; blank ones are for later."""
    most = desk.settings.remark_characters_max
    if max(len(opinion.remark), len(opinion.advice)) > most:
        raise errors.TooMuch(most=most)
    rubric = find(connection, review.call_id).rubric
    if faults := rules.impossible(rubric, opinion):
        raise errors.ReviewIncomplete(faults, rubric.criteria)
