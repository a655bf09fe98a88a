"""Reviewers, assignments and reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from casework.access.model import Role, Scope, ScopeKind
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed
from citycore.store.connections import Connection
from hackathon.contest.judging.errors import JudgingAssignmentImpossible
from hackathon.contest.judging.model import NOT_APPLICABLE
from hackathon.funding.reviewing import assignment, errors, repository, reviewers, reviews, rules
from hackathon.funding.reviewing.copies.reading import list_assigned
from hackathon.funding.reviewing.holding import HOLDER
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.model import Closeness, Opinion, Said
from tests.conftest import Database
from tests.hackathon.reviewing_stage import NOW, ReviewingStage, opinion


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[ReviewingStage]:
    with programme.connect() as owner:
        yield ReviewingStage(portal, owner, tmp_path)


def hidden(stage: ReviewingStage, person_id: UUID) -> frozenset[UUID]:
    return hidden_applications(stage.portal, stage.actor(person_id), stage.call_id, own_too=True)


# Reviewers


def test_a_reviewer_is_asked_once_and_has_the_role_after_accepting(stage: ReviewingStage) -> None:
    person_id = stage.person("once@gmail.com")
    asked = stage.call(stage.officer, reviewers.invite, stage.call_id, "once@gmail.com", 3, ["water"])
    call = Scope(ScopeKind.CALL, stage.call_id)
    assert not stage.actor(person_id).has(Role.REVIEWER, call)
    with pytest.raises(errors.AlreadyReviewer):
        stage.call(stage.officer, reviewers.invite, stage.call_id, "once@gmail.com", 3)
    stage.call(stage.actor(person_id), reviewers.move, asked.reviewer_id, "accept", asked.version)
    assert stage.actor(person_id).has(Role.REVIEWER, call)
    (own,) = stage.call(stage.actor(person_id), reviewers.list_own_reviewing)
    assert (own.reviewer.topics, own.reviewer.state, own.title_en) == (
        ("water",),
        "accepted",
        "Cooler cities",
    )
    stage.call(stage.officer, reviewers.move, asked.reviewer_id, "remove", own.reviewer.version)
    assert not stage.actor(person_id).has(Role.REVIEWER, call)


def test_who_applies_is_not_asked_to_review(stage: ReviewingStage) -> None:
    stage.apply(lead=stage.person("lead@dar.example"))
    with pytest.raises(errors.ReviewerApplies):
        stage.call(stage.officer, reviewers.invite, stage.call_id, "lead@dar.example", 3)


@pytest.mark.parametrize("capacity", [0, 51])
def test_a_capacity_has_bounds(stage: ReviewingStage, capacity: int) -> None:
    stage.person(address := f"{uuid4().hex}@gmail.com")
    with pytest.raises(errors.TooMuchReviewing):
        stage.call(stage.officer, reviewers.invite, stage.call_id, address, capacity)


def test_strangers_ask_nobody(stage: ReviewingStage) -> None:
    stranger = stage.actor(stage.person())
    with pytest.raises(NotAllowed):
        stage.call(stranger, reviewers.invite, stage.call_id, "a@gmail.com", 3)
    with pytest.raises(errors.NoReviewerAccount):
        stage.call(stage.officer, reviewers.invite, stage.call_id, "nobody@gmail.com", 3)


# Assignment


def test_each_application_has_its_reviews_and_nobody_in_conflict(stage: ReviewingStage) -> None:
    close = stage.person(f"{uuid4().hex}@dar.example")
    own = stage.apply(lead=stage.person(f"{uuid4().hex}@dar.example"))
    for number in range(5):
        stage.apply(f"Idea {number}")
    for person_id in (close, None, None, None):
        stage.reviewer(person_id)
    stage.copy_all()
    made = stage.assign()
    assert Counter(one.application_id for one in made) == dict.fromkeys(
        {one.application_id for one in made}, 2
    )
    assert len(made) == 12
    assert all(one.application_id != own.application_id for one in made if one.person_id == close)


def test_two_of_an_organisation_do_not_review_one_application(stage: ReviewingStage) -> None:
    organisation = stage.organisation()
    pair = [stage.person(), stage.person()]
    for person_id in pair:
        stage.belongs(person_id, organisation)
        stage.reviewer(person_id)
    stage.reviewer()
    stage.apply()
    stage.copy_all()
    assert len({one.person_id for one in stage.assign()} & set(pair)) == 1


def test_what_is_missing_is_said(stage: ReviewingStage) -> None:
    stage.apply()
    with pytest.raises(errors.CopiesMissing):
        stage.assign()
    stage.copy_all()
    with pytest.raises(errors.NobodyToReview):
        stage.assign()
    stage.reviewer()
    with pytest.raises(JudgingAssignmentImpossible) as refused:
        stage.assign()
    assert refused.value.shortages


def test_a_gap_is_filled_and_the_rest_stays(stage: ReviewingStage) -> None:
    for _ in range(3):
        stage.reviewer()
    stage.apply()
    stage.apply()
    stage.copy_all()
    before = stage.assign()
    stage.hand_in(before[1])
    gone = before[0]
    stage.call(stage.actor(gone.person_id), reviews.move, gone.review_id, "recuse", gone.version, "conflict")
    assert hidden(stage, gone.person_id) == {gone.application_id}
    wanting = stage.call(stage.officer, assignment.find_wanting, stage.call_id)
    assert wanting == {gone.application_id: 1}
    after = stage.assign(2)
    kept = {one.review_id for one in before if one is not gone}
    assert kept <= {one.review_id for one in after}
    (new,) = [one for one in after if one.review_id not in kept and one.state == "assigned"]
    assert new.application_id == gone.application_id
    assert new.person_id != gone.person_id


def test_a_proposal_is_published_as_it_was_looked_at(stage: ReviewingStage) -> None:
    for _ in range(2):
        stage.reviewer()
    applied = stage.apply()
    stage.copy_all()
    proposal = stage.call(stage.officer, assignment.propose, stage.call_id, 1)
    assert {seat.application_id for seat in proposal.seats} == {applied.application_id}
    stage.reviewer()
    stage.call(
        stage.actor(_person(stage, proposal.seats[0].reviewer_id)),
        reviewers.declare,
        stage.call_id,
        Said(Closeness.APPLICATION, "", applied.application_id),
    )
    with pytest.raises(errors.ReviewProposalOutdated):
        stage.call(stage.officer, assignment.publish, proposal.proposal_id)
    assert stage.reviews() == []


def _person(stage: ReviewingStage, reviewer_id: UUID) -> UUID:
    found = repository.find_reviewer(stage.portal, reviewer_id)
    assert found is not None
    return found.person_id


def test_topics_draw_reviewers_to_what_they_know() -> None:
    assert rules.affinity(("Water", "الظل"), "where the water goes") == pytest.approx(0.5)
    assert rules.affinity(("ظل",), "مظلة") == 0
    assert rules.affinity((), "water") == 0
    assert rules.tidy_topics("water,  clean  air\nالظل، water") == ("water", "clean air", "الظل")


# Reviews


@pytest.fixture
def assigned(stage: ReviewingStage) -> ReviewingStage:
    """Two applications, each with two reviews."""
    stage.apply("One")
    stage.apply("Two")
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    stage.assign()
    return stage


def test_a_review_is_written_and_handed_in(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    actor = assigned.actor(review.person_id)
    half = Opinion({"worth": Decimal(6)}, remark="Look at the budget")
    written = assigned.call(actor, reviews.write, review.review_id, half, review.version)
    assert (written.state, written.opinion) == ("in_progress", half)
    with pytest.raises(errors.ReviewIncomplete) as refused:
        assigned.call(actor, reviews.hand_in, review.review_id, half, written.version)
    assert [fault.code for fault in refused.value.faults] == ["mark_blank"]
    assert "Team" in refused.value.text("en")
    whole = Opinion({"worth": Decimal(6), "team": NOT_APPLICABLE}, "", "Plant earlier", *_rest(opinion()))
    assigned.call(actor, reviews.hand_in, review.review_id, whole, written.version)
    done = assigned.call(actor, reviews.get_review, review.review_id)
    assert (done.state, done.opinion) == ("submitted", whole)
    with pytest.raises(errors.ReviewNotEditable):
        assigned.call(actor, reviews.write, review.review_id, whole, done.version)


def _rest(one: Opinion) -> tuple[object, object]:
    return one.confidence, one.recommendation


@pytest.mark.parametrize("missing", ["confidence", "recommendation"])
def test_a_review_says_how_sure_it_is_and_what_it_recommends(assigned: ReviewingStage, missing: str) -> None:
    from dataclasses import replace

    review = assigned.reviews()[0]
    with pytest.raises(errors.ReviewIncomplete):
        assigned.call(
            assigned.actor(review.person_id),
            reviews.hand_in,
            review.review_id,
            replace(opinion(), **{missing: None}),
            review.version,
        )
    assert assigned.reviews()[0].state == "assigned", "refused whole"


def test_marks_off_the_scale_are_refused_at_once(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    for mark in ("11", "-1", "7.25"):
        with pytest.raises(errors.ReviewIncomplete):
            assigned.call(
                assigned.actor(review.person_id),
                reviews.write,
                review.review_id,
                opinion(mark),
                review.version,
            )


def test_nobody_writes_over_what_they_have_not_seen(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    actor = assigned.actor(review.person_id)
    assigned.call(actor, reviews.write, review.review_id, opinion(), review.version)
    with pytest.raises(ChangedMeanwhile):
        assigned.call(actor, reviews.write, review.review_id, opinion(), review.version)


def test_a_review_is_its_reviewers_alone(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    stranger = next(one.person_id for one in assigned.reviews() if one.person_id != review.person_id)
    for actor in (assigned.actor(stranger), assigned.officer):
        with pytest.raises(NoSuchObject):
            assigned.call(actor, reviews.get_review, review.review_id)


def test_others_are_read_after_ones_own_is_handed_in(assigned: ReviewingStage) -> None:
    first, *_ = assigned.reviews()
    other = next(
        one for one in assigned.reviews() if one.application_id == first.application_id and one != first
    )
    assigned.hand_in(other, "9", remark="Convincing")
    actor = assigned.actor(first.person_id)
    assert assigned.call(actor, reviews.list_others, first.review_id) == []
    assigned.hand_in(first)
    (seen,) = assigned.call(actor, reviews.list_others, first.review_id)
    assert seen.remark == "Convincing"


def test_what_is_given_back_is_gone(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    actor = assigned.actor(review.person_id)
    assert len(assigned.call(actor, list_assigned, assigned.call_id)) == 2
    assigned.call(actor, reviews.move, review.review_id, "recuse", review.version, "not_my_field")
    assert len(assigned.call(actor, list_assigned, assigned.call_id)) == 1
    with pytest.raises(NoSuchObject):
        assigned.call(actor, reviews.get_review, review.review_id)


def test_a_conflict_that_comes_later_takes_the_review_away(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    actor = assigned.actor(review.person_id)
    organisation = assigned.organisation()
    assigned.belongs(review.person_id, organisation)
    lead = assigned.owner.execute(
        "SELECT person_id FROM innovation.applicants WHERE application_id = %s", [review.application_id]
    ).fetchone()
    assert lead is not None
    assigned.belongs(lead[0], organisation)
    assert len(assigned.call(actor, reviews.list_own_reviews, assigned.call_id)) == 1
    for call in (
        lambda: assigned.call(actor, reviews.get_review, review.review_id),
        lambda: assigned.call(actor, reviews.write, review.review_id, opinion(), review.version),
    ):
        with pytest.raises(NoSuchObject):
            call()


def test_reopening_says_why_and_is_logged(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    assigned.hand_in(review)
    done = next(one for one in assigned.reviews() if one.review_id == review.review_id)
    assigned.call(assigned.officer, reviews.move, review.review_id, "reopen", done.version, "mistake")
    line = assigned.owner.execute(
        "SELECT event, reason FROM innovation.audit WHERE object = %s ORDER BY position DESC LIMIT 1",
        [review.review_id],
    ).fetchone()
    assert line == ("reopen", "mistake")


def test_an_export_has_ones_own_words_and_nothing_in_conflict(assigned: ReviewingStage) -> None:
    review = assigned.reviews()[0]
    assigned.hand_in(review, advice="Plant earlier", remark="For the panel")
    with assigned.portal.transaction():
        told = [dict(row) for _, row in HOLDER.export(assigned.portal, review.person_id)]
    assert any(row.get("advice") == "Plant earlier" for row in told)
    assigned.call(
        assigned.actor(review.person_id),
        reviewers.declare,
        assigned.call_id,
        Said(Closeness.APPLICATION, "", review.application_id),
    )
    with assigned.portal.transaction():
        told = [dict(row) for _, row in HOLDER.export(assigned.portal, review.person_id)]
    assert not any(row.get("advice") == "Plant earlier" for row in told)


def test_the_first_reading_is_logged_once(assigned: ReviewingStage) -> None:
    from hackathon.funding.reviewing.copies.reading import read_copy

    review = assigned.reviews()[0]
    for _ in range(2):
        assigned.call(assigned.actor(review.person_id), read_copy, review.review_id)
        assigned.watch.at = NOW + timedelta(hours=1)
    lines = assigned.owner.execute(
        "SELECT at FROM innovation.audit WHERE object = %s AND event = 'open'", [review.review_id]
    ).fetchall()
    assert lines == [(NOW,)]
