"""Reviews: a reviewer's own, others' once one's own is handed in, and for the programme how far all of them are."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject, check
from casework.workflow.model import Moved, Offer
from casework.workflow.rules import compare
from citycore.store.rows import known
from hackathon.contest.judging.rubric import Rubric, faults_of, impossible
from hackathon.funding.reviewing import errors, repository, rules
from hackathon.funding.reviewing.machines import GONE, HANDED_IN, WRITABLE, is_reviewing, may_mend
from hackathon.funding.reviewing.model import (
    Closeness,
    Opinion,
    Progress,
    Review,
    Reviewer,
    ReviewFacts,
    Round,
    Said,
)
from hackathon.funding.reviewing.repository import REVIEWS
from hackathon.funding.reviewing.reviewers import declare
from hackathon.funding.reviewing.rounds import find, get_run, hidden_in, round_in
from hackathon.funding.reviewing.settings import ReviewingSettings


def list_own_reviews(session: Session, call_id: UUID) -> list[Review]:
    """What the reviewer has to review or has reviewed in the call's round, by the codes of the copies.

    What was given back is not among it.
    """
    person_id = session.actor.person_id
    if person_id is None:
        return []
    seen = round_in(session, find(session, call_id))
    found = repository.find_reviews(session.connection, seen, person_id=person_id)
    return [one for one in found if one.state not in GONE]


def get_review(session: Session, review_id: UUID) -> Review:
    """One's own review; :class:`NoSuchObject` for all others, what was given back, and where there is a conflict."""
    found = repository.find_review(session.connection, review_id)
    if found is None or found.person_id != session.actor.person_id or found.state in GONE:
        raise NoSuchObject
    if found.application_id in hidden_in(session, found.call_id):
        raise NoSuchObject
    return found


def note_opened(session: Session, review_id: UUID) -> None:
    """Log that the reviewer reads the copy, the first time.

    In the call's chain, and not among the readings of those who apply: those would name the reviewer to them.
    """
    get_review(session, review_id)
    at = session.now()
    if repository.mark_opened(session.connection, review_id, at):
        session.note(REVIEWS, session.look(REVIEWS, review_id), "open", at)


def list_others(session: Session, review_id: UUID) -> list[Opinion]:
    """What other reviewers handed in about the same copy, without whose it is: once one's own is handed in.

    In an order that says nothing of when.
    """
    own = get_review(session, review_id)
    if own.state not in HANDED_IN:
        return []
    found = repository.find_reviews(
        session.connection, Round(own.call_id, own.round), about=[own.application_id]
    )
    others = [one.opinion for one in found if one.review_id != review_id and one.state in HANDED_IN]
    return sorted(others, key=lambda one: (one.remark, one.advice, str(one.marks)))


def write(session: Session, review_id: UUID, opinion: Opinion, seen_version: int) -> Review:
    """What the reviewer thinks so far; what is blank may stay blank until it is handed in."""
    standing = session.lock(REVIEWS, review_id)
    review, at = get_review(session, review_id), session.now()
    compare(standing, seen_version)
    check((may_mend if review.state == "reopened" else is_reviewing)(standing.facts))
    if review.state not in WRITABLE:
        raise errors.ReviewNotEditable
    _check(session, opinion, find(session, review.call_id).rubric)
    if review.state == "assigned":
        session.step(REVIEWS, standing, "begin", seen_version)
    repository.write_review(session.connection, review_id, opinion)
    session.note(REVIEWS, standing, "write", at)
    return get_review(session, review_id)


def hand_in(session: Session, review_id: UUID, opinion: Opinion, seen_version: int) -> Moved:
    """Write a review and submit it, or neither; :class:`ReviewIncomplete` says what each criterion lacks."""
    written = write(session, review_id, opinion, seen_version)
    rubric = find(session, written.call_id).rubric
    if not rules.is_complete(rubric, opinion):
        raise errors.ReviewIncomplete(faults_of(rubric, opinion.marks), rubric.criteria)
    return move(session, review_id, "submit", written.version)


def move(
    session: Session, review_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step of a review: submit, recuse; reopen, take_out by the programme.

    Who recuses themselves for a conflict declares it with that: the application is not there for them any more.
    """
    moved = session.apply(REVIEWS, review_id, event, seen_version, reason)
    if event == "recuse" and reason == "conflict":
        review = known(repository.find_review(session.connection, review_id))
        declare(session, review.call_id, Said(Closeness.APPLICATION, "", review.application_id))
    return moved


def list_reviews(session: Session, call_id: UUID) -> list[Review]:
    """All reviews of the round, for the programme; without those of applications that the actor has a conflict with."""
    _, seen = get_run(session, call_id)
    return repository.find_reviews(session.connection, seen)


def list_reviews_of(session: Session, reviewer: Reviewer) -> list[tuple[Review, list[Offer[ReviewFacts]]]]:
    """One reviewer's reviews of the round with the steps that the actor may take, for the programme."""
    call, seen = get_run(session, reviewer.call_id)
    found = repository.find_reviews(session.connection, seen, person_id=reviewer.person_id)
    own = [one for one in found if one.reviewer_id == reviewer.reviewer_id]
    standings = [repository.standing_of(one, call.rubric) for one in own]
    return list(zip(own, session.steps_of(REVIEWS, standings), strict=True))


def list_progress(session: Session, call_id: UUID) -> list[Progress]:
    """How far each reviewer is, for the programme; nothing of applications that the actor has a conflict with."""
    _, seen = get_run(session, call_id)
    return repository.count_progress(session.connection, seen)


def _check(session: Session, opinion: Opinion, rubric: Rubric) -> None:
    """Marks that the rubric does not know are refused at once; blank ones are for later."""
    longest = max(len(opinion.remark), len(opinion.advice))
    errors.check_most(longest, session.of(ReviewingSettings).remark_characters_max)
    if faults := impossible(rubric, opinion.marks):
        raise errors.ReviewIncomplete(faults, rubric.criteria)
