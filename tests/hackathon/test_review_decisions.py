"""The panel, decisions prepared and told, and feedback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import HUB, Actor, Grant, Role
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed
from citycore.store.connections import Connection
from hackathon.funding.applications.repository import find_application
from hackathon.funding.reviewing import errors, reviews
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.model import Choice, Ranking, Verdict
from hackathon.funding.reviewing.deciding.repository import find_decided
from hackathon.funding.reviewing.deciding.rules import is_fit
from hackathon.funding.reviewing.settings import ReviewingSettings
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.reviewing_stage import Applied, ReviewingStage, opinion

NOTHING = Verdict()


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[ReviewingStage]:
    with programme.connect() as owner:
        yield ReviewingStage(portal, owner, tmp_path)


def reviewed(stage: ReviewingStage, marks: Mapping[str, str], *, leave_out: int = 0) -> dict[str, Applied]:
    """Applications by their titles with these marks of both reviewers, but for so many reviews."""
    applied = {title: stage.apply(title) for title in marks}
    title_of = {one.application_id: title for title, one in applied.items()}
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    made = stage.assign()
    for number, review in enumerate(made[leave_out:]):
        title = title_of[review.application_id]
        stage.hand_in(review, marks[title], advice=f"{title}: advice {number}", remark=f"{title} in private")
    return applied


def begin(stage: ReviewingStage, why: str = "") -> None:
    stage.call(stage.officer, panel.begin, stage.call_id, why)


def prepare(
    stage: ReviewingStage, application_id: UUID, event: str, verdict: Verdict = NOTHING, reason: str | None = None
) -> UUID:  # fmt: skip
    found = find_application(stage.portal, application_id)
    assert found is not None
    return stage.call(
        stage.officer, decisions.prepare, application_id, Choice(event, verdict, reason), found.version
    ).decision_id


def release(stage: ReviewingStage, *made: UUID) -> list[str]:
    done = stage.call(stage.officer, decisions.release, stage.call_id, made)
    return [moved.target for moved in done]


def test_the_ranking_has_both_scores_and_sums_what_is_asked(stage: ReviewingStage) -> None:
    reviewed(stage, {"Best": "9", "Middle": "7", "Last": "3"})
    ranking = stage.call(stage.officer, panel.rank, stage.call_id)
    assert [line.title for line in ranking.lines] == ["Best", "Middle", "Last"]
    assert [(line.place, line.raw_place) for line in ranking.lines] == [(1, 1), (2, 2), (3, 3)]
    assert [line.raw for line in ranking.lines] == [Decimal(9), Decimal(7), Decimal(3)]
    assert [line.running.minor for line in ranking.lines] == [2_000_000, 4_000_000, 6_000_000]
    assert [line.is_within_budget for line in ranking.lines] == [True, True, False]
    assert ranking.agreement_alpha == pytest.approx(1)
    assert ranking.missing == 0


def test_reviewers_who_are_far_apart_are_noted(stage: ReviewingStage) -> None:
    stage.apply("Disputed")
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    for review, mark in zip(stage.assign(), ("2", "9"), strict=True):
        stage.hand_in(review, mark)
    (line,) = stage.call(stage.officer, panel.rank, stage.call_id).lines
    assert (line.is_disputed, line.raw) == (True, Decimal("5.5"))


def test_without_shared_reviewers_there_are_means_alone(
    programme: Database, portal: Connection, tmp_path: Path
) -> None:
    with programme.connect() as owner:
        stage = ReviewingStage(portal, owner, tmp_path, reviews_each=1)
        one, two = stage.apply("One"), stage.apply("Two")
        for applied in (one, two):
            actor = stage.reviewer(capacity=1)
            owner.execute(
                "INSERT INTO innovation.reviews (review_id, call_id, round, application_id, reviewer_id, state,"
                " state_changed_at, created_at, marks, submitted_at) SELECT gen_random_uuid(), call_id, 1, %s,"
                ' reviewer_id, \'submitted\', now(), now(), \'{"worth": "7", "team": "n/a"}\', now()'
                " FROM innovation.reviewers WHERE person_id = %s",
                [applied.application_id, actor.person_id],
            )
        ranking = stage.call(stage.officer, panel.rank, stage.call_id)
        assert ranking.places is None
        assert [(line.raw, line.normalised) for line in ranking.lines] == [(Decimal(7), None)] * 2


def test_an_officer_in_conflict_ranks_the_others_as_if_there_were_none(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9", "Middle": "7"})
    chief = Actor(applied["Best"].lead, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    (line,) = stage.call(chief, panel.rank, stage.call_id).lines
    assert (line.title, line.place, line.running.minor) == ("Middle", 1, 2_000_000)


def test_a_ranking_is_kept_until_something_changes(stage: ReviewingStage) -> None:
    reviewed(stage, {"Best": "9", "Middle": "7"}, leave_out=1)

    def rank() -> Ranking:
        return stage.call(stage.officer, panel.rank, stage.call_id)

    before = rank()
    assert rank() is before
    missing = next(one for one in stage.reviews() if one.state == "assigned")
    stage.hand_in(missing, "3")
    after = rank()
    assert (before.missing, after.missing) == (1, 0)
    assert {line.title: line.raw for line in before.lines} != {line.title: line.raw for line in after.lines}
    begin(stage)
    assert {line.state for line in rank().lines} == {"panel"}


def test_a_ranking_that_is_kept_is_not_for_somebody_in_conflict(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9", "Middle": "7"})
    chief = Actor(applied["Best"].lead, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    for _ in range(2):
        for actor, titles in ((stage.officer, ["Best", "Middle"]), (chief, ["Middle"])):
            lines = stage.call(actor, panel.rank, stage.call_id).lines
            assert [line.title for line in lines] == titles
    ids = [one.application_id for one in applied.values()]
    about = stage.call(chief, panel.list_reviews_about, stage.call_id, ids)
    assert set(about) == {applied["Middle"].application_id}


def test_few_rankings_are_kept(stage: ReviewingStage) -> None:
    reviewed(stage, {"Best": "9"})
    small = programme_for(stage.portal, stage.watch, ReviewingSettings(rankings_kept_max=1))
    chief = Actor(stage.apply("Own").lead, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    first = small.call(stage.officer, panel.rank, stage.call_id)
    small.call(chief, panel.rank, stage.call_id)
    again = small.call(stage.officer, panel.rank, stage.call_id)
    assert again is not first
    assert again == first


def test_a_panel_begins_when_all_reviews_are_in(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9", "Middle": "7"})
    begin(stage)
    assert {stage.state_of(one.application_id) for one in applied.values()} == {"panel"}
    assert {one.state for one in stage.reviews()} == {"locked"}
    with pytest.raises(errors.NotReviewing):
        begin(stage)


def test_a_panel_begins_without_a_review_only_with_a_reason(stage: ReviewingStage) -> None:
    reviewed(stage, {"Best": "9", "Middle": "7"}, leave_out=1)
    with pytest.raises(errors.ReviewsMissing):
        begin(stage, "  ")
    begin(stage, "The reviewer is ill")
    assert sorted(one.state for one in stage.reviews()) == ["locked", "locked", "locked", "recused"]
    found = stage.call(stage.officer, panel.rank, stage.call_id).panel
    assert found is not None
    assert (found.missing, found.why) == (1, "The reviewer is ill")


def test_what_nobody_reviewed_keeps_the_panel_waiting(stage: ReviewingStage) -> None:
    reviewed(stage, {"Best": "9"}, leave_out=2)
    with pytest.raises(errors.NothingReviewed):
        begin(stage, "Never mind")


def test_a_review_is_closed_once_the_panel_sits_and_reopened_with_a_reason(stage: ReviewingStage) -> None:
    reviewed(stage, {"Best": "9"})
    begin(stage)
    review = stage.reviews()[0]
    actor = stage.actor(review.person_id)
    with pytest.raises(errors.NotReviewing):
        stage.call(actor, reviews.write, review.review_id, opinion(), review.version)
    stage.call(stage.officer, reviews.move, review.review_id, "reopen", review.version, "mistake")
    stage.call(actor, reviews.hand_in, review.review_id, opinion("8"), review.version + 1)
    assert {one.state for one in stage.reviews()} == {"locked", "submitted"}


def test_notes_of_the_panel_are_for_the_programme(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9"})["Best"]
    stage.call(stage.officer, panel.write_note, applied.application_id, " Ask for maps ")
    notes = stage.call(stage.officer, panel.list_notes, stage.call_id)
    assert [one.note for one in notes[applied.application_id]] == ["Ask for maps"]
    with pytest.raises(errors.PanelNoteMissing):
        stage.call(stage.officer, panel.write_note, applied.application_id, " ")
    reviewer = stage.actor(stage.reviews()[0].person_id)
    for call in (
        lambda: stage.call(reviewer, panel.list_notes, stage.call_id),
        lambda: stage.call(reviewer, panel.rank, stage.call_id),
        lambda: stage.call(reviewer, panel.write_note, applied.application_id, "x"),
        lambda: stage.call(reviewer, panel.begin, stage.call_id),
    ):
        with pytest.raises((NotAllowed, NoSuchObject)):
            call()


@pytest.mark.parametrize(
    ("event", "verdict", "fits"),
    [
        ("approve", Verdict(2_000), True),
        ("approve", Verdict(999), False),
        ("approve", Verdict(3_000_001), False),
        ("approve", Verdict(), False),
        ("approve", Verdict(2_000, "ش", "c"), False),
        ("approve_with_conditions", Verdict(2_000, "ش", "c"), True),
        ("approve_with_conditions", Verdict(2_000, "ش", ""), False),
        ("reject", Verdict(), True),
        ("reject", Verdict(2_000), False),
        ("hold_in_reserve", Verdict(), True),
        ("invite", Verdict(conditions_ar="ش", conditions_en="c"), False),
    ],
)
def test_what_goes_with_a_decision_fits_it(event: str, verdict: Verdict, fits: bool) -> None:
    assert is_fit(event, verdict, 1_000, 3_000_000) is fits


def test_decisions_are_told_together_with_feedback_and_not_before(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9", "Middle": "7", "Last": "3"})
    begin(stage)
    best, middle, last = (applied[title] for title in ("Best", "Middle", "Last"))
    made = [
        prepare(stage, best.application_id, "approve", Verdict(1_500_000)),
        prepare(
            stage, middle.application_id, "approve_with_conditions", Verdict(900_000, "بشرط", "If"),
        ),
        prepare(stage, last.application_id, "reject", reason="below_threshold"),
    ]  # fmt: skip
    lead = stage.actor(best.lead)
    assert stage.call(lead, decisions.list_told, best.application_id) == []
    assert find_decided(stage.portal, best.application_id, 1) is None
    mails = "SELECT count(*) FROM innovation.outbox WHERE template LIKE '%%decided'"
    (before,) = stage.owner.execute(mails).fetchone() or (0,)
    assert sorted(release(stage, *made)) == ["approved", "approved_with_conditions", "rejected"]
    (after,) = stage.owner.execute(mails).fetchone() or (0,)
    assert after - before == 3
    ((decided, feedback),) = stage.call(lead, decisions.list_told, best.application_id)
    assert (decided.event, decided.verdict.amount_minor) == ("approve", 1_500_000)
    assert feedback is not None
    assert (feedback.reviews, [one.mean for one in feedback.criteria]) == (2, [Decimal(9), Decimal(9)])
    assert len(feedback.advice) == 2
    assert all(text.startswith("Best: advice") for text in feedback.advice)
    conditions = find_decided(stage.portal, middle.application_id, 1)
    assert conditions is not None
    assert (conditions.conditions("ar"), conditions.conditions("en")) == ("بشرط", "If")
    assert "in private" not in str(feedback)


def test_feedback_is_for_those_who_apply(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9"})["Best"]
    begin(stage)
    release(stage, prepare(stage, applied.application_id, "approve", Verdict(1_500_000)))
    for actor in (stage.actor(stage.reviews()[0].person_id), stage.actor(stage.person()), stage.officer):
        with pytest.raises(NoSuchObject):
            stage.call(actor, decisions.list_told, applied.application_id)


def test_a_decision_can_be_replaced_and_taken_back(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9"})["Best"]
    begin(stage)
    prepare(stage, applied.application_id, "approve", Verdict(1_500_000))
    made = prepare(stage, applied.application_id, "hold_in_reserve")
    (one,) = stage.call(stage.officer, decisions.list_prepared, stage.call_id)
    assert (one.decision.event, one.decided.verdict) == ("hold_in_reserve", Verdict())
    stage.call(stage.officer, decisions.withdraw, made)
    assert stage.call(stage.officer, decisions.list_prepared, stage.call_id) == []
    with pytest.raises(ChangedMeanwhile):
        release(stage, made)
    with pytest.raises(errors.NoDecisionPrepared):
        release(stage)


def test_from_the_reserve_to_an_award_both_decisions_stay(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9"})["Best"]
    begin(stage)
    assert release(stage, prepare(stage, applied.application_id, "hold_in_reserve")) == ["reserve"]
    made = prepare(stage, applied.application_id, "approve", Verdict(1_000_000))
    lead = stage.actor(applied.lead)
    assert len(stage.call(lead, decisions.list_told, applied.application_id)) == 1
    release(stage, made)
    told = stage.call(lead, decisions.list_told, applied.application_id)
    assert [one.event for one, _ in told] == ["hold_in_reserve", "approve"]


def test_who_applies_decides_nothing(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9"})["Best"]
    begin(stage)
    found = find_application(stage.portal, applied.application_id)
    assert found is not None
    chief = Actor(applied.lead, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    for event in decisions.EVENTS:
        with pytest.raises(NoSuchObject):
            stage.call(chief, decisions.prepare, applied.application_id, Choice(event), found.version)


def test_all_are_told_or_none(stage: ReviewingStage) -> None:
    applied = reviewed(stage, {"Best": "9", "Middle": "7"})
    begin(stage)
    made = [prepare(stage, one.application_id, "approve", Verdict(1_000_000)) for one in applied.values()]
    stage.call(stage.officer, decisions.withdraw, made[0])
    with pytest.raises(ChangedMeanwhile):
        release(stage, *made)
    assert {stage.state_of(one.application_id) for one in applied.values()} == {"panel"}
