"""No order of claims, changes, withdrawals and payments gives out more than the award."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from casework.access.model import Role, Scope, ScopeKind
from casework.programme import Session
from casework.workflow.errors import Refusal
from citycore.store.connections import Connection
from hackathon.funding.awards import repository, service, spending
from hackathon.funding.awards.model import Plan
from hackathon.funding.awards.settings import AwardSettings
from tests.conftest import Database
from tests.hackathon.award_specimens import NOON, store_award
from tests.hackathon.award_stage import Play
from tests.hackathon.calling import programme_for

TODAY = NOON.date()


@pytest.fixture
def play(portal: Connection, programme: Database) -> Iterator[Play]:
    with programme.connect() as owner:
        made = Play(portal, owner)
        made.begin()
        yield made


def test_two_claims_at_once_take_turns_at_the_award(play: Play, programme: Database) -> None:
    """What the second may ask for is what the first has left."""
    first = play.call(play.lead, spending.claim, play.milestones[0], 500_000, "half")
    with programme.connect("portal") as other:
        call = programme_for(other, lambda: NOON).call
        call(play.lead, spending.claim, play.milestones[1], 500_000, "other half")
        with pytest.raises(Refusal) as refused:
            call(play.lead, spending.claim, play.milestones[2], 1, "a baisa more")
    assert refused.value.slug == "over_award"
    assert "0.000 OMR" in refused.value.text("en")
    play.call(play.lead, spending.move_claim, first.claim_id, "withdraw", 1)
    play.call(play.lead, spending.claim, play.milestones[2], 500_000, "again")


def test_what_is_large_is_recorded_by_a_second_person_of_finance(play: Play) -> None:
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "sensors")
    play.call(play.officer, spending.move_claim, claim.claim_id, "approve", 1)
    play.call(play.finance, spending.move_claim, claim.claim_id, "approve_payment", 2)
    small = programme_for(play.portal, lambda: NOON, AwardSettings(alone_minor_max=999)).call
    with pytest.raises(Refusal) as refused:
        small(play.finance, spending.record_payment, claim.claim_id, TODAY, "TT-1", 3)
    assert (refused.value.slug, "0.999\N{NO-BREAK SPACE}OMR" in refused.value.text("en")) == (
        "second_look_needed",
        True,
    )
    second = play.actor(Role.FINANCE)
    assert small(second, spending.record_payment, claim.claim_id, TODAY, "TT-1", 3).target == "paid"


def test_what_is_large_is_contracted_by_somebody_else_than_set_its_amount(play: Play) -> None:
    """What the officer has offered or amended, up to the limit alone."""
    award_id = store_award(play.owner, "accepted")
    play.call(play.officer, service.amend, award_id, 900_000, ("أقل", "Less"), 1)
    small = programme_for(play.portal, lambda: NOON, AwardSettings(alone_minor_max=899_999)).call
    with pytest.raises(Refusal) as refused:
        small(play.officer, service.move, award_id, "contract", 2)
    assert (refused.value.slug, "899.999\N{NO-BREAK SPACE}OMR" in refused.value.text("en")) == (
        "second_signature_needed",
        True,
    )
    assert small(play.both, service.move, award_id, "contract", 2).target == "contracted"
    other = store_award(play.owner, "accepted")
    play.call(play.officer, service.amend, other, 900_000, ("أقل", "Less"), 1)
    enough = programme_for(play.portal, lambda: NOON, AwardSettings(alone_minor_max=900_000)).call
    assert enough(play.officer, service.move, other, "contract", 2).target == "contracted"


def test_who_declines_an_offer_may_say_why(play: Play) -> None:
    award_id = store_award(play.owner, "offered")
    award = repository.find_award(play.portal, award_id)
    assert award is not None
    lead = play.actor(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, award.application_id))
    play.call(replace(lead, words=" Our partner left. "), service.move, award_id, "decline", 1)
    assert play.call(lead, Session.words, award_id) == {award_id: "Our partner left."}


def test_one_person_with_both_roles_cannot_approve_twice(play: Play) -> None:
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    play.call(play.both, spending.move_claim, claim.claim_id, "approve", 1)
    with pytest.raises(Refusal) as refused:
        play.call(play.both, spending.move_claim, claim.claim_id, "approve_payment", 2)
    assert refused.value.slug == "same_person"
    moved = play.call(play.finance, spending.move_claim, claim.claim_id, "approve_payment", 2)
    paid = play.call(play.finance, spending.record_payment, claim.claim_id, TODAY, "TT-1", moved.version)
    assert paid.target == "paid"
    with pytest.raises(Refusal):
        play.call(play.finance, spending.record_payment, claim.claim_id, TODAY, "TT-2", paid.version)
    award = repository.find_award(play.portal, play.award_id)
    assert award is not None
    assert (award.claimed_minor, award.paid_minor) == (1_000, 1_000)


def test_an_applicant_with_a_role_approves_nothing_of_their_own(play: Play) -> None:
    award = repository.find_award(play.portal, play.award_id)
    assert award is not None
    play.owner.execute(
        "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, true, 'member', %s, %s)",
        [uuid4(), award.application_id, play.officer.person_id, NOON, NOON],
    )
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    with pytest.raises(Refusal) as refused:
        play.call(play.officer, spending.move_claim, claim.claim_id, "approve", 1)
    assert refused.value.slug == "own_report"
    plan = Plan("more", 1, NOON + timedelta(days=9))
    for work in (
        lambda: play.call(play.officer, spending.plan_milestone, play.award_id, plan),
        lambda: play.call(play.officer, service.amend, play.award_id, 2_000_000, ("س", "r"), award.version),
        lambda: play.call(play.officer, service.offer, award.application_id, award.terms),
    ):
        with pytest.raises(Refusal) as refused:
            work()
        assert refused.value.slug == "own_award"


def test_the_database_itself_refuses_what_no_service_would_write(play: Play) -> None:
    play.call(play.lead, spending.claim, play.milestones[0], 500_000, "half")
    with pytest.raises(psycopg.errors.CheckViolation):
        play.owner.execute(
            "UPDATE innovation.claims SET amount_minor = 1000001 WHERE award_id = %s", [play.award_id]
        )
    with pytest.raises(psycopg.errors.CheckViolation):
        play.owner.execute(
            "UPDATE innovation.funding_awards SET amount_minor = 499999 WHERE award_id = %s", [play.award_id]
        )


def test_a_payment_is_not_of_tomorrow(play: Play) -> None:
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    play.call(play.officer, spending.move_claim, claim.claim_id, "approve", 1)
    moved = play.call(play.finance, spending.move_claim, claim.claim_id, "approve_payment", 2)
    with pytest.raises(Refusal) as refused:
        play.call(
            play.finance,
            spending.record_payment,
            claim.claim_id,
            TODAY + timedelta(days=1),
            "TT",
            moved.version,
        )
    assert refused.value.slug == "wrong_field"


class Spending(RuleBasedStateMachine):
    """Everything that can be done to money, in any order, by whoever may; what is refused changes nothing."""

    programme: ClassVar[Database]
    portal: ClassVar[Connection]
    owner: Any

    @initialize()
    def begin(self) -> None:
        self.owner = self.programme.connect()
        self.play = Play(self.portal, self.owner.__enter__())
        self.play.begin()

    def teardown(self) -> None:
        if hasattr(self, "owner"):
            self.owner.__exit__(None, None, None)

    @rule(milestone=st.integers(0, 2), amount=st.integers(-1, 700_000))
    def claim(self, milestone: int, amount: int) -> None:
        with suppress(Refusal):
            self.play.call(self.play.lead, spending.claim, self.play.milestones[milestone], amount, "work")

    @rule(
        which=st.integers(0, 5),
        event=st.sampled_from(
            (
                "approve",
                "ask_changes",
                "approve_payment",
                "send_back",
                "fail",
                "retry",
                "refuse",
                "withdraw",
            )
        ),
        who=st.sampled_from(("lead", "officer", "finance", "both")),
    )
    def step(self, which: int, event: str, who: str) -> None:
        for one in self.known()[which : which + 1]:
            reasons = {
                "ask_changes": "amount_unclear", "send_back": "papers_missing", "fail": "wrong_account",
                "refuse": "not_done",
            }  # fmt: skip
            with suppress(Refusal):
                self.play.call(getattr(self.play, who), spending.move_claim, one.claim_id, event, one.version,
                    reasons.get(event),
                )  # fmt: skip

    @rule(which=st.integers(0, 5), amount=st.integers(1, 1_200_000))
    def rewrite(self, which: int, amount: int) -> None:
        for one in self.known()[which : which + 1]:
            with suppress(Refusal):
                self.play.call(
                    self.play.lead, spending.rewrite_claim, one.claim_id, amount, "changed", one.version
                )

    @rule(which=st.integers(0, 5), who=st.sampled_from(("finance", "both")))
    def pay(self, which: int, who: str) -> None:
        for one in self.known()[which : which + 1]:
            with suppress(Refusal):
                self.play.call(
                    getattr(self.play, who),
                    spending.record_payment,
                    one.claim_id,
                    TODAY,
                    "TT",
                    one.version,
                )

    @rule(amount=st.integers(0, 1_500_000))
    def amend(self, amount: int) -> None:
        award = repository.find_award(self.portal, self.play.award_id)
        assert award is not None
        with suppress(Refusal):
            self.play.call(self.play.officer, service.amend, award.award_id, amount, ("سبب", "reason"),
                award.version,
            )  # fmt: skip

    def known(self) -> list[Any]:
        return repository.find_claims(self.portal, self.play.award_id)

    @invariant()
    def never_more_than_the_award(self) -> None:
        if not hasattr(self, "play"):
            return
        award = repository.find_award(self.portal, self.play.award_id)
        assert award is not None
        claims = self.known()
        counted = sum(one.amount_minor for one in claims if one.state not in {"refused", "withdrawn"})
        paid = sum(one.payment.amount_minor for one in claims if one.payment is not None)
        assert (award.claimed_minor, award.paid_minor) == (counted, paid)
        assert paid <= counted <= award.terms.amount_minor
        assert all(one.approved_by != one.finance_by for one in claims if one.finance_by is not None)
        assert {one.state for one in claims if one.payment is not None} <= {"paid"}


def test_no_order_of_steps_pays_more_than_the_award(portal: Connection, programme: Database) -> None:
    here = type("Here", (Spending,), {"programme": programme, "portal": portal})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        here,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )  # fmt: skip
