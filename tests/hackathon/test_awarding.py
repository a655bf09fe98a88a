"""Offering certificates to all who are due, once, by somebody else, and without telling a judge of teams that are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.audit.service import verify
from casework.people.model import Names
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState, ReasonUnknown
from citycore.store.connections import Connection
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.jury import sheets
from hackathon.contest.results import service as results
from hackathon.outreach.certificates import awarding, service
from hackathon.outreach.certificates.awarding import Tally
from hackathon.outreach.certificates.errors import AwardedAlready, NotConcluded, NothingVerified
from hackathon.outreach.certificates.model import Kind
from hackathon.outreach.certificates.office import Office, open_office
from hackathon.outreach.certificates.settings import CertificateSettings
from tests.conftest import Database
from tests.hackathon.stage import Stage
from tests.hackathon.terms import Programme, coordinator

NAMES = Names("منى الحارثية", "Muna Al Harthy")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("awarding")


@dataclass
class Finished:
    """A hackathon with three teams: one won, one was judged, one handed nothing in; and a judge."""

    stage: Stage
    office: Office
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
        found = awarding.tally(self.portal, self.hackathon_id, actor, self.office)
        return {one.kind: one for one in found}

    def offer_all(self, actor: Actor) -> awarding.Offered:
        return awarding.offer_all(self.portal, self.office, self.hackathon_id, actor)

    def organiser(self, person_id: UUID | None = None) -> Actor:
        grant = Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, self.hackathon_id))
        return Actor(person_id or self.stage.person(), (grant,))

    def kinds_of(self, person_id: UUID) -> list[Kind]:
        return [one.award.kind for one in service.list_own(self.portal, self.office, Actor(person_id))]


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
    office = open_office(settings, "https://hub.example/portal", stage.watch)
    winner, second, idle = captains
    return Finished(stage, office, winner, second, idle, judge, close)


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
    (one,) = service.list_own(finished.portal, finished.office, Actor(finished.winner))
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
    finished.office = open_office(settings, "https://hub.example/portal", finished.stage.watch)
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
        page = awarding.list_awarded(finished.portal, finished.office, organiser, "", finished.hackathon_id)
        seen = {one.award.person_id for one in page.certificates}
        assert (finished.winner in seen) == (not hidden)
        assert (finished.tally(organiser)[Kind.WINNER].offered == 2) == (not hidden)


def test_a_judge_who_organises_does_not_find_those_of_a_team_of_colleagues(finished: Finished):
    finished.offer_all(finished.stage.chief)
    portal, office = finished.portal, finished.office
    near = portal.execute(
        "SELECT judges.person_id FROM innovation.judges JOIN innovation.memberships USING (person_id)"
        " WHERE hackathon_id = %s", [finished.hackathon_id],
    ).fetchone()  # fmt: skip
    assert near is not None
    for actor, hackathon_id in (
        (finished.organiser(near[0]), finished.hackathon_id),
        (Actor(near[0], (Grant(Role.ADMINISTRATOR),)), None),
    ):
        page = awarding.list_awarded(portal, office, actor, "", hackathon_id)
        assert not {finished.winner, finished.close} & {one.award.person_id for one in page.certificates}
        certificate = service.list_own(portal, office, Actor(finished.winner))[0]
        with pytest.raises(NoSuchObject):
            awarding.get_awarded(portal, office, certificate.certificate_id, actor)
        with pytest.raises(NoSuchObject):
            awarding.offer_again(portal, office, certificate.certificate_id, actor)
    assert finished.tally(finished.organiser(near[0]))[Kind.WINNER] == Tally(Kind.WINNER, 0, 0, 0, 0)


def test_who_may_look_and_offer(finished: Finished):
    portal, office = finished.portal, finished.office
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
            awarding.list_awarded(portal, office, actor, "", finished.hackathon_id)
    finished.offer_all(finished.stage.chief)
    certificate = service.list_own(portal, office, Actor(finished.winner))[0]
    for actor in (stranger, helper, Actor(finished.winner)):
        with pytest.raises(NoSuchObject):
            awarding.get_awarded(portal, office, certificate.certificate_id, actor)
    assert awarding.list_awarded(portal, office, helper).certificates == [], "terms only"
    with pytest.raises(NotAllowed):
        awarding.list_awarded(portal, office, stranger)


def test_lists_are_searched_and_go_on_and_leave_a_line_for_whom_they_show(finished: Finished, folder: Path):
    finished.stage.owner.execute(
        "UPDATE innovation.people SET name_ar = 'آمنة', name_en = 'Amna' WHERE person_id = %s",
        [finished.idle],
    )
    finished.offer_all(finished.stage.chief)
    organiser = finished.organiser()
    portal, hackathon_id = finished.portal, finished.hackathon_id
    page = awarding.list_awarded(portal, finished.office, organiser, "امنه", hackathon_id)
    assert [one.award.person_id for one in page.certificates] == [finished.idle]
    number = service.list_own(portal, finished.office, Actor(finished.winner))[0].short_id
    page = awarding.list_awarded(portal, finished.office, organiser, number.upper(), hackathon_id)
    assert [one.award.person_id for one in page.certificates] == [finished.winner]
    small = open_office(
        CertificateSettings(folder=folder / "keys", page_rows_max=2),
        "https://x.example",
        finished.stage.watch,
    )
    seen, after = [], None
    while True:
        page = awarding.list_awarded(portal, small, organiser, "", hackathon_id, after)
        seen += [one.certificate_id for one in page.certificates]
        after = page.after
        if after is None:
            break
    whole = awarding.list_awarded(portal, finished.office, organiser, "", hackathon_id).certificates
    assert seen == [one.certificate_id for one in whole]
    noted = portal.execute(
        "SELECT count(*) FROM innovation.readings WHERE reader = %s AND person_id = %s AND what = 'certificates.list'",
        [organiser.person_id, finished.idle],
    ).fetchone()
    assert noted is not None
    assert noted[0] >= 2


def test_what_has_ended_is_offered_again_only_when_somebody_says_so(finished: Finished):
    chief, portal, office = finished.stage.chief, finished.portal, finished.office
    finished.offer_all(chief)
    (given,) = service.list_own(portal, office, Actor(finished.winner))
    with pytest.raises(NotInThisState):
        awarding.offer_again(portal, office, given.certificate_id, chief)
    service.issue(portal, office, given.certificate_id, NAMES, Actor(finished.winner), 1)
    for reason in ("returned", "account_closed"):
        with pytest.raises(ReasonUnknown):
            service.move(portal, office, given.certificate_id, "revoke", chief, seen_version=2, reason=reason)
    service.move(portal, office, given.certificate_id, "give_back", Actor(finished.winner), seen_version=2)
    assert finished.offer_all(chief) == (0, 0)
    assert finished.tally(chief)[Kind.WINNER].ended == 1
    again = awarding.offer_again(portal, office, given.certificate_id, finished.organiser())
    assert again != given.certificate_id
    with pytest.raises(AwardedAlready):
        awarding.offer_again(portal, office, given.certificate_id, chief)


def test_terms_with_verified_work_wait_for_a_coordinator(
    programme: Database, portal: Connection, folder: Path
):
    with programme.connect() as owner:
        people = Programme(portal, coordinator(owner))
        people.publish_papers()
        stage = Stage(portal, owner, folder=folder / "files")
        person = stage.person()
        ambassador = people.appoint(person)
        office = open_office(CertificateSettings(folder=folder / "keys"), "https://x.example", people.clock)
        assert ambassador not in waiting(portal, office, people)
        with pytest.raises(NothingVerified):
            service.offer_term(portal, office, ambassador, people.coordinator)
        people.note_verified(owner, ambassador)
        people.note_verified(owner, people.appoint(stage.person()))
        narrow = CertificateSettings(folder=folder / "keys", terms_rows_max=1)
        shown, is_more = awarding.list_terms_due(
            portal, open_office(narrow, "https://x.example", people.clock), people.coordinator
        )
        assert (len(shown), is_more) == (1, True)
    (due,) = [
        one
        for one in awarding.list_terms_due(portal, office, people.coordinator)[0]
        if one.person_id == person
    ]
    assert (due.ambassador_id, due.term, due.activities, due.minutes, due.reached) == (
        ambassador,
        1,
        1,
        90,
        40,
    )
    with pytest.raises(NotAllowed):
        awarding.list_terms_due(portal, office, Actor(person))
    assert ambassador not in {
        one.ambassador_id
        for one in awarding.list_terms_due(portal, office, Actor(person, people.coordinator.grants))[0]
    }, "not one's own"
    offered = service.offer_term(portal, office, ambassador, people.coordinator)
    assert ambassador not in waiting(portal, office, people)
    service.move(portal, office, offered, "decline", Actor(person), seen_version=1)
    again = awarding.offer_again(portal, office, offered, people.coordinator)
    found, names = awarding.get_awarded(portal, office, again, people.coordinator)
    assert (found.award.minutes, found.award.reached, names is not None) == (90, 40, True)


def waiting(portal: Connection, office: Office, people: Programme) -> set[UUID]:
    return {one.ambassador_id for one in awarding.list_terms_due(portal, office, people.coordinator)[0]}
