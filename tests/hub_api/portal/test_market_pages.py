"""The pages of the marketplace: what they say, what they refuse, and what they do not show."""

from __future__ import annotations

import pytest

from casework.access.model import HUB, Role
from tests.hackathon.stage import Stage
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.market_scene import (
    OFFERING,
    PROFILE,
    draft,
    found_company,
    published_offering,
    register,
    show_paper,
    step,
    verified_vendor,
)
from tests.hub_api.portal.town import told


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
    company = found_company(vendor, administrator, "Hulul <Solutions>", "حلول المدن")
    return verified_vendor(portal, vendor, officer, company)


@pytest.fixture(scope="module")
def offering_id(portal: Portal, vendor: Somebody, officer: Somebody, vendor_id: str) -> str:
    return published_offering(portal, vendor, officer, vendor_id)


def test_the_catalogue_is_everybodys_in_both_languages(portal: Portal, offering_id: str):
    english = portal.browser().get("/offerings").text
    assert "Smart street lighting" in english
    assert "Hulul &lt;Solutions&gt;" in english
    assert "drawn anew every day" in english
    arabic = portal.browser("ar").get("/offerings").text
    assert "إنارة الشوارع الذكية" in arabic
    assert 'dir="rtl"' in arabic
    assert f"/portal/offerings/{offering_id}" in arabic


@pytest.mark.parametrize(
    ("query", "is_there"),
    [("q=lamps", True), ("q=الإنارة", True), ("q=boats", False), ("sector=energy", True), ("sector=water", False),
     ("capability=smart_lighting&maturity=8", True), ("maturity=9", False), ("price=25k_100k", True),
     ("governorate=OM-ZU", False), ("sme=1", False)],
)  # fmt: skip
def test_the_catalogue_is_searched(portal: Portal, offering_id: str, query: str, is_there: bool):
    text = portal.browser().get(f"/offerings?{query}").text
    assert (f"/portal/offerings/{offering_id}" in text) is is_there
    assert ("Nothing found" in text) is not is_there


@pytest.mark.parametrize(
    "query", ["sector=boats", "maturity=10", "maturity=x", "price=free", "governorate=OM-XX"]
)
def test_a_code_that_no_page_offers_is_refused(portal: Portal, query: str):
    assert portal.browser().get(f"/offerings?{query}").status_code == 422


def test_pages_of_the_catalogue_follow_each_other(portal: Portal, offering_id: str):
    browser = portal.browser()
    shown = browser.get(f"/offerings?day=2026-01-01&after={offering_id}")
    assert shown.status_code == 200
    assert f"/portal/offerings/{offering_id}" not in shown.text
    assert browser.get("/offerings?day=never").status_code == 422


def test_an_offering_is_told_in_both_languages_with_its_versions(
    portal: Portal, vendor: Somebody, officer: Somebody, vendor_id: str
):
    offering_id = published_offering(portal, vendor, officer, vendor_id)
    page = portal.browser().get(f"/offerings/{offering_id}").text
    assert "Lamps that dim when the road is &lt;empty&gt;." in page
    assert "مصابيح تخفت حين تخلو الطريق." in page
    assert "2,000 lamps" in page
    changed = OFFERING | {"title_en": "Brighter lighting"}
    write(portal, vendor, offering_id, changed)
    assert "Brighter" not in portal.browser().get(f"/offerings/{offering_id}").text
    step(portal, vendor, f"/account/offerings/{offering_id}", "offerings", offering_id, "hand_in")
    assert "Brighter lighting" in officer.browser.get(f"/desk/offerings/{offering_id}").text
    step(portal, officer, f"/desk/offerings/{offering_id}", "offerings", offering_id, "publish")
    assert "Brighter lighting" in portal.browser().get(f"/offerings/{offering_id}").text
    first = portal.browser().get(f"/offerings/{offering_id}/versions/1").text
    assert "Smart street lighting" in first
    assert "This is an earlier version." in first
    assert portal.browser().get(f"/offerings/{offering_id}/versions/3").status_code == 404


