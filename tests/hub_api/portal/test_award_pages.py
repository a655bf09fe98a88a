"""An award from its offer to the last payment, on the pages of everybody who has to do with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.attachments.service import sweep_store
from casework.files.service import path_of
from casework.workflow.errors import TooLate
from hackathon.funding.awards import service
from hackathon.funding.awards.spending import SWEEP
from tests.hackathon.award_specimens import NOON, store_application, store_call, store_milestone
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_organisation
from tests.hub_api.portal.conftest import Portal, Somebody

OFFER = {
    "title_ar": "مجسات للظل", "title_en": "Sensors for shade", "abstract_ar": "قياس الظل", "abstract_en": "Shade, measured",
    "conditions_ar": "", "conditions_en": "Publish the data", "amount": "1,000.500", "starts_on": "2026-12-01",
    "last_day": "2027-05-31",
}  # fmt: skip


@dataclass
class Cast:
    call_id: UUID
    application_id: UUID
    lead: Somebody
    mate: Somebody
    officer: Somebody
    finance: Somebody


@pytest.fixture
def cast(portal: Portal) -> Cast:
    lead, mate = portal.join("lead", domain="bahth.example"), portal.join("mate", domain="bahth.example")
    officer = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "officer")
    finance = portal.appoint(Role.FINANCE, HUB, "finance")
    with portal.city.database.connect() as owner:
        call_id = store_call(owner)
        application_id = store_application(owner, call_id)
        for person, is_lead in ((lead, True), (mate, False)):
            owner.execute(
                "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state,"
                " state_changed_at, created_at) VALUES (%s, %s, %s, %s, 'member', %s, %s)",
                [uuid4(), application_id, person.person_id, is_lead, NOON, NOON],
            )
    return Cast(call_id, application_id, lead, mate, officer, finance)


def offer(cast: Cast) -> str:
    answer = cast.officer.browser.send(
        f"/calls/{cast.call_id}/desk/awards", OFFER | {"application": str(cast.application_id)}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/portal")


def press(somebody: Somebody, path: str, event: str, version: int, reason: str | None = None) -> Any:
    fields = {"event": event, "version": str(version)} | ({} if reason is None else {"reason": reason})
    return somebody.browser.send(path, fields)


def done(answer: Any) -> None:
    assert answer.status_code == 303, answer.text


def path_in(somebody: Somebody, award: str, ending: str) -> str:
    found = re.findall(rf'action="/portal(/[^"]+{ending})"', somebody.browser.get(award).text)
    assert found, ending
    return str(found[0])


def assert_only_evidence_is_kept(portal: Portal, reader: Somebody, shown: str) -> None:
    store = portal.office.settings.awards.store()
    digest = "ab" * 32
    stray = path_of(digest, store)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"an upload that broke off")

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(days=2)

    with portal.city.database.connect("portal") as connection:
        assert sweep_store(connection, SWEEP, store, later) == 1
    assert not stray.exists()
    assert reader.browser.get(shown).status_code == 200


def test_a_whole_award_is_paid_by_two_people(  # noqa: PLR0915 (one story)
    portal: Portal, cast: Cast
) -> None:
    award = offer(cast)
    assert "offered" in [name for name, _ in portal.mails(cast.lead.email)]
    # An offer is nobody else's business.
    assert portal.browser().get(award).status_code == 404
    assert press(cast.mate, f"{award}/step", "accept", 1).status_code == 403
    done(press(cast.lead, f"{award}/step", "accept", 1))
    assert "Sensors for shade" in portal.browser().get("/awards").text
    early = press(cast.officer, f"{award}/step", "contract", 2)
    assert (early.status_code, "reference and the day" in early.text) == (409, True)
    contract = {"contract": "C-7", "contracted_on": "2026-12-01", "version": "2"}
    done(cast.officer.browser.send(f"{award}/contract", contract))
    done(press(cast.officer, f"{award}/step", "contract", 3))
    done(press(cast.officer, f"{award}/step", "start", 4))
    plan = {"title": "Twenty sensors stand", "amount": "1000.500", "due_on": "2027-01-31"}
    done(cast.officer.browser.send(f"{award}/milestones", plan))
    more = cast.officer.browser.send(f"{award}/milestones", plan | {"amount": "0.001"})
    assert (more.status_code, "0.000 OMR" in more.text) == (409, True)
    milestone = path_in(cast.mate, award, "/report").removesuffix("/report")
    beside = {"report": "All twenty stand.", "version": "1"}
    assert (
        "All twenty stand."
        in cast.mate.browser.send(f"{milestone}/evidence", beside, files={"file": ("x.exe", b"MZ")}).text
    )
    files = {"file": ("stand.csv", b"sensor,lon,lat\n1,58.5,23.6\n", "text/csv")}
    done(cast.mate.browser.send(f"{milestone}/evidence", beside, files=files))
    shown = re.search(
        r'href="/portal(/milestones/[^"]+/evidence/[^"]+)"', cast.officer.browser.get(award).text
    )
    assert shown is not None
    assert cast.finance.browser.get(shown[1]).content == files["file"][1]
    assert portal.join("eve").browser.get(shown[1]).status_code == 404
    assert_only_evidence_is_kept(portal, cast.finance, shown[1])
    done(press(cast.mate, f"{milestone}/step", "report", 2))
    assert press(cast.mate, f"{milestone}/step", "accept", 3).status_code == 403
    done(press(cast.officer, f"{milestone}/step", "accept", 3))
    ambiguous = cast.lead.browser.send(f"{milestone}/claims", {"amount": "0,500", "account": "Sensors"})
    assert ambiguous.status_code == 422
    done(cast.lead.browser.send(f"{milestone}/claims", {"amount": "1000.500", "account": "Sensors"}))
    claim = path_in(cast.officer, award, "/step")
    claim = next(
        one
        for one in re.findall(r'action="/portal(/claims/[^"]+)/step"', cast.officer.browser.get(award).text)
    )
    assert "Sensors for shade" in cast.finance.browser.get("/desk/claims").text
    done(press(cast.officer, f"{claim}/step", "approve", 1))
    assert press(cast.officer, f"{claim}/step", "approve_payment", 2).status_code == 403
    done(press(cast.finance, f"{claim}/step", "approve_payment", 2))
    payment = {"paid_on": "2026-11-24", "reference": "TT-9", "version": "3"}
    tomorrow = cast.finance.browser.send(f"{claim}/pay", payment | {"paid_on": "2031-01-01"})
    assert tomorrow.status_code == 422
    done(cast.finance.browser.send(f"{claim}/pay", payment))
    done(press(cast.officer, f"{award}/step", "complete", 5))
    done(press(cast.officer, f"{award}/step", "close", 6))
    entry = portal.browser("ar").get(award).text
    assert "مجسات للظل" in entry
    assert entry.count("1,000.500") == 2
    register = portal.browser().get("/awards?q=shade").text
    assert "A person (not named)" in register
    assert cast.lead.email not in register
    assert "Nothing found" in portal.browser().get("/awards?q=nonsense").text


def test_what_is_wrong_with_an_offer_stays_in_its_form(portal: Portal, cast: Cast) -> None:
    fields = OFFER | {
        "application": str(cast.application_id),
        "amount": "50000.001",
        "title_en": "Kept title",
    }
    answer = cast.officer.browser.send(f"/calls/{cast.call_id}/desk/awards", fields)
    assert (answer.status_code, "50000.000 OMR" in answer.text, "Kept title" in answer.text) == (
        409,
        True,
        True,
    )
    assert cast.finance.browser.send(f"/calls/{cast.call_id}/desk/awards", fields).status_code == 403
    offer(cast)
    again = cast.officer.browser.send(
        f"/calls/{cast.call_id}/desk/awards", OFFER | {"application": str(cast.application_id)}
    )
    assert again.status_code == 422


def test_an_offer_ends_at_its_instant(portal: Portal, cast: Cast) -> None:
    """Half-open: a microsecond before the end it can be accepted, at the end it cannot."""
    award_id = UUID(offer(cast).rpartition("/")[2])
    ends_at = portal.watch.at + timedelta(days=portal.office.settings.awards.offer_days)
    scope = Scope(ScopeKind.APPLICATION, cast.application_id)
    lead = Actor(cast.lead.person_id, (Grant(Role.LEAD_APPLICANT, scope),))

    def accept_at(at: datetime) -> str:
        call = programme_for(portal.store, lambda: at, portal.office.settings.awards).call
        return call(lead, service.move, award_id, "accept", 1).target

    with pytest.raises(TooLate):
        accept_at(ends_at)
    assert accept_at(ends_at - timedelta(microseconds=1)) == "accepted"


def test_who_belongs_to_who_applied_finds_nothing_of_it_at_the_desks(portal: Portal, cast: Cast) -> None:
    """Neither what waits for an offer, nor what was granted and claimed, nor how many; and the register as everybody."""
    close = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "close")
    desk = f"/calls/{cast.call_id}/desk/awards"
    with portal.city.database.connect() as owner:
        organisation_id = store_organisation(owner)
        owner.execute(
            "UPDATE innovation.applications SET organisation_id = %s WHERE application_id = %s",
            [organisation_id, cast.application_id],
        )
        owner.execute(
            "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
            " created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
            [uuid4(), organisation_id, close.person_id, NOON, NOON],
        )
    assert str(cast.application_id) in cast.officer.browser.get(desk).text
    page = close.browser.get(desk)
    assert page.status_code == 200
    assert str(cast.application_id) not in page.text
    tried = close.browser.send(desk, OFFER | {"application": str(cast.application_id)})
    assert tried.status_code == 422, "it was not on the page"
    award = offer(cast)
    assert award not in close.browser.get(desk).text
    assert close.browser.get(award).status_code == 404
    assert press(close, f"{award}/step", "terminate", 1, "by_request").status_code == 404
    with portal.city.database.connect() as owner:
        award_id = UUID(award.rpartition("/")[2])
        owner.execute("UPDATE innovation.funding_awards SET state = 'active' WHERE award_id = %s", [award_id])
        milestone_id = store_milestone(owner, award_id, "accepted")
    done(
        cast.lead.browser.send(f"/milestones/{milestone_id}/claims", {"amount": "1.000", "account": "Bolts"})
    )
    assert award in cast.officer.browser.get("/desk/claims").text
    page = close.browser.get("/desk/claims")
    assert page.status_code == 200
    assert award not in page.text
    public = close.browser.get(award)
    assert public.status_code == 200
    assert "Bolts" not in public.text
    assert "Sensors for shade" in public.text
    done(press(cast.officer, f"{award}/step", "suspend", 1, "under_review"))


def test_what_was_typed_into_a_form_of_an_award_stays_where_it_was(portal: Portal, cast: Cast) -> None:
    award = offer(cast)
    done(press(cast.lead, f"{award}/step", "accept", 1))
    plan = {"title": "Twenty sensors <stand>", "amount": "1.000", "due_on": ""}
    page = cast.officer.browser.send(f"{award}/milestones", plan)
    assert page.status_code == 422
    assert "Choose the date in full" in page.text
    assert 'value="Twenty sensors &lt;stand&gt;"' in page.text
    assert re.search(r'<input id="due_on-new"[^>]* aria-invalid="true"', page.text)
    assert page.text.count('aria-invalid="true"') == 1
    texts = {**OFFER, "title_en": "Other sensors", "starts_on": "soon", "version": "2"}
    page = cast.officer.browser.send(f"{award}/texts", texts)
    assert page.status_code == 422
    assert 'value="Other sensors"' in page.text
    assert re.search(r'<input id="starts_on-own"[^>]* value="soon"[^>]* aria-invalid="true"', page.text)
    with portal.city.database.connect() as owner:
        award_id = UUID(award.rpartition("/")[2])
        owner.execute("UPDATE innovation.funding_awards SET state = 'active' WHERE award_id = %s", [award_id])
        milestone_id = store_milestone(owner, award_id)
    report = f"/milestones/{milestone_id}"
    page = cast.mate.browser.send(f"{report}/report", {"report": "Half of it", "version": "7"})
    assert page.status_code == 409
    assert "Half of it" in page.text
    page = press(cast.mate, f"{report}/step", "report", 7)
    assert page.status_code == 409
    assert ">\ndone</textarea>" in page.text, "what is stored, where nothing of it was sent"
