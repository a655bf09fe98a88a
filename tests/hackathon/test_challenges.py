"""Challenges: complete, for their agency until they are published, decided about together."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.people.settings import PeopleSettings
from casework.programme import Session
from casework.workflow import errors
from casework.workflow.errors import WrongField
from citycore.store.connections import Connection
from hackathon.contest.challenges import errors as challenge_errors
from hackathon.contest.challenges import service as challenges
from hackathon.contest.challenges.decisions import release as release_challenges
from hackathon.contest.challenges.repository import CHALLENGES
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.heat import (
    AGENCY,
    CHIEF,
    DATES,
    ENGINE,
    NOW,
    OFFICER,
    RIVAL,
    at,
    call,
    challenge_text,
    organiser_of,
    propose,
    publish,
    step,
)


def test_a_challenge_links_data_that_the_hub_has(portal: Connection, announced: UUID):
    challenge_id = propose(portal, announced)
    text = call(portal, OFFICER, challenges.get_challenge, challenge_id).description
    assert (text.datasets, text.things) == (("air",), ("air-01",))
    assert [one.name_ar for one in call(portal, ANONYMOUS, challenges.list_linkable, "things")] == ["روي"]
    assert call(portal, ANONYMOUS, challenges.list_linkable, "datasets", "air") == []
    place = challenges.Place(announced, AGENCY)
    with pytest.raises(challenge_errors.UnknownData, match="moon, sun"):
        call(portal, OFFICER, challenges.create, place, challenge_text(datasets=("sun", "moon")))
    assert len(call(portal, CHIEF, challenges.list_challenges, announced)) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"problem_ar": ""}, challenge_errors.ChallengeNotWritten),
        ({"terms": None}, challenge_errors.ChallengeWithoutTerms),
        ({"datasets": (), "things": ()}, challenge_errors.ChallengeWithoutData),
    ],
)
def test_a_challenge_is_proposed_when_it_is_complete(portal: Connection, announced: UUID, changes, refusal):
    with pytest.raises(refusal):
        propose(portal, announced, **changes)


def test_challenges_are_for_their_agency_until_they_are_published(portal: Connection, announced: UUID):
    challenge_id = propose(portal, announced)
    single = Actor(UUID(int=8), (Grant(Role.REVIEWER, Scope(ScopeKind.CHALLENGE, challenge_id)),))
    for insider in (OFFICER, CHIEF, organiser_of(announced), single):
        assert call(portal, insider, challenges.get_challenge, challenge_id).version == 2
        assert len(call(portal, insider, challenges.list_challenges, announced)) == 1
    for stranger in (ANONYMOUS, RIVAL, organiser_of(uuid4())):
        with pytest.raises(errors.NoSuchObject):
            call(portal, stranger, challenges.get_challenge, challenge_id)
        assert call(portal, stranger, challenges.list_challenges, announced) == []
    publish(portal, challenge_id)
    assert len(call(portal, ANONYMOUS, challenges.list_challenges, announced)) == 1
    # Teams may have chosen it: the agency alone can no longer take it away.
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, at(NOW)).call(
            OFFICER, Session.apply, CHALLENGES, challenge_id, "withdraw", 5, "by_agency"
        )


def test_a_returned_challenge_is_written_anew_and_proposed_again(portal: Connection, announced: UUID):
    challenge_id = propose(portal, announced)
    with pytest.raises(challenge_errors.ChallengeNotEditable):
        call(portal, OFFICER, challenges.edit, challenge_id, challenge_text(), 2)
    programme_for(portal, at(NOW)).call(CHIEF, Session.apply, CHALLENGES, challenge_id, "take_up", 2)
    decision = programme_for(portal, at(NOW)).call(
        CHIEF, Session.prepare, CHALLENGES, challenge_id, "return", 3, "unclear"
    )
    assert call(portal, OFFICER, challenges.get_challenge, challenge_id).state == "under_review"
    programme_for(portal, at(NOW), ENGINE).call(CHIEF, Session.release, CHALLENGES, [decision.prepared_id])
    assert call(portal, OFFICER, challenges.get_challenge, challenge_id).state_reason == "unclear"
    with pytest.raises(errors.NotAllowed):
        call(portal, RIVAL, challenges.edit, challenge_id, challenge_text(), 4)
    with pytest.raises(errors.ChangedMeanwhile):
        call(portal, OFFICER, challenges.edit, challenge_id, challenge_text(), 3)
    call(portal, OFFICER, challenges.edit, challenge_id, challenge_text(title_en="Shade", things=()), 4)
    assert call(portal, OFFICER, challenges.get_challenge, challenge_id).description.things == ()
    programme_for(portal, at(NOW)).call(OFFICER, Session.apply, CHALLENGES, challenge_id, "propose", 5)


def test_who_may_bring_a_challenge_and_when(portal: Connection, announced: UUID):
    place = challenges.Place(announced, AGENCY)
    for stranger in (RIVAL, CHIEF, ANONYMOUS):
        with pytest.raises(errors.NotAllowed):
            call(portal, stranger, challenges.create, place, challenge_text())
    for wrong in ({"title_ar": ""}, {"problem_en": "x" * 20_001}, {"things": tuple(map(str, range(51)))}):
        with pytest.raises(WrongField):
            call(portal, OFFICER, challenges.create, place, challenge_text(**wrong))
    draft = call(portal, OFFICER, challenges.create, place, challenge_text())
    with pytest.raises(errors.TooLate):
        programme_for(portal, at(DATES["challenges_close"])).call(
            OFFICER, Session.apply, CHALLENGES, draft, "propose", 1
        )
    step(portal, announced, "cancel", reason="no_venue")
    with pytest.raises(challenge_errors.HackathonPast):
        call(portal, OFFICER, challenges.create, place, challenge_text())
    with pytest.raises(challenge_errors.HackathonPast):
        programme_for(portal, at(NOW)).call(OFFICER, Session.apply, CHALLENGES, draft, "propose", 1)


def test_agencies_hear_of_decisions_together_and_in_their_language(
    portal: Connection, programme: Database, announced: UUID
):
    people = [(UUID(int=70), "ar", "active", NOW), (UUID(int=71), "en", "active", NOW),
              (UUID(int=72), "en", "suspended", NOW), (UUID(int=73), "en", "active", None)]  # fmt: skip
    with programme.connect() as owner:
        for person_id, language, state, verified_at in people:
            owner.execute(
                "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
                " created_at, email_verified_at) VALUES (%s, %s, %s, 'Amal', %s, %s, %s, %s, %s)",
                [person_id, f"{person_id}@a.example", str(person_id), language, state, NOW, NOW, verified_at],
            )
            owner.execute(
                "INSERT INTO innovation.role_grants (grant_id, person_id, role, scope_kind, scope_id, granted_at)"
                " VALUES (%s, %s, 'officer', 'organisation', %s, %s)",
                [uuid4(), person_id, AGENCY, NOW],
            )
    challenge_id = propose(portal, announced)
    programme_for(portal, at(NOW)).call(CHIEF, Session.apply, CHALLENGES, challenge_id, "take_up", 2)
    decision = programme_for(portal, at(NOW)).call(
        CHIEF, Session.prepare, CHALLENGES, challenge_id, "return", 3, "too_broad"
    )
    portal.execute("DELETE FROM innovation.outbox")

    call(portal, CHIEF, release_challenges, [decision.prepared_id])
    found = portal.execute(
        "SELECT person_id, language, fields FROM innovation.outbox ORDER BY person_id"
    ).fetchall()
    assert [(person_id, language) for person_id, language, _ in found] == [
        (UUID(int=70), "ar"),
        (UUID(int=71), "en"),
    ]
    assert found[0][2] == {
        "name": "Amal", "title": "ظل الحافلات", "state": "معاد للتعديل", "reason": "أوسع من أن يناسب هاكاثونًا",
        "challenge_link": f"{PeopleSettings().portal_url}/challenges/{challenge_id}",
    }  # fmt: skip
    assert found[1][2]["reason"] == "Too broad for a hackathon"