def test_what_is_in_one_language_says_so_in_the_other(
    portal: Portal, vendor: Somebody, officer: Somebody, vendor_id: str
):
    one = OFFERING | {"title_ar": "", "summary_ar": "", "title_en": "Only English lamps"}
    offering_id = published_offering(portal, vendor, officer, vendor_id, one)
    page = portal.browser("ar").get(f"/offerings/{offering_id}").text
    assert "باللغة English فقط." in page
    assert 'lang="en"' in page
    assert "The same in" not in portal.browser().get(f"/offerings/{offering_id}").text


def test_what_was_refused_is_shown_again(portal: Portal, vendor: Somebody, vendor_id: str):
    wrong = OFFERING | {"year0": "24", "title_en": "Not lost"}
    answer = vendor.browser.send(f"/account/vendor/{vendor_id}/offerings/new", wrong)
    assert answer.status_code == 422
    assert "Year of a reference" in answer.text
    assert "Not lost" in answer.text
    offering_id = draft(vendor, vendor_id, {"title_en": "Half"})
    version = version_of(portal, offering_id)
    fields = {"event": "hand_in", "version": version}
    answer = vendor.browser.send(f"/account/offerings/{offering_id}/step", fields)
    assert answer.status_code == 409
    assert "Not complete yet" in answer.text
    answer = vendor.browser.send(f"/account/offerings/{offering_id}", wrong | {"version": version})
    assert answer.status_code == 422
    assert "Not lost" in answer.text
    answer = vendor.browser.send(f"/account/offerings/{offering_id}", OFFERING | {"version": "99"})
    assert answer.status_code == 409
    assert "Smart street lighting" in answer.text


def test_an_offering_is_returned_with_a_reason_and_its_vendor_hears_of_it(
    portal: Portal, vendor: Somebody, officer: Somebody, vendor_id: str
):
    offering_id = draft(vendor, vendor_id)
    step(portal, vendor, f"/account/offerings/{offering_id}", "offerings", offering_id, "hand_in")
    assert offering_id in officer.browser.get("/desk/offerings").text
    step(
        portal,
        officer,
        f"/desk/offerings/{offering_id}",
        "offerings",
        offering_id,
        "return",
        reason="unclear",
    )
    assert "It is not clear what is offered" in vendor.browser.get(f"/account/offerings/{offering_id}").text
    fields = [fields for name, fields in portal.mails(vendor.email) if name == "moved_with_reason"][-1]
    assert fields["offering_link"].endswith(f"/portal/account/offerings/{offering_id}")


def test_a_return_says_in_words_what_it_is_about(
    portal: Portal, vendor: Somebody, officer: Somebody, vendor_id: str
):
    offering_id = draft(vendor, vendor_id)
    step(portal, vendor, f"/account/offerings/{offering_id}", "offerings", offering_id, "hand_in")
    at_desk = f"/desk/offerings/{offering_id}"
    page = officer.browser.get(at_desk).text
    assert "What is it about?" in page
    assert 'name="step_words"' in page
    fields = {"event": "return", "reason": "unclear", "version": version_of(portal, offering_id)}
    silent = officer.browser.send_once(f"{at_desk}/step", fields)
    assert (silent.status_code, "Write what it is about" in silent.text) == (409, True)
    long = officer.browser.send_once(f"{at_desk}/step", fields | {"step_words": "ظ" * 2_001})
    assert (long.status_code, "2000 characters" in long.text) == (409, True)
    said = fields | {"step_words": "Which <lamps>?\nAnd how many?"}
    assert officer.browser.send_once(f"{at_desk}/step", said).status_code == 303

    for reader, path in ((vendor, f"/account/offerings/{offering_id}"), (officer, at_desk)):
        assert "Which &lt;lamps&gt;?\nAnd how many?" in reader.browser.get(path).text
    told = [one for _, one in portal.mails(vendor.email) if offering_id in str(one.get("offering_link"))]
    assert [one["step_words"] for one in told if "step_words" in one] == ["Which <lamps>?\nAnd how many?"]
    step(portal, vendor, f"/account/offerings/{offering_id}", "offerings", offering_id, "hand_in")
    assert "lamps&gt;" not in vendor.browser.get(f"/account/offerings/{offering_id}").text


