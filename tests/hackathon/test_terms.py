"""A whole term, through services only: from an application to a certificate, and on to the next term."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.audit.service import verify
from casework.files.service import receive
from casework.governorates.model import Governorate
from casework.people.model import Names
from citycore.store.connections import Connection
from hackathon.outreach.activities import evidence
from hackathon.outreach.activities import service as activities
from hackathon.outreach.activities.model import Audience, Event, Mode, Report, Topic
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import service as ambassadors
from hackathon.outreach.ambassadors.model import Profile
from hackathon.outreach.certificates import service as certificates
from hackathon.outreach.certificates.errors import NothingVerified
from hackathon.outreach.certificates.model import Standing
from hackathon.outreach.certificates.settings import CertificateSettings
from tests.conftest import Database
from tests.hackathon.terms import DAY, SETTINGS, Programme, coordinator, store_person
from tests.hackathon.test_activities import PNG


def hold_activity(desk: Programme, actor: Actor, limits: ActivitySettings, people: int) -> None:
    """Planned, held, reported, and verified by the coordinator."""
    event = Event(
        "Sensors at school", "en", Mode.IN_PLACE, Governorate.MUSANDAM, Topic.INTERNET_OF_THINGS,
        Audience.PUPILS, desk.now, desk.now + timedelta(hours=2),
    )  # fmt: skip
    activity_id = desk.call(actor, activities.plan, event)
    desk.now += DAY
    desk.call(actor, activities.move, activity_id, "hold", 1)
    report = Report(people, 150, "We built a sensor.")
    desk.call(actor, activities.write_report, activity_id, report, 2)
    file = receive(io.BytesIO(PNG), "class.png", limits.store())
    desk.call(actor, evidence.add, activity_id, file)
    desk.call(actor, activities.move, activity_id, "report", 3)
    desk.call(desk.coordinator, activities.verify, activity_id, people, 4)


def test_a_whole_term(programme: Database, portal: Connection, tmp_path: Path):
    limits = ActivitySettings(folder=tmp_path / "evidence")
    with programme.connect() as owner:
        desk = Programme(
            portal, coordinator(owner), parts=(limits, CertificateSettings(folder=tmp_path / "keys"))
        )
        person = store_person(owner, language="ar")
    own = Actor(person)
    desk.publish_papers()
    ambassador_id = desk.appoint(person)
    profile = Profile(True, "أعلّم الحوسبة", "I teach computing")
    desk.call(own, ambassadors.present, ambassador_id, profile, desk.look(ambassador_id).version)

    desk.pass_by(SETTINGS.at_risk_days)
    assert desk.look(ambassador_id).state == "at_risk"
    hold_activity(desk, own, limits, 40)
    assert desk.look(ambassador_id).state == "active"

    certificate_id = desk.call(desk.coordinator, certificates.offer_term, ambassador_id)
    issued = desk.call(own, certificates.issue, certificate_id, Names("منى الحارثية", "Muna Al Harthy"), 1)
    assert (issued.award.minutes, issued.award.reached) == (150, 40)
    assert desk.call(ANONYMOUS, certificates.verify_short_id, issued.short_id).standing is Standing.VALID

    desk.pass_by(SETTINGS.at_risk_days)
    desk.pass_by(SETTINGS.lapse_days - SETTINGS.at_risk_days)
    assert desk.look(ambassador_id).state == "lapsed"
    assert ambassador_id not in {one.ambassador_id for one in desk.call(own, ambassadors.list_directory)}

    desk.publish_papers()
    desk.get_ready(ambassador_id)
    desk.move(ambassador_id, "renew")
    assert desk.look(ambassador_id).term == 2
    with pytest.raises(NothingVerified):
        desk.call(desk.coordinator, certificates.offer_term, ambassador_id)
    for _ in range(5):
        hold_activity(desk, own, limits, 25)
        desk.pass_by(70)
    desk.pass_by(SETTINGS.term_days - 5 * 71)
    assert desk.look(ambassador_id).state == "renewal_due"
    assert desk.call(ANONYMOUS, certificates.verify_short_id, issued.short_id).standing is Standing.EXPIRED
    second_id = desk.call(desk.coordinator, certificates.offer_term, ambassador_id)
    second = desk.call(own, certificates.issue, second_id, Names("منى الحارثية", "Muna Al Harthy"), 1)
    assert (second.award.minutes, second.award.reached, second.award.expires_at) == (750, 125, None)
    desk.move(ambassador_id, "honour")
    listed = {one.ambassador_id: one for one in desk.call(own, ambassadors.list_directory)}
    assert listed[ambassador_id].is_emeritus
    assert desk.mails(person) == [
        "received", "approved", "started", "at_risk", "received", "decided", "offered", "issued", "at_risk", "lapsed",
        "started", *["received", "decided"] * 5, "renewal_due", "offered", "issued", "honoured",
    ]  # fmt: skip
    assert verify(portal).findings == ()
