"""The engine on a small noun: one door, one transaction, one clear answer."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role
from casework.audit.repository import find_lines_of
from casework.audit.service import verify
from casework.outbox.errors import WrongMail
from casework.outbox.model import Mail, Template
from casework.programme import Session
from casework.workflow import errors
from casework.workflow.model import Machine, Moved, State, Transition, Window
from casework.workflow.wording import instant_text
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.permits import (
    AMAL,
    CLOSES,
    DESK,
    MACHINE,
    NOW,
    OPENS,
    ORGANISER,
    PACKAGE,
    PERMITS,
    REVIEWER,
    STRANGER,
    NoPages,
    state_of,
    store_permit,
)

TICK = timedelta(microseconds=1)
GREETING = Template(PACKAGE, "greeting")


def at(instant: datetime):
    return lambda: instant


def test_a_step_writes_state_version_line_and_mail(portal: Connection):
    permit = store_permit(portal)
    mail = Mail(GREETING, "en", "amal@example.om", {
        "name": "Amal", "closes": CLOSES, "state": MACHINE.label("state", "draft"),
        "door_link": "https://falaj.example/door",
    })  # fmt: skip
    with programme_for(portal, at(NOW)).session(AMAL) as session:
        moved = session.apply(PERMITS, permit, "submit", 1, sheets=3)
        session.send([mail], moved)
    assert (moved.source, moved.target, moved.version, moved.at) == ("draft", "submitted", 2, NOW)
    assert state_of(portal, permit) == ("submitted", 2)
    line = find_lines_of(portal, permit, 1)[0]
    assert (line.line.subject, line.line.event, line.line.details) == (AMAL.key, "submit", {"sheets": 3})
    fields = portal.execute("SELECT fields FROM innovation.outbox").fetchone()
    assert fields is not None
    assert fields[0]["closes"] == instant_text(CLOSES, "en")
    assert fields[0]["state"] == "Draft"


def test_what_the_caller_rolls_back_has_not_happened(portal: Connection):
    permit = store_permit(portal)
    before = find_lines_of(portal, permit, 9)
    with portal.transaction(force_rollback=True):
        programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1)
    assert state_of(portal, permit) == ("draft", 1)
    assert find_lines_of(portal, permit, 9) == before


def test_a_mail_that_cannot_be_written_stops_the_step(portal: Connection):
    permit = store_permit(portal)
    mail = Mail(GREETING, "en", "amal@example.om", {"name": "Amal"})

    def submit(session: Session) -> None:
        session.send([mail], session.apply(PERMITS, permit, "submit", 1))

    with pytest.raises(WrongMail):
        programme_for(portal, at(NOW)).call(AMAL, submit)
    assert state_of(portal, permit) == ("draft", 1)


@pytest.mark.parametrize(
    ("state", "event", "actor", "seen", "instant", "refusal"),
    [
        ("draft", "submit", STRANGER, 1, NOW, errors.NotAllowed),
        ("draft", "submit", ANONYMOUS, 1, NOW, errors.NotAllowed),
        ("draft", "submit", ORGANISER, 1, NOW, errors.NotAllowed),
        ("approved", "submit", STRANGER, 1, NOW, errors.NotAllowed),
        ("draft", "no_such_event", AMAL, 1, NOW, errors.NotAllowed),
        ("draft", "submit", AMAL, 2, NOW, errors.ChangedMeanwhile),
        ("approved", "submit", AMAL, 2, NOW, errors.ChangedMeanwhile),
        ("submitted", "submit", AMAL, 1, NOW, errors.NotInThisState),
        ("draft", "submit", AMAL, 1, OPENS - TICK, errors.TooEarly),
        ("draft", "submit", AMAL, 1, OPENS, None),
        ("draft", "submit", AMAL, 1, CLOSES - TICK, None),
        ("draft", "submit", AMAL, 1, CLOSES, errors.TooLate),
        ("draft", "expire", SYSTEM, None, CLOSES - TICK, errors.TooEarly),
        ("draft", "expire", SYSTEM, None, CLOSES, None),
        ("draft", "expire", AMAL, 1, CLOSES, errors.NotAllowed),
        ("submitted", "approve", ORGANISER, 1, NOW, errors.DecidedElsewhere),
    ],
)
def test_who_may_take_a_step_from_where_and_when(
    portal: Connection, state: str, event: str, actor: Actor, seen: int | None, instant: datetime,
    refusal: type[errors.Refusal] | None,
):  # fmt: skip
    permit = store_permit(portal, state)
    if refusal is None:
        programme_for(portal, at(instant)).call(actor, Session.apply, PERMITS, permit, event, seen)
        assert state_of(portal, permit)[1] == 2
    else:
        with pytest.raises(refusal):
            programme_for(portal, at(instant)).call(actor, Session.apply, PERMITS, permit, event, seen)
        assert state_of(portal, permit) == (state, 1)


def test_a_lapsed_role_is_none(portal: Connection):
    lapsing = Actor(STRANGER.person_id, (Grant(Role.ORGANISER, DESK, until=NOW),))
    permit = store_permit(portal, "submitted")
    with pytest.raises(errors.DecidedElsewhere):
        programme_for(portal, at(NOW - TICK)).call(lapsing, Session.apply, PERMITS, permit, "approve", 1)
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, at(NOW)).call(lapsing, Session.apply, PERMITS, permit, "approve", 1)


def test_guards_reasons_deadlines_and_absent_objects_are_asked_for(portal: Connection):
    with pytest.raises(NoPages, match="no pages"):
        programme_for(portal, at(NOW)).call(
            AMAL, Session.apply, PERMITS, store_permit(portal, pages=0), "submit", 1
        )
    with pytest.raises(errors.DeadlineNotSet, match="Opening"):
        programme_for(portal, at(NOW)).call(
            AMAL, Session.apply, PERMITS, store_permit(portal, dated=False), "submit", 1
        )
    with pytest.raises(errors.NoSuchObject):
        programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, uuid4(), "submit", 1)
    permit = store_permit(portal)
    with pytest.raises(errors.ReasonUnknown):
        programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1, "because")


def test_what_can_be_offered_says_what_is_still_in_the_way(portal: Connection):
    permit = store_permit(portal, pages=0)
    steps = programme_for(portal, at(NOW)).call(AMAL, Session.steps, PERMITS, permit)
    assert [(offer.step.event, type(offer.refusal)) for offer in steps] == [
        ("submit", NoPages), ("withdraw", type(None)),
    ]  # fmt: skip
    assert programme_for(portal, at(NOW)).call(STRANGER, Session.steps, PERMITS, permit) == []
    submitted = store_permit(portal, "submitted")
    assert programme_for(portal, at(NOW)).call(ORGANISER, Session.steps, PERMITS, submitted) == []
    offers = programme_for(portal, at(NOW)).call(REVIEWER, Session.steps, PERMITS, submitted)
    assert [(offer.step.event, offer.is_prepared) for offer in offers] == [
        ("approve", True),
        ("reject", True),
    ]


def test_the_clock_is_read_when_the_lock_is_ours(programme: Database, portal: Connection):
    permit = store_permit(portal)
    late: list[object] = []
    now = [NOW]

    def submit() -> None:
        with programme.connect("portal") as other:
            try:
                late.append(
                    programme_for(other, lambda: now[0]).call(
                        AMAL, Session.apply, PERMITS, permit, "submit", 1
                    )
                )
            except errors.Refusal as refusal:
                late.append(refusal)

    with portal.transaction():
        portal.execute(PERMITS.lock, {"object_id": permit})
        waiting = threading.Thread(target=submit)
        waiting.start()
        wait_for_lock(programme)
        now[0] = CLOSES
    waiting.join(60)
    assert [type(one) for one in late] == [errors.TooLate]


@pytest.mark.parametrize("presses", [8])
def test_pressing_at_once_gives_one_result(programme: Database, portal: Connection, presses: int):
    permit = store_permit(portal)
    outcomes: list[str] = []
    together = threading.Barrier(presses)

    def press() -> None:
        with programme.connect("portal") as connection:
            together.wait(60)
            try:
                moved = programme_for(connection, at(NOW)).call(
                    AMAL, Session.apply, PERMITS, permit, "submit", 1
                )
                outcomes.append(moved.target)
            except errors.Refusal as refusal:
                outcomes.append(refusal.slug)

    threads = [threading.Thread(target=press) for _ in range(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(outcomes) == {"submitted": 1, "changed_meanwhile": presses - 1}
    assert state_of(portal, permit) == ("submitted", 2)
    assert not verify(portal).findings


def wait_for_lock(database: Database) -> None:
    """Until somebody waits for a row."""
    from stack.waiting import wait_until

    with database.superuser() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        assert wait_until(lambda: connection.execute(query).fetchone() == (1,), 60)


STEP: Transition[object] = MACHINE.transitions[0]  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"states": (*MACHINE.states, State("draft"))}, "state draft stands twice"),
        ({"states": (*MACHINE.states, State("lost"))}, "state lost is never reached"),
        ({"states": (*MACHINE.states, State("end", is_terminal=True))}, "terminal state end has no reasons"),
        ({"transitions": (*MACHINE.transitions, STEP)}, "leads two ways"),
        ({"transitions": (*MACHINE.transitions, replace(STEP, source="nowhere"))}, "unknown state"),
        ({"transitions": (*MACHINE.transitions, replace(STEP, source="expired"))}, "leaves a terminal state"),
        ({"transitions": (*MACHINE.transitions, replace(STEP, event="x", reason="y"))}, "does not know"),
        ({"transitions": (*MACHINE.transitions, replace(STEP, event="x", roles=frozenset()))}, "by nobody"),
        ({"transitions": (*MACHINE.transitions, replace(STEP, event="x", window=Window("z")))}, "deadline z"),
        (
            {
                "transitions": (
                    *MACHINE.transitions,
                    Transition("draft", "x", "expired", frozenset({Role.SYSTEM})),
                )
            },
            "no deadline to start from; draft \\+ x is the clockwork's and has no reason",
        ),
        (
            {
                "states": (*MACHINE.states, State("stuck")),
                "transitions": (*MACHINE.transitions, replace(STEP, event="x", target="stuck")),
            },
            "state stuck leads to no end",
        ),
        ({"planned_in": frozenset({"nowhere"})}, "planned in unknown state nowhere"),
        ({"may_precede": {"closes": frozenset({"ends"})}}, "closes need not precede ends"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_when_it_is_read(
    change: dict[str, object], complaint: str
):
    parts = {
        "states": MACHINE.states, "transitions": MACHINE.transitions, "deadlines": MACHINE.deadlines,
        "planned_in": MACHINE.planned_in,
    }  # fmt: skip
    with pytest.raises(ValueError, match=complaint):
        Machine("permit", PACKAGE, **(parts | change))  # type: ignore[arg-type]


def test_labels_tell_the_public_less():
    assert MACHINE.label("state", "rejected").text("en") == "Rejected"
    assert MACHINE.public_label("rejected").text("en") == "Closed"
    assert MACHINE.public_label("draft").text("ar") == "مسودة"
    assert MACHINE.initial.name == "draft"


def test_refusals_speak_of_instants_in_the_city_s_time():
    end_of_day = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    assert (
        str(errors.TooLate(closed=end_of_day))
        == "This closed on Tuesday 24 November 2026, end of the day (Muscat time)."
    )
    assert "الثلاثاء 24 نوفمبر 2026، نهاية اليوم (بتوقيت مسقط)" in errors.TooLate(closed=end_of_day).text(
        "ar"
    )
    assert instant_text(end_of_day - timedelta(seconds=1), "en").endswith("23:59:59 (Muscat time)")
    assert instant_text(end_of_day + timedelta(minutes=1), "en").startswith(
        "Wednesday 25 November 2026, 00:01"
    )


def test_a_moved_object_says_what_happened(portal: Connection):
    permit = store_permit(portal, "submitted")
    moved = programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, permit, "withdraw", 1)
    assert isinstance(moved, Moved)
    assert moved.reason == "by_applicant"
    reason = portal.execute("SELECT state_reason FROM innovation.permits WHERE permit_id = %s", [permit])
    assert reason.fetchone() == ("by_applicant",)
    assert REVIEWER.key not in str(find_lines_of(portal, permit, 5))


def test_free_text_does_not_get_into_the_chain(portal: Connection):
    from casework.audit.canonical import NotCanonical

    permit = store_permit(portal)
    with pytest.raises(NotCanonical):
        programme_for(portal, at(NOW)).call(
            AMAL, Session.apply, PERMITS, permit, "submit", 1, by="Amal of Muscat"
        )
    assert state_of(portal, permit) == ("draft", 1)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        portal.execute("UPDATE innovation.audit SET subject = 'system'")


def test_whoever_would_wait_too_long_is_told_to_come_again(programme: Database, portal: Connection):
    permit = store_permit(portal)
    with programme.connect("portal") as other, other.transaction():
        other.execute(PERMITS.lock, {"object_id": permit})
        portal.execute("SET lock_timeout = '100ms'")
        with pytest.raises(errors.Busy):
            programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1)
    assert (
        programme_for(portal, at(NOW)).call(AMAL, Session.apply, PERMITS, permit, "submit", 1).target
        == "submitted"
    )
