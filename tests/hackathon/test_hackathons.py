"""A hackathon and its challenges: who writes what, who sees what, and what the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest

from citycore.store.connections import Connection
from hackathon.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from hackathon.audit.repository import find_lines_of
from hackathon.challenges import errors as challenge_errors
from hackathon.challenges import service as challenges
from hackathon.challenges.decisions import release as release_challenges
from hackathon.challenges.model import Description as ChallengeDescription
from hackathon.challenges.model import Terms
from hackathon.challenges.repository import CHALLENGES
from hackathon.challenges.settings import ChallengeSettings
from hackathon.hackathons import errors as hackathon_errors
from hackathon.hackathons import service as hackathons
from hackathon.hackathons.machine import DEADLINES
from hackathon.hackathons.model import Description, Mode
from hackathon.hackathons.repository import HACKATHONS
from hackathon.hackathons.settings import HackathonSettings
from hackathon.workflow import errors
from hackathon.workflow.clockwork import run_due
from hackathon.workflow.deadlines import extend, plan
from hackathon.workflow.decisions import prepare, release
from hackathon.workflow.registry import BINDINGS
from hackathon.workflow.service import apply
from hackathon.workflow.settings import WorkflowSettings
from tests.conftest import Database
from tests.hackathon.machines import store_agency

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
DATES = {name: NOW + DAY * number for number, name in enumerate(DEADLINES, 1)}
AGENCY, OTHER_AGENCY = UUID(int=50), UUID(int=51)
CHIEF = Actor(UUID(int=1), (Grant(Role.ADMINISTRATOR),))
OFFICER = Actor(UUID(int=2), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY)),))
RIVAL = Actor(UUID(int=3), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, OTHER_AGENCY)),))
SETTINGS, LIMITS, ENGINE = HackathonSettings(), ChallengeSettings(), WorkflowSettings()
NUMBERS = count(1)


def at(instant: datetime):
    return lambda: instant


def describe(**changes) -> Description:
    text = Description(
        f"heat-{next(NUMBERS)}",
        "حر المدينة",
        "City heat",
        "ظل وماء",
        "Shade and water",
        Mode.IN_PLACE,
        "مسقط",
        "Muscat",
    )
    return replace(text, **changes)


def challenge_text(**changes) -> ChallengeDescription:
    text = ChallengeDescription(
        "ظل الحافلات", "Bus shade", "أين الظل؟", "Where is shade?", Terms.OPEN_SOURCE, ("air",), ("air-01",)
    )
    return replace(text, **changes)


@pytest.fixture(scope="module", autouse=True)
def _data(programme: Database):
    with programme.connect() as owner:
        store_agency(owner, AGENCY)
        owner.execute(
            "INSERT INTO sources (code, kind, name_en, name_ar) VALUES ('air', 'device', 'Air', 'هواء')"
        )
        owner.execute(
            "INSERT INTO things (code, source_id, kind, name_en, name_ar)"
            " SELECT 'air-01', source_id, 'station', 'Ruwi', 'روي' FROM sources"
        )


@pytest.fixture
def heat(portal: Connection) -> UUID:
    """A hackathon with dates, still a draft."""
    hackathon_id = hackathons.create(portal, describe(), CHIEF, at(NOW), SETTINGS)
    plan(portal, HACKATHONS, hackathon_id, DATES, CHIEF, at(NOW))
    return hackathon_id


@pytest.fixture
def announced(portal: Connection, heat: UUID) -> UUID:
    step(portal, heat, "announce")
    return heat


def organiser_of(hackathon_id: UUID) -> Actor:
    return Actor(UUID(int=9), (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, hackathon_id)),))


def step(
    portal: Connection, hackathon_id: UUID, event: str, instant: datetime = NOW, reason: str | None = None
):
    version = hackathons.get_hackathon(portal, hackathon_id, CHIEF).version
    return apply(
        portal, HACKATHONS, hackathon_id, event, CHIEF, at(instant), seen_version=version, reason=reason
    )


def propose(portal: Connection, hackathon_id: UUID, **changes) -> UUID:
    place = challenges.Place(hackathon_id, AGENCY)
    challenge_id = challenges.create(portal, place, challenge_text(**changes), OFFICER, at(NOW), LIMITS)
    apply(portal, CHALLENGES, challenge_id, "propose", OFFICER, at(NOW), seen_version=1)
    return challenge_id


def publish(portal: Connection, challenge_id: UUID) -> None:
    apply(portal, CHALLENGES, challenge_id, "take_up", CHIEF, at(NOW), seen_version=2)
    decision = prepare(portal, CHALLENGES, challenge_id, "approve", CHIEF, at(NOW), seen_version=3)
    release(portal, CHALLENGES, [decision.decision_id], CHIEF, at(NOW), ENGINE)
    apply(portal, CHALLENGES, challenge_id, "publish", CHIEF, at(NOW), seen_version=4)


def test_the_clock_leads_a_hackathon_from_announcement_to_judging(portal: Connection, announced: UUID):
    challenge_id, late = propose(portal, announced), propose(portal, announced)
    publish(portal, challenge_id)
    seen = []
    for name in DEADLINES:
        run_due(portal, BINDINGS, at(DATES[name] - timedelta(microseconds=1)))
        before = hackathons.get_hackathon(portal, announced, ANONYMOUS).state
        run_due(portal, BINDINGS, at(DATES[name]))
        after = hackathons.get_hackathon(portal, announced, ANONYMOUS).state
        seen += [(name, after)] if after != before else []
    assert seen == [
        ("registration_opens", "registration_open"), ("team_formation_closes", "team_formation_closed"),
        ("starts", "running"), ("submissions_close", "submissions_closed"),
    ]  # fmt: skip
    assert challenges.get_challenge(portal, challenge_id, ANONYMOUS).state == "locked"
    assert challenges.get_challenge(portal, late, CHIEF).state_reason == "hackathon_started"


def test_a_worker_that_slept_catches_up_in_one_round(portal: Connection, announced: UUID):
    publish(portal, propose(portal, announced))
    run_due(portal, BINDINGS, at(DATES["appeals_close"]))
    assert hackathons.get_hackathon(portal, announced, ANONYMOUS).state == "submissions_closed"


def test_judging_goes_round_by_round_to_final_results(portal: Connection, announced: UUID):
    publish(portal, propose(portal, announced))
    hackathons.edit(portal, announced, describe(rounds=2), CHIEF, at(NOW), 2, SETTINGS)
    run_due(portal, BINDINGS, at(DATES["submissions_close"]))
    judged = DATES["submissions_close"]
    for event in ("begin_screening", "begin_judging"):
        step(portal, announced, event, judged)
    with pytest.raises(hackathon_errors.RoundsLeft):
        step(portal, announced, "begin_deliberation", judged)
    step(portal, announced, "begin_next_round", judged)
    assert hackathons.get_hackathon(portal, announced, ANONYMOUS).round == 2
    with pytest.raises(hackathon_errors.NoFurtherRound):
        step(portal, announced, "begin_next_round", judged)
    step(portal, announced, "begin_deliberation", judged)
    step(portal, announced, "publish_provisional", judged)
    with pytest.raises(errors.TooEarly):
        step(portal, announced, "finalise", DATES["appeals_close"] - DAY / 2)
    step(portal, announced, "finalise", DATES["appeals_close"])
    assert step(portal, announced, "archive", DATES["appeals_close"]).reason == "completed"


def test_nothing_opens_without_a_challenge(portal: Connection, announced: UUID):
    run_due(portal, [HACKATHONS], at(DATES["registration_opens"]))
    assert hackathons.get_hackathon(portal, announced, ANONYMOUS).state == "announced"
    with pytest.raises(hackathon_errors.NoChallenge):
        step(portal, announced, "open_registration", DATES["registration_opens"])


def test_an_announcement_needs_both_languages_all_dates_and_time(portal: Connection):
    bare = hackathons.create(portal, describe(summary_en=""), CHIEF, at(NOW), SETTINGS)
    plan(portal, HACKATHONS, bare, {"registration_opens": NOW + DAY}, CHIEF, at(NOW))
    with pytest.raises(hackathon_errors.NotDescribed):
        step(portal, bare, "announce")
    hackathons.edit(portal, bare, describe(), CHIEF, at(NOW), 1, SETTINGS)
    with pytest.raises(hackathon_errors.DatesMissing):
        step(portal, bare, "announce")
    plan(portal, HACKATHONS, bare, DATES, CHIEF, at(NOW))
    with pytest.raises(errors.TooLate):
        step(portal, bare, "announce", DATES["registration_opens"])
    step(portal, bare, "announce")


def test_a_postponed_hackathon_comes_back_with_new_dates(portal: Connection, announced: UUID):
    with pytest.raises(errors.ReasonMissing):
        step(portal, announced, "postpone")
    step(portal, announced, "postpone", DATES["registration_opens"], "no_venue")
    with pytest.raises(errors.TooLate):
        step(portal, announced, "resume", DATES["registration_opens"])
    later = {name: instant + 30 * DAY for name, instant in DATES.items()}
    plan(portal, HACKATHONS, announced, later, CHIEF, at(DATES["registration_opens"]))
    assert step(portal, announced, "resume", DATES["registration_opens"]).target == "announced"


def test_a_deadline_moves_for_everybody(portal: Connection, announced: UUID):
    publish(portal, propose(portal, announced))
    run_due(portal, BINDINGS, at(DATES["starts"]))
    noon = DATES["starts"] + DAY / 2
    with pytest.raises(errors.NotAllowed):
        extend(
            portal,
            HACKATHONS,
            announced,
            "submissions_close",
            noon + DAY,
            OFFICER,
            at(noon),
            reason="weather",
        )
    new = DATES["submissions_close"] + DAY / 2
    organiser = organiser_of(announced)
    extend(portal, HACKATHONS, announced, "submissions_close", new, organiser, at(noon), reason="weather")
    run_due(portal, BINDINGS, at(DATES["submissions_close"]))
    assert hackathons.get_hackathon(portal, announced, ANONYMOUS).state == "running"
    run_due(portal, BINDINGS, at(new))
    assert hackathons.get_hackathon(portal, announced, ANONYMOUS).state == "submissions_closed"


def test_drafts_are_seen_by_their_organisers_alone(portal: Connection, heat: UUID):
    for stranger in (ANONYMOUS, OFFICER, organiser_of(uuid4())):
        with pytest.raises(errors.NoSuchObject):
            hackathons.get_hackathon(portal, heat, stranger)
        assert heat not in {
            one.hackathon_id for one in hackathons.list_hackathons(portal, stranger, SETTINGS)
        }
    for insider in (CHIEF, organiser_of(heat)):
        assert hackathons.get_hackathon(portal, heat, insider).state == "draft"
        assert heat in {one.hackathon_id for one in hackathons.list_hackathons(portal, insider, SETTINGS)}


def test_lists_come_in_pages(portal: Connection):
    for day in range(3):
        hackathons.create(portal, describe(), CHIEF, at(NOW + 100 * DAY + day * DAY), SETTINGS)
    small, pages, after = HackathonSettings(page_rows_max=2), [], None
    while page := hackathons.list_hackathons(portal, CHIEF, small, after):
        pages += page
        after = page[-1].hackathon_id
    everything = hackathons.list_hackathons(portal, CHIEF, SETTINGS)
    assert pages == everything
    assert hackathons.list_hackathons(portal, CHIEF, small, uuid4()) == []


def test_who_may_write_and_what(portal: Connection, heat: UUID, announced: UUID):
    with pytest.raises(errors.NotAllowed):
        hackathons.create(portal, describe(), organiser_of(heat), at(NOW), SETTINGS)
    with pytest.raises(errors.NotAllowed):
        hackathons.edit(portal, heat, describe(), OFFICER, at(NOW), 2, SETTINGS)
    with pytest.raises(errors.ChangedMeanwhile):
        hackathons.edit(portal, heat, describe(), organiser_of(heat), at(NOW), 1, SETTINGS)
    taken = hackathons.get_hackathon(portal, heat, CHIEF).description.code
    with pytest.raises(hackathon_errors.CodeTaken):
        hackathons.create(portal, describe(code=taken), CHIEF, at(NOW), SETTINGS)
    other = hackathons.create(portal, describe(), CHIEF, at(NOW), SETTINGS)
    with pytest.raises(hackathon_errors.CodeTaken):
        hackathons.edit(portal, other, describe(code=taken), CHIEF, at(NOW), 1, SETTINGS)
    hackathons.edit(portal, heat, describe(code=taken, title_en="Hot"), CHIEF, at(NOW), 2, SETTINGS)
    assert hackathons.get_hackathon(portal, heat, ANONYMOUS).description.title_en == "Hot"
    assert [one.line.event for one in find_lines_of(portal, heat, 2)] == ["edit", "announce"]
    step(portal, heat, "cancel", reason="organisational")
    with pytest.raises(hackathon_errors.NoLongerEditable):
        hackathons.edit(portal, heat, describe(), CHIEF, at(NOW), 4, SETTINGS)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "With Space"}, {"code": "x"}, {"title_ar": " "}, {"title_en": "x" * 161}, {"place_en": "x" * 161},
        {"summary_ar": "x" * 10_001}, {"team_members_min": 0}, {"team_members_min": 6}, {"team_members_max": 21},
        {"rounds": 0}, {"rounds": 6},
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_with_the_field_s_name(
    portal: Connection, changes: dict[str, object]
):
    with pytest.raises(hackathon_errors.WrongField) as caught:
        hackathons.create(portal, describe(**changes), CHIEF, at(NOW), SETTINGS)
    assert caught.value.text("ar") != caught.value.text("en")


def test_a_challenge_links_data_that_the_hub_has(portal: Connection, announced: UUID):
    challenge_id = propose(portal, announced)
    text = challenges.get_challenge(portal, challenge_id, OFFICER).description
    assert (text.datasets, text.things) == (("air",), ("air-01",))
    assert [one.name_ar for one in challenges.list_linkable(portal, "things", LIMITS)] == ["روي"]
    assert challenges.list_linkable(portal, "datasets", LIMITS, "air") == []
    place = challenges.Place(announced, AGENCY)
    with pytest.raises(challenge_errors.UnknownData, match="moon, sun"):
        challenges.create(portal, place, challenge_text(datasets=("sun", "moon")), OFFICER, at(NOW), LIMITS)
    assert len(challenges.list_challenges(portal, announced, CHIEF, LIMITS)) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"problem_ar": ""}, challenge_errors.NotWritten),
        ({"terms": None}, challenge_errors.NoTerms),
        ({"datasets": (), "things": ()}, challenge_errors.NoData),
    ],
)
def test_a_challenge_is_proposed_when_it_is_complete(portal: Connection, announced: UUID, changes, refusal):
    with pytest.raises(refusal):
        propose(portal, announced, **changes)


def test_challenges_are_for_their_agency_until_they_are_published(portal: Connection, announced: UUID):
    challenge_id = propose(portal, announced)
    single = Actor(UUID(int=8), (Grant(Role.REVIEWER, Scope(ScopeKind.CHALLENGE, challenge_id)),))
    for insider in (OFFICER, CHIEF, organiser_of(announced), single):
        assert challenges.get_challenge(portal, challenge_id, insider).version == 2
        assert len(challenges.list_challenges(portal, announced, insider, LIMITS)) == 1
    for stranger in (ANONYMOUS, RIVAL, organiser_of(uuid4())):
        with pytest.raises(errors.NoSuchObject):
            challenges.get_challenge(portal, challenge_id, stranger)
        assert challenges.list_challenges(portal, announced, stranger, LIMITS) == []
    publish(portal, challenge_id)
    assert len(challenges.list_challenges(portal, announced, ANONYMOUS, LIMITS)) == 1
    # Teams may have chosen it: the agency alone can no longer take it away.
    with pytest.raises(errors.NotAllowed):
        apply(
            portal, CHALLENGES, challenge_id, "withdraw", OFFICER, at(NOW), seen_version=5, reason="by_agency"
        )


def test_a_returned_challenge_is_written_anew_and_proposed_again(portal: Connection, announced: UUID):
    challenge_id = propose(portal, announced)
    with pytest.raises(challenge_errors.NotEditableNow):
        challenges.edit(portal, challenge_id, challenge_text(), OFFICER, at(NOW), 2, LIMITS)
    apply(portal, CHALLENGES, challenge_id, "take_up", CHIEF, at(NOW), seen_version=2)
    decision = prepare(
        portal, CHALLENGES, challenge_id, "return", CHIEF, at(NOW), seen_version=3, reason="unclear"
    )
    assert challenges.get_challenge(portal, challenge_id, OFFICER).state == "under_review"
    release(portal, CHALLENGES, [decision.decision_id], CHIEF, at(NOW), ENGINE)
    assert challenges.get_challenge(portal, challenge_id, OFFICER).state_reason == "unclear"
    with pytest.raises(errors.NotAllowed):
        challenges.edit(portal, challenge_id, challenge_text(), RIVAL, at(NOW), 4, LIMITS)
    with pytest.raises(errors.ChangedMeanwhile):
        challenges.edit(portal, challenge_id, challenge_text(), OFFICER, at(NOW), 3, LIMITS)
    challenges.edit(
        portal, challenge_id, challenge_text(title_en="Shade", things=()), OFFICER, at(NOW), 4, LIMITS
    )
    assert challenges.get_challenge(portal, challenge_id, OFFICER).description.things == ()
    apply(portal, CHALLENGES, challenge_id, "propose", OFFICER, at(NOW), seen_version=5)


def test_who_may_bring_a_challenge_and_when(portal: Connection, announced: UUID):
    place = challenges.Place(announced, AGENCY)
    for stranger in (RIVAL, CHIEF, ANONYMOUS):
        with pytest.raises(errors.NotAllowed):
            challenges.create(portal, place, challenge_text(), stranger, at(NOW), LIMITS)
    for wrong in ({"title_ar": ""}, {"problem_en": "x" * 20_001}, {"things": tuple(map(str, range(51)))}):
        with pytest.raises(challenge_errors.WrongField):
            challenges.create(portal, place, challenge_text(**wrong), OFFICER, at(NOW), LIMITS)
    draft = challenges.create(portal, place, challenge_text(), OFFICER, at(NOW), LIMITS)
    with pytest.raises(errors.TooLate):
        apply(portal, CHALLENGES, draft, "propose", OFFICER, at(DATES["challenges_close"]), seen_version=1)
    step(portal, announced, "cancel", reason="no_venue")
    with pytest.raises(challenge_errors.HackathonPast):
        challenges.create(portal, place, challenge_text(), OFFICER, at(NOW), LIMITS)
    with pytest.raises(challenge_errors.HackathonPast):
        apply(portal, CHALLENGES, draft, "propose", OFFICER, at(NOW), seen_version=1)


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
    apply(portal, CHALLENGES, challenge_id, "take_up", CHIEF, at(NOW), seen_version=2)
    decision = prepare(
        portal, CHALLENGES, challenge_id, "return", CHIEF, at(NOW), seen_version=3, reason="too_broad"
    )
    portal.execute("DELETE FROM innovation.outbox")

    def link(challenge: UUID) -> str:
        return f"https://falaj.example/challenges/{challenge}"

    release_challenges(portal, [decision.decision_id], CHIEF, at(NOW), ENGINE, link)
    found = portal.execute(
        "SELECT person_id, language, fields FROM innovation.outbox ORDER BY person_id"
    ).fetchall()
    assert [(person_id, language) for person_id, language, _ in found] == [
        (UUID(int=70), "ar"),
        (UUID(int=71), "en"),
    ]
    assert found[0][2] == {
        "name": "Amal", "title": "ظل الحافلات", "state": "معاد للتعديل", "reason": "أوسع من أن يناسب هاكاثونًا",
        "challenge_link": link(challenge_id),
    }  # fmt: skip
    assert found[1][2]["reason"] == "Too broad for a hackathon"
