"""The programme of the demo, told once through the services."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from casework.access.model import Actor, Grant, Role
from casework.audit.service import verify
from casework.governorates.model import Governorate
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.settings import PasswordSettings
from citycore.store.connections import Connection
from citycore.store.registry import register
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.model import Description
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Content
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.teams import service as teams
from hackathon.contest.teams.model import Profile
from simulators.city import describe_city
from simulators.pilot import build_pilot
from stack.fiction.service import tell_programme
from stack.fiction.sign_in import VISITORS, prepare_sign_in, read_sign_in, sign_in_file
from stack.postgres import PrivatePostgres
from stack.processes import ROOT
from tests.conftest import Database, open_database
from tests.hackathon.calling import programme_for
from tests.hackathon.people.entering import sign_in

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
URL = "http://hub.test/portal"
MARKS = """
    SELECT array_agg(line ORDER BY line) FROM (
        SELECT concat_ws('|', email, title, sheets.state, marks) AS line
        FROM innovation.sheets JOIN innovation.submissions USING (submission_id)
        JOIN innovation.judges USING (judge_id) JOIN innovation.people USING (person_id)) AS lines
"""
REACH = "SELECT array_agg(counted ORDER BY counted) FROM innovation.activities"
#: Of all marks that a jury gives in it, and how many people ambassadors reach.
STORY = "3216896bab5a2335213b493cb6f476fca32c1f59f1516d0c42ee796156b1df9e"


@contextmanager
def city(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        with database.connect() as owner:
            register(owner, *describe_city())
        yield database


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    prepare_sign_in(folder)
    return folder


@pytest.fixture(scope="module")
def told(postgres: PrivatePostgres, folder: Path) -> Iterator[Connection]:
    with city(postgres) as database, database.connect("portal") as connection:
        assert tell_programme(connection, folder, URL, NOW)
        yield connection


def one(connection: Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def counts(connection: Connection, query: str) -> dict[str, int]:
    return dict(connection.execute(query.encode()).fetchall())


def test_it_is_told_once(told: Connection, folder: Path) -> None:
    lines, file = one(told, "SELECT count(*) FROM innovation.audit"), sign_in_file(folder).read_bytes()
    prepare_sign_in(folder)
    assert tell_programme(told, folder, URL, NOW)
    assert one(told, "SELECT count(*) FROM innovation.audit") == lines
    assert sign_in_file(folder).read_bytes() == file


def test_the_log_is_whole_and_in_the_order_of_time(told: Connection) -> None:
    assert verify(told).findings == ()
    late = """SELECT count(*) FROM (SELECT at < lag(at) OVER (PARTITION BY chain ORDER BY position) AS is_early
              FROM innovation.audit) AS lines WHERE is_early"""
    assert one(told, late) == 0
    assert one(told, f"SELECT count(*) FROM innovation.audit WHERE at > '{NOW:%F %T}+00'") == 0


def test_mail_of_the_story_reaches_nobody(told: Connection) -> None:
    assert one(told, "SELECT count(*) FROM innovation.outbox WHERE sent_at IS NULL") == 0
    assert one(told, "SELECT count(*) FROM innovation.outbox WHERE fields <> '{}'") == 0


def test_everybody_is_invented_and_says_so(told: Connection) -> None:
    strangers = """SELECT count(*) FROM innovation.people
        WHERE email NOT LIKE '%.example' OR name_en NOT LIKE '% Demo' OR name_ar NOT LIKE '% التجريبي%'"""
    assert one(told, strangers) == 0
    unmarked = """SELECT count(*) FROM innovation.organisations
        WHERE name_en NOT LIKE '%(demo)' OR name_ar NOT LIKE '%(تجريبية)'"""
    assert one(told, unmarked) == 0


def test_four_hackathons_at_four_points_of_their_way(told: Connection) -> None:
    states = counts(told, "SELECT code, state FROM innovation.hackathons")
    assert states == {
        "demo-shade": "results_final", "demo-wadi": "judging", "demo-parking": "registration_open", "demo-quiet": "announced",
    }  # fmt: skip
    unlinked = """SELECT count(*) FROM innovation.challenges WHERE NOT EXISTS (
        SELECT FROM innovation.challenge_things AS link WHERE link.challenge_id = challenges.challenge_id)"""
    assert one(told, unlinked) == 0
    handed_in = """SELECT teams.state || ' ' || submissions.state FROM innovation.submissions JOIN innovation.teams USING (team_id)
        JOIN innovation.hackathons ON hackathons.hackathon_id = teams.hackathon_id WHERE code = 'demo-parking'"""
    assert one(told, handed_in) == "locked submitted"
    assert one(told, "SELECT state FROM innovation.appeals") == "dismissed"
    assert one(told, "SELECT sum(votes) FROM innovation.vote_counts") > 10  # type: ignore[operator]
    kinds = counts(told, "SELECT kind, count(*) FROM innovation.continuations GROUP BY 1")
    assert kinds == {"pilot": 1, "marketplace": 1, "funding_call": 1}


def test_who_opens_an_account_in_the_demo_founds_a_team_begins_and_hands_in(
    told: Connection, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=1)
    programme = programme_for(told, lambda: later, SubmissionSettings(folder=tmp_path))
    row = told.execute(b"""SELECT hackathon_id, challenge_id FROM innovation.challenges JOIN innovation.hackathons
        USING (hackathon_id) WHERE code = 'demo-parking' AND challenges.state IN ('published', 'locked')""").fetchone()
    assert row is not None
    person = uuid4()
    told.execute(
        b"""INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at, created_at,
        email_verified_at) VALUES (%s, 'new@new.example', 'new@new.example', 'New Demo', 'en', 'active', now(), now(), now())""",
        [person],
    )
    team = programme.call(Actor(person), teams.found, row[0], Profile("New", challenge_id=row[1]))
    own = find_actor(told, person, later)
    programme.call(own, teams.move, team.team_id, "begin", team.version)
    begun = programme.call(own, writing.begin, team.team_id)
    version = programme.call(
        own, writing.write_and_submit, begun.submission_id, Content("Title", "Summary"), begun.version
    )
    assert version.number == 1


def test_calls_at_four_points_of_their_way(told: Connection) -> None:
    states = counts(told, "SELECT code, state FROM innovation.calls")
    assert states == {
        "demo-water": "announced", "demo-cool-streets": "reviewing", "demo-open-sensors": "open",
        "demo-night-buses": "forecasted",
    }  # fmt: skip
    by_call = """SELECT code || ' ' || applications.state, count(*) FROM innovation.applications
        JOIN innovation.calls USING (call_id) GROUP BY 1"""
    assert counts(told, by_call) == {
        "demo-water approved": 2, "demo-water approved_with_conditions": 1, "demo-water rejected": 1,
        "demo-water ineligible": 1, "demo-cool-streets in_review": 6, "demo-open-sensors draft": 2,
    }  # fmt: skip


def test_a_call_in_review_is_blind_and_half_read(told: Connection) -> None:
    sheets = """SELECT reviews.state, count(*) FROM innovation.reviews
        JOIN innovation.calls USING (call_id) WHERE code = 'demo-cool-streets' GROUP BY 1"""
    found = counts(told, sheets)
    assert sum(found.values()) >= 18
    assert found["assigned"] >= 4
    assert found["submitted"] >= 6
    assert found["in_progress"] >= 1
    copies = """SELECT count(*) FROM innovation.anonymised_copies JOIN innovation.calls USING (call_id)
        WHERE calls.code = 'demo-cool-streets' AND released_at IS NOT NULL AND anonymised_copies.is_blind"""
    assert one(told, copies) == 6
    texts = one(told, "SELECT string_agg(content::text, ' ') FROM innovation.anonymised_copies")
    assert isinstance(texts, str)
    assert "Demo" not in texts
    assert "متخيل من أربعة" not in texts


def test_a_winner_of_the_hackathon_applies(told: Connection) -> None:
    chain = """SELECT applications.title FROM innovation.applications JOIN innovation.submissions USING (submission_id)
        JOIN innovation.placings USING (submission_id) WHERE place = 1"""
    assert one(told, chain) == "خريطة ممشى الظل"


def test_money_adds_up(told: Connection) -> None:
    states = counts(told, "SELECT state, amount_minor FROM innovation.funding_awards WHERE state = 'offered'")
    assert states == {"offered": 8_500_000}
    assert counts(told, "SELECT state, count(*) FROM innovation.funding_awards GROUP BY 1") == {
        "active": 2, "offered": 1,
    }  # fmt: skip
    over = """SELECT count(*) FROM innovation.funding_awards WHERE amount_minor < (
        SELECT coalesce(sum(amount_minor), 0) FROM innovation.claims AS claims
        WHERE claims.award_id = funding_awards.award_id AND claims.state NOT IN ('refused', 'withdrawn'))"""
    assert one(told, over) == 0
    beyond = """SELECT count(*) FROM innovation.calls WHERE budget_minor < (
        SELECT coalesce(sum(amount_minor), 0) FROM innovation.funding_awards AS awards
        WHERE awards.call_id = calls.call_id)"""
    assert one(told, beyond) == 0
    claims = "SELECT state, amount_minor FROM innovation.claims"
    assert counts(told, claims) == {"paid": 8_000_000, "approved_programme": 10_000_000}
    assert one(told, "SELECT sum(amount_minor) FROM innovation.payments") == 8_000_000
    alone = "SELECT count(*) FROM innovation.claims WHERE approved_by = finance_by"
    assert one(told, alone) == 0


def test_needs_that_end_differently(told: Connection) -> None:
    states = counts(told, "SELECT title_en, state FROM innovation.needs")
    assert {title.removesuffix(" (demo)"): state for title, state in states.items()} == {
        "Crossings that warn by themselves": "qa_closed", "Parking at the old market": "published",
        "Leaks in the parks' water network": "qa_closed", "Lighting of the waterfront": "standstill",
        "Indicators for the council": "awarded", "A quiet bus at night": "none_suitable",
    }  # fmt: skip
    assert counts(told, "SELECT state, count(*) FROM innovation.responses GROUP BY 1") == {
        "sealed": 2, "scored": 2, "awarded": 1, "not_awarded": 1,
    }  # fmt: skip
    asked = "SELECT count(*), count(answered_at) FROM innovation.need_questions"
    assert told.execute(asked.encode()).fetchone() == (3, 2)
    assert one(told, "SELECT count(*) FROM innovation.need_addenda") == 1
    became = (
        """SELECT challenges.state FROM innovation.needs JOIN innovation.challenges USING (challenge_id)"""
    )
    assert one(told, became) == "proposed"


def test_vendors_and_what_they_offer(told: Connection) -> None:
    assert counts(told, "SELECT state, count(*) FROM innovation.vendors GROUP BY 1") == {
        "verified": 6, "documents_expired": 1,
    }  # fmt: skip
    listed = """SELECT count(*) FROM innovation.offerings JOIN innovation.vendors USING (vendor_id)
        WHERE offerings.state = 'published' AND vendors.state = 'verified'"""
    assert one(told, listed) == 22
    one_sided = """SELECT count(*) FROM innovation.offering_versions
        WHERE '' IN (coalesce(title_ar, ''), coalesce(title_en, ''), coalesce(summary_ar, ''), coalesce(summary_en, ''))"""
    assert one(told, one_sided) == 0
    assert one(told, "SELECT count(*) FROM innovation.offerings WHERE submission_id IS NOT NULL") == 1


def test_two_meet_and_their_pilot_has_things_of_the_simulator(told: Connection) -> None:
    states = counts(told, "SELECT state, count(*) FROM innovation.introductions GROUP BY 1")
    assert states == {"pilot": 1, "contacts_shared": 1, "suggested": 1}
    row = told.execute("SELECT pilot_id, state, is_simulated FROM innovation.pilots").fetchone()
    assert row is not None
    assert row[1:] == ("running", True)
    rows = told.execute("SELECT thing FROM innovation.pilot_values(%s, now(), now())", [row[0]]).fetchall()
    assert {thing for (thing,) in rows} == {thing.code for thing in build_pilot()}
    assert (
        one(told, "SELECT count(*) FROM innovation.introduction_outcomes WHERE answered_at IS NOT NULL") == 2
    )


def test_a_jury_that_has_half_of_its_work_before_it(told: Connection) -> None:
    judged = """SELECT submissions.state, count(*) FROM innovation.submissions
        JOIN innovation.hackathons USING (hackathon_id) WHERE code = 'demo-wadi' GROUP BY 1"""
    assert counts(told, judged) == {"eligible": 11, "ineligible": 1}
    sheets = """SELECT sheets.state, count(*) FROM innovation.sheets
        JOIN innovation.hackathons USING (hackathon_id) WHERE code = 'demo-wadi' GROUP BY 1"""
    found = counts(told, sheets)
    assert sum(found.values()) == 33
    assert min(found[state] for state in ("offered", "submitted")) >= 5
    close = """SELECT count(*) FROM innovation.sheets JOIN innovation.submissions USING (submission_id)
        JOIN innovation.teams USING (team_id) JOIN innovation.judges USING (judge_id)
        JOIN innovation.people USING (person_id) WHERE email = 'judge-6@jamia.example' AND name = 'Kerb'"""
    assert one(told, close) == 0


def test_ambassadors_in_every_governorate(told: Connection) -> None:
    working = """SELECT governorate, count(*) FROM innovation.activities
        JOIN innovation.outreach_events USING (event_id) WHERE state = 'verified' GROUP BY 1"""
    assert set(counts(told, working)) == set(Governorate)
    states = counts(told, "SELECT state, count(*) FROM innovation.ambassadors GROUP BY 1")
    assert states["at_risk"] == 1
    assert states["active"] == 11
    assert states["applied"] + states["shortlisted"] + states["interviewed"] == 4
    kinds = counts(
        told, "SELECT kind, count(*) FROM innovation.certificates WHERE state = 'issued' GROUP BY 1"
    )
    assert kinds["ambassador"] == 3
    assert sum(kinds.values()) >= 7


@pytest.mark.long
@pytest.mark.parametrize("days", range(1, 8))
def test_it_can_be_told_on_any_day_of_the_week(postgres: PrivatePostgres, folder: Path, days: int) -> None:
    """Offices are closed on some, and clocks of the story count working time."""
    with city(postgres) as database, database.connect("portal") as connection:
        assert tell_programme(connection, folder, URL, NOW + timedelta(days=days, hours=8))
        assert one(connection, "SELECT count(*) FROM participation.voices WHERE state = 'closed'") == 4


def test_residents_are_heard_and_answered(told: Connection) -> None:
    states = counts(
        told, "SELECT state || ' ' || coalesce(outcome, '-'), count(*) FROM participation.voices GROUP BY 1"
    )
    assert states == {
        "closed resolved": 3, "closed with_main": 1, "waiting -": 1, "received -": 2,
    }  # fmt: skip


def test_a_poll_goes_from_heard_to_done_with_evidence(told: Connection) -> None:
    """What one resident suggested became a poll, a decision of the agency, and something that somebody else verified."""
    states = counts(told, "SELECT title_en, state FROM participation.surveys")
    assert sorted(states.values()) == ["decided", "open", "published"]
    chain = """SELECT decisions.state, actions.state, actions.evidence_link, releases.n FROM participation.surveys
        JOIN participation.decisions USING (decision_id) JOIN participation.decision_actions AS actions USING (decision_id)
        JOIN participation.releases USING (release_id)"""
    assert told.execute(chain.encode()).fetchall() == [
        ("done", "verified", "https://baladiya.example/video-calls", 412)
    ]
    grounds = """SELECT array_agg(kind ORDER BY kind) FROM participation.decision_grounds
        JOIN participation.decisions USING (decision_id) WHERE state = 'done'"""
    assert one(told, grounds) == ["survey", "voice"]
    assert one(told, "SELECT count(*) FROM participation.decisions WHERE state = 'heard'") == 1


def test_what_a_session_recommends_has_an_owner_and_a_date(told: Connection) -> None:
    states = counts(told, "SELECT title_en, state FROM participation.dialogue_sessions")
    assert sorted(states.values()) == ["published", "registration"]
    owed = """SELECT bool_and(owner_id IS NOT NULL AND instant > state_changed_at AND state = 'with_owner')
        FROM participation.decisions JOIN participation.recommendations USING (decision_id)
        JOIN innovation.deadlines ON object_id = decision_id AND name = 'answer_due'"""
    assert one(told, owed) is True
    assert counts(told, "SELECT state, count(*) FROM participation.ideas GROUP BY 1") == {"open": 2, "new": 1}


def test_the_duty_officer_noted_days_hours_and_an_instant(told: Connection) -> None:
    """About things and properties of the simulated city, before the story's now."""
    found = told.execute(
        "SELECT kind, is_whole_days, ends_at IS NULL, thing IS NOT NULL, starts_at FROM open_innovation.annotations ORDER BY starts_at"
    ).fetchall()
    assert [row[:4] for row in found] == [
        ("works", True, False, True),
        ("incident", False, False, False),
        ("sensor", False, True, True),
    ]
    assert all(row[4] < NOW for row in found)


