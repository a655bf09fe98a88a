"""Offering certificates to all who are due, once, by somebody else, and without telling a judge of teams that are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.audit.service import verify
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from casework.people.model import Names
from casework.people.settings import PeopleSettings
from casework.programme import Programme as Hub
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState, ReasonUnknown
from citycore.store.connections import Connection
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.jury import sheets
from hackathon.contest.results import service as results
from hackathon.outreach.certificates import awarding, service
from hackathon.outreach.certificates.awarding import Tally
from hackathon.outreach.certificates.errors import AwardedAlready, NotConcluded, NothingVerified
from hackathon.outreach.certificates.model import Kind
from hackathon.outreach.certificates.settings import CertificateSettings
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage
from tests.hackathon.terms import Programme, coordinator

PORTAL = PeopleSettings(portal_url="https://hub.example/portal")
NAMES = Names("منى الحارثية", "Muna Al Harthy")


def read_list(session: Session, hackathon_id: UUID | None = None, **asked: str) -> list[UUID]:
    """Whose certificates a list shows."""
    desk = awarding.DESK if hackathon_id is None else awarding.OF_HACKATHON
    ids = () if hackathon_id is None else (hackathon_id,)
    return [row["person_id"] for row in lists.read(session, desk, wanted_of(desk, asked), *ids).rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("awarding")


@dataclass
class Finished:
    """A hackathon with three teams: one won, one was judged, one handed nothing in; and a judge."""

    stage: Stage
    hub: Hub
    winner: UUID
    second: UUID
    idle: UUID
    judge: UUID
    close: UUID

    @property
    def portal(self) -> Connection:
        return self.stage.portal

    @property
    def hackathon_id(self) -> UUID:
        return self.stage.hackathon_id

    def tally(self, actor: Actor) -> dict[Kind, Tally]:
        found = self.hub.call(actor, awarding.tally, self.hackathon_id)
        return {one.kind: one for one in found}

    def offer_all(self, actor: Actor) -> awarding.Offered:
        return self.hub.call(actor, awarding.offer_all, self.hackathon_id)

    def organiser(self, person_id: UUID | None = None) -> Actor:
        grant = Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, self.hackathon_id))
        return Actor(person_id or self.stage.person(), (grant,))

    def kinds_of(self, person_id: UUID) -> list[Kind]:
        return [one.award.kind for one in self.hub.call(Actor(person_id), service.list_own)]


@pytest.fixture
def stage(programme: Database, portal: Connection, folder: Path) -> Iterator[Stage]:
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=folder / "files")


@pytest.fixture
def judged(stage: Stage, folder: Path) -> Finished:
    company = stage.organisation()
    captains = [stage.person() for _ in range(3)]
    close = stage.person(organisation=company)
    stage.judged_by(1)
    judge, near = stage.person(), stage.person(organisation=company)
    for one in (judge, near):
        stage.judge(one)
    stage.until("registration_opens")
    teams = [
        stage.complete_team([close] if not number else (), captain=one) for number, one in enumerate(captains)
    ]
    stage.until("starts")
    handed_in = [stage.hand_in(team, f"Idea {number}") for number, team in enumerate(teams[:2])]
    stage.admit(*handed_in)
    stage.assign()
    marks = {handed_in[0].submission_id: "9", handed_in[1].submission_id: "4"}
    for sheet in stage.sheets():
        stage.score(sheet, marks[sheet.submission_id])
    stage.call(stage.chief, sheets.lock_all, stage.hackathon_id)
    stage.step("begin_deliberation")
    prepared = stage.call(stage.chief, results.prepare, stage.hackathon_id)
    stage.call(stage.chief, results.release, stage.hackathon_id, prepared.number)
    settings = CertificateSettings(folder=folder / "keys")
    hub = programme_for(stage.portal, stage.watch, settings, PORTAL)
    winner, second, idle = captains
    return Finished(stage, hub, winner, second, idle, judge, close)


@pytest.fixture
def finished(judged: Finished) -> Finished:
    judged.stage.until("appeals_close")
    judged.stage.step("finalise")
    return judged


def test_nothing_is_offered_before_results_are_final(judged: Finished):
    assert {one.due for one in judged.tally(judged.stage.chief).values()} == {0}
    with pytest.raises(NotConcluded):
        judged.offer_all(judged.stage.chief)


def test_everybody_gets_what_they_are_due_once(finished: Finished):
    organiser = finished.organiser()
    before = finished.tally(organiser)
    assert {kind: one.due for kind, one in before.items()} == {
        Kind.WINNER: 2, Kind.TEAM_MEMBER: 1, Kind.PARTICIPANT: 1, Kind.JUDGE: len(judges_who_judged(finished)),
    }  # fmt: skip
    offered = finished.offer_all(organiser)
    assert offered.made == sum(one.due for one in before.values())
    assert offered.left == 0
    assert finished.offer_all(organiser) == (0, 0)
    assert finished.kinds_of(finished.winner) == [Kind.WINNER]
    assert finished.kinds_of(finished.close) == [Kind.WINNER], "every member, not the captain alone"
    assert finished.kinds_of(finished.second) == [Kind.TEAM_MEMBER]
    assert finished.kinds_of(finished.idle) == [Kind.PARTICIPANT]
    (one,) = finished.hub.call(Actor(finished.winner), service.list_own)
    assert one.award.occasion == Names("حر المدينة", "City heat")
    assert (one.award.starts_on.isoformat(), one.award.ends_on.isoformat()) == ("2026-11-06", "2026-11-07")
    assert {one.offered for one in finished.tally(organiser).values() if one.kind is not Kind.JUDGE} == {2, 1}
    assert verify(finished.portal, "certificates").findings == ()
    lines = finished.portal.execute(
        "SELECT count(*) FROM innovation.audit WHERE chain = 'certificates' AND subject = %s", [organiser.key]
    ).fetchone()
    assert lines == (offered.made,)
    mails = finished.portal.execute(
        "SELECT count(*) FROM innovation.outbox WHERE person_id = %s AND template LIKE '%%certificates/offered'",
        [finished.winner],
    ).fetchone()
    assert mails == (1,)


def judges_who_judged(finished: Finished) -> set[UUID]:
    return {one.person_id for one in finished.stage.sheets()}


def test_a_bounded_number_at_a_time(finished: Finished, folder: Path):
    settings = CertificateSettings(folder=folder / "keys", offers_max=2)
    finished.hub = programme_for(finished.portal, finished.stage.watch, settings, PORTAL)
    due = sum(one.due for one in finished.tally(finished.stage.chief).values())
    assert finished.offer_all(finished.stage.chief) == (2, due - 2)


def test_nobody_offers_to_themselves_or_learns_of_a_hidden_team(finished: Finished):
    own = finished.organiser(finished.idle)
    assert finished.tally(own)[Kind.PARTICIPANT].due == 0
    finished.offer_all(own)
    assert finished.kinds_of(finished.idle) == []
    for person in judges_who_judged(finished) | {finished.judge}:
        organiser = finished.organiser(person)
        hidden = hidden_teams(finished.portal, organiser, finished.hackathon_id)
        finished.portal.commit()
        seen = finished.hub.call(organiser, read_list, finished.hackathon_id)
        assert (finished.winner in seen) == (not hidden)
        assert (finished.tally(organiser)[Kind.WINNER].offered == 2) == (not hidden)


def test_a_judge_who_organises_does_not_find_those_of_a_team_of_colleagues(finished: Finished):
    finished.offer_all(finished.stage.chief)
    portal, hub = finished.portal, finished.hub
    near = portal.execute(
        "SELECT judges.person_id FROM innovation.judges JOIN innovation.memberships USING (person_id)"
        " WHERE hackathon_id = %s", [finished.hackathon_id],
    ).fetchone()  # fmt: skip
    assert near is not None
    for actor, hackathon_id in (
        (finished.organiser(near[0]), finished.hackathon_id),
        (Actor(near[0], (Grant(Role.ADMINISTRATOR),)), None),
    ):
        assert not {finished.winner, finished.close} & set(hub.call(actor, read_list, hackathon_id))
        certificate = hub.call(Actor(finished.winner), service.list_own)[0]
        with pytest.raises(NoSuchObject):
            hub.call(actor, awarding.get_awarded, certificate.certificate_id)
        with pytest.raises(NoSuchObject):
            hub.call(actor, awarding.offer_again, certificate.certificate_id)
    assert finished.tally(finished.organiser(near[0]))[Kind.WINNER] == Tally(Kind.WINNER, 0, 0, 0, 0)


def test_who_may_look_and_offer(finished: Finished):
    hub = finished.hub
    stranger = Actor(
        finished.stage.person(), (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, UUID(int=9))),)
    )
    helper = Actor(finished.stage.person(), (Grant(Role.COORDINATOR),))
    for actor in (stranger, helper, Actor(finished.winner)):
        with pytest.raises(NotAllowed):
            finished.tally(actor)
        with pytest.raises(NotAllowed):
            finished.offer_all(actor)
        with pytest.raises(NotAllowed):
            hub.call(actor, read_list, finished.hackathon_id)
    finished.offer_all(finished.stage.chief)
    certificate = hub.call(Actor(finished.winner), service.list_own)[0]
    for actor in (stranger, helper, Actor(finished.winner)):
        with pytest.raises(NoSuchObject):
            hub.call(actor, awarding.get_awarded, certificate.certificate_id)
    assert hub.call(helper, read_list) == [], "terms only"
    with pytest.raises(NotAllowed):
        hub.call(stranger, read_list)


def test_lists_are_searched_and_leave_a_line_for_whom_they_show(finished: Finished):
    finished.stage.owner.execute(
        "UPDATE innovation.people SET name_ar = 'آمنة', name_en = 'Amna' WHERE person_id = %s",
        [finished.idle],
    )
    finished.offer_all(finished.stage.chief)
    organiser = finished.organiser()
    portal, hackathon_id = finished.portal, finished.hackathon_id
    assert finished.hub.call(organiser, read_list, hackathon_id, q="امنه") == [finished.idle]
    number = finished.hub.call(Actor(finished.winner), service.list_own)[0].short_id
    assert finished.hub.call(organiser, read_list, hackathon_id, q=number.upper()) == [finished.winner]
    judges = finished.hub.call(organiser, read_list, hackathon_id, kind="judge", state="offered")
    assert set(judges) == {finished.judge, *judges_who_judged(finished)} - {organiser.person_id}
    noted = portal.execute(
        "SELECT count(*) FROM innovation.readings WHERE reader = %s AND person_id = %s AND what = 'certificates.list'",
        [organiser.person_id, finished.idle],
    ).fetchone()
    assert noted == (1,)


def test_what_has_ended_is_offered_again_only_when_somebody_says_so(finished: Finished):
    chief, hub = finished.stage.chief, finished.hub
    finished.offer_all(chief)
    (given,) = hub.call(Actor(finished.winner), service.list_own)
    with pytest.raises(NotInThisState):
        hub.call(chief, awarding.offer_again, given.certificate_id)
    hub.call(Actor(finished.winner), service.issue, given.certificate_id, NAMES, 1)
    for reason in ("returned", "account_closed"):
        with pytest.raises(ReasonUnknown):
            hub.call(chief, service.move, given.certificate_id, "revoke", 2, reason)
    hub.call(Actor(finished.winner), service.move, given.certificate_id, "give_back", 2)
    assert finished.offer_all(chief) == (0, 0)
    assert finished.tally(chief)[Kind.WINNER].ended == 1
    again = hub.call(finished.organiser(), awarding.offer_again, given.certificate_id)
    assert again != given.certificate_id
    with pytest.raises(AwardedAlready):
        hub.call(chief, awarding.offer_again, given.certificate_id)


def test_terms_with_verified_work_wait_for_a_coordinator(
    programme: Database, portal: Connection, folder: Path
):
    with programme.connect() as owner:
        people = Programme(portal, coordinator(owner))
        people.publish_papers()
        stage = Stage(portal, owner, folder=folder / "files")
        person = stage.person()
        ambassador = people.appoint(person)
        hub = programme_for(portal, people.clock, CertificateSettings(folder=folder / "keys"), PORTAL)
        assert ambassador not in waiting(hub, people)
        with pytest.raises(NothingVerified):
            hub.call(people.coordinator, service.offer_term, ambassador)
        people.note_verified(owner, ambassador)
        people.note_verified(owner, people.appoint(stage.person()))
        narrow = CertificateSettings(folder=folder / "keys", terms_rows_max=1)
        shown, is_more = programme_for(portal, people.clock, narrow, PORTAL).call(
            people.coordinator, awarding.list_terms_due
        )
        assert (len(shown), is_more) == (1, True)
    (due,) = [
        one for one in hub.call(people.coordinator, awarding.list_terms_due)[0] if one.person_id == person
    ]
    assert (due.ambassador_id, due.term, due.activities, due.minutes, due.reached) == (
        ambassador,
        1,
        1,
        90,
        40,
    )
    with pytest.raises(NotAllowed):
        hub.call(Actor(person), awarding.list_terms_due)
    assert ambassador not in {
        one.ambassador_id
        for one in hub.call(Actor(person, people.coordinator.grants), awarding.list_terms_due)[0]
    }, "not one's own"
    offered = hub.call(people.coordinator, service.offer_term, ambassador)
    assert ambassador not in waiting(hub, people)
    hub.call(Actor(person), service.move, offered, "decline", 1)
    again = hub.call(people.coordinator, awarding.offer_again, offered)
    found, names = hub.call(people.coordinator, awarding.get_awarded, again)
    assert (found.award.minutes, found.award.reached, names is not None) == (90, 40, True)


def waiting(hub: Hub, people: Programme) -> set[UUID]:
    return {one.ambassador_id for one in hub.call(people.coordinator, awarding.list_terms_due)[0]}
