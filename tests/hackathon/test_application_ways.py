"""What happens to an application beside its writing: late access, screening, appeals, reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework.access.model import Actor, Grant, Role
from casework.programme import Session
from casework.workflow.errors import (
    ChangedMeanwhile,
    NoSuchObject,
    NotAllowed,
    NotInThisState,
    ReasonMissing,
    TooLate,
    WrongField,
)
from casework.workflow.wording import instant_text
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from hackathon.funding.applications import errors, late, screening, service
from hackathon.funding.applications.model import Content
from hackathon.funding.applications.reminders import remind_due
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.repository import CALLS
from tests.conftest import Database
from tests.hackathon.applying import DATES, DAY, FILLED, TICK, Applying
from tests.hackathon.calling import programme_for
from tests.poisoned_rows import poisoned

CLOSE = DATES["closes"]
LIMITS = ApplicationSettings()


@pytest.fixture
def funding(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        # The clock of one test must not remind of what another has left.
        owner.execute(
            "UPDATE innovation.applications SET state = 'withdrawn' WHERE state IN ('draft', 'invited')"
        )
        owner.execute("DELETE FROM innovation.outbox")
        yield Applying(portal, owner, folder=tmp_path / "files")


@pytest.fixture
def two_rounds(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Applying(portal, owner, rounds=2, folder=tmp_path / "files")


def officer(funding: Applying) -> Actor:
    return Actor(funding.person(), (Grant(Role.PROGRAMME_OFFICER),))


# Late access ---------------------------------------------------------------------------------


def test_late_access_is_for_one_person_once_and_until_its_own_end(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    draft = funding.begin(amal)
    until = CLOSE + timedelta(hours=3)
    with pytest.raises(errors.LateApplicationTooEarly):
        funding.do(funding.chief, late.grant, funding.call_id, CLOSE)
    with pytest.raises(NotAllowed):
        funding.do(funding.actor(amal), late.grant, funding.call_id, until)
    code = funding.do(funding.chief, late.grant, funding.call_id, until)
    other = funding.do(funding.chief, late.grant, funding.call_id, until)
    funding.until("closes")
    assert funding.state(draft)[0] == "expired"
    with pytest.raises(NoSuchObject):
        funding.do(funding.actor(salim), late.redeem, draft.application_id, code.text)
    with pytest.raises(errors.LateApplicationCodeUnknown):
        funding.do(funding.actor(amal), late.redeem, draft.application_id, "AAAA-BBBB-CCCC-DDDD")
    opened = funding.do(funding.actor(amal), late.redeem, draft.application_id, code.text.lower())
    assert opened.state == "draft"
    with pytest.raises(errors.LateApplicationCodeUnknown):
        funding.do(funding.actor(salim), late.begin_late, funding.call_id, Content(), code.text)
    begun = funding.do(funding.actor(salim), late.begin_late, funding.call_id, Content(), other.text)
    funding.run_clock()
    assert funding.state(draft)[0] == "draft"
    funding.watch.at = until - TICK
    funding.run_clock()
    funding.submit(draft, amal)
    assert funding.mailed_fields("submitted", "closes_at") == {instant_text(until, "en")}, "its own end"
    funding.watch.at = until
    with pytest.raises(TooLate):
        funding.write(begun, salim, FILLED)
    funding.run_clock()
    assert (funding.state(draft)[0], funding.state(begun)[0]) == ("screening", "expired")
    codes = funding.do(funding.chief, late.list_codes, funding.call_id)
    assert {one.application_id for one in codes} == {draft.application_id, begun.application_id}


def test_a_code_lapses(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    draft = funding.begin(amal)
    until = CLOSE + timedelta(hours=3)
    code = funding.do(funding.chief, late.grant, funding.call_id, until)
    funding.until("closes")
    funding.watch.at = until
    with pytest.raises(errors.LateApplicationCodeUnknown):
        funding.do(funding.actor(amal), late.redeem, draft.application_id, code.text)


# Screening -----------------------------------------------------------------------------------


def test_screening_is_prepared_and_told_together(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    good, bad = funding.hand_in(amal), funding.hand_in(salim)
    funding.until("closes")
    good, bad = funding.seen(good), funding.seen(bad)
    with pytest.raises(ReasonMissing):
        funding.do(funding.chief, screening.prepare, bad.application_id, "exclude", bad.version)
    with pytest.raises(NotAllowed):
        funding.do(funding.actor(salim), screening.prepare, bad.application_id, "accept", bad.version)
    prepared = [
        funding.do(funding.chief, screening.prepare, good.application_id, "accept", good.version),
        funding.do(
            funding.chief, screening.prepare, bad.application_id, "exclude", bad.version, "out_of_scope"
        ),
    ]
    listed = funding.do(funding.chief, screening.list_prepared, funding.call_id)
    assert {one.reference for one in listed} == {good.reference, bad.reference}
    assert funding.state(bad) == ("screening", None)
    ids = [one.prepared_id for one in prepared]
    funding.do(funding.chief, screening.release, ids)
    assert (funding.state(good)[0], funding.state(bad)) == ("in_review", ("ineligible", "out_of_scope"))
    assert (len(funding.mailed("admitted")), len(funding.mailed("excluded"))) == (1, 1)
    with pytest.raises(ChangedMeanwhile):
        funding.do(funding.chief, screening.release, ids)


def test_nobody_screens_an_application_of_their_own(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    handed_in = funding.hand_in(amal)
    funding.until("closes")
    both = replace(funding.actor(amal), grants=(*funding.actor(amal).grants, Grant(Role.PROGRAMME_OFFICER)))
    known = funding.seen(handed_in)
    decision = funding.do(both, screening.prepare, known.application_id, "accept", known.version)
    assert funding.do(both, screening.list_prepared, funding.call_id) == []
    assert len(funding.do(funding.chief, screening.list_prepared, funding.call_id)) == 1
    with pytest.raises(errors.OwnApplication):
        funding.do(both, screening.release, [decision.prepared_id])


@pytest.mark.parametrize("is_in_time", [True, False])
def test_while_a_question_waits_the_clock_stands_still(funding: Applying, is_in_time: bool):
    funding.until("opens")
    amal = funding.person()
    handed_in = funding.hand_in(amal)
    funding.until("closes")
    due = CLOSE + 7 * DAY
    arguments = (funding.chief, screening.ask, handed_in.application_id, "Which street?")
    version = funding.seen(handed_in).version
    for wrong in (CLOSE, CLOSE + timedelta(days=LIMITS.answer_days_max) + TICK):
        with pytest.raises(errors.AnswerDueUnfit):
            funding.do(*arguments, wrong, version)
    funding.do(*arguments, due, version)
    asked = funding.seen(handed_in)
    assert (asked.state, asked.clock_stopped_at) == ("more_info", CLOSE)
    assert len(funding.mailed("more_info")) == 1
    funding.watch.at = due - TICK if is_in_time else due
    reply = (funding.actor(amal), screening.answer, handed_in.application_id, "This one", asked.version)
    if is_in_time:
        funding.run_clock()
        with pytest.raises(NoSuchObject):
            funding.do(funding.chief, screening.answer, handed_in.application_id, "x", asked.version)
        funding.do(*reply)
        known = funding.seen(handed_in)
        assert (known.state, known.clock_stopped_at) == ("screening", None)
        assert known.stopped_seconds == 7 * 86_400 - 1 or known.stopped_seconds == 7 * 86_400
        (question,) = funding.do(funding.chief, service.list_questions, handed_in.application_id)
        assert (question.answer, question.answered_at) == ("This one", funding.watch.at)
        return
    with pytest.raises(TooLate):
        funding.do(*reply)
    funding.run_clock()
    assert funding.state(handed_in) == ("ineligible", "no_answer")
    assert len(funding.mailed("no_answer")) == 1


# Two rounds, appeals -------------------------------------------------------------------------


def test_the_second_form_is_written_until_its_own_close(two_rounds: Applying):
    funding = two_rounds
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    first, other = funding.hand_in(amal), funding.hand_in(salim)
    funding.until("closes")
    for one in (first, other):
        funding.owner.execute(
            "UPDATE innovation.applications SET state = 'invited', round = 2 WHERE application_id = %s",
            [one.application_id],
        )
    funding.step("begin_reviewing")
    second = replace(FILLED, answers={"budget": "A lot"})
    funding.write(first, amal, second)
    with pytest.raises(errors.CallNotOpen):
        funding.submit(first, amal)
    funding.step("open_second")
    assert funding.submit(first, amal).round == 2
    funding.move(first, amal, "reopen")
    funding.until("second_closes", before=True)
    funding.submit(first, amal)
    funding.until("second_closes")
    assert funding.state(first) == ("screening", None)
    assert funding.state(other) == ("expired", "deadline_passed")
    rounds = {
        one.number: one.round
        for one in funding.do(funding.chief, service.list_versions, first.application_id)
    }
    assert rounds == {1: 1, 2: 2, 3: 2}
    assert funding.seen(first).draft.answers == {"budget": "A lot"}


def test_a_rejection_is_appealed_against_once_and_answered_by_another(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    handed_in = funding.hand_in(amal)
    funding.join(handed_in, amal, salim)
    funding.until("closes")
    funding.put(handed_in, "rejected", "below_threshold")
    decided = (funding.chief.person_id, handed_in.application_id)
    funding.owner.execute(
        "INSERT INTO innovation.decisions (decision_id, machine, object_id, prepared_event, seen_version,"
        " prepared_by, prepared_at, released_at, released_by) VALUES (gen_random_uuid(), 'application', %(about)s,"
        " 'reject', 1, %(by)s, now(), now(), %(by)s)",
        {"by": decided[0], "about": decided[1]},
    )
    funding.watch.at = DATES["appeals_close"] - TICK
    version = funding.seen(handed_in).version
    with pytest.raises(NotAllowed):
        funding.do(funding.actor(salim), screening.appeal, handed_in.application_id, "Unfair", version)
    with pytest.raises(WrongField):
        funding.do(funding.actor(amal), screening.appeal, handed_in.application_id, " ", version)
    funding.do(funding.actor(amal), screening.appeal, handed_in.application_id, "Unfair", version)
    reply = (handed_in.application_id, "uphold", "You are right", version + 1)
    with pytest.raises(errors.OwnFundingDecision):
        funding.do(funding.chief, screening.answer_appeal, *reply)
    funding.do(officer(funding), screening.answer_appeal, *reply)
    assert funding.state(handed_in) == ("panel", None)
    assert len(funding.mailed("appeal_answered")) == 2
    filed = funding.do(funding.actor(salim), service.find_appeal, handed_in.application_id)
    assert filed is not None
    assert (filed.text, filed.answer) == ("Unfair", "You are right")
    funding.put(handed_in, "rejected", "below_threshold")
    with pytest.raises(errors.AppealedBefore):
        funding.do(funding.actor(amal), screening.appeal, handed_in.application_id, "Again", version + 3)


def test_an_appeal_comes_before_the_deadline(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    handed_in = funding.hand_in(amal)
    funding.until("closes")
    funding.put(handed_in, "rejected", "ethics")
    funding.watch.at = DATES["appeals_close"]
    with pytest.raises(TooLate):
        funding.do(funding.actor(amal), screening.appeal, handed_in.application_id, "Why", funding.seen(handed_in).version)  # fmt: skip


def test_withdrawn_is_the_end(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    handed_in = funding.hand_in(amal)
    funding.until("closes")
    funding.move(handed_in, amal, "withdraw")
    with pytest.raises(NotInThisState):
        funding.submit(handed_in, amal)
    with pytest.raises(ValueError, match="function of its own"):
        funding.move(handed_in, amal, "answer")


# Reminders -----------------------------------------------------------------------------------


def remind(funding: Applying) -> int:
    return remind_due(programme_for(funding.portal, funding.watch, LIMITS))


def test_drafts_are_reminded_once_and_again_when_the_close_moves(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    draft = funding.begin(amal)
    funding.join(draft, amal, salim)
    funding.hand_in(funding.person())
    funding.watch.at = CLOSE - 14 * DAY - TICK
    assert remind(funding) == 0
    funding.watch.at = CLOSE - 14 * DAY
    assert (remind(funding), remind(funding)) == (1, 0)
    assert len(funding.mailed("reminder")) == 2
    late_comer = funding.begin(funding.person())
    funding.watch.at = CLOSE - 3 * DAY - TICK
    assert remind(funding) == 0
    funding.watch.at = CLOSE - 3 * DAY
    assert (remind(funding), remind(funding)) == (2, 0)
    funding.do(funding.chief, Session.extend, CALLS, funding.call_id, "closes", CLOSE + 5 * DAY, "holiday")
    assert (remind(funding), remind(funding)) == (2, 0)
    funding.watch.at = CLOSE + 2 * DAY
    assert (remind(funding), remind(funding)) == (2, 0)
    funding.watch.at = CLOSE + 5 * DAY
    assert remind(funding) == 0
    assert funding.state(late_comer)[0] == "draft"


def test_a_draft_that_cannot_be_reminded_keeps_no_other_from_it(programme: Database, funding: Applying):
    funding.until("opens")
    drafts = [funding.begin(funding.person()).application_id for _ in range(3)]
    funding.watch.at = CLOSE - 14 * DAY
    with poisoned(programme, "innovation.application_reminders", "application_id", min(drafts)):
        assert (remind(funding), remind(funding)) == (2, 0)
    [failure] = find_failures(funding.portal, "application_reminders", 10)
    assert failure.subject == str(min(drafts))
    funding.watch.at = failure.due_at
    assert remind(funding) == 1