def test_everybody_of_the_list_can_sign_in(told: Connection, folder: Path) -> None:
    accounts = programme_for(told, lambda: NOW, PasswordSettings(memory_kib=64, passes=1))
    known = read_sign_in(folder)
    assert [person.role for person in known] == list(VISITORS)
    for person in known:
        assert sign_in(accounts, person.email, person.password, Visitor("192.0.2.1", "test")).token
    assert sign_in_file(folder).stat().st_mode & 0o777 == 0o600


def test_the_same_story_whenever_it_is_told_with_other_passwords(
    told: Connection, folder: Path, tmp_path: Path
) -> None:
    """What chance decides in it is decided the same way each time, on any machine."""
    known = json.dumps([one(told, query) for query in (MARKS, REACH)], ensure_ascii=False)
    assert sha256(known.encode()).hexdigest() == STORY, "if it was changed on purpose, write its digest anew"
    prepare_sign_in(tmp_path)
    assert {one.password for one in read_sign_in(tmp_path)}.isdisjoint(
        one.password for one in read_sign_in(folder)
    )


def test_a_programme_of_ones_own_stays_as_it_is(postgres: PrivatePostgres, tmp_path: Path) -> None:
    with city(postgres) as database, database.connect("portal") as connection:
        chief = Actor(uuid4(), (Grant(Role.ADMINISTRATOR),))
        programme_for(connection, lambda: NOW).call(chief, hackathons.create, Description("own", "ه", "Own"))
        assert not tell_programme(connection, tmp_path, URL, NOW)
        assert one(connection, "SELECT count(*) FROM innovation.people") == 0


@pytest.mark.usefixtures("wire")
def test_it_is_told_in_a_demo_alone(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "stack.fiction"], cwd=ROOT, env={"FALAJ_DATA": str(tmp_path)}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "no demo" in ended.stderr