def test_an_empty_row_of_references_is_gone(portal: Portal, vendor: Somebody, vendor_id: str):
    offering_id = draft(vendor, vendor_id)
    assert "2,000 lamps" in vendor.browser.get(f"/account/offerings/{offering_id}").text
    write(portal, vendor, offering_id, OFFERING | {"year0": "", "text_ar0": "", "text_en0": ""})
    assert "2,000 lamps" not in vendor.browser.get(f"/account/offerings/{offering_id}").text


def test_a_vendor_registers_shows_papers_and_is_told_what_is_missing(
    portal: Portal, administrator: Somebody, officer: Somebody
):
    speaker = portal.join("new", domain="jadid.example")
    assert "do not speak for a verified company" in speaker.browser.get("/account/vendor").text
    company = found_company(speaker, administrator, "Jadid")
    assert "Register as a vendor" in speaker.browser.get("/account/vendor").text
    wrong = {**PROFILE, "organisation": company, "website": "javascript:alert(1)"}
    answer = speaker.browser.send("/account/vendor", wrong)
    assert answer.status_code == 422
    assert "We make lamps." in answer.text
    vendor_id = register(speaker, company)
    page = speaker.browser.get(f"/account/vendor/{vendor_id}").text
    assert "Still missing:" in page
    show_paper(speaker, vendor_id, "tax_card")
    answer = speaker.browser.send(f"/account/vendor/{vendor_id}/step", {"event": "hand_in", "version": "2"})
    assert answer.status_code == 409
    assert "Documents that are valid today are missing: Commercial registration." in answer.text
    files = {"file": ("paper.pdf", b"<html>")}
    fields = {"kind": "insurance", "number": "1", "expires_on": "2028-01-01"}
    answer = speaker.browser.send(f"/account/vendor/{vendor_id}/documents", fields, files=files)
    assert answer.status_code == 422
    answer = speaker.browser.send(
        f"/account/vendor/{vendor_id}/documents", fields | {"expires_on": "2020-01-01"}, files=files
    )
    assert answer.status_code == 422
    assert "not valid any more" in answer.text
    assert vendor_id in officer.browser.get("/desk/vendors?state=papers").text
    assert portal.browser().get(f"/vendors/{vendor_id}").status_code == 404


