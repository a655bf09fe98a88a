"""What somebody typed is there again when it is refused: beside a step, a decision, a paper."""

from __future__ import annotations

import re

import pytest

from casework.access.model import HUB, Role
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.market_scene import (
    PDF,
    PROFILE,
    draft,
    found_company,
    register,
    step,
    verified_vendor,
)

WORDS = "Which <lamps>?\nAnd how many?"
SHOWN = "Which &lt;lamps&gt;?\nAnd how many?"


@pytest.fixture(scope="module")
def administrator(portal: Portal) -> Somebody:
    return portal.appoint(Role.ADMINISTRATOR, HUB, "administrator")


@pytest.fixture(scope="module")
def officer(portal: Portal) -> Somebody:
    return portal.appoint(Role.PROGRAMME_OFFICER, HUB, "officer")


@pytest.fixture(scope="module")
def vendor(portal: Portal) -> Somebody:
    return portal.join("vendor", domain="hulul.example")


@pytest.fixture(scope="module")
def vendor_id(portal: Portal, vendor: Somebody, administrator: Somebody, officer: Somebody) -> str:
    return verified_vendor(portal, vendor, officer, found_company(vendor, administrator, "Hulul"))


@pytest.fixture
def offering(portal: Portal, vendor: Somebody, vendor_id: str) -> str:
    offering_id = draft(vendor, vendor_id)
    step(portal, vendor, f"/account/offerings/{offering_id}", "offerings", offering_id, "hand_in")
    return offering_id


def form_of(page: str, event: str) -> str:
    return next(
        form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'value="{event}"' in form
    )


def test_words_and_reason_of_a_refused_step_are_back_in_its_own_form(officer: Somebody, offering: str):
    path = f"/desk/offerings/{offering}"
    reasons = re.findall(r'<option value="(\w+)"', form_of(officer.browser.get(path).text, "return"))
    sent = {"event": "return", "reason": reasons[-1], "version": "1", "step_words": WORDS}
    refused = officer.browser.send_once(f"{path}/step", sent)
    assert refused.status_code == 409
    form = form_of(refused.text, "return")
    assert f">\n{SHOWN}</textarea>" in form
    assert f'value="{reasons[-1]}" selected' in form
    assert refused.text.count(SHOWN) == 1, "not beside another button"


def test_words_whose_form_is_gone_stand_on_the_page_to_be_copied(
    portal: Portal, officer: Somebody, vendor: Somebody, offering: str
):
    path = f"/desk/offerings/{offering}"
    step(portal, vendor, f"/account/offerings/{offering}", "offerings", offering, "take_back")
    sent = {"event": "return", "reason": "unclear", "version": "2", "step_words": WORDS}
    refused = officer.browser.send_once(f"{path}/step", sent)
    assert refused.status_code == 409
    assert 'name="step_words"' not in refused.text
    assert "What you wrote, to copy from here" in refused.text
    assert SHOWN in refused.text
    foreign = vendor.browser.send_once(f"/account/offerings/{offering}/step", sent)
    assert foreign.status_code == 403
    assert SHOWN in foreign.text
    assert "What you wrote" not in officer.browser.get(path).text


def test_a_vendor_learns_in_words_why_it_is_out(portal: Portal, officer: Somebody, administrator: Somebody):
    speaker = portal.join("out", domain="out.example")
    vendor_id = verified_vendor(portal, speaker, officer, found_company(speaker, administrator, "Outis"))
    path = f"/desk/vendors/{vendor_id}"
    for event in ("suspend", "blacklist"):
        assert 'name="step_words"' in form_of(officer.browser.get(path).text, event)
    sent = {
        "event": "suspend",
        "reason": "complaint",
        "step_words": WORDS,
        "until": "2020-01-01",
        "version": "3",
    }
    refused = officer.browser.send_once(f"{path}/step", sent)
    assert refused.status_code in {409, 422}
    form = form_of(refused.text, "suspend")
    assert SHOWN in form
    assert 'value="2020-01-01"' in form
    assert SHOWN not in form_of(refused.text, "blacklist")
    until = f"{portal.watch.at:%Y}-12-31"
    step(
        portal,
        officer,
        path,
        "vendors",
        vendor_id,
        "suspend",
        reason="complaint",
        until=until,
        step_words=WORDS,
    )
    assert SHOWN in speaker.browser.get(f"/account/vendor/{vendor_id}").text
    assert [fields["step_words"] for _, fields in portal.mails(speaker.email) if "step_words" in fields] == [
        WORDS
    ]


def test_a_paper_saves_what_was_typed_of_the_company_and_comes_back_when_it_is_refused(
    portal: Portal, administrator: Somebody
):
    speaker = portal.join("new", domain="jadid.example")
    vendor_id = register(speaker, found_company(speaker, administrator, "Jadid"))
    path = f"/account/vendor/{vendor_id}"
    page = speaker.browser.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    typed = PROFILE | {"profile_en": "We make <lamps>.", "version": version.group(1)}
    paper = {"kind": "tax_card", "number": "77-<a>", "expires_on": "2028-06-30"}
    refused = speaker.browser.send(f"{path}/documents", typed | paper, files={"file": ("a.exe", b"MZ")})
    assert refused.status_code == 422
    for back in (
        "We make &lt;lamps&gt;.", 'value="77-&lt;a&gt;"', 'value="2028-06-30"', 'value="tax_card" selected',
    ):  # fmt: skip
        assert back in refused.text
    without = speaker.browser.send(f"{path}/documents", typed | paper, files={"other": ("", b"")})
    assert "We make &lt;lamps&gt;." in without.text
    assert "We make &lt;lamps&gt;." not in speaker.browser.get(path).text
    files = {"file": ("paper.pdf", PDF + b"%tax\n")}
    assert speaker.browser.send(f"{path}/documents", typed | paper, files=files).status_code == 303
    page = speaker.browser.get(path).text
    assert "We make &lt;lamps&gt;." in page
    assert "77-&lt;a&gt;" in page
    old = typed | paper | {"kind": "commercial_registration", "profile_en": "Written elsewhere"}
    files = {"file": ("paper.pdf", PDF + b"%register\n")}
    elsewhere = speaker.browser.send(f"{path}/documents", old | {"version": "99"}, files=files)
    assert elsewhere.status_code == 409
    assert "Written elsewhere" in elsewhere.text
    assert speaker.browser.get(path).text.count("77-&lt;a&gt;") == 1, "all of it or nothing"
