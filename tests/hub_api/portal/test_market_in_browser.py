"""A vendor comes to the marketplace in a real browser, in both languages; its pages shut nobody out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from casework.access.model import HUB, Grant, Role
from casework.following.news import mail_due
from citycore.language import LANGUAGES, Language
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hub_api.portal.market_scene import PDF
from tests.hub_api.portal.stand import Player, Stand

pytestmark = needs_chromium
WORDS = {
    "en": {
        "title": "Smart street lighting", "summary": "Lamps that dim when the road is empty.", "verified": "Verified",
        "published": "Published", "company": "City Solutions", "search": "lighting", "missing": "Still missing:",
        "news": "New in your searches",
    },
    "ar": {
        "title": "إنارة الشوارع الذكية", "summary": "مصابيح تخفت حين تخلو الطريق.", "verified": "موثَّق",
        "published": "منشور", "company": "حلول المدن", "search": "الإناره", "missing": "ما زال ينقص:",
        "news": "جديد في عمليات بحثك",
    },
}  # fmt: skip


def test_a_vendor_comes_to_the_marketplace(stand: Stand, tmp_path: Path) -> None:
    """Both languages at their ends: what the one does in Arabic, the other sees in English."""
    for language in LANGUAGES:
        play(stand, language, tmp_path)


def play(stand: Stand, language: Language, folder: Path) -> None:
    words = WORDS[language]
    vendor = stand.join("vendor", language)
    administrator = stand.join("admin", language, Grant(Role.ADMINISTRATOR, HUB))
    officer = stand.join(
        "officer",
        "en" if language == "ar" else "ar",
        Grant(Role.PROGRAMME_OFFICER, HUB),
        domain=f"{language}.barnamaj.example",
    )
    found_company(vendor, administrator, words["company"], language)

    vendor.see("/account/vendor")
    vendor.go("/account/vendor")
    vendor.fill(**{f"profile_{language}": "X"})
    vendor.press("/account/vendor")
    own = vendor.page.url.partition("/portal")[2]
    vendor.reads(words["missing"])
    vendor.see(own)
    for kind in ("commercial_registration", "tax_card"):
        add_paper(vendor, own, kind, folder)
    vendor.take("hand_in")

    vendor_id = own.rpartition("/")[2]
    officer.see("/desk/vendors")
    officer.go(f"/desk/vendors/{vendor_id}")
    for _ in range(2):
        officer.click(officer.page.locator('main form[action$="/accept"] button').first)
    officer.see(f"/desk/vendors/{vendor_id}")
    officer.go(f"/desk/vendors/{vendor_id}")
    officer.take("verify")
    vendor.go(own)
    vendor.reads(words["verified"])

    reader = stand.join("reader", language)
    reader.go(f"/offerings?q={words['search']}&sector=energy")
    reader.page.locator("main details summary").first.click()
    reader.fill(name="Lights")
    reader.press("/account/searches")
    reader.see("/account/searches")
    stand.watch.pass_by(minutes=5)

    vendor.see(f"{own}/offerings/new")
    vendor.go(f"{own}/offerings/new")
    write_offering(vendor, words, language)
    draft = vendor.page.url.partition("/portal")[2]
    vendor.see(draft)
    vendor.go(draft)
    vendor.take("hand_in")
    offering_id = draft.rpartition("/")[2]
    officer.see("/desk/offerings")
    officer.go(f"/desk/offerings/{offering_id}")
    officer.reads(words["title"])
    officer.see(f"/desk/offerings/{offering_id}")
    officer.go(f"/desk/offerings/{offering_id}")
    officer.take("publish")

    reader.go(f"/offerings?q={words['search']}&sector=energy&lang={language}")
    reader.reads(words["title"], words["company"])
    # What was written in the other language is found too, and the order is drawn anew every day.
    reader.follow(reader.page.locator(f'main .cards h3 a[href*="/offerings/{offering_id}"]'))
    reader.reads(words["title"], words["summary"])
    for path in (
        "/offerings",
        f"/offerings/{offering_id}",
        f"/offerings/{offering_id}/versions/1",
        f"/vendors/{vendor_id}",
    ):
        reader.see(path)
    told(stand, reader, words["title"])


def told(stand: Stand, reader: Player, title: str) -> None:
    """A day later the reader has a mail, and stops it by its link."""
    stand.watch.pass_by(hours=25)
    with stand.city.database.connect("portal") as connection:
        connection.autocommit = True
        assert mail_due(programme_for(connection, stand.watch)) >= 1
    text = stand.mailed(reader.email)[-1]
    assert title in text
    reader.page.context.clear_cookies()
    link = next(word for word in text.split() if "/searches/stop?" in word)
    # Pages are asked for in a language of the test's own beside.
    path = f"/searches/stop?token={link.rpartition('token=')[2]}"
    reader.see(path)
    reader.go(path)
    reader.follow(reader.page.locator('main form[action$="/searches/stop"] button').first)
    assert reader.page.locator('main form[action$="/searches/stop"]').count() == 0


def found_company(vendor: Player, administrator: Player, name: str, language: Language) -> None:
    vendor.go("/organisations/new")
    vendor.page.locator('main [name="kind"]').select_option("company")
    vendor.fill(**{f"name_{language}": name})
    vendor.press("/organisations/new")
    path = vendor.page.url.partition("/portal")[2]
    administrator.go(path)
    administrator.take("verify")


def add_paper(vendor: Player, own: str, kind: str, folder: Path) -> None:
    vendor.go(own)
    file = folder / f"{kind}.pdf"
    file.write_bytes(PDF + kind.encode())
    vendor.page.locator('main [name="kind"]').select_option(kind)
    vendor.fill(number="1712", expires_on=f"{datetime.now(UTC).year + 2}-06-30")
    vendor.page.locator('main [name="file"]').set_input_files(file)
    vendor.press("/documents")


def write_offering(vendor: Player, words: dict[str, str], language: Language) -> None:
    vendor.fill(**{f"title_{language}": words["title"], f"summary_{language}": words["summary"]})
    for box in ("sector-energy", "capability-smart_lighting", "standard-mqtt", f"language-{language}"):
        vendor.page.locator(f"#{box}").check()
    vendor.page.locator("#maturity").select_option("8")
    vendor.page.locator("main form details summary").first.click()
    vendor.fill(year0="2024", **{f"text_{language}0": words["summary"]})
    vendor.press("/offerings/new")