def test_a_paper_is_sent_as_an_attachment(
    portal: Portal, vendor: Somebody, officer: Somebody, vendor_id: str
):
    row = portal.store.execute(
        "SELECT document_id FROM innovation.vendor_documents WHERE vendor_id = %s LIMIT 1", [vendor_id]
    ).fetchone()
    portal.store.commit()
    assert row is not None
    for somebody in (vendor, officer):
        answer = somebody.browser.get(f"/vendors/{vendor_id}/documents/{row[0]}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content.startswith(b"%PDF")


def test_a_suspended_vendor_disappears_until_the_end_of_a_day(
    portal: Portal, administrator: Somebody, officer: Somebody
):
    speaker = portal.join("out", domain="out.example")
    vendor_id = verified_vendor(portal, speaker, officer, found_company(speaker, administrator, "Outis"))
    offering_id = published_offering(portal, speaker, officer, vendor_id)
    day = f"{portal.watch.at:%Y}-12-31"
    step(
        portal,
        officer,
        f"/desk/vendors/{vendor_id}",
        "vendors",
        vendor_id,
        "suspend",
        reason="inquiry",
        until=day,
    )
    assert portal.browser().get(f"/offerings/{offering_id}").status_code == 404
    assert portal.browser().get(f"/vendors/{vendor_id}").status_code == 404
    own = speaker.browser.get(f"/account/vendor/{vendor_id}").text
    assert "31 December" in own
    assert "end of the day" in own
    assert "not verified at present" in speaker.browser.get(f"/account/offerings/{offering_id}").text


def write(portal: Portal, who: Somebody, offering_id: str, fields: dict[str, object]) -> None:
    version = version_of(portal, offering_id)
    answer = who.browser.send(f"/account/offerings/{offering_id}", {**fields, "version": version})
    assert answer.status_code == 303, answer.text


def version_of(portal: Portal, offering_id: str) -> str:
    row = portal.store.execute(
        "SELECT version FROM innovation.offerings WHERE offering_id = %s", [offering_id]
    ).fetchone()
    portal.store.commit()
    assert row is not None
    return str(row[0])


def test_what_won_a_hackathon_is_listed_once_by_its_team(
    portal: Portal, administrator: Somebody, officer: Somebody
):
    captain, other = (
        portal.join("captain", domain="fariq.example"),
        portal.join("other", domain="other.example"),
    )
    vendor_id = verified_vendor(portal, captain, officer, found_company(captain, administrator, "Fariq"))
    foreign = verified_vendor(portal, other, officer, found_company(other, administrator, "Ghareeb"))
    with portal.city.database.connect() as owner:
        stage = Stage(portal.store, owner)
        _, (winner, second) = told(stage, ["9", "7"], captain.person_id)
        new = f"/account/vendor/{vendor_id}/offerings/new"
        origin = str(winner.submission_id)
        assert "List this submission" not in captain.browser.get(f"/submissions/{origin}").text
        assert captain.browser.send(new, OFFERING | {"submission": origin}).status_code == 409
        owner.execute(
            "INSERT INTO innovation.continuations VALUES (gen_random_uuid(), %s, 'marketplace', 'Listed', %s)",
            [origin, portal.watch()],
        )
    assert f"/account/vendor?submission={origin}" in captain.browser.get(f"/submissions/{origin}").text
    assert "List this submission" not in other.browser.get(f"/submissions/{origin}").text
    assert f"{new}?submission={origin}" in captain.browser.get(f"/account/vendor?submission={origin}").text
    assert 'value="Idea 1"' in captain.browser.get(f"{new}?submission={origin}").text
    theirs = f"/account/vendor/{foreign}/offerings/new"
    assert other.browser.get(f"{theirs}?submission={origin}").status_code == 404
    assert other.browser.send(theirs, OFFERING | {"submission": origin}).status_code == 404
    assert captain.browser.get(f"{new}?submission={second.submission_id}").status_code == 404
    offering_id = published_offering(portal, captain, officer, vendor_id, OFFERING | {"submission": origin})
    page = portal.browser().get(f"/offerings/{offering_id}").text
    assert f"/portal/submissions/{origin}" in page
    again = captain.browser.send(new, OFFERING | {"submission": origin})
    assert again.status_code == 409
    assert "listed already" in again.text


def test_a_search_is_kept_and_its_mail_stopped_without_signing_in(portal: Portal, offering_id: str):
    reader = portal.join("reader", domain="reader.example")
    assert "Keep this search" not in reader.browser.get("/offerings").text
    found = reader.browser.get("/offerings?q=lamps&sector=energy").text
    assert "Keep this search" in found
    assert 'name="filter_sector" value="energy"' in found
    assert "Keep this search" not in portal.browser().get("/offerings?q=lamps").text
    kept = {"kind": "offerings", "q": "lamps", "filter_sector": "energy", "name": "My <lamps>"}
    assert reader.browser.send("/account/searches", kept).status_code == 303
    assert reader.browser.send("/account/searches", kept).status_code == 409
    assert reader.browser.send("/account/searches", {**kept, "filter_sector": "boats"}).status_code == 422
    own = reader.browser.get("/account/searches").text
    assert "My &lt;lamps&gt;" in own
    assert "/portal/offerings?q=lamps&amp;sector=energy" in own
    row = portal.store.execute(
        "SELECT stop_token FROM innovation.search_readers WHERE person_id = %s", [reader.person_id]
    ).fetchone()
    portal.store.commit()
    assert row is not None
    stranger = portal.browser()
    assert stranger.get(f"/searches/stop?token={row[0]}x").status_code == 404
    assert "No more mail" in stranger.get(f"/searches/stop?token={row[0]}").text
    assert "You get mail about what is new." in reader.browser.get("/account/searches").text, (
        "looking stops nothing"
    )
    assert stranger.send("/searches/stop", {"token": row[0]}).status_code == 200
    assert "You get no mail." in reader.browser.get("/account/searches").text
    assert reader.browser.send("/account/searches/mail", {"mail": "1"}).status_code == 303
    assert "You get mail about what is new." in reader.browser.get("/account/searches").text
    search = reader.browser.get("/account/searches").text.split("/account/searches/")[1].split("/remove")[0]
    assert reader.browser.send(f"/account/searches/{search}/remove").status_code == 303
    assert "You keep no searches yet" in reader.browser.get("/account/searches").text
