"""Nobody decides about an award of their own, and for whoever is in conflict with it there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from casework.access.model import Actor, Grant, Role
from casework.audit.service import verify
from casework.journeys.model import Node, Step
from casework.journeys.service import see_all
from casework.workflow.errors import NoSuchObject, Refusal
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.funding.awards import register, service, spending
from hackathon.funding.awards.machine import AWARD, MILESTONE, STAFF
from hackathon.funding.awards.model import Plan, Terms
from hackathon.funding.awards.repository import AWARDS, MILESTONES
from tests.conftest import Database
from tests.hackathon.award_specimens import NOON, store_application
from tests.hackathon.award_stage import Play
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import put_into, store_organisation

TERMS = Terms("م", "A", "", "", "", "", 1_000_000, date(2026, 12, 1), date(2027, 12, 1))
PLAN = Plan("more", 1, NOON + timedelta(days=9))
STEPS = [step for step in AWARD.transitions if step.roles == STAFF]


@pytest.fixture
def play(portal: Connection, programme: Database) -> Iterator[Play]:
    with programme.connect() as owner:
        made = Play(portal, owner)
        made.begin()
        yield made


def apply_with(play: Play, actor: Actor, state: str = "member") -> None:
    play.owner.execute(
        "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, false, %s, %s, %s)",
        [uuid4(), play.application_id, actor.person_id, state, NOON, NOON],
    )


def belong_to_who_applied(play: Play, actor: Actor, *applications: UUID) -> None:
    """The officer is a member of the organisation on whose behalf was applied."""
    organisation_id = store_organisation(play.owner)
    play.owner.execute(
        "UPDATE innovation.applications SET organisation_id = %s WHERE application_id = ANY (%s)",
        [organisation_id, [play.application_id, *applications]],
    )
    play.owner.execute(
        "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
        [uuid4(), organisation_id, actor.person_id, NOON, NOON],
    )


def declare_a_conflict(play: Play, actor: Actor, *applications: UUID) -> None:
    """The officer reviews the call too, and has declared a conflict with these."""
    reviewer_id = uuid4()
    play.owner.execute(
        "INSERT INTO innovation.reviewers (reviewer_id, call_id, person_id, capacity, topics, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 5, '{}', 'accepted', %s, %s)",
        [reviewer_id, play.call_id, actor.person_id, NOON, NOON],
    )
    for application_id in (play.application_id, *applications):
        play.owner.execute(
            "INSERT INTO innovation.reviewer_declarations (declaration_id, reviewer_id, kind, application_id, declared_at)"
            " VALUES (%s, %s, 'application', %s, %s)",
            [uuid4(), reviewer_id, application_id, NOON],
        )


Conflict = Callable[..., None]
CONFLICTS = pytest.mark.parametrize("conflict", [belong_to_who_applied, declare_a_conflict])


@pytest.mark.parametrize("state", ["member", "left", "removed"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.source}-{step.event}")
def test_no_step_of_an_award_is_taken_by_who_applied(play: Play, step, state: str) -> None:
    """Whoever belongs to the applicants, or belonged to them, with every condition else fulfilled."""
    apply_with(play, play.officer, state)
    version = put_into(play.owner, AWARDS, play.award_id, step.source)
    reasons = AWARD.state(step.target).reasons
    reason = reasons[0] if reasons and step.reason is None else None
    with pytest.raises(Refusal) as refused:
        play.call(play.officer, service.move, play.award_id, step.event, version, reason)
    assert refused.value.slug == "own_award"
    assert len({refused.value.text(language) for language in LANGUAGES}) == len(LANGUAGES)
    moved = play.call(play.both, service.move, play.award_id, step.event, version, reason)
    assert moved.target == step.target, "somebody else can"


def test_a_milestone_is_not_dropped_by_who_applied(play: Play) -> None:
    apply_with(play, play.officer)
    version = put_into(play.owner, MILESTONES, play.milestones[0], "due")
    reason = MILESTONE.state("dropped").reasons[0]
    with pytest.raises(Refusal) as refused:
        play.call(play.officer, spending.move_milestone, play.milestones[0], "drop", version, reason)
    assert refused.value.slug == "own_report"


@CONFLICTS
def test_an_award_in_conflict_is_not_there(play: Play, conflict: Conflict) -> None:
    waiting_id = store_application(play.owner, play.call_id)
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    # Of both roles, so that each may otherwise do everything.
    conflict(play, play.both, waiting_id)
    portal, actor = play.portal, play.both
    version = play.version()
    tries: list[Callable[[], object]] = [
        lambda: play.call(actor, service.get_award, play.award_id),
        lambda: play.call(actor, service.list_milestones, play.award_id),
        lambda: play.call(actor, service.list_claims, play.award_id),
        lambda: play.call(actor, service.list_amendments, play.award_id),
        lambda: play.call(actor, service.move, play.award_id, "suspend", version, "under_review"),
        lambda: play.call(actor, service.write_texts, play.award_id, TERMS, version),
        lambda: play.call(actor, service.amend, play.award_id, 2_000_000, ("س", "r"), version),
        lambda: play.call(actor, service.offer, waiting_id, TERMS),
        lambda: play.call(actor, spending.plan_milestone, play.award_id, PLAN),
        lambda: play.call(actor, spending.list_files, play.milestones[0]),
        lambda: play.call(actor, spending.open_file, play.milestones[0], uuid4()),
        lambda: play.call(actor, spending.move_claim, claim.claim_id, "approve", 1),
        lambda: play.call(actor, spending.move_claim, claim.claim_id, "refuse", 1, "not_done"),
    ]
    for work in tries:
        with pytest.raises(NoSuchObject):
            work()
    assert play.call(actor, service.list_of_call, play.call_id) == []
    assert claim.claim_id not in {one.claim_id for one in play.call(actor, service.list_waiting)}
    assert play.call(actor, register.find_waiting, play.call_id) == []
    assert verify(portal, f"call:{play.call_id}").findings == ()


@CONFLICTS
def test_others_see_it_and_everybody_the_register(play: Play, conflict: Conflict) -> None:
    waiting_id = store_application(play.owner, play.call_id)
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    conflict(play, play.both, waiting_id)
    portal, actor = play.portal, play.officer
    assert [one.award_id for one in play.call(actor, service.list_of_call, play.call_id)] == [play.award_id]
    assert [one.application_id for one in play.call(actor, register.find_waiting, play.call_id)] == [
        waiting_id
    ]
    assert claim.claim_id in {one.claim_id for one in play.call(play.finance, service.list_waiting)}
    assert play.call(actor, register.get_entry, play.award_id).amount_minor == 1_000_000

    def seen_by(actor: Actor) -> list[Step]:
        return programme_for(portal).call(actor, see_all, [Node("award", play.award_id)])

    assert len(seen_by(play.both)) == 1, "it runs, and the register says so"
    put_into(play.owner, AWARDS, play.award_id, "offered")
    assert seen_by(play.both) == []
    assert len(seen_by(play.officer)) == 1


def test_finance_of_the_organisation_that_applied_pays_nothing(play: Play) -> None:
    claim = play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    play.call(play.officer, spending.move_claim, claim.claim_id, "approve", 1)
    belong_to_who_applied(play, play.finance)
    with pytest.raises(NoSuchObject):
        play.call(play.finance, spending.move_claim, claim.claim_id, "approve_payment", 2)
    assert play.call(play.finance, service.list_of_call, play.call_id) == []


def test_what_is_ones_own_is_not_at_the_desk_and_is_there_as_ones_own(play: Play) -> None:
    apply_with(play, play.officer)
    play.call(play.lead, spending.claim, play.milestones[0], 1_000, "paper")
    assert play.call(play.officer, service.list_of_call, play.call_id) == []
    mine = {one.award_id for one in play.call(play.officer, service.list_own)}
    assert mine == {play.award_id}
    assert play.call(play.officer, service.get_award, play.award_id).award_id == play.award_id
    outside = Actor(play.officer.person_id, (Grant(Role.FINANCE),))
    assert play.award_id not in {one.award_id for one in play.call(outside, service.list_waiting)}
