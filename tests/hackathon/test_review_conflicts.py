"""Conflicts of interest between reviewers and applications: what is in conflict is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.people.errors import InvalidAddress
from casework.workflow.errors import NotAllowed
from citycore.store.connections import Connection
from hackathon.funding.applications import repository as applications
from hackathon.funding.reviewing import errors, reviewers, reviews
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.model import Closeness, Said
from hackathon.funding.reviewing.settings import ReviewingSettings
from tests.conftest import Database
from tests.hackathon.reviewing_stage import Applied, ReviewingStage


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[ReviewingStage]:
    with programme.connect() as owner:
        yield ReviewingStage(portal, owner, tmp_path)


def hidden(stage: ReviewingStage, person_id: UUID) -> frozenset[UUID]:
    return hidden_applications(stage.portal, stage.actor(person_id), stage.call_id, own_too=True)


def by_domain(stage: ReviewingStage, person_id: UUID) -> Applied:
    stage.owner.execute(
        "UPDATE innovation.people SET email = %s WHERE person_id = %s",
        [f"{person_id}@dar.example", person_id],
    )
    return stage.apply(lead=stage.person(f"x{uuid4().hex}@eng.dar.example"))


def by_organisation(stage: ReviewingStage, person_id: UUID) -> Applied:
    organisation, applied = stage.organisation(), stage.apply()
    stage.belongs(person_id, organisation)
    stage.belongs(applied.lead, organisation)
    return applied


def by_organisation_of_application(stage: ReviewingStage, person_id: UUID) -> Applied:
    organisation = stage.organisation()
    stage.belongs(person_id, organisation)
    return stage.apply(organisation_id=organisation)


def by_an_application_before(stage: ReviewingStage, person_id: UUID) -> Applied:
    applied = stage.apply()
    elsewhere = ReviewingStage(stage.portal, stage.owner, stage.folder)
    before = elsewhere.apply(lead=applied.lead)
    elsewhere.joins(before.application_id, person_id)
    return applied


def by_applying(stage: ReviewingStage, person_id: UUID) -> Applied:
    applied = stage.apply()
    stage.joins(applied.application_id, person_id)
    return applied


def by_address(stage: ReviewingStage, person_id: UUID) -> Applied:
    applied = stage.apply(lead=stage.person(address := f"Friend{uuid4().hex}@gmail.com"))
    stage.call(stage.actor(person_id), reviewers.declare_address, stage.call_id, address.upper())
    return applied


def by_name(stage: ReviewingStage, person_id: UUID) -> Applied:
    organisation = stage.organisation("Marjan Research Centre LLC", "مركز المَرجان للبحوث ش.م.م")
    applied = stage.apply()
    stage.belongs(applied.lead, organisation)
    stage.call(stage.actor(person_id), reviewers.declare_organisation, stage.call_id, " مركز المرجان ")
    return applied


@pytest.mark.parametrize(
    "become",
    [
        by_domain,
        by_organisation,
        by_organisation_of_application,
        by_an_application_before,
        by_applying,
        by_address,
        by_name,
    ],
)
def test_who_is_close_to_an_application_does_not_see_it(
    stage: ReviewingStage, become: Callable[[ReviewingStage, UUID], Applied]
) -> None:
    strange = stage.apply("Elsewhere")
    one = stage.reviewer().person_id
    assert one is not None
    close = become(stage, one)
    assert hidden(stage, one) == {close.application_id}
    chief = Actor(one, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    found = applications.hidden_applications(stage.portal, chief, stage.call_id)
    assert (close.application_id in found) or become is by_applying
    assert strange.application_id not in found


def test_working_together_counts_three_years(stage: ReviewingStage) -> None:
    one = stage.reviewer().person_id
    assert one is not None
    applied = by_an_application_before(stage, one)
    assert hidden(stage, one) == {applied.application_id}
    stage.owner.execute(
        "UPDATE innovation.applicants SET joined_at = now() - interval '5 years', ended_at = now() - interval '3 years'"
        " - interval '2 days' WHERE person_id = %s AND NOT is_lead",
        [one],
    )
    assert hidden(stage, one) == frozenset()


def test_a_provider_for_everybody_says_nothing(stage: ReviewingStage) -> None:
    one = stage.reviewer()
    stage.apply()
    assert one.person_id is not None
    assert hidden(stage, one.person_id) == frozenset()


def test_the_role_alone_is_enough(stage: ReviewingStage) -> None:
    person_id = stage.person(f"{uuid4().hex}@dar.example")
    applied = stage.apply(lead=stage.person(f"{uuid4().hex}@dar.example"))
    assert hidden(stage, person_id) == frozenset()
    actor = Actor(person_id, (Grant(Role.REVIEWER, Scope(ScopeKind.CALL, stage.call_id)),))
    assert hidden_applications(stage.portal, actor, stage.call_id) == {applied.application_id}


def test_an_officer_does_not_see_their_own_at_the_desk(stage: ReviewingStage) -> None:
    applied, other = stage.apply(), stage.apply()
    chief = Actor(applied.lead, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    stage.copy_all()
    stage.reviewer()
    stage.reviewer()
    stage.assign()
    seen = stage.call(chief, reviews.list_reviews, stage.call_id)
    assert {one.application_id for one in seen} == {other.application_id}


def test_declaring_tells_nothing(stage: ReviewingStage) -> None:
    one = stage.reviewer()
    stage.apply(lead=stage.person("known@gmail.com"))
    for address in ("known@gmail.com", "unknown@gmail.com"):
        stage.call(one, reviewers.declare_address, stage.call_id, address)
    said = stage.call(one, reviewers.list_said, stage.call_id)
    assert said == [Said(Closeness.ADDRESS, "known@gmail.com"), Said(Closeness.ADDRESS, "unknown@gmail.com")]


def test_what_is_declared_is_bounded_and_ones_own(stage: ReviewingStage) -> None:
    one = stage.reviewer()
    with pytest.raises(errors.WordsTooShort):
        stage.call(one, reviewers.declare_organisation, stage.call_id, " . a ")
    with pytest.raises(InvalidAddress):
        stage.call(one, reviewers.declare_address, stage.call_id, "nobody")
    with pytest.raises(NotAllowed):
        stage.call(stage.officer, reviewers.declare_organisation, stage.call_id, "Marjan")
    for number in range(stage.programme.of(ReviewingSettings).declarations_max):
        stage.call(one, reviewers.declare_organisation, stage.call_id, f"Company {number}")
    with pytest.raises(errors.TooMuchReviewing):
        stage.call(one, reviewers.declare_organisation, stage.call_id, "One more")
