"""Deadlines are planned, announced, extended in public, and bring about what they say."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.programme import Session
from casework.workflow import errors
from casework.workflow.clockwork import run_due
from casework.workflow.deadlines import extension_reasons
from casework.workflow.model import Extension
from casework.workflow.repository import find_deadlines, find_extensions
from casework.workflow.rules import may_extend, why_not_extended, why_not_planned
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from hackathon.contest.hackathons.machine import HACKATHON
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.permits import (
    AMAL,
    CLOSES,
    NOW,
    OPENS,
    ORGANISER,
    PERMITS,
    STRANGER,
    state_of,
    store_permit,
)
from tests.poisoned_rows import poisoned

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def at(instant):
    return lambda: instant


@pytest.fixture(autouse=True)
def _no_permits(portal: Connection, programme: Database):
    """The clockwork of one test must not meet the drafts of another."""
    yield
    with programme.connect() as owner:
        owner.execute("DELETE FROM innovation.permits")


def test_an_extension_is_public_and_opens_what_was_closed(portal: Connection):
    permit = store_permit(portal)
    late = CLOSES + TICK
    with pytest.raises(errors.TooLate):
        programme_for(portal, at(late)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1)
    extension = programme_for(portal, at(late)).call(
        ORGANISER, Session.extend, PERMITS, permit, "closes", CLOSES + HOUR, "technical_fault"
    )
    assert find_extensions(portal, permit) == [extension]
    assert (extension.previous, extension.instant, extension.extended_at) == (CLOSES, CLOSES + HOUR, late)
    assert [(one.name, one.instant, one.zone) for one in find_deadlines(portal, permit)] == [
        ("opens", OPENS, "Asia/Muscat"), ("closes", CLOSES + HOUR, "Asia/Muscat"),
    ]  # fmt: skip
    programme_for(portal, at(CLOSES + HOUR - TICK)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1)


@pytest.mark.parametrize(
    ("name", "instant", "now", "refusal"),
    [
        ("closes", CLOSES, NOW, errors.NotAnExtension),
        ("closes", CLOSES - TICK, NOW, errors.NotAnExtension),
        ("closes", CLOSES + HOUR, CLOSES + HOUR, errors.NotAnExtension),
        ("opens", CLOSES + TICK, OPENS - HOUR, errors.DeadlinesOutOfOrder),
        ("ends", CLOSES + HOUR, NOW, errors.DeadlineUnknown),
    ],
)
def test_what_is_no_extension_is_refused(portal: Connection, name, instant, now, refusal):
    permit = store_permit(portal)
    with pytest.raises(refusal):
        programme_for(portal, at(now)).call(
            ORGANISER, Session.extend, PERMITS, permit, name, instant, "holiday"
        )
    assert find_extensions(portal, permit) == []


def test_what_a_deadline_brought_about_is_not_undone_by_moving_it(portal: Connection):
    permit = store_permit(portal)
    run_due(programme_for(portal, at(CLOSES)), [PERMITS])
    with pytest.raises(errors.DeadlineSpent):
        programme_for(portal, at(CLOSES)).call(
            ORGANISER, Session.extend, PERMITS, permit, "closes", CLOSES + HOUR, "holiday"
        )


EARLY = {name: NOW + number * HOUR for number, name in enumerate(HACKATHON.deadlines)} | {
    "starts": NOW + 1.5 * HOUR
}


@pytest.mark.parametrize(
    ("name", "hours", "refusal"),
    [
        ("starts", 1.5, None),
        ("starts", 4, None),
        ("starts", 0.5, errors.DeadlinesOutOfOrder),
        ("starts", 5.5, errors.DeadlinesOutOfOrder),
        ("registration_opens", 1.7, errors.DeadlinesOutOfOrder),
        ("team_formation_closes", 5.5, errors.DeadlinesOutOfOrder),
    ],
)
def test_a_hackathon_may_start_while_teams_form_and_nothing_else_is_out_of_order(name, hours, refusal):
    found = why_not_planned(HACKATHON, EARLY | {name: NOW + hours * HOUR})
    assert type(found) is (refusal or type(None))


@pytest.mark.parametrize(
    ("planned", "name", "hours", "now", "refusal"),
    [
        # All begin together: that the close of formation is moved does not change it.
        (EARLY | {"starts": NOW + 4 * HOUR}, "team_formation_closes", 4.5, 0, errors.DeadlinesOutOfOrder),
        (EARLY, "team_formation_closes", 4.5, 2, None),
        (EARLY, "starts", 1.8, 1, None),
        # Teams have begun.
        (EARLY, "starts", 2.5, 1.5, errors.DeadlineSpent),
    ],
)
def test_an_extension_changes_nothing_about_who_begins_when(planned, name, hours, now, refusal):
    later = Extension(name, planned[name], NOW + hours * HOUR, "weather", NOW + now * HOUR)
    found = why_not_extended(HACKATHON, "registration_open", planned, later)
    assert type(found) is (refusal or type(None))


@given(
    st.sampled_from([one.name for one in HACKATHON.states]),
    st.lists(st.integers(0, 20), min_size=len(HACKATHON.deadlines), max_size=len(HACKATHON.deadlines)).map(
        sorted
    ),
    st.sets(st.sampled_from(HACKATHON.deadlines)),
    st.integers(-1, 21),
    st.integers(0, 2),
)
def test_what_may_be_extended_is_what_some_later_instant_is_allowed_for(state, hours, left_out, now, places):
    """A page that offers a deadline is one on which an extension can succeed, and the other way round."""
    start = HACKATHON.deadlines.index("starts")
    hours.insert(start - places, hours.pop(start))
    hours[start - places : start + 1] = [*hours[start - places + 1 : start + 1], hours[start - places]]
    planned = {
        name: NOW + number * HOUR
        for name, number in zip(HACKATHON.deadlines, hours, strict=True)
        if name not in left_out
    }
    moment = NOW + now * HOUR
    for name in HACKATHON.deadlines:
        before = planned.get(name, moment)
        least = Extension(name, before, max(before, moment) + TICK, "weather", moment)
        allowed = why_not_extended(HACKATHON, state, planned, least) is None
        assert may_extend(HACKATHON, state, planned, name, moment) == allowed


def test_nothing_is_extended_of_what_has_come_to_its_end():
    planned = dict.fromkeys(HACKATHON.deadlines, NOW + HOUR)
    for state in ("archived", "cancelled"):
        assert not any(may_extend(HACKATHON, state, planned, name, NOW) for name in planned)
    passed = {**planned, "registration_closes": NOW - HOUR}
    assert may_extend(HACKATHON, "registration_open", passed, "registration_closes", NOW), "it opens again"


def test_deadlines_are_the_planners_and_fixed_once_announced(portal: Connection):
    permit = store_permit(portal)
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, at(NOW)).call(
            AMAL, Session.extend, PERMITS, permit, "closes", CLOSES + HOUR, "holiday"
        )
    with pytest.raises(errors.ReasonUnknown):
        programme_for(portal, at(NOW)).call(
            ORGANISER, Session.extend, PERMITS, permit, "closes", CLOSES + HOUR, "because"
        )
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, at(NOW)).call(STRANGER, Session.plan, PERMITS, permit, {"closes": CLOSES})
    with pytest.raises(errors.DeadlinesOutOfOrder, match="Opening must not be later than Closing"):
        programme_for(portal, at(NOW)).call(
            ORGANISER, Session.plan, PERMITS, permit, {"closes": OPENS - TICK}
        )
    with pytest.raises(errors.DeadlineUnknown):
        programme_for(portal, at(NOW)).call(ORGANISER, Session.plan, PERMITS, permit, {"ends": CLOSES})
    undated = store_permit(portal, dated=False)
    with pytest.raises(errors.DeadlineNotSet):
        programme_for(portal, at(NOW)).call(
            ORGANISER, Session.extend, PERMITS, undated, "closes", CLOSES, "holiday"
        )
    programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1)
    with pytest.raises(errors.DeadlinesFixed):
        programme_for(portal, at(NOW)).call(
            ORGANISER, Session.plan, PERMITS, permit, {"closes": CLOSES + HOUR}
        )
    assert "weather" in extension_reasons()


def test_drafts_expire_at_the_instant_and_once(portal: Connection):
    drafts = [store_permit(portal) for _ in range(7)]
    submitted = store_permit(portal, "submitted")
    assert run_due(programme_for(portal, at(CLOSES - TICK)), [PERMITS]) == 0
    assert run_due(programme_for(portal, at(CLOSES)), [PERMITS]) == 7
    assert run_due(programme_for(portal, at(CLOSES)), [PERMITS]) == 0
    assert Counter(state_of(portal, one) for one in drafts) == {("expired", 2): 7}
    assert state_of(portal, submitted) == ("submitted", 1)
    reasons = portal.execute("SELECT DISTINCT state_reason FROM innovation.permits WHERE state = 'expired'")
    assert reasons.fetchall() == [("deadline_passed",)]


def test_two_clockworks_share_the_work(programme: Database, portal: Connection):
    drafts = [store_permit(portal) for _ in range(30)]
    done: list[int] = []
    together = threading.Barrier(2)

    def work() -> None:
        with programme.connect("portal") as connection:
            together.wait(60)
            # What the other holds at this moment is skipped, so look again.
            done.extend(run_due(programme_for(connection, at(CLOSES)), [PERMITS]) for _ in range(40))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert sum(done) == len(drafts)
    assert {state_of(portal, one) for one in drafts} == {("expired", 2)}


def test_one_whose_turn_it_is_not_after_all_holds_up_nobody(portal: Connection):
    drafts = [store_permit(portal) for _ in range(4)]
    clock = iter([CLOSES, CLOSES - TICK, *[CLOSES] * 50])  # found due, then asked an instant too early
    assert run_due(programme_for(portal, lambda: next(clock)), [PERMITS]) == 3
    assert state_of(portal, min(drafts)) == ("draft", 1)


def test_the_clockwork_ends_when_it_is_asked_to(portal: Connection):
    for _ in range(5):
        store_permit(portal)
    rounds = iter([False, False, True])
    assert run_due(programme_for(portal, at(CLOSES)), [PERMITS], lambda: next(rounds)) == 2


def test_a_step_that_fails_is_set_aside_and_the_others_are_taken(programme: Database, portal: Connection):
    drafts = [store_permit(portal) for _ in range(5)]
    with poisoned(programme, "innovation.permits", "permit_id", min(drafts)):
        assert run_due(programme_for(portal, at(CLOSES)), [PERMITS]) == 4
        assert run_due(programme_for(portal, at(CLOSES)), [PERMITS]) == 0
    [failure] = find_failures(portal, "clockwork", 10)
    assert (failure.subject.split()[-1], failure.attempts) == (str(min(drafts)), 1)
    assert "poisoned" in failure.reason
    assert run_due(programme_for(portal, at(CLOSES)), [PERMITS]) == 0, "it rests"
    assert run_due(programme_for(portal, at(failure.due_at)), [PERMITS]) == 1
    assert find_failures(portal, "clockwork", 10) == []
