"""A call of two rounds, each with its own form, played from the outline to the funds; and who comes late to the second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from casework.programme import Session
from casework.workflow.errors import NotAllowed, TooLate
from citycore.store.connections import Connection
from hackathon.funding.applications import errors, late, service
from hackathon.funding.applications.model import Application, Content
from hackathon.funding.applications.reminders import remind_due
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.reviewing import assignment, repository, reviewers, reviews
from hackathon.funding.reviewing.copies import service as copies
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.model import Choice, Verdict
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation, Round
from hackathon.funding.reviewing.settings import ReviewingSettings
from tests.conftest import Database
from tests.hackathon.applying import DATES, DAY, FILLED, QUICK, TICK, Applying
from tests.hackathon.calling import programme_for

CLOSE, SECOND_CLOSE = DATES["closes"], DATES["second_closes"]
PROPOSAL = replace(FILLED, answers={"budget": "Two thousand for trees"})
OPINION = Opinion({"worth": Decimal(8)}, "", "Begin in Ruwi", Confidence.HIGH, Recommendation.FUND)


class Rounds(Applying):
    """With reviewers, and everything that the programme does between the rounds."""

    def __init__(self, portal: Connection, owner: Connection, folder: Path) -> None:
        super().__init__(portal, owner, rounds=2, folder=folder / "applications")
        parts = self.programme.of(ApplicationSettings), ReviewingSettings(folder=folder / "reviewing")
        self.programme = programme_for(self.portal, self.watch, QUICK, *parts)
        self.do = self.programme.call

    def engage(self, number: int) -> None:
        """So many reviewers are asked and accept."""
        for _ in range(number):
            person_id = self.person()
            row = self.owner.execute(
                "SELECT email FROM innovation.people WHERE person_id = %s", [person_id]
            ).fetchone()
            assert row is not None
            asked = self.do(self.chief, reviewers.invite, self.call_id, row[0], 5)
            self.do(self.actor(person_id), reviewers.move, asked.reviewer_id, "accept", asked.version)

    def review(self, number: int) -> None:
        """Everything that is in review: copied, assigned, reviewed, and laid before the panel."""
        self.do(self.chief, copies.prepare_all, self.call_id)
        for row in self.do(self.chief, copies.list_rows, self.call_id):
            assert row.copy_id is not None
            copy = self.do(self.chief, copies.get_copy, self.call_id, row.copy_id)
            self.do(self.chief, copies.release, copy.copy_id, copy.version)
        proposal = self.do(self.chief, assignment.propose, self.call_id, 1)
        self.do(self.chief, assignment.publish, proposal.proposal_id)
        for one in repository.find_reviews(self.portal, Round(self.call_id, number)):
            reviewer = self.actor(one.person_id)
            self.do(reviewer, reviews.hand_in, one.review_id, OPINION, one.version)
        self.do(self.chief, panel.begin, self.call_id)

    def decide(self, **events: Application) -> None:
        """Prepared one by one, and told together."""
        made = []
        for event, application in events.items():
            known = self.seen(application)
            reason = "below_threshold" if event == "reject" else None
            verdict = Verdict(5_000_000) if event == "approve" else Verdict()
            made.append(
                self.do(
                    self.chief,
                    decisions.prepare,
                    known.application_id,
                    Choice(event, verdict, reason),
                    known.version,
                ).decision_id
            )
            assert self.seen(application).state == "panel", "nothing is told yet"
        self.do(self.chief, decisions.release, self.call_id, made)

    def invited(self, *people: UUID) -> list[Application]:
        """Outlines of these that were asked for full proposals, which the call takes now."""
        self.until("opens")
        outlines = [self.hand_in(one) for one in people]
        self.until("closes")
        for one in outlines:
            self.owner.execute(
                "UPDATE innovation.applications SET state = 'invited', round = 2 WHERE application_id = %s",
                [one.application_id],
            )
        self.step("begin_reviewing")
        self.step("open_second")
        return outlines

    def grant(self, until: timedelta = timedelta(hours=3)) -> str:
        """A code for the second round."""
        return self.do(self.chief, late.grant, self.call_id, SECOND_CLOSE + until).text

    def redeem(self, application: Application, person_id: UUID, code: str) -> Application:
        return self.do(self.actor(person_id), late.redeem, application.application_id, code)


@pytest.fixture
def funding(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[Rounds]:
    with programme.connect() as owner:
        owner.execute(
            "UPDATE innovation.applications SET state = 'withdrawn' WHERE state IN ('draft', 'invited')"
        )
        owner.execute("DELETE FROM innovation.outbox")
        yield Rounds(portal, owner, tmp_path)


def test_from_an_outline_to_a_full_proposal_that_is_funded(funding: Rounds):
    amal, salim, zahra = (funding.person() for _ in range(3))
    funding.until("opens")
    goes_on, is_out, forgets = (funding.hand_in(one) for one in (amal, salim, zahra))
    funding.until("closes")
    for one in (goes_on, is_out, forgets):
        funding.screen(one)
    funding.step("begin_reviewing")
    funding.engage(funding.call().description.terms.reviews_each)
    funding.review(1)
    funding.decide(invite=goes_on, reject=is_out)
    funding.decide(invite=forgets)
    assert [funding.state(one)[0] for one in (goes_on, is_out, forgets)] == ["invited", "rejected", "invited"]
    funding.step("open_second")
    assert (funding.call().round, funding.seen(goes_on).round) == (2, 2)
    # What was written for the outline stays, and does not answer the second form.
    assert funding.seen(goes_on).draft.answers == {}
    with pytest.raises(errors.ApplicationNotFilled):
        funding.submit(goes_on, amal)
    funding.write(goes_on, amal, PROPOSAL)
    funding.watch.at = SECOND_CLOSE - TICK
    version = funding.submit(goes_on, amal)
    assert (version.round, version.content.answers) == (2, PROPOSAL.answers)
    funding.watch.at = SECOND_CLOSE
    with pytest.raises(TooLate):
        funding.move(goes_on, amal, "reopen")
    with pytest.raises(TooLate):
        funding.write(forgets, zahra, PROPOSAL)
    funding.run_clock()
    assert funding.state(goes_on) == ("screening", None)
    assert funding.state(forgets) == ("expired", "deadline_passed")
    assert funding.seen(goes_on).frozen_digest == version.digest
    funding.screen(goes_on)
    funding.step("begin_reviewing")
    funding.review(2)
    funding.decide(approve=goes_on)
    assert funding.state(goes_on) == ("approved", "funded")
    told = funding.do(funding.actor(amal), decisions.list_told, goes_on.application_id)
    assert [(one.round, one.event, feedback is not None) for one, feedback in told] == [
        (1, "invite", True), (2, "approve", True),
    ]  # fmt: skip
    rounds = [
        (one.number, one.round, sorted(one.content.answers))
        for one in funding.do(funding.actor(amal), service.list_versions, goes_on.application_id)
    ]
    assert rounds == [(2, 2, ["budget"]), (1, 1, ["plan"])]


def test_an_extension_of_the_second_close_is_for_everybody(funding: Rounds):
    amal = funding.person()
    (outline,) = funding.invited(amal)
    funding.write(outline, amal, PROPOSAL)
    funding.do(
        funding.chief, Session.extend, CALLS, funding.call_id, "second_closes", SECOND_CLOSE + DAY, "weather"
    )
    funding.until("second_closes")
    assert funding.state(outline)[0] == "invited"
    funding.watch.at = SECOND_CLOSE + DAY - TICK
    funding.submit(outline, amal)
    funding.watch.at = SECOND_CLOSE + DAY
    funding.run_clock()
    assert funding.state(outline)[0] == "screening"


def test_late_access_to_the_second_round_ends_at_its_own_instant(funding: Rounds):
    amal, salim = funding.person(), funding.person()
    outline, other = funding.invited(amal, salim)
    with pytest.raises(errors.LateApplicationTooEarly):
        funding.grant(timedelta())
    with pytest.raises(NotAllowed):
        funding.do(funding.actor(amal), late.grant, funding.call_id, SECOND_CLOSE + DAY)
    code, another = funding.grant(), funding.grant()
    funding.until("second_closes")
    assert [funding.state(one)[0] for one in (outline, other)] == ["expired", "expired"]
    opened = funding.redeem(outline, amal, code)
    assert (opened.state, opened.round) == ("invited", 2)
    with pytest.raises(errors.LateApplicationCodeUnknown):
        funding.redeem(other, salim, code)
    funding.redeem(other, salim, another)
    funding.run_clock()
    assert funding.state(outline)[0] == "invited", "it has a close of its own"
    funding.write(outline, amal, PROPOSAL)
    funding.write(other, salim, PROPOSAL)
    funding.step("begin_reviewing")
    funding.watch.at = SECOND_CLOSE + timedelta(hours=3) - TICK
    funding.submit(outline, amal)
    funding.move(outline, amal, "reopen")
    funding.submit(outline, amal)
    funding.watch.at = SECOND_CLOSE + timedelta(hours=3)
    with pytest.raises(TooLate):
        funding.submit(other, salim)
    with pytest.raises(TooLate):
        funding.move(outline, amal, "reopen")
    funding.run_clock()
    assert funding.state(outline) == ("screening", None)
    assert funding.state(other) == ("expired", "deadline_passed")
    funding.screen(outline)
    assert funding.state(outline)[0] == "in_review"


def test_who_is_late_to_the_second_round_is_reminded_of_their_own_close(funding: Rounds):
    amal = funding.person()
    (outline,) = funding.invited(amal)
    code = funding.grant(30 * DAY)
    funding.until("second_closes")
    funding.redeem(outline, amal, code)
    days = max(funding.settings.reminder_days)
    funding.owner.execute("DELETE FROM innovation.outbox")
    funding.watch.at = SECOND_CLOSE + 30 * DAY - days * DAY - TICK
    assert remind_due(programme_for(funding.portal, funding.watch, funding.settings)) == 0
    funding.watch.at += TICK
    assert remind_due(programme_for(funding.portal, funding.watch, funding.settings)) == 1


def test_late_access_to_the_first_round_is_none_to_the_second(funding: Rounds):
    amal, salim = funding.person(), funding.person()
    funding.until("opens")
    early = funding.do(funding.chief, late.grant, funding.call_id, CLOSE + timedelta(hours=3)).text
    unused = funding.do(funding.chief, late.grant, funding.call_id, SECOND_CLOSE - TICK).text
    draft, missed = funding.begin(amal), funding.begin(salim)
    funding.until("closes")
    funding.redeem(draft, amal, early)
    funding.submit(draft, amal)
    funding.watch.at = CLOSE + timedelta(hours=3)
    funding.run_clock()
    assert funding.state(draft)[0] == "screening"
    funding.screen(draft)
    funding.step("begin_reviewing")
    funding.engage(funding.call().description.terms.reviews_each)
    funding.review(1)
    funding.decide(invite=draft)
    assert funding.seen(draft).late_until is None, "the second round has the deadline of all"
    with pytest.raises(errors.CallNotOpen):
        funding.redeem(draft, amal, unused)
    funding.step("open_second")
    with pytest.raises(errors.LateApplicationCodeUnknown):
        funding.redeem(draft, amal, unused)
    # The first round is over, whoever has a code.
    second = funding.grant()
    with pytest.raises(errors.CallNotOpen):
        funding.redeem(missed, salim, second)
    with pytest.raises(errors.CallNotOpen):
        funding.do(funding.actor(funding.person()), late.begin_late, funding.call_id, Content(), second)  # fmt: skip
    funding.write(draft, amal, PROPOSAL)
    funding.until("second_closes", before=True)
    funding.submit(draft, amal)
    funding.until("second_closes")
    assert funding.state(draft)[0] == "screening"
