"""A call for funding in real browsers, in both languages, from its draft to the day after its close, by the clock."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from casework.access.model import Grant, Role
from citycore.clock import CITY_ZONE
from citycore.language import Language
from tests.browser import PLAYED, needs_chromium
from tests.hub_api.portal.stand import Player, Stand

pytestmark = needs_chromium
DAY = timedelta(days=1)
SUMMARY = {
    "ar": "ندعم أبحاثًا تقلّل فاقد المياه في شبكات المدن باستخدام البيانات المفتوحة للمنصة.",
    "en": "Research that cuts losses in the water networks of cities, with the open data of this hub.",
}
WORDS = {
    "en": {
        "coming": "Applications are not taken yet", "apply": "Apply", "reason": "Public holiday", "open": "Open",
        "money": "90,000.000\u00a0OMR", "closed": "Closed", "place": "Dhofar", "kept": "kept from reviewers",
    },
    "ar": {
        "coming": "لم يُفتح باب التقديم بعد", "apply": "قدّم طلبًا", "reason": "إجازة رسمية", "open": "مفتوحة",
        "money": "90,000.000\u00a0ر.ع.", "closed": "مغلقة", "place": "ظفار", "kept": "تُحجب عن المراجعين",
    },
}  # fmt: skip


def local(stand: Stand, days: float) -> str:
    return f"{(stand.watch() + days * DAY).astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"


def draft(officer: Player) -> str:
    """A call of two rounds with all that belongs to it; its path."""
    language = officer.language
    officer.go(f"/calls/new?lang={language}")
    officer.fill(
        code=f"water-{language}", title_ar="دعوة أبحاث المياه", title_en="Water research call",
        summary_ar=SUMMARY["ar"], summary_en=SUMMARY["en"], budget="٩٠٬٠٠٠٫٠٠٠", award_min="1000",
        award_max="30 000", reviews_each="3",
    )  # fmt: skip
    officer.page.locator('main [name="rounds"]').select_option("2")
    officer.press("/calls/new")
    found = re.search(r"/calls/[0-9a-f-]{36}", officer.page.url)
    assert found is not None
    path = found.group(0)
    for number in (1, 2):
        officer.go(f"{path}/desk/form/{number}")
        officer.fill(name_ar1="خطة العمل", name_en1="Work plan", name_ar2="فريق العمل", name_en2="Team")
        for box in ("is_required1", "is_identifying2"):
            officer.page.locator(f"#{box}").check()
        officer.press(f"/form/{number}")
    officer.go(f"{path}/desk/criteria")
    officer.fill(name_ar1="الأثر", name_en1="Impact", weight1="60", name_ar2="الجدوى", name_en2="Feasibility")
    officer.fill(weight2="٤٠")
    officer.press("/criteria")
    officer.go(f"{path}/desk/eligibility")
    officer.page.locator("#kind-company").uncheck()
    officer.page.locator("#at-OM-ZU").check()
    officer.fill(name_ar1="نلتزم بأخلاقيات البحث", name_en1="We keep to the ethics of research")
    officer.press("/eligibility")
    officer.go(f"{path}/desk")
    for name, days in (
        ("opens", 1),
        ("closes", 10),
        ("second_closes", 30),
        ("reviews_due", 40),
        ("appeals_close", 50),
    ):
        officer.page.locator(f"#{name}").fill(local(officer.stand, days))
    officer.press("/deadlines")
    return path


@pytest.mark.parametrize("language", PLAYED)
def test_a_call_from_its_draft_to_its_close(stand: Stand, language: Language) -> None:
    words = WORDS[language]
    officer = stand.join("officer", language, Grant(Role.PROGRAMME_OFFICER))
    reader = stand.join("reader", language)
    path = draft(officer)
    officer.take("approve")
    officer.take("forecast")
    reader.go(f"{path}?lang={language}")
    reader.reads(words["coming"], words["money"], words["place"], words["kept"], SUMMARY[language])
    stand.until(stand.watch() + DAY)
    reader.go(f"/calls?lang={language}&stage=open")
    reader.page.locator("main details summary").first.click()
    reader.fill(name=words["open"])
    reader.press("/account/searches")
    reader.reads(words["open"])
    reader.follow(reader.page.locator('main .rows a[href*="/calls?stage=open"]'))
    reader.follow(reader.page.locator(f'main a[href$="{path}"]'))
    reader.reads(words["open"], words["apply"])
    assert reader.page.locator(f'main a[href$="{path}/applications/new"]').count() == 1
    officer.go(f"{path}/desk")
    officer.page.locator("#name").select_option("closes")
    officer.page.locator("#reason").select_option("holiday")
    officer.fill(instant=local(stand, 12))
    officer.press("/extension")
    reader.go(path)
    reader.reads(words["reason"])
    watch_out(officer, path)
    stand.until(stand.watch() + 12 * DAY)
    reader.go(path)
    reader.reads(words["closed"])
    assert reader.page.locator('main a.button[href$="/applications/new"]').count() == 0
    assert reader.page.locator('main a[href$="/applications/new"]').count() == 1, "for who has a code"


def watch_out(officer: Player, path: str) -> None:
    """The pages of calls shut nobody out: of the call that runs, and of a new one."""
    paths = [
        "/calls",
        "/calls?q=water&stage=open",
        path,
        f"{path}/desk",
        f"{path}/desk/criteria",
        f"{path}/desk/form/1",
        "/calls/new",
    ]
    fresh = new_draft(officer)
    paths += [f"{fresh}/desk", f"{fresh}/desk/form/2", f"{fresh}/desk/criteria", f"{fresh}/desk/eligibility"]
    officer.look(*paths)


def new_draft(officer: Player) -> str:
    officer.go("/calls/new")
    officer.fill(
        code=f"fresh-{officer.language}", title_ar="دعوة جديدة", title_en="Fresh call", budget="90000",
        award_max="30000", reviews_each="2",
    )  # fmt: skip
    officer.page.locator('main [name="rounds"]').select_option("2")
    officer.press("/calls/new")
    found = re.search(r"/calls/[0-9a-f-]{36}", officer.page.url)
    assert found is not None
    return found.group(0)
