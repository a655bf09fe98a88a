"""Ambassadors: applying, starting, going quiet, being seen, and leaving nothing behind."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, Actor, Role
from casework.governorates.model import Governorate
from casework.people.roles.service import find_actor
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState, WrongField
from casework.workflow.wording import instant_text
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors import papers, service
from hackathon.outreach.ambassadors.errors import (
    AlreadyApplied,
    ConductNotSigned,
    NotTrained,
    OldPaper,
    OwnCase,
)
from hackathon.outreach.ambassadors.model import Application, NextPaper, PaperKind, Profile
from hackathon.outreach.ambassadors.noun import HOLDER
from tests.conftest import Database
from tests.hackathon.terms import SETTINGS, Programme, coordinator, store_person


@pytest.fixture(scope="module")
def owner(programme: Database):
    with programme.connect() as connection:
        yield connection


@pytest.fixture
def desk(portal: Connection, owner: Connection) -> Programme:
    made = Programme(portal, coordinator(owner))
    made.publish_papers()
    return made


@pytest.fixture
def person(owner: Connection) -> UUID:
    return store_person(owner)


def present(desk: Programme, ambassador_id: UUID, profile: Profile, actor: Actor) -> None:
    version = desk.look(ambassador_id).version
    desk.call(actor, service.present, ambassador_id, profile, version)


def listed(desk: Programme, governorate: Governorate | None = None) -> set[UUID]:
    return {one.ambassador_id for one in desk.call(ANONYMOUS, service.list_directory, governorate)}


def test_the_directory_is_searched_as_people_write(desk: Programme, owner: Connection):
    ambassador_id = desk.appoint(store_person(owner, ("آمنة بنت سعيد", "Amina")), Governorate.DHOFAR)
    hidden = desk.appoint(store_person(owner, ("آمنة بنت خالد", "Amina")), Governorate.DHOFAR)
    before = desk.call(ANONYMOUS, service.count_listed).get(Governorate.DHOFAR, 0)
    present(desk, ambassador_id, Profile(is_listed=True), Actor(desk.look(ambassador_id).person_id))
    for words in ("امنه", "SAID amina", "بنت سعيد", "امينه"):
        found = {one.ambassador_id for one in desk.call(ANONYMOUS, service.list_directory, words=words)}
        assert (ambassador_id in found) == (words in {"امنه", "بنت سعيد"}), words
        assert hidden not in found
    assert desk.call(ANONYMOUS, service.count_listed)[Governorate.DHOFAR] == before + 1
    assert desk.call(ANONYMOUS, service.get_listed, ambassador_id).term == 1
    with pytest.raises(NoSuchObject):
        desk.call(ANONYMOUS, service.get_listed, hidden)


def test_nobody_applies_twice_at_a_time_and_everybody_again_afterwards(desk: Programme, person: UUID):
    ambassador_id = desk.apply(person)
    with pytest.raises(AlreadyApplied):
        desk.apply(person)
    desk.move(ambassador_id, "withdraw", actor=Actor(person))
    assert desk.apply(person) != ambassador_id
    with pytest.raises(NotAllowed):
        desk.call(Actor(None), service.apply_for, Application(Governorate.MUSCAT, "m", "en"))
    with pytest.raises(WrongField):
        desk.call(Actor(person), service.apply_for, Application(Governorate.MUSCAT, " ", "en"))


def test_who_is_turned_down_hears_why(desk: Programme, person: UUID):
    ambassador_id = desk.apply(person)
    desk.decide(ambassador_id, "reject", "places_taken")
    assert desk.mails(person) == ["received", "rejected"]
    assert desk.look(ambassador_id).state_reason == "places_taken"


def test_nobody_decides_about_themselves(desk: Programme, owner: Connection):
    both = coordinator(owner)
    assert both.person_id is not None
    ambassador_id = desk.apply(both.person_id)
    with pytest.raises(OwnCase):
        desk.move(ambassador_id, "shortlist", actor=both)
    desk.move(ambassador_id, "shortlist")
    with pytest.raises(OwnCase):
        desk.call(both, papers.note_training, ambassador_id, 1)


def test_nobody_starts_without_the_newest_training_and_code_of_conduct(desk: Programme, person: UUID):
    ambassador_id = desk.apply(person)
    desk.move(ambassador_id, "shortlist")
    desk.move(ambassador_id, "interview")
    desk.decide(ambassador_id, "approve")
    with pytest.raises(NotTrained):
        desk.move(ambassador_id, "onboard")
    newest = desk.call(ANONYMOUS, papers.list_papers)[PaperKind.TRAINING].version
    desk.call(desk.coordinator, papers.note_training, ambassador_id, newest)
    with pytest.raises(ConductNotSigned):
        desk.move(ambassador_id, "onboard")
    desk.get_ready(ambassador_id)
    desk.move(ambassador_id, "onboard")
    desk.publish_papers()
    with pytest.raises(NotTrained):
        desk.move(ambassador_id, "start")
    with pytest.raises(OldPaper):
        desk.call(Actor(person), papers.sign_conduct, ambassador_id, newest)
    with pytest.raises(NotAllowed):
        desk.call(desk.coordinator, papers.sign_conduct, ambassador_id, newest + 1)
    desk.get_ready(ambassador_id)
    desk.move(ambassador_id, "start")
    assert desk.look(ambassador_id).term == 1
    assert desk.mails(person) == ["received", "approved", "started"]


def test_papers_are_published_by_staff_only(desk: Programme, person: UUID):
    with pytest.raises(NotAllowed):
        desk.call(Actor(person), papers.publish, NextPaper(PaperKind.CONDUCT, "ن", "t"))


def test_who_is_quiet_is_warned_and_then_lapses_and_can_be_renewed(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)
    desk.pass_by(SETTINGS.at_risk_days - 0.01)
    assert desk.look(ambassador_id).state == "active"
    desk.pass_by(0.01)
    assert desk.look(ambassador_id).state == "at_risk"
    assert desk.mails(person)[-1] == "at_risk"
    desk.pass_by(SETTINGS.lapse_days - SETTINGS.at_risk_days)
    assert desk.look(ambassador_id).state == "lapsed"
    assert desk.mails(person)[-1] == "lapsed"
    desk.move(ambassador_id, "renew")
    found = desk.look(ambassador_id)
    assert (found.state, found.term) == ("active", 2)


def test_a_warning_leaves_its_days_however_late_it_comes(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)
    desk.pass_by(SETTINGS.lapse_days + 10)
    assert desk.look(ambassador_id).state == "at_risk"
    until = desk.now + timedelta(days=SETTINGS.lapse_days - SETTINGS.at_risk_days)
    row = desk.portal.execute(
        "SELECT fields ->> 'until' FROM innovation.outbox WHERE person_id = %s AND template LIKE '%%at_risk'",
        [person],
    ).fetchone()
    assert row == (instant_text(until, "en"),)
    desk.pass_by(SETTINGS.lapse_days - SETTINGS.at_risk_days - 1)
    assert desk.look(ambassador_id).state == "at_risk"
    desk.pass_by(1)
    assert desk.look(ambassador_id).state == "lapsed"


def test_an_activity_lifts_the_warning_unless_it_lies_back_too_far(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)
    start = desk.now
    desk.pass_by(SETTINGS.at_risk_days)

    def record(days: float) -> None:
        held_at = start + timedelta(days=days)
        desk.call(desk.coordinator, service.record_activities, {ambassador_id: held_at})

    record(-5)
    assert desk.look(ambassador_id).last_active_at == start
    assert desk.look(ambassador_id).state == "at_risk"
    record(80)
    assert desk.look(ambassador_id).state == "active"
    desk.pass_by(79)
    assert desk.look(ambassador_id).state == "active"
    desk.pass_by(1)
    assert desk.look(ambassador_id).state == "at_risk"


def test_days_on_leave_are_not_days_of_quiet(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)
    desk.pass_by(60)
    desk.move(ambassador_id, "take_leave", actor=Actor(person))
    desk.pass_by(100)
    assert desk.look(ambassador_id).state == "on_leave"
    desk.move(ambassador_id, "return", actor=Actor(person))
    desk.pass_by(29.9)
    assert desk.look(ambassador_id).state == "active"
    desk.pass_by(0.2)
    assert desk.look(ambassador_id).state == "at_risk"


def test_a_term_ends_and_lapses_unless_it_is_renewed(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)
    desk.move(ambassador_id, "take_leave")
    desk.pass_by(SETTINGS.term_days)
    assert desk.look(ambassador_id).state == "renewal_due"
    assert desk.mails(person)[-1] == "renewal_due"
    desk.pass_by(SETTINGS.renewal_days)
    assert (desk.look(ambassador_id).state, desk.look(ambassador_id).state_reason) == ("lapsed", "term_over")
    desk.move(ambassador_id, "honour")
    assert desk.apply(person)


def test_the_role_follows_from_the_appointment(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)

    def is_one() -> bool:
        return find_actor(desk.portal, person, desk.now).has(Role.AMBASSADOR)

    assert is_one()
    desk.move(ambassador_id, "suspend", "complaint")
    assert not is_one()
    desk.move(ambassador_id, "reinstate")
    assert is_one()
    desk.move(ambassador_id, "suspend", "conduct")
    desk.move(ambassador_id, "remove", "conduct")
    assert not is_one()
    with pytest.raises(NotInThisState):
        desk.move(ambassador_id, "reinstate")


def test_the_directory_shows_who_agreed_and_not_how_they_stand(
    desk: Programme, person: UUID, programme: Database
):
    ambassador_id = desk.appoint(person, Governorate.DHOFAR)
    assert ambassador_id not in listed(desk)
    with pytest.raises(NotAllowed):
        present(desk, ambassador_id, Profile(True, "نبذة", "Bio"), desk.coordinator)
    present(desk, ambassador_id, Profile(True, "نبذة", "Bio"), Actor(person))
    assert ambassador_id in listed(desk, Governorate.DHOFAR)
    assert ambassador_id not in listed(desk, Governorate.MUSCAT)
    with programme.connect("read") as reader:
        row = reader.execute(
            "SELECT * FROM open_innovation.ambassadors WHERE ambassador_id = %s", [ambassador_id]
        ).fetchone()
    assert row == (ambassador_id, "منى", "Muna", "OM-ZU", "نبذة", "Bio", False)
    desk.pass_by(SETTINGS.at_risk_days)
    assert ambassador_id in listed(desk)
    present(desk, ambassador_id, Profile(False), Actor(person))
    assert ambassador_id not in listed(desk)


def test_others_see_nothing_of_an_application(desk: Programme, person: UUID, owner: Connection):
    ambassador_id, stranger = desk.apply(person), Actor(store_person(owner))
    with pytest.raises(NoSuchObject):
        desk.call(stranger, service.get_ambassador, ambassador_id)
    with pytest.raises(NotAllowed):
        desk.call(stranger, service.list_ambassadors, ["applied"])
    own = desk.call(Actor(person), service.find_own)
    assert own is not None
    assert desk.call(Actor(person), service.get_ambassador, ambassador_id) == own
    seen = desk.call(desk.coordinator, service.list_ambassadors, ["applied"])
    assert own in seen
    row = owner.execute(
        "SELECT count(*) FROM innovation.readings WHERE person_id = %s AND what = 'ambassadors.list'",
        [person],
    ).fetchone()
    assert row == (1,)


def test_what_is_left_of_an_erased_person_says_nothing(desk: Programme, person: UUID):
    ambassador_id = desk.appoint(person)
    present(desk, ambassador_id, Profile(True, "نبذة", "Bio"), Actor(person))
    with desk.portal.transaction():
        sections = [section for section, _row in HOLDER.export(desk.portal, person)]
        assert sections == ["ambassador", "ambassador_papers", "ambassador_papers"]
        assert {one.table for one in HOLDER.erase(desk.portal, person)} == HOLDER.tables
    found = desk.look(ambassador_id)
    assert (found.state, found.state_reason, found.application.motivation) == (
        "removed",
        "account_closed",
        "",
    )
    assert found.profile == Profile(False)
