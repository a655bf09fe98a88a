"""Applications on the pages: begun, written by two, handed in, screened, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import Role
from casework.workflow.clockwork import run_due
from citycore.clock import CITY_ZONE
from programme.registry import BINDINGS
from tests.hackathon.funding import DAY, Funding
from tests.hub_api.portal.application_scene import hand_in
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody

TEXTS = {
    "title": "Water <for> Ruwi", "summary": "Where water is lost", "organisation": "", "governorate": "OM-MA",
    "language": "en", "amount": "2,000.000", "answer_plan": "Listen to pipes", "answer_site": "",
    "answer_team": "Two of us", "confirmed": "ethics",
}  # fmt: skip


@pytest.fixture(scope="module")
def officer(portal: Portal) -> Somebody:
    return portal.appoint(Role.PROGRAMME_OFFICER, name="funds")


@pytest.fixture(scope="module")
def call(portal: Portal) -> str:
    """Opened half a day ago."""
    funding = Funding(portal.store, portal.watch() - 1.5 * DAY)
    return str(funding.opened(rounds=2))


class Space:
    """An application in the browsers of those who apply."""

    def __init__(self, portal: Portal, lead: Somebody, call: str) -> None:
        self.portal, self.lead = portal, lead
        answer = lead.browser.send(f"/calls/{call}/applications/new", {"governorate": "OM-MA"})
        assert answer.status_code == 303, answer.text
        self.path = answer.headers["location"].removeprefix("/portal").removesuffix("/form")

    def version(self, somebody: Somebody | None = None) -> str:
        page = (somebody or self.lead).browser.get(f"{self.path}/form").text
        found = re.search(r'name="version" value="(\d+)"', page)
        assert found is not None
        return found.group(1)

    def write(self, somebody: Somebody | None = None, **fields: Any) -> Any:
        who = somebody or self.lead
        return who.browser.send(f"{self.path}/form", {"version": self.version(who)} | TEXTS | fields)


def read(somebody: Somebody, path: str, language: str = "en") -> str:
    answer = somebody.browser.get(path, params={"lang": language})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_an_application_is_begun_written_and_handed_in_with_a_receipt(portal: Portal, call: str):
    amal = portal.join("amal")
    assert "My applications for funding" in read(amal, f"/calls/{call}")
    page = read(amal, f"/calls/{call}/applications/new")
    assert "Make the draft" in page
    assert "We keep to the ethics of research." in page
    space = Space(portal, amal, call)
    page = read(amal, space.path)
    assert "Title, summary and every required field come first." in page
    bad = space.write(amount="0,250")
    assert bad.status_code == 422
    assert "Amount applied for" in bad.text
    assert "Listen to pipes" in bad.text
    assert space.write(then="submit", amount="").status_code == 409
    assert "Water &lt;for&gt; Ruwi" not in read(amal, space.path)
    assert space.write(then="submit").status_code == 303
    page = read(amal, space.path)
    digest = re.search(r"<code>([0-9a-f]{64})</code>", page)
    assert digest is not None
    record = amal.browser.get(f"{space.path}/versions/1")
    assert record.headers["etag"] == f'"{digest.group(1)}"'
    assert ("submitted", True) in [(name, "digest" in fields) for name, fields in portal.mails(amal.email)]
    arabic = read(amal, space.path, "ar")
    assert 'dir="rtl"' in arabic
    assert "سُلّم. يمكن إعادة فتحه حتى الإغلاق" in arabic
    own = read(amal, "/account/applications", "en")
    assert "Water &lt;for&gt; Ruwi" in own


def test_who_writes_at_once_sees_both_texts_and_loses_nothing(portal: Portal, call: str):
    amal, badr = portal.join("amal"), portal.join("badr")
    space = Space(portal, amal, call)
    assert space.write().status_code == 303
    assert amal.browser.send(f"{space.path}/invite", {"email": badr.email}).status_code == 303
    page = read(badr, "/account/applications")
    applying = re.search(r"/portal/applicants/([0-9a-f-]{36})/step", page)
    assert applying is not None
    fields = {"event": "accept", "version": "2"}
    assert badr.browser.send(f"/applicants/{applying.group(1)}/step", fields).status_code == 303
    seen = space.version()
    assert space.write(badr, title="His title", answer_plan="His plan").status_code == 303
    mine = {"title": "Water <for> Ruwi", "answer_plan": "Her plan", "summary": "Her summary"}
    crossed = amal.browser.send(f"{space.path}/form", {"version": seen} | TEXTS | mine)
    assert crossed.status_code == 409
    text = crossed.text
    # Both wrote the plan: hers is in the field, his beside it. She left the title alone: his is taken.
    assert "Her plan" in text
    assert "His plan" in text
    assert "Badr Al Harthy" in text
    assert 'name="title" type="text" value="His title"' in text
    assert "Her summary" in text
    fresh = re.search(r'name="version" value="(\d+)"', text)
    assert fresh is not None
    again = TEXTS | mine | {"title": "His title", "version": fresh.group(1), "answer_plan": "Both plans"}
    assert amal.browser.send(f"{space.path}/form", again).status_code == 303
    trail = read(amal, f"{space.path}/trail")
    for word in ("His plan", "Both plans", "Her summary", "Badr Al Harthy", "OMR"):
        assert word in trail
    arabic = read(badr, f"{space.path}/trail", "ar")
    assert "من غيّر ماذا" in arabic
    # Each in fields of their own: nothing to bring together, and both are in the form.
    now = again | {"version": space.version()}
    assert badr.browser.send(f"{space.path}/form", now | {"answer_team": "Three of us"}).status_code == 303
    apart = amal.browser.send(f"{space.path}/form", now | {"summary": "New summary"})
    assert apart.status_code == 409
    assert "Somebody else saved other fields" in apart.text
    assert "Three of us" in apart.text
    assert "New summary" in apart.text


def test_files_are_checked_and_people_come_and_go(portal: Portal, call: str):
    amal, badr = portal.join("amal"), portal.join("badr")
    space = Space(portal, amal, call)
    browser = amal.browser
    data = {"form_token": browser.form_token()}
    sent = portal.run(
        browser.client.post(
            f"/portal{space.path}/files", data=data, files={"file": ("run.exe", b"MZ", "application/pdf")}
        )
    )
    assert sent.status_code == 422
    sent = portal.run(
        browser.client.post(
            f"/portal{space.path}/files", data=data, files={"file": ("a.csv", b"a,b\n", "text/csv")}
        )
    )
    assert sent.status_code == 303
    page = read(amal, space.path)
    file = re.search(r"/files/([0-9a-f-]{36})\"", page)
    assert file is not None
    got = browser.get(f"{space.path}/files/{file.group(1)}")
    assert (got.content, got.headers["content-disposition"]) == (b"a,b\n", 'attachment; filename="a.csv"')
    assert badr.browser.get(f"{space.path}/files/{file.group(1)}").status_code == 404
    assert browser.send(f"{space.path}/files/{file.group(1)}/remove").status_code == 303
    assert browser.send(f"{space.path}/invite", {"email": badr.email}).status_code == 303
    assert "invitation" in [name for name, _ in portal.mails(badr.email)]
    again = browser.send(f"{space.path}/invite", {"email": badr.email})
    assert again.status_code == 409
    applying = re.search(r"/portal/applicants/([0-9a-f-]{36})/step", read(badr, "/account/applications"))
    assert applying is not None
    fields = {"event": "decline", "version": "2"}
    assert badr.browser.send(f"/applicants/{applying.group(1)}/step", fields).status_code == 303
    assert badr.browser.get(space.path).status_code == 404


def test_officers_screen_ask_and_give_late_access(  # noqa: PLR0915 (one play from the close on)
    portal: Portal, officer: Somebody, call: str
):
    amal, badr, late_comer = portal.join("amal"), portal.join("badr"), portal.join("late")
    handed = hand_in(portal, amal, badr, UUID(call))
    here = f"/calls/{call}/desk/applications/{handed['application_id']}"
    space = f"/applications/{handed['application_id']}"
    draft = Space(portal, late_comer, call)
    before = portal.watch.at
    everybody = (officer, amal, badr, late_comer)
    later(portal, 1, *everybody)
    run_due(portal.office.programme, BINDINGS)
    try:
        listed = read(officer, f"/calls/{call}/desk/applications")
        assert "Water for Ruwi" in listed
        assert officer.browser.get(space).headers["location"] == f"/portal{here}"
        ask = {
            "question": "Which <street>?",
            "due_at": "2020-01-01T00:00",
            "version": version_at(officer, here),
        }
        assert officer.browser.send(f"{here}/ask", ask).status_code == 422
        due = portal.watch.at + timedelta(days=7)
        ask["due_at"] = f"{due:%Y-%m-%dT%H:%M}"
        assert officer.browser.send(f"{here}/ask", ask).status_code == 303
        page = read(badr, space)
        assert "Which &lt;street&gt;?" in page
        # What was typed is the city's time.
        answer_due = datetime.fromisoformat(ask["due_at"]).replace(tzinfo=CITY_ZONE)
        assert answer_due.isoformat() in page or answer_due.astimezone(UTC).isoformat() in page
        found = re.search(r'name="version" value="(\d+)"', page)
        assert found is not None
        later(portal, 2, *everybody)
        reply = {"answer": "Ruwi street", "version": found.group(1)}
        assert badr.browser.send(f"{space}/answer", reply).status_code == 303
        page = read(officer, here)
        assert "Ruwi street" in page
        assert "Days that the clock stood still</dt><dd><bdi>2</bdi>" in page
        prepare = {"event": "exclude", "reason": "incomplete", "version": version_at(officer, here)}
        vague = officer.browser.send(
            f"{here}/prepare", prepare | {"reason": "incomplete", "version": "1", "step_words": "No <scale>."}
        )
        assert (vague.status_code, vague.text.count("No &lt;scale&gt;.")) == (409, 1), "typed words are back"
        said = prepare | {"step_words": "The map has <no> scale."}
        assert officer.browser.send(f"{here}/prepare", prepare | {"step_words": "First"}).status_code == 303
        taken = re.search(r"/decisions/[0-9a-f-]{36}/withdraw", read(officer, here))
        assert taken is not None
        taken_back = f"/calls/{call}/desk/applications{taken.group()}"
        assert officer.browser.send(taken_back).status_code == 303
        assert officer.browser.send(f"{here}/prepare", said).status_code == 303
        assert "The map has &lt;no&gt; scale." in read(officer, here)
        assert "Being checked" in read(amal, space)
        assert "&lt;no&gt; scale" not in read(amal, space), "until it is told"
        listed = read(officer, f"/calls/{call}/desk/applications", "ar")
        assert "قرارات محضّرة" in listed
        decision = re.search(r'name="decision" value="([0-9a-f-]{36})"', listed)
        assert decision is not None
        release = {"decision": decision.group(1)}
        sent = officer.browser.send(f"/calls/{call}/desk/applications/release", release)
        assert sent.status_code == 303
        assert "Cannot be reviewed as it is" in read(amal, space)
        assert "The map has &lt;no&gt; scale." in read(amal, space)
        told = next(fields for name, fields in portal.mails(badr.email) if name == "excluded")
        assert told["step_words"] == "The map has <no> scale."
        assert "excluded" in [name for name, _ in portal.mails(badr.email)]
        until = portal.watch.at + timedelta(days=5)
        grant = {"until": f"{until:%Y-%m-%dT%H:%M}"}
        made = officer.browser.send(f"/calls/{call}/desk/applications/late", grant)
        assert made.status_code == 303
        code = re.search(r'class="value">([A-Z2-7-]{19})<', read(officer, f"/calls/{call}/desk/applications"))
        assert code is not None
        assert code.group(1) not in read(officer, f"/calls/{call}/desk/applications")
        assert "It was not handed in before the close." in read(late_comer, draft.path)
        wrong = late_comer.browser.send(f"{draft.path}/late", {"code": "AAAA-AAAA-AAAA-AAAA"})
        assert wrong.status_code == 404
        late = late_comer.browser.send(f"{draft.path}/late", {"code": code.group(1)})
        assert late.status_code == 303
        assert draft.write(then="submit").status_code == 303
    finally:
        portal.watch.at = before


def later(portal: Portal, days: float, *people: Somebody) -> None:
    """So many days later; sessions have ended meanwhile."""
    portal.watch.pass_by(days=days)
    for one in people:
        one.browser = portal.browser()
        fields = {"email": one.email, "password": PASSWORD}
        assert one.browser.send("/account/sign-in", fields).status_code == 303


def version_at(somebody: Somebody, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', read(somebody, path))
    assert found is not None
    return found.group(1)
