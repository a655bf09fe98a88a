"""Decided quietly, told together: all of them or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from casework.outbox.model import Mail, Template
from casework.programme import Session
from casework.workflow import errors
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.repository import find_prepared_steps
from casework.workflow.settings import WorkflowSettings
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
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
        programme_for(portal, clock).call(
            REVIEWER,
            Session.prepare,
            PERMITS,
            store_permit(portal, "submitted", **permit),
            "reject",
            1,
            "incomplete",
        )
        for _ in range(count)
    ]


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

    moved = programme_for(portal, clock, SETTINGS).call(
        ORGANISER, Session.release, PERMITS, ids(decisions), mails
    )
    assert [state_of(portal, permit) for permit in permits] == [("rejected", 2)] * 3
    assert sorted(told) == sorted((permit, "incomplete") for permit in permits)
    assert len(moved) == 3
    assert find_prepared_steps(portal, "permit", permits) == []
    assert portal.execute("SELECT count(*) FROM innovation.outbox").fetchone() == (3,)
    with pytest.raises(errors.ChangedMeanwhile):
        programme_for(portal, clock, SETTINGS).call(ORGANISER, Session.release, PERMITS, ids(decisions))


def test_one_that_cannot_be_told_holds_back_all(portal: Connection):
    good = prepared(portal, 2)
    empty = store_permit(portal, "submitted", pages=0)
    bad = programme_for(portal, clock).call(REVIEWER, Session.prepare, PERMITS, empty, "approve", 1)
    with pytest.raises(NoPages):
        programme_for(portal, clock, SETTINGS).call(ORGANISER, Session.release, PERMITS, ids([*good, bad]))
    assert [state_of(portal, one.object_id)[0] for one in [*good, bad]] == ["submitted"] * 3
    programme_for(portal, clock, SETTINGS).call(ORGANISER, Session.release, PERMITS, ids(good))


def test_what_changed_since_it_was_decided_must_be_decided_anew(portal: Connection):
    decision = prepared(portal, 1)[0]
    programme_for(portal, clock).call(AMAL, Session.apply, PERMITS, decision.object_id, "withdraw", 1)
    with pytest.raises(errors.ChangedMeanwhile):
        programme_for(portal, clock, SETTINGS).call(ORGANISER, Session.release, PERMITS, ids([decision]))
    assert state_of(portal, decision.object_id)[0] == "withdrawn"
    programme_for(portal, clock).call(REVIEWER, Session.take_back, PERMITS, decision.prepared_id)
    assert find_prepared_steps(portal, "permit", [decision.object_id]) == []


def test_a_later_preparation_replaces_an_earlier_one(portal: Connection):
    first = prepared(portal, 1)[0]
    second = programme_for(portal, clock).call(
        REVIEWER, Session.prepare, PERMITS, first.object_id, "reject", 1, "out_of_scope"
    )
    assert second.prepared_id == first.prepared_id
    assert find_prepared_steps(portal, "permit", [first.object_id]) == [second]
    assert (
        programme_for(portal, clock, SETTINGS)
        .call(ORGANISER, Session.release, PERMITS, ids([second]))[0]
        .reason
        == "out_of_scope"
    )


def test_a_decision_can_be_taken_back_before_it_is_told(portal: Connection):
    decision = prepared(portal, 1)[0]
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, clock).call(AMAL, Session.take_back, PERMITS, decision.prepared_id)
    programme_for(portal, clock).call(REVIEWER, Session.take_back, PERMITS, decision.prepared_id)
    with pytest.raises(errors.ChangedMeanwhile):
        programme_for(portal, clock, SETTINGS).call(ORGANISER, Session.release, PERMITS, ids([decision]))
    again = programme_for(portal, lambda: NOW + timedelta(1)).call(
        REVIEWER, Session.prepare, PERMITS, decision.object_id, "approve", 1
    )
    assert again.reason == "met"


def test_who_prepares_need_not_release_and_others_may_do_neither(portal: Connection):
    permit = store_permit(portal, "submitted")
    for actor in (AMAL, STRANGER, ORGANISER):
        with pytest.raises(errors.NotAllowed):
            programme_for(portal, clock).call(actor, Session.prepare, PERMITS, permit, "approve", 1)
    with pytest.raises(errors.ChangedMeanwhile):
        programme_for(portal, clock).call(REVIEWER, Session.prepare, PERMITS, permit, "approve", 2)
    with pytest.raises(errors.ReasonMissing):
        programme_for(portal, clock).call(REVIEWER, Session.prepare, PERMITS, permit, "reject", 1)
    with pytest.raises(errors.NotInThisState):
        programme_for(portal, clock).call(
            REVIEWER, Session.prepare, PERMITS, store_permit(portal), "approve", 1
        )
    decision = programme_for(portal, clock).call(REVIEWER, Session.prepare, PERMITS, permit, "approve", 1)
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, clock, SETTINGS).call(REVIEWER, Session.release, PERMITS, ids([decision]))


def test_a_batch_has_a_limit(portal: Connection):
    with pytest.raises(errors.BatchTooLarge, match="At most 5"):
        programme_for(portal, clock, SETTINGS).call(
            ORGANISER, Session.release, PERMITS, [uuid4() for _ in range(6)]
        )


def test_telling_many_and_withdrawing_one_never_wait_for_each_other_in_a_ring(
    programme: Database, portal: Connection
):
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
        call = programme_for(portal, clock).call
        told = one(partial(call, ORGANISER, Session.release, PERMITS, ids(decisions)))
        other.join(60)
        states = {state_of(portal, permit)[0] for permit in permits}
        assert states == ({"rejected"} if told == "done" else {"withdrawn"})
    assert set(outcomes) <= {"done", "changed_meanwhile"}


def withdraw_permit(connection: Connection, permit: UUID) -> Moved:
    return programme_for(connection, clock).call(AMAL, Session.apply, PERMITS, permit, "withdraw", 1)


def one(step: Callable[[], object]) -> str:
    try:
        step()
    except errors.Refusal as refusal:
        return refusal.slug
    return "done"
