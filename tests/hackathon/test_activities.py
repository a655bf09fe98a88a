"""Activities: reported with evidence, verified by somebody else, and counted once."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from casework.access.model import Actor, Grant, Role
from casework.attachments.service import sweep_store
from casework.files.errors import FileRefused
from casework.files.service import receive
from casework.governorates.model import Governorate
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from casework.workflow.clockwork import run_due
from casework.workflow.errors import NoSuchObject, NotAllowed, TooEarly, WrongField
from citycore.store.connections import Connection
from hackathon.outreach.activities import evidence, repository, service
from hackathon.outreach.activities.errors import (
    ActivityNotEditable,
    EventEndsBeforeItBegins,
    NoEvidence,
    NotServing,
    NotTold,
    OwnActivity,
    ReportedAlready,
    TooMuchEvidence,
)
from hackathon.outreach.activities.model import Audience, Event, Mode, Report, Topic
from hackathon.outreach.activities.noun import HOLDER
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.settings import ActivitySettings
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import AGENCY, NOON, store_agency
from tests.hackathon.terms import DAY, SETTINGS, Programme, coordinator, store_person

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
TALK = Event(
    "حديث في مدرسة", "ar", Mode.IN_PLACE, Governorate.MUSANDAM, Topic.OPEN_DATA, Audience.PUPILS,
    NOON + DAY, NOON + DAY + timedelta(hours=2),
)  # fmt: skip
WAITING = wanted_of(service.DESK, {})
REPORT = Report(31, 90, "تحدثنا عن جودة الهواء")


@pytest.fixture(scope="module")
def owner(programme: Database):
    with programme.connect() as connection:
        yield connection


@pytest.fixture
def limits(tmp_path: Path) -> ActivitySettings:
    return ActivitySettings(folder=tmp_path / "evidence")


@pytest.fixture
def desk(portal: Connection, owner: Connection, limits: ActivitySettings) -> Programme:
    made = Programme(portal, coordinator(owner), parts=(limits,))
    made.publish_papers()
    return made


@pytest.fixture
def person(owner: Connection, desk: Programme) -> UUID:
    person_id = store_person(owner)
    desk.appoint(person_id)
    return person_id


def version(desk: Programme, activity_id: UUID) -> int:
    found = repository.find_activity(desk.portal, activity_id)
    desk.portal.commit()
    assert found is not None
    return found.version


def move(desk: Programme, activity_id: UUID, event: str, actor: Actor, reason: str | None = None) -> None:
    seen = version(desk, activity_id)
    desk.call(actor, service.move, activity_id, event, seen, reason)


def write(desk: Programme, activity_id: UUID, person: UUID, report: Report) -> None:
    seen = version(desk, activity_id)
    desk.call(Actor(person), service.write_report, activity_id, report, seen)


def show(
    desk: Programme, activity_id: UUID, person: UUID, limits: ActivitySettings, data: bytes = PNG
) -> UUID:
    call, file = (
        programme_for(desk.portal, desk.clock, limits).call,
        receive(io.BytesIO(data), "room.png", limits.store()),
    )
    return call(Actor(person), evidence.add, activity_id, file).file_id


def verify(desk: Programme, activity_id: UUID, counted: int, actor: Actor | None = None) -> None:
    seen = version(desk, activity_id)
    desk.call(actor or desk.coordinator, service.verify, activity_id, counted, seen)


def reported(
    desk: Programme, activity_id: UUID, person: UUID, limits: ActivitySettings, report: Report = REPORT
) -> UUID:
    """Held, told, shown and handed in."""
    desk.now = max(desk.now, NOON + 2 * DAY)
    move(desk, activity_id, "hold", Actor(person))
    write(desk, activity_id, person, report)
    show(desk, activity_id, person, limits)
    move(desk, activity_id, "report", Actor(person))
    return activity_id


def plan(desk: Programme, person: UUID, event: Event = TALK) -> UUID:
    return desk.call(Actor(person), service.plan, event)


def event_of(desk: Programme, activity_id: UUID) -> UUID:
    found = repository.find_activity(desk.portal, activity_id)
    desk.portal.commit()
    assert found is not None
    return found.event_id


def total(desk: Programme, person: UUID):
    return desk.call(Actor(person), service.get_total, desk.look_up(person).ambassador_id)


def test_an_activity_counts_when_somebody_else_has_verified_it(
    desk: Programme, person: UUID, limits: ActivitySettings
):
    activity_id, own = plan(desk, person), Actor(person)
    with pytest.raises(TooEarly):
        move(desk, activity_id, "hold", own)
    with pytest.raises(ActivityNotEditable):
        write(desk, activity_id, person, REPORT)
    desk.now = NOON + 2 * DAY
    move(desk, activity_id, "hold", own)
    with pytest.raises(NotTold):
        move(desk, activity_id, "report", own)
    write(desk, activity_id, person, REPORT)
    with pytest.raises(NoEvidence):
        move(desk, activity_id, "report", own)
    show(desk, activity_id, person, limits)
    move(desk, activity_id, "report", own)
    assert total(desk, person).minutes == 0
    assert activity_id in {
        one["activity_id"] for one in desk.call(desk.coordinator, lists.read, service.DESK, WAITING).rows
    }
    with pytest.raises(WrongField):
        verify(desk, activity_id, 32)
    verify(desk, activity_id, 30)
    counts = total(desk, person)
    assert (counts.activities, counts.minutes, counts.reached) == (1, 90, 30)
    assert desk.look_up(person).last_active_at == TALK.ends_at
    assert desk.mails(person)[-1] == "decided"


def test_what_is_returned_can_be_handed_in_again_and_what_was_wrong_counts_no_longer(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection
):
    activity_id = reported(desk, plan(desk, person), person, limits)
    move(desk, activity_id, "return", desk.coordinator, "figures_unclear")
    write(desk, activity_id, person, replace(REPORT, reached=20))
    move(desk, activity_id, "report", Actor(person))
    verify(desk, activity_id, 20)
    assert total(desk, person).reached == 20
    with pytest.raises(NotAllowed):
        move(desk, activity_id, "revoke", desk.coordinator, "not_held")
    chief = Actor(store_person(owner), (Grant(Role.ADMINISTRATOR),))
    move(desk, activity_id, "revoke", chief, "not_held")
    assert total(desk, person).reached == 0


def test_whoever_has_a_part_or_belongs_together_does_not_verify(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection
):
    activity_id = reported(desk, plan(desk, person), person, limits)
    own = Actor(person, desk.coordinator.grants)
    with pytest.raises(OwnActivity):
        verify(desk, activity_id, 1, own)
    colleague = coordinator(owner)
    store_agency(owner, AGENCY)
    for member in (person, colleague.person_id):
        owner.execute(
            "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
            " created_at) VALUES (%s, %s, %s, 'member', %s, %s)", [uuid4(), AGENCY, member, NOON, NOON],
        )  # fmt: skip
    with pytest.raises(NoSuchObject):
        verify(desk, activity_id, 1, colleague)
    with pytest.raises(NoSuchObject):
        desk.call(colleague, service.get_activity, activity_id)
    for actor in (own, colleague):
        seen = desk.call(actor, lists.read, service.DESK, WAITING).rows
        assert activity_id not in {one["activity_id"] for one in seen}
    assert desk.call(Actor(person), service.get_activity, activity_id).activity_id == activity_id


def test_an_event_that_two_report_is_counted_once_and_shared(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection, programme: Database
):
    other = store_person(owner)
    desk.appoint(other, Governorate.DHOFAR)
    event = replace(TALK, governorate=Governorate.DHOFAR, topic=Topic.ROBOTICS)
    first = plan(desk, person, event)
    assert event_of(desk, first) in {
        one.event_id for one in desk.call(Actor(other), service.list_similar, event)
    }
    second = desk.call(Actor(other), service.join, event_of(desk, first))
    with pytest.raises(ReportedAlready):
        desk.call(Actor(other), service.join, event_of(desk, first))
    for activity_id, who, people in ((first, person, 31), (second, other, 25)):
        reported(desk, activity_id, who, limits, replace(REPORT, reached=people))
        verify(desk, activity_id, people)
    assert sorted([total(desk, person).reached, total(desk, other).reached]) == [15, 16]
    with programme.connect("read") as reader:
        rows = reader.execute(
            "SELECT month::text, audience, events, reached FROM open_innovation.ambassador_reach"
            " WHERE governorate = 'OM-ZU' AND topic = 'robotics'"
        ).fetchall()
    assert rows == [("2026-11-01", "pupils", 1, 31)]


def test_two_events_that_are_one_are_merged(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection
):
    other = store_person(owner)
    desk.appoint(other)
    first, second = plan(desk, person), plan(desk, other)
    into = event_of(desk, first)
    with pytest.raises(NotAllowed):
        desk.call(Actor(person), service.merge, event_of(desk, second), into)
    desk.call(desk.coordinator, service.merge, event_of(desk, second), into)
    assert event_of(desk, second) == into
    third = plan(desk, person)
    with pytest.raises(ReportedAlready):
        desk.call(desk.coordinator, service.merge, event_of(desk, third), into)


def test_whoever_has_a_part_in_one_of_two_events_does_not_merge_them(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection
):
    both = Actor(store_person(owner), (Grant(Role.COORDINATOR),))
    assert both.person_id is not None
    desk.appoint(both.person_id)
    first, own = plan(desk, person), plan(desk, both.person_id)
    for event_id, into in ((own, first), (first, own)):
        with pytest.raises(OwnActivity):
            desk.call(both, service.merge, event_of(desk, event_id), event_of(desk, into))
    assert desk.call(desk.coordinator, service.list_doubles, first) != []
    shown = desk.call(both, service.list_doubles, first)
    assert event_of(desk, own) not in {one.event_id for one in shown}
    with pytest.raises(NotAllowed):
        desk.call(Actor(person), service.list_doubles, first)


def test_activities_are_listed_page_by_page_the_newest_first(
    desk: Programme, person: UUID, limits: ActivitySettings
):
    planned = [
        plan(desk, person, replace(TALK, starts_at=NOON + DAY * days, ends_at=NOON + DAY * (days + 1)))
        for days in (2, 9, 2, 5)
    ]
    call = programme_for(desk.portal, desk.clock, ActivitySettings(page_rows_max=2)).call
    seen: list[UUID] = []
    while page := call(Actor(person), service.list_own, seen[-1] if seen else None):
        seen += [one.activity_id for one in page]
    assert seen[:2] == [planned[1], planned[3]]
    assert set(seen[2:]) == {planned[0], planned[2]}
    assert len(seen) == 4
    stranger = Actor(person)
    ambassador_id = desk.look_up(person).ambassador_id
    with pytest.raises(NotAllowed):
        desk.call(stranger, service.list_of_ambassador, ambassador_id)


def test_evidence_is_checked_served_and_swept(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection
):
    activity_id, own = plan(desk, person), Actor(person)
    desk.now = NOON + 2 * DAY
    move(desk, activity_id, "hold", own)
    with pytest.raises(FileRefused):
        show(desk, activity_id, person, limits, b"<html>not a picture</html>")
    picture = PNG + b"of its own"
    file_id = show(desk, activity_id, person, limits, picture)
    shown, path = desk.call(own, evidence.open_file, activity_id, file_id)
    assert (shown.media_type, path.read_bytes()) == ("image/png", picture)
    with pytest.raises(NoSuchObject):
        desk.call(Actor(store_person(owner)), evidence.open_file, activity_id, file_id)
    with pytest.raises(TooMuchEvidence):
        show(desk, activity_id, person, ActivitySettings(folder=limits.folder, evidence_files_max=1))

    def later():
        return desk.now + 10_000 * DAY

    assert sweep_store(desk.portal, evidence.SWEEP, limits.store(), later) == 0
    desk.call(own, evidence.remove, activity_id, file_id)
    assert desk.call(own, evidence.list_files, activity_id) == []
    assert sweep_store(desk.portal, evidence.SWEEP, limits.store(), later) == 1
    assert not path.exists()


def test_only_ambassadors_in_office_plan_and_only_what_makes_sense(
    desk: Programme, person: UUID, limits: ActivitySettings, owner: Connection
):
    with pytest.raises(NotServing):
        plan(desk, store_person(owner))
    for wrong in (
        replace(TALK, title=" "), replace(TALK, governorate=None), replace(TALK, title="Talk\u202e"),
        replace(TALK, mode=Mode.ONLINE),
    ):  # fmt: skip
        with pytest.raises(WrongField):
            plan(desk, person, wrong)
    with pytest.raises(EventEndsBeforeItBegins, match="end after it begins"):
        plan(desk, person, replace(TALK, ends_at=TALK.starts_at))
    activity_id = plan(desk, person, replace(TALK, mode=Mode.ONLINE, governorate=None))
    desk.now = NOON + 2 * DAY
    move(desk, activity_id, "hold", Actor(person))
    for report in (replace(REPORT, minutes=2_000), replace(REPORT, reached=-1), replace(REPORT, account="")):
        with pytest.raises(WrongField):
            write(desk, activity_id, person, report)
    assert [one.activity_id for one in desk.call(Actor(person), service.list_own)] == [activity_id]


def test_what_is_not_reported_expires_and_who_has_reported_is_not_warned(
    desk: Programme, person: UUID, limits: ActivitySettings
):
    late, waiting = plan(desk, person), plan(desk, person)
    reported(desk, waiting, person, limits)
    desk.pass_by(SETTINGS.at_risk_days)
    run_due(desk.programme, [ACTIVITIES])
    found = repository.find_activity(desk.portal, late)
    desk.portal.commit()
    assert found is not None
    assert (found.state, found.state_reason) == ("expired", "not_reported")
    assert desk.look_up(person).state == "active"
    move(desk, waiting, "reject", desk.coordinator, "not_held")
    desk.pass_by(0)
    assert desk.look_up(person).state == "at_risk"


def test_a_person_takes_reports_and_evidence_along_and_leaves_figures(
    desk: Programme, person: UUID, limits: ActivitySettings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_ACTIVITIES_FOLDER", str(limits.store().folder))
    activity_id = reported(desk, plan(desk, person), person, limits)
    verify(desk, activity_id, 30)
    with desk.portal.transaction():
        assert [row["title"] for _, row in HOLDER.export(desk.portal, person)] == [TALK.title]
        assert [b"".join(one.pieces) for one in HOLDER.files(desk.portal, person)] == [PNG]
        assert {one.table for one in HOLDER.erase(desk.portal, person)} == HOLDER.tables
        found = repository.find_activity(desk.portal, activity_id)
        assert found is not None
        assert found.report == Report(31, 90, "")
        assert repository.find_evidence(desk.portal, activity_id) == []
    assert total(desk, person).reached == 30
