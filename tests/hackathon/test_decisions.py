"""Decided quietly, told together: all of them or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from casework.outbox.model import Mail, Template
from casework.workflow import errors
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.preparing import prepare, release, withdraw
from casework.workflow.repository import find_prepared_steps
from casework.workflow.service import apply
from casework.workflow.settings import WorkflowSettings
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.permits import (
    AMAL,
    NOW,
    ORGANISER,
    PACKAGE,
    PERMITS,
    REVIEWER,
    STRANGER,
    NoPages,
    state_of,
    store_permit,
)

SETTINGS = WorkflowSettings(release_decisions_max=5)


def clock():
    return NOW


def prepared(portal: Connection, count: int, **permit: int) -> list[PreparedStep]:
    return [
        prepare(
            portal, PERMITS, store_permit(portal, "submitted", **permit), "reject", REVIEWER, clock,
            seen_version=1, reason="incomplete",
        )
        for _ in range(count)
    ]  # fmt: skip


def ids(decisions: list[PreparedStep]):
    return [decision.prepared_id for decision in decisions]


def test_an_object_stays_as_it_is_until_its_decision_is_told(portal: Connection):
    decisions = prepared(portal, 3)
    permits = [decision.object_id for decision in decisions]
    assert [state_of(portal, permit) for permit in permits] == [("submitted", 1)] * 3
    told = []

    def mails(decision: PreparedStep, moved: Moved):
        told.append((decision.object_id, moved.reason))
        fields = {"name": "A", "closes": NOW, "state": "x", "door_link": "https://falaj.example/x"}
        return [Mail(Template(PACKAGE, "greeting"), "ar", "amal@example.om", fields)]

    moved = release(portal, PERMITS, ids(decisions), ORGANISER, clock, SETTINGS, mails)
    assert [state_of(portal, permit) for permit in permits] == [("rejected", 2)] * 3
    assert sorted(told) == sorted((permit, "incomplete") for permit in permits)
    assert len(moved) == 3
    assert find_prepared_steps(portal, "permit", permits) == []
    assert portal.execute("SELECT count(*) FROM innovation.outbox").fetchone() == (3,)
    with pytest.raises(errors.ChangedMeanwhile):
        release(portal, PERMITS, ids(decisions), ORGANISER, clock, SETTINGS)


def test_one_that_cannot_be_told_holds_back_all(portal: Connection):
    good = prepared(portal, 2)
    empty = store_permit(portal, "submitted", pages=0)
    bad = prepare(portal, PERMITS, empty, "approve", REVIEWER, clock, seen_version=1)
    with pytest.raises(NoPages):
        release(portal, PERMITS, ids([*good, bad]), ORGANISER, clock, SETTINGS)
    assert [state_of(portal, one.object_id)[0] for one in [*good, bad]] == ["submitted"] * 3
    release(portal, PERMITS, ids(good), ORGANISER, clock, SETTINGS)


def test_what_changed_since_it_was_decided_must_be_decided_anew(portal: Connection):
    decision = prepared(portal, 1)[0]
    apply(portal, PERMITS, decision.object_id, "withdraw", AMAL, clock, seen_version=1)
    with pytest.raises(errors.ChangedMeanwhile):
        release(portal, PERMITS, ids([decision]), ORGANISER, clock, SETTINGS)
    assert state_of(portal, decision.object_id)[0] == "withdrawn"
    withdraw(portal, PERMITS, decision.prepared_id, REVIEWER, clock)
    assert find_prepared_steps(portal, "permit", [decision.object_id]) == []


def test_a_later_preparation_replaces_an_earlier_one(portal: Connection):
    first = prepared(portal, 1)[0]
    second = prepare(
        portal, PERMITS, first.object_id, "reject", REVIEWER, clock, seen_version=1, reason="out_of_scope"
    )
    assert second.prepared_id == first.prepared_id
    assert find_prepared_steps(portal, "permit", [first.object_id]) == [second]
    assert release(portal, PERMITS, ids([second]), ORGANISER, clock, SETTINGS)[0].reason == "out_of_scope"


def test_a_decision_can_be_taken_back_before_it_is_told(portal: Connection):
    decision = prepared(portal, 1)[0]
    with pytest.raises(errors.NotAllowed):
        withdraw(portal, PERMITS, decision.prepared_id, AMAL, clock)
    withdraw(portal, PERMITS, decision.prepared_id, REVIEWER, clock)
    with pytest.raises(errors.ChangedMeanwhile):
        release(portal, PERMITS, ids([decision]), ORGANISER, clock, SETTINGS)
    again = prepare(
        portal, PERMITS, decision.object_id, "approve", REVIEWER, lambda: NOW + timedelta(1), seen_version=1
    )
    assert again.reason == "met"


def test_who_prepares_need_not_release_and_others_may_do_neither(portal: Connection):
    permit = store_permit(portal, "submitted")
    for actor in (AMAL, STRANGER, ORGANISER):
        with pytest.raises(errors.NotAllowed):
            prepare(portal, PERMITS, permit, "approve", actor, clock, seen_version=1)
    with pytest.raises(errors.ChangedMeanwhile):
        prepare(portal, PERMITS, permit, "approve", REVIEWER, clock, seen_version=2)
    with pytest.raises(errors.ReasonMissing):
        prepare(portal, PERMITS, permit, "reject", REVIEWER, clock, seen_version=1)
    with pytest.raises(errors.NotInThisState):
        prepare(portal, PERMITS, store_permit(portal), "approve", REVIEWER, clock, seen_version=1)
    decision = prepare(portal, PERMITS, permit, "approve", REVIEWER, clock, seen_version=1)
    with pytest.raises(errors.NotAllowed):
        release(portal, PERMITS, ids([decision]), REVIEWER, clock, SETTINGS)


def test_a_batch_has_a_limit(portal: Connection):
    with pytest.raises(errors.BatchTooLarge, match="At most 5"):
        release(portal, PERMITS, [uuid4() for _ in range(6)], ORGANISER, clock, SETTINGS)


def test_telling_many_and_withdrawing_one_never_wait_for_each_other_in_a_ring(
    programme: Database, portal: Connection
):
    settings = WorkflowSettings()
    outcomes: list[str] = []

    def withdraw_all(permits: list[UUID], start: threading.Barrier) -> None:
        with programme.connect("portal") as other:
            start.wait(60)
            outcomes.extend(one(partial(withdraw_permit, other, permit)) for permit in permits)

    for _ in range(5):
        decisions = prepared(portal, 12)
        permits = sorted((decision.object_id for decision in decisions), reverse=True)
        start = threading.Barrier(2)
        other = threading.Thread(target=withdraw_all, args=(permits, start))
        other.start()
        start.wait(60)
        told = one(partial(release, portal, PERMITS, ids(decisions), ORGANISER, clock, settings))
        other.join(60)
        states = {state_of(portal, permit)[0] for permit in permits}
        assert states == ({"rejected"} if told == "done" else {"withdrawn"})
    assert set(outcomes) <= {"done", "changed_meanwhile"}


def withdraw_permit(connection: Connection, permit: UUID) -> Moved:
    return apply(connection, PERMITS, permit, "withdraw", AMAL, clock, seen_version=1)


def one(step: Callable[[], object]) -> str:
    try:
        step()
    except errors.Refusal as refusal:
        return refusal.slug
    return "done"
