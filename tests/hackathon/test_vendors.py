"""Vendors: their papers, the day on which one ends, and who decides about them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from casework.access.model import ANONYMOUS, HUB, Actor, Grant, Role
from casework.attachments.service import sweep_store
from casework.files.errors import FileRefused
from casework.files.service import receive
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from casework.people.roles.service import find_actor
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, ReasonMissing, WrongField
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from hackathon.market.vendors import documents, errors, service
from hackathon.market.vendors.model import DocumentKind
from hackathon.market.vendors.noun import HOLDER
from hackathon.market.vendors.rules import end_of, is_address, reminder_of
from tests.conftest import Database
from tests.hackathon.machines import NOON, store_agency
from tests.hackathon.market import PDF, PROFILE, Market
from tests.hackathon.terms import store_person
from tests.poisoned_rows import poisoned

REGISTRATION, TAX = DocumentKind.COMMERCIAL_REGISTRATION, DocumentKind.TAX_CARD
CARD = DocumentKind.SME_CARD
TICK = timedelta(microseconds=1)
#: The last day on which a paper is valid, and the instant at which it no longer is: midnight in Muscat.
LAST_DAY, END = date(2027, 3, 31), datetime(2027, 3, 31, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def owner(programme: Database) -> Iterator[Connection]:
    with programme.connect() as connection:
        yield connection


@pytest.fixture
def market(portal: Connection, owner: Connection, tmp_path: Path) -> Market:
    made = Market(portal, owner, tmp_path)
    made.mails()
    return made


def test_a_paper_is_valid_through_its_last_day_in_muscat():
    assert end_of(LAST_DAY) == END


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [(40, None, None), (30, None, 30), (29, None, 30), (7, None, 7), (1, None, 7), (0, None, None), (20, 30, None),
     (7, 30, 7), (5, 7, None), (-3, None, None)],
)  # fmt: skip
def test_a_reminder_comes_once_each_and_only_the_nearest(left: int, reminded: int | None, due: int | None):
    """``left``: days until the end of the last day, counted from the beginning of today."""
    today = LAST_DAY + timedelta(days=1 - left)
    assert reminder_of(LAST_DAY, (30, 7), reminded, today) == due


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("https://a.example/x", True), ("javascript:alert(1)", False), ("https://a b.example", False),
     ("a.example", False), ("http://[", False), ("https://localhost", False)],
)  # fmt: skip
def test_a_website_is_an_address_that_a_page_may_link_to(text: str, is_one: bool):
    assert is_address(text, 100) is is_one


def test_only_who_speaks_for_a_verified_company_registers_it_and_once(market: Market, owner: Connection):
    vendor_id, speaker = market.register()
    company = market.look(vendor_id).organisation_id
    for actor in (Actor(None), Actor(store_person(owner)), market.officer):
        with pytest.raises(NotAllowed):
            market.call(actor, service.register, company, PROFILE)
    with pytest.raises(errors.VendorExists):
        market.call(speaker, service.register, company, PROFILE)
    agency = store_person(owner)  # any fresh identifier
    store_agency(owner, agency)
    with pytest.raises(errors.VendorNotACompany):
        market.call(market.speaker(agency), service.register, agency, PROFILE)
    with pytest.raises(WrongField):
        market.call(speaker, service.register, company, replace(PROFILE, website="javascript:x"))
    assert [one.vendor_id for one in market.call(speaker, service.list_own)] == [vendor_id]


def test_it_is_handed_in_with_all_papers_and_verified_when_they_are_accepted(market: Market):
    vendor_id, speaker = market.register()
    registration = market.show(vendor_id, speaker, REGISTRATION)
    with pytest.raises(errors.VendorDocumentsMissing) as missing:
        market.step(vendor_id, "hand_in", speaker)
    assert missing.value.kinds == (TAX,)
    assert "Tax card" in missing.value.text("en")
    assert "البطاقة الضريبية" in missing.value.text("ar")
    tax = market.show(vendor_id, speaker, TAX)
    assert market.step(vendor_id, "hand_in", speaker) == "verifying"
    market.accept(registration)
    with pytest.raises(errors.VendorDocumentsNotAccepted) as waiting:
        market.step(vendor_id, "verify")
    assert waiting.value.kinds == (TAX,)
    market.accept(tax)
    with pytest.raises(NoSuchObject):
        market.call(ANONYMOUS, service.get_listed, vendor_id)
    assert market.step(vendor_id, "verify") == "verified"
    assert market.call(ANONYMOUS, service.get_listed, vendor_id).profile == PROFILE
    assert [name for name, _ in market.mails()] == ["moved", "received"]


def test_nobody_decides_about_their_own_company(market: Market):
    vendor_id, speaker = market.register()
    papers = [market.show(vendor_id, speaker, kind) for kind in (REGISTRATION, TAX)]
    market.step(vendor_id, "hand_in", speaker)
    both = replace(speaker, grants=(*speaker.grants, Grant(Role.PROGRAMME_OFFICER, HUB)))
    with pytest.raises(errors.VendorOwnCompany):
        market.accept(papers[0], both)
    for paper in papers:
        market.accept(paper)
    with pytest.raises(errors.VendorOwnCompany):
        market.step(vendor_id, "verify", both)
    with pytest.raises(NotAllowed):
        market.step(vendor_id, "verify", speaker)
    with pytest.raises(NotAllowed):
        market.accept(papers[0], speaker)


def test_it_is_out_at_the_instant_at_which_a_paper_ends_and_back_with_the_next(market: Market):
    vendor_id, speaker = market.verified(LAST_DAY)
    market.move_to(END - TICK)
    assert market.look(vendor_id).state == "verified"
    market.mails()
    assert market.move_to(END) >= 1
    found = market.look(vendor_id)
    assert (found.state, found.state_reason) == ("documents_expired", "document_ended")
    assert [name for name, _ in market.mails()] == ["moved_with_reason"]
    with pytest.raises(NoSuchObject):
        market.call(ANONYMOUS, service.get_listed, vendor_id)
    renewed = [market.show(vendor_id, speaker, kind) for kind in (REGISTRATION, TAX)]
    market.accept(renewed[0])
    assert market.look(vendor_id).state == "documents_expired"
    market.accept(renewed[1])
    assert market.look(vendor_id).state == "verified"
    assert [name for name, _ in market.mails()] == ["moved"]


def test_a_paper_that_was_renewed_in_time_changes_nothing(market: Market):
    vendor_id, speaker = market.verified(LAST_DAY)
    market.move_to(END - timedelta(days=2))
    for kind in (REGISTRATION, TAX):
        market.accept(market.show(vendor_id, speaker, kind))
    market.move_to(END + timedelta(days=30))
    assert market.look(vendor_id).state == "verified"


def test_an_ended_paper_is_neither_handed_in_nor_accepted_nor_enough(market: Market):
    vendor_id, speaker = market.register()
    with pytest.raises(errors.VendorDocumentEnded):
        market.show(vendor_id, speaker, TAX, date(2026, 11, 23))
    today = market.show(vendor_id, speaker, TAX, date(2026, 11, 24))
    market.show(vendor_id, speaker, REGISTRATION)
    market.now = datetime(2026, 11, 24, 20, tzinfo=UTC) - TICK
    assert market.step(vendor_id, "hand_in", speaker) == "verifying"
    market.step(vendor_id, "take_back", speaker)
    market.now += TICK
    with pytest.raises(errors.VendorDocumentEnded):
        market.accept(today)
    with pytest.raises(errors.VendorDocumentsMissing):
        market.step(vendor_id, "hand_in", speaker)
    offers = market.call(speaker, service.get_steps, vendor_id)
    refusal = next(offer.refusal for offer in offers if offer.step.event == "hand_in")
    assert isinstance(refusal, errors.VendorDocumentsMissing)
    with pytest.raises(WrongField):
        market.show(vendor_id, speaker, TAX, date(2099, 1, 1))


def test_reminders_come_thirty_and_seven_days_before(market: Market):
    vendor_id, _ = market.verified(LAST_DAY)
    market.mails()
    for days, mails in ((31, 0), (30, 2), (29, 0), (7, 2), (6, 0), (1, 0)):
        market.move_to(END - timedelta(days=days))
        market.remind()
        assert len(market.mails()) == mails, days
    assert market.look(vendor_id).state == "verified"
    market.move_to(END)
    market.mails()
    assert market.remind() == 0


def test_a_suspension_ends_at_its_instant(market: Market):
    vendor_id, _ = market.verified()
    until = NOON + timedelta(days=10)
    with pytest.raises(errors.VendorUntilMissing):
        market.step(vendor_id, "suspend", reason="complaint")
    with pytest.raises(errors.VendorUntilMissing):
        market.step(vendor_id, "suspend", reason="complaint", until=NOON)
    with pytest.raises(ReasonMissing):
        market.step(vendor_id, "suspend", until=until)
    assert market.step(vendor_id, "suspend", reason="complaint", until=until) == "suspended"
    assert "excluded" in {name for name, _ in market.mails()}
    market.move_to(until - TICK)
    assert market.look(vendor_id).state == "suspended"
    market.move_to(until)
    found = market.look(vendor_id)
    assert (found.state, found.until) == ("verified", None)


def test_whoever_comes_back_from_a_suspension_without_valid_papers_is_not_verified(market: Market):
    vendor_id, speaker = market.verified(LAST_DAY)
    until = END + timedelta(days=5)
    market.step(vendor_id, "suspend", reason="inquiry", until=until)
    market.move_to(until - TICK)
    assert market.look(vendor_id).state == "suspended"
    with pytest.raises(errors.VendorDocumentsMissing):
        market.step(vendor_id, "lift")
    market.move_to(until)
    assert market.look(vendor_id).state == "documents_expired"
    for kind in (REGISTRATION, TAX):
        market.accept(market.show(vendor_id, speaker, kind))
    assert market.look(vendor_id).state == "verified"


def test_whoever_was_excluded_begins_anew(market: Market):
    vendor_id, speaker = market.verified()
    until = NOON + timedelta(days=400)
    market.step(vendor_id, "blacklist", reason="fraud", until=until)
    market.move_to(until - TICK)
    assert market.look(vendor_id).state == "blacklisted"
    assert market.step(vendor_id, "lift") == "registered"
    with pytest.raises(WrongField):
        market.step(vendor_id, "blacklist", reason="fraud", until=market.now + timedelta(days=9_999))
    market.step(vendor_id, "blacklist", reason="fraud", until=until)
    market.move_to(until)
    assert market.look(vendor_id).state == "registered"
    assert market.step(vendor_id, "hand_in", speaker) == "verifying"


def test_a_small_enterprise_shows_the_card(market: Market):
    small = replace(PROFILE, is_sme=True)
    vendor_id, speaker = market.register(small)
    for kind in (REGISTRATION, TAX):
        market.show(vendor_id, speaker, kind)
    with pytest.raises(errors.VendorDocumentsMissing) as missing:
        market.step(vendor_id, "hand_in", speaker)
    assert missing.value.kinds == (CARD,)
    other, voice = market.verified()
    seen = market.look(other).version
    with pytest.raises(errors.VendorCardMissing):
        market.call(voice, service.edit, other, small, seen)
    market.accept(market.show(other, voice, CARD))
    with pytest.raises(ChangedMeanwhile):
        market.call(voice, service.edit, other, small, seen)
    seen = market.look(other).version
    market.call(voice, service.edit, other, small, seen)
    assert market.look(other).profile.is_sme
    assert market.look(other).state == "verified"


def test_papers_are_seen_by_their_vendor_and_the_programme_and_each_opening_is_noted(
    market: Market, owner: Connection
):
    vendor_id, speaker = market.register()
    paper = market.show(vendor_id, speaker, TAX)
    _, rival = market.register()
    for actor in (Actor(None), rival, Actor(store_person(owner))):
        with pytest.raises(NoSuchObject):
            market.call(actor, documents.open_file, vendor_id, paper.document_id)
    found, path = market.call(market.officer, documents.open_file, vendor_id, paper.document_id)
    assert found == paper
    assert path.read_bytes().startswith(PDF)
    row = owner.execute(
        "SELECT subject FROM innovation.audit WHERE object = %s AND event = 'open_document'", [vendor_id]
    ).fetchone()
    assert row == (str(market.officer.person_id),)


def test_a_file_is_what_its_name_says_and_what_nobody_has_is_swept(market: Market):
    vendor_id, speaker = market.register()
    with pytest.raises(FileRefused):
        receive(io.BytesIO(b"<html>"), "a.pdf", market.settings.store())
    market.show(vendor_id, speaker, TAX)
    stray = market.folder / "ab" / "cd" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"stray")
    market.now = datetime.now(UTC) + timedelta(days=2)
    assert sweep_store(market.portal, documents.SWEEP, market.settings.store(), market.clock) == 1
    assert not stray.exists()
    assert len(list(market.folder.glob("??/??/*"))) == 1


def test_the_role_comes_with_the_company_and_the_desk_is_the_programmes(market: Market):
    vendor_id, speaker = market.register()
    assert speaker.person_id is not None
    actor = find_actor(market.portal, speaker.person_id, NOON)
    assert market.call(actor, service.get_vendor, vendor_id).vendor_id == vendor_id
    with pytest.raises(NotAllowed):
        market.call(actor, lists.read, service.DESK, wanted_of(service.DESK, {}))
    market.show(vendor_id, speaker, TAX)
    wanted = wanted_of(service.DESK, {"state": "papers", "q": "CITY solutions"})
    found = market.call(market.officer, lists.read, service.DESK, wanted)
    assert (vendor_id, 1) in [(one["vendor_id"], one["documents"]) for one in found.rows]


def test_who_accepted_papers_stays_as_a_key(market: Market):
    vendor_id, speaker = market.register()
    market.accept(market.show(vendor_id, speaker, TAX))
    assert market.officer.person_id is not None
    with market.portal.transaction():
        exported = list(HOLDER.export(market.portal, market.officer.person_id))
        erased = HOLDER.erase(market.portal, market.officer.person_id)
    assert [section for section, _ in exported] == ["vendor_documents_accepted"]
    assert [(one.outcome, one.rows) for one in erased] == [("kept", 1)]


def test_a_vendor_who_cannot_be_reminded_keeps_no_other_from_it(programme: Database, market: Market):
    vendors = [market.verified(LAST_DAY)[0] for _ in range(2)]
    market.mails()
    market.move_to(END - timedelta(days=7))
    with poisoned(programme, "innovation.vendor_documents", "vendor_id", min(vendors)):
        assert market.remind() >= 1
        assert market.remind() == 0
    [failure] = find_failures(market.portal, "vendor_reminders", 10)
    assert failure.subject == str(min(vendors))
    market.move_to(failure.due_at)
    assert market.remind() >= 1
    assert find_failures(market.portal, "vendor_reminders", 10) == []
