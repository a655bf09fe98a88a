"""A hackathon: who writes what, who sees what, and what the clock does."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS
from casework.audit.repository import find_lines_of
from casework.programme import Session
from casework.workflow import errors
from casework.workflow.clockwork import run_due
from casework.workflow.errors import WrongField
from citycore.store.connections import Connection
from hackathon.contest.challenges import service as challenges
from hackathon.contest.hackathons import errors as hackathon_errors
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.settings import HackathonSettings
from programme.registry import BINDINGS
from tests.hackathon.calling import programme_for
from tests.hackathon.heat import (
    CHIEF,
    DATES,
    DAY,
    NOW,
    OFFICER,
    at,
    call,
    describe,
    organiser_of,
    propose,
    publish,
    step,
)


def test_the_clock_leads_a_hackathon_from_announcement_to_judging(portal: Connection, announced: UUID):
    challenge_id, late = propose(portal, announced), propose(portal, announced)
    publish(portal, challenge_id)
    seen = []
    for name in DEADLINES:
        run_due(programme_for(portal, at(DATES[name] - timedelta(microseconds=1))), BINDINGS)
        before = call(portal, ANONYMOUS, hackathons.get_hackathon, announced).state
        run_due(programme_for(portal, at(DATES[name])), BINDINGS)
        after = call(portal, ANONYMOUS, hackathons.get_hackathon, announced).state
        seen += [(name, after)] if after != before else []
    assert seen == [
        ("registration_opens", "registration_open"), ("team_formation_closes", "team_formation_closed"),
        ("starts", "running"), ("submissions_close", "submissions_closed"),
    ]  # fmt: skip
    assert call(portal, ANONYMOUS, challenges.get_challenge, challenge_id).state == "locked"
    assert call(portal, CHIEF, challenges.get_challenge, late).state_reason == "hackathon_started"


def test_a_worker_that_slept_catches_up_in_one_round(portal: Connection, announced: UUID):
    publish(portal, propose(portal, announced))
    run_due(programme_for(portal, at(DATES["appeals_close"])), BINDINGS)
    assert call(portal, ANONYMOUS, hackathons.get_hackathon, announced).state == "submissions_closed"


def test_judging_goes_round_by_round_to_final_results(portal: Connection, announced: UUID):
    publish(portal, propose(portal, announced))
    call(portal, CHIEF, hackathons.edit, announced, describe(rounds=2), 2)
    run_due(programme_for(portal, at(DATES["submissions_close"])), BINDINGS)
    judged = DATES["submissions_close"]
    for event in ("begin_screening", "begin_judging"):
        step(portal, announced, event, judged)
    with pytest.raises(hackathon_errors.RoundsLeft):
        step(portal, announced, "begin_deliberation", judged)
    step(portal, announced, "begin_next_round", judged)
    assert call(portal, ANONYMOUS, hackathons.get_hackathon, announced).round == 2
    with pytest.raises(hackathon_errors.NoFurtherRound):
        step(portal, announced, "begin_next_round", judged)
    step(portal, announced, "begin_deliberation", judged)
    with pytest.raises(hackathon_errors.NoResults):
        step(portal, announced, "publish_provisional", judged)
    portal.execute(
        "INSERT INTO innovation.result_sets (result_set_id, hackathon_id, number, prepared_at) VALUES (%s, %s, 1, %s)",
        [uuid4(), announced, judged],
    )
    step(portal, announced, "publish_provisional", judged)
    with pytest.raises(errors.TooEarly):
        step(portal, announced, "finalise", DATES["appeals_close"] - DAY / 2)
    step(portal, announced, "finalise", DATES["appeals_close"])
    assert step(portal, announced, "archive", DATES["appeals_close"]).reason == "completed"


def test_nothing_opens_without_a_challenge(portal: Connection, announced: UUID):
    run_due(programme_for(portal, at(DATES["registration_opens"])), [HACKATHONS])
    assert call(portal, ANONYMOUS, hackathons.get_hackathon, announced).state == "announced"
    with pytest.raises(hackathon_errors.NoChallenge):
        step(portal, announced, "open_registration", DATES["registration_opens"])


def test_an_announcement_needs_both_languages_all_dates_and_time(portal: Connection):
    bare = call(portal, CHIEF, hackathons.create, describe(summary_en=""))
    programme_for(portal, at(NOW)).call(
        CHIEF, Session.plan, HACKATHONS, bare, {"registration_opens": NOW + DAY}
    )
    with pytest.raises(hackathon_errors.NotDescribed):
        step(portal, bare, "announce")
    call(portal, CHIEF, hackathons.edit, bare, describe(), 1)
    with pytest.raises(hackathon_errors.DatesMissing):
        step(portal, bare, "announce")
    programme_for(portal, at(NOW)).call(CHIEF, Session.plan, HACKATHONS, bare, DATES)
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
    programme_for(portal, at(DATES["registration_opens"])).call(
        CHIEF, Session.plan, HACKATHONS, announced, later
    )
    assert step(portal, announced, "resume", DATES["registration_opens"]).target == "announced"


def test_a_deadline_moves_for_everybody(portal: Connection, announced: UUID):
    publish(portal, propose(portal, announced))
    run_due(programme_for(portal, at(DATES["starts"])), BINDINGS)
    noon = DATES["starts"] + DAY / 2
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, at(noon)).call(
            OFFICER, Session.extend, HACKATHONS, announced, "submissions_close", noon + DAY, "weather"
        )
    new = DATES["submissions_close"] + DAY / 2
    organiser = organiser_of(announced)
    programme_for(portal, at(noon)).call(
        organiser, Session.extend, HACKATHONS, announced, "submissions_close", new, "weather"
    )
    run_due(programme_for(portal, at(DATES["submissions_close"])), BINDINGS)
    assert call(portal, ANONYMOUS, hackathons.get_hackathon, announced).state == "running"
    run_due(programme_for(portal, at(new)), BINDINGS)
    assert call(portal, ANONYMOUS, hackathons.get_hackathon, announced).state == "submissions_closed"


def test_drafts_are_seen_by_their_organisers_alone(portal: Connection, heat: UUID):
    for stranger in (ANONYMOUS, OFFICER, organiser_of(uuid4())):
        with pytest.raises(errors.NoSuchObject):
            call(portal, stranger, hackathons.get_hackathon, heat)
        assert heat not in {one.hackathon_id for one in call(portal, stranger, hackathons.list_hackathons)}
    for insider in (CHIEF, organiser_of(heat)):
        assert call(portal, insider, hackathons.get_hackathon, heat).state == "draft"
        assert heat in {one.hackathon_id for one in call(portal, insider, hackathons.list_hackathons)}


def test_lists_come_in_pages(portal: Connection):
    for day in range(3):
        programme_for(portal, at(NOW + 100 * DAY + day * DAY)).call(CHIEF, hackathons.create, describe())
    small, pages, after = HackathonSettings(page_rows_max=2), [], None
    while page := programme_for(portal, at(NOW), small).call(CHIEF, hackathons.list_hackathons, after):
        pages += page
        after = page[-1].hackathon_id
    everything = call(portal, CHIEF, hackathons.list_hackathons)
    assert pages == everything
    assert programme_for(portal, at(NOW), small).call(CHIEF, hackathons.list_hackathons, uuid4()) == []


def test_who_may_write_and_what(portal: Connection, heat: UUID, announced: UUID):
    with pytest.raises(errors.NotAllowed):
        call(portal, organiser_of(heat), hackathons.create, describe())
    with pytest.raises(errors.NotAllowed):
        call(portal, OFFICER, hackathons.edit, heat, describe(), 2)
    with pytest.raises(errors.ChangedMeanwhile):
        call(portal, organiser_of(heat), hackathons.edit, heat, describe(), 1)
    taken = call(portal, CHIEF, hackathons.get_hackathon, heat).description.code
    with pytest.raises(hackathon_errors.CodeTaken):
        call(portal, CHIEF, hackathons.create, describe(code=taken))
    other = call(portal, CHIEF, hackathons.create, describe())
    with pytest.raises(hackathon_errors.CodeTaken):
        call(portal, CHIEF, hackathons.edit, other, describe(code=taken), 1)
    call(portal, CHIEF, hackathons.edit, heat, describe(code=taken, title_en="Hot"), 2)
    assert call(portal, ANONYMOUS, hackathons.get_hackathon, heat).description.title_en == "Hot"
    assert [one.line.event for one in find_lines_of(portal, heat, 2)] == ["edit", "announce"]
    step(portal, heat, "cancel", reason="organisational")
    with pytest.raises(hackathon_errors.NoLongerEditable):
        call(portal, CHIEF, hackathons.edit, heat, describe(), 4)


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
    with pytest.raises(WrongField) as caught:
        call(portal, CHIEF, hackathons.create, describe(**changes))
    assert caught.value.text("ar") != caught.value.text("en")
