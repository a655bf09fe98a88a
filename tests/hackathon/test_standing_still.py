"""Deadlines in working time stand still and go on, and of what is secret no step is logged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import Role
from casework.audit.service import verify
from casework.programme import Session
from casework.workflow import errors
from casework.workflow.clockwork import run_due
from casework.workflow.diagram import page
from casework.workflow.model import NEVER, Binding, Machine, State, Transition, Window
from casework.working_time.model import Calendar
from casework.working_time.rules import due, left
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.permits import (
    AMAL,
    APPLICANT,
    MACHINE,
    OFFICE,
    ORGANISER,
    PERMITS,
    state_of,
    store_permit,
)

#: A Sunday, half an hour after offices have opened.
SUNDAY = datetime(2026, 11, 29, 8, 0, tzinfo=CITY_ZONE)
CALENDAR = Calendar(frozenset({6, 0, 1, 2, 3}), 450, 870)
CLOCKWORK = frozenset({Role.SYSTEM})
STEPS = (
    Transition("draft", "submit", "submitted", APPLICANT),
    Transition("submitted", "ask", "waiting", OFFICE),
    Transition("waiting", "reply", "submitted", APPLICANT),
    Transition(
        "submitted", "expire", "expired", CLOCKWORK, window=Window("answer_due"), reason="deadline_passed"
    ),
)


def machine_of(*steps: Transition[Any], pauses: str = "answer_due", **changes: Any) -> Machine[Any]:
    return Machine(
        "permit",
        MACHINE.package,
        states=(
            State("draft"),
            State("submitted"),
            State("waiting", pauses=frozenset({pauses})),
            State("expired", reasons=("deadline_passed",), is_terminal=True),
        ),
        transitions=steps,
        **{"deadlines": ("answer_due",), "in_working_time": frozenset({"answer_due"})} | changes,
    )


OFFICES: Binding[Any] = replace(PERMITS, machine=machine_of(*STEPS))
SECRET: Binding[Any] = replace(PERMITS, machine=machine_of(*STEPS, is_secret=True))


@pytest.fixture(autouse=True)
def _no_permits(portal: Connection, programme: Database) -> Iterator[None]:
    yield
    with programme.connect() as owner:
        owner.execute("DELETE FROM innovation.permits")


def take(portal: Connection, permit: UUID, event: str, at: datetime, binding: Binding[Any] = OFFICES) -> None:
    actor = ORGANISER if event == "ask" else AMAL
    programme_for(portal, lambda: at, CALENDAR).call(
        actor, Session.apply, binding, permit, event, state_of(portal, permit)[1]
    )


def submitted(portal: Connection, minutes: int) -> UUID:
    permit = store_permit(portal, dated=False)
    take(portal, permit, "submit", SUNDAY)
    programme_for(portal, lambda: SUNDAY, CALENDAR).call(AMAL, Session.allow, permit, "answer_due", minutes)
    return permit


def clock_of(portal: Connection, permit: UUID) -> tuple[datetime, int | None]:
    ((_, instant, left_then),) = portal.execute(
        "SELECT name, instant, minutes_left FROM innovation.deadlines WHERE object_id = %s", [permit]
    ).fetchall()
    return instant, left_then


def lines_of(portal: Connection, permit: UUID) -> list[tuple[str, dict[str, Any]]]:
    return portal.execute(
        "SELECT event, details FROM innovation.audit WHERE object = %s ORDER BY chain, position", [permit]
    ).fetchall()


def run(portal: Connection, at: datetime, binding: Binding[Any] = OFFICES) -> int:
    return run_due(programme_for(portal, lambda: at, CALENDAR), [binding])


def test_a_deadline_stands_still_while_somebody_else_has_to_answer(portal: Connection) -> None:
    permit = submitted(portal, 500)
    planned, none = clock_of(portal, permit)
    assert (planned, none) == (due(CALENDAR, SUNDAY, 500), None)
    asked = SUNDAY + timedelta(hours=2, seconds=30)
    take(portal, permit, "ask", asked)
    assert clock_of(portal, permit) == (NEVER, left(CALENDAR, asked, planned)) == (NEVER, 379)
    assert run(portal, SUNDAY + timedelta(days=300)) == 0, "nothing is late while it stands still"
    replied = SUNDAY + timedelta(days=20)
    take(portal, permit, "reply", replied)
    again, none = clock_of(portal, permit)
    assert (again, none) == (due(CALENDAR, replied, 379), None)
    assert [line for line in lines_of(portal, permit) if line[0] in {"ask", "reply"}] == [
        ("ask", {"paused_answer_due": 379}),
        ("reply", {"resumed_answer_due": f"{again.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"}),
    ]
    assert verify(portal).findings == ()


def test_what_was_missed_has_nothing_left_and_is_due_as_soon_as_it_goes_on(portal: Connection) -> None:
    permit = submitted(portal, 10)
    take(portal, permit, "ask", SUNDAY + timedelta(days=1))
    assert clock_of(portal, permit) == (NEVER, 0)
    night = SUNDAY + timedelta(days=1, hours=12)
    take(portal, permit, "reply", night)
    instant, _ = clock_of(portal, permit)
    assert instant == datetime(2026, 12, 1, 7, 30, tzinfo=CITY_ZONE)


def test_nothing_follows_from_working_time_while_offices_are_closed(portal: Connection) -> None:
    permit = submitted(portal, 60)
    weekend, night = SUNDAY + timedelta(days=5, hours=2), SUNDAY + timedelta(hours=14)
    assert [run(portal, at) for at in (night, weekend, SUNDAY + timedelta(minutes=59))] == [0, 0, 0]
    assert run(portal, SUNDAY + timedelta(minutes=60)) == 1
    assert state_of(portal, permit)[0] == "expired"


def test_what_has_no_such_deadline_stands_as_it_is(portal: Connection) -> None:
    permit = store_permit(portal, state="submitted", dated=False)
    take(portal, permit, "ask", SUNDAY)
    take(portal, permit, "reply", SUNDAY)
    assert [details for _, details in lines_of(portal, permit)] == [{}, {}]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"pauses": "other"}, "state waiting pauses other, which is not in working time"),
        (
            {"in_working_time": frozenset({"answer_due", "other"})},
            "unknown deadline other is in working time",
        ),
        (
            {"steps": Transition("waiting", "lapse", "expired", CLOCKWORK, window=Window("answer_due"))},
            "waiting + lapse waits for a deadline that stands still in waiting",
        ),
        (
            {
                "is_secret": True,
                "steps": Transition(
                    "draft", "drop", "expired", OFFICE, prepared_by=frozenset({Role.REVIEWER})
                ),
            },
            "draft + drop is a decision, which is never secret",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(change: dict[str, Any], fault: str) -> None:
    more = change.pop("steps", None)
    with pytest.raises(ValueError, match=re.escape(fault)):
        machine_of(*STEPS, *([] if more is None else [more]), **change)


def test_of_what_is_secret_no_step_is_logged_nor_what_is_added_to_it(portal: Connection) -> None:
    permit = store_permit(portal, dated=False)
    before = verify(portal).lines
    for event in ("submit", "ask", "reply"):
        take(portal, permit, event, SUNDAY, SECRET)
    programme_for(portal, lambda: SUNDAY, CALENDAR).call(AMAL, Session.allow, permit, "answer_due", 0)
    assert run(portal, SUNDAY, SECRET) == 1
    assert state_of(portal, permit) == ("expired", 5)
    assert (lines_of(portal, permit), verify(portal).lines) == ([], before)
    words = portal.execute(
        "SELECT count(*) FROM innovation.step_words WHERE object_id = %s", [permit]
    ).fetchone()
    assert words == (0,)
    with (
        programme_for(portal, lambda: SUNDAY).session(AMAL) as session,
        pytest.raises(ValueError, match="is secret"),
    ):
        session.note(SECRET, session.look(SECRET, permit), "opened", SUNDAY)


def test_a_secret_step_asks_the_same_as_any(portal: Connection) -> None:
    permit = store_permit(portal, dated=False)
    with pytest.raises(errors.NotAllowed):
        programme_for(portal).call(ORGANISER, Session.apply, SECRET, permit, "submit", 1)
    with pytest.raises(errors.ChangedMeanwhile):
        programme_for(portal).call(AMAL, Session.apply, SECRET, permit, "submit", 7)


def test_the_page_of_workflows_says_it() -> None:
    assert "`answer_due` counts working time and stands still in `waiting`." in page([OFFICES.machine])
    assert "Secret: no step of a single one is logged." in page([SECRET.machine])
