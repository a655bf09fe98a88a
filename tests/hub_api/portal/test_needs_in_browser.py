"""A whole need, from its draft through sealed responses and two keys to the award, played by people at browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Grant, Role, Scope, ScopeKind
from citycore.clock import CITY_ZONE
from citycore.language import LANGUAGES, Language
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from hackathon.market.needs.settings import NeedSettings
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hub_api.portal.stand import DESK, PHONE, Player, Stand, open_stand
from tests.hub_api.portal.test_portal_in_browser import OVERFLOW, RULES

pytestmark = needs_chromium
#: What people type, and what everybody reads in the end.
WORDS: dict[Language, dict[str, str]] = {
    "ar": {
        "need": "كشف تسرب المياه في الشبكة", "question": "كم عمق الأنابيب؟", "answer": "متر واحد.", "summary": "نصغي إلى الأنابيب ليلًا.",
        "debrief": "العرض الفائز هو الأوضح.", "ask_done": "وصل السؤال", "sealed": "قُدِّم العرض في مظروف مغلق", "awarded": "فاز بالترسية",
        "not_awarded": "لم تُرسَ عليه",
    },
    "en": {
        "need": "Finding leaks in the network", "question": "How deep are the pipes?", "answer": "One metre.",
        "summary": "We listen to pipes at night.", "debrief": "The first one was the clearest.",
        "ask_done": "with the agency", "sealed": "Sealed and handed in", "awarded": "awarded", "not_awarded": "not awarded",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def stand(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    from playwright.sync_api import sync_playwright

    with open_database(postgres) as database, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with open_stand(database, tmp_path_factory.mktemp("stand"), browser) as stand:
            yield stand
        browser.close()


@dataclass
class Play:
    """Everybody in it, and where it takes place."""

    stand: Stand
    language: Language
    officer: Player
    colleague: Player
    programme: Player
    vendor: Player
    rival: Player
    home: str = ""
    fingerprints: list[str] = field(default_factory=list)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def until(self, deadline: str) -> None:
        at = self.stand.one(
            "SELECT instant FROM innovation.deadlines WHERE object_id = %s AND name = %s",
            UUID(self.home.rpartition("/")[2]), deadline,
        )  # fmt: skip
        self.stand.until(at + timedelta(minutes=1))


def organisation(stand: Stand, kind: str, name: str) -> UUID:
    organisation_id = uuid4()
    with stand.city.database.connect() as owner:
        owner.execute(
            "INSERT INTO innovation.organisations (organisation_id, kind, name_ar, name_en, state, state_changed_at,"
            " registered_at) VALUES (%s, %s, %s, %s, 'verified', %s, %s)",
            [organisation_id, kind, f"شركة {name}" if kind == "company" else "هيئة المياه", name, stand.watch.at, stand.watch.at],
        )  # fmt: skip
    return organisation_id


def vendor_of(stand: Stand, name: str, language: Language) -> Player:
    """Somebody who speaks for a vendor that the programme has verified."""
    player, company = stand.join(name, language), organisation(stand, "company", name.title())
    with stand.city.database.connect() as owner:
        owner.execute(
            "INSERT INTO innovation.vendors (vendor_id, organisation_id, state, state_changed_at, created_at,"
            " governorate, is_sme, profile_ar, profile_en) VALUES (%s, %s, 'verified', %s, %s, 'OM-MA', true, '', '')",
            [uuid4(), company, stand.watch.at, stand.watch.at],
        )
        owner.execute(
            "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, is_admin, state,"
            " state_changed_at, created_at) VALUES (%s, %s, %s, true, 'member', %s, %s)",
            [uuid4(), company, player.person_id, stand.watch.at, stand.watch.at],
        )
    return player


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_need(stand: Stand, language: Language, tmp_path: Path) -> None:
    speaks = Grant(
        Role.OFFICER, Scope(ScopeKind.ORGANISATION, organisation(stand, "agency", "Water Authority"))
    )
    play = Play(
        stand, language, stand.join("officer", language, speaks), stand.join("colleague", language, speaks),
        stand.join("programme", language, Grant(Role.PROGRAMME_OFFICER, HUB)),
        vendor_of(stand, "hulul", language), vendor_of(stand, "tiqniya", language),
    )  # fmt: skip
    write(play)
    keys = make_keys(play, tmp_path)
    publish(play)
    ask_and_answer(play)
    for vendor, price in ((play.vendor, "19500.500"), (play.rival, "21000")):
        hand_in(play, vendor, price, tmp_path)
    play.until("questions_close")
    play.until("responses_close")
    open_all(play, keys)
    evaluate(play)
    announce(play)
    play.until("standstill_ends")
    play.officer.go(f"{play.home}/desk")
    play.officer.take("award")
    for player, outcome in ((play.vendor, "awarded"), (play.rival, "not_awarded")):
        player.go(f"{play.home}/response")
        player.reads(play.words[outcome])
        shows(player, f"{play.home}/response")
    everybody_sees(play)
    keep_search(play)


def write(play: Play) -> None:
    """From an empty form to a draft with dates."""
    officer, words = play.officer, play.words
    officer.go("/needs/new")
    shows(officer, "/needs/new")
    officer.fill(
        title_ar=words["need"], title_en=words["need"], problem_ar="تُفقد مياه كثيرة في الشبكة كل ليلة.",
        problem_en="Much water is lost in the network every night.", budget="25000", name_ar0="الملاءمة",
        name_en0="Fit", weight0="60", name_ar1="الدعم", name_en1="Support", weight1="40",
    )  # fmt: skip
    officer.page.locator("#sector").select_option("water")
    officer.page.locator("#client_kind").select_option("utility")
    officer.page.locator("#required-leak_detection").check()
    officer.page.locator("#wished-dashboards").check()
    officer.page.locator("#na1").check()
    officer.click(officer.page.locator("main form.form button").first)
    play.home = re.sub(r".*/portal(/needs/[^/]+).*", r"\1", officer.page.url)
    day = play.stand.watch.at.astimezone(CITY_ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
    officer.fill(
        questions_close=f"{day + timedelta(days=7):%Y-%m-%dT%H:%M}",
        responses_close=f"{day + timedelta(days=14):%Y-%m-%dT%H:%M}",
    )
    officer.press("/desk/deadlines")


def make_keys(play: Play, folder: Path) -> dict[str, str]:
    """Each opener saves the file, and what stands in it is what the page shows."""
    keys = {}
    for opener in (play.officer, play.programme):
        play.officer.go(f"{play.home}/desk")
        play.officer.fill(email=opener.email)
        play.officer.press("/desk/openers")
        opener.go(f"{play.home}/opening")
        opener.click(opener.page.locator('main form[action$="/opening/key"] button'))
        words = opener.page.locator("main pre code").inner_text().strip()
        with opener.page.expect_download() as saving:
            opener.page.locator("main a[download]").click()
        saved = Path(saving.value.path()).read_text("utf-8")
        fingerprint = opener.page.locator("main dl bdi.value").inner_text()
        assert saved.splitlines()[0] == words
        assert saved.rstrip().endswith(fingerprint)
        play.fingerprints.append(fingerprint)
        assert len(words.split("-")) == 15
        looks_right(opener)
        keys[opener.email] = words
    return keys


def publish(play: Play) -> None:
    play.officer.go(f"{play.home}/desk")
    shows(play.officer, f"{play.home}/desk")
    play.officer.take("submit")
    play.programme.go("/desk/needs")
    play.programme.reads(play.words["need"])
    shows(play.programme, "/desk/needs")
    play.programme.go(f"{play.home}/desk")
    play.programme.take("publish")


def ask_and_answer(play: Play) -> None:
    vendor, officer, words = play.vendor, play.officer, play.words
    vendor.go(play.home)
    vendor.fill(text=words["question"])
    vendor.press("/questions")
    officer.go(f"{play.home}/desk")
    officer.reads(words["question"])
    officer.fill(answer_ar=words["answer"], answer_en=words["answer"])
    officer.press("/answer")
    play.rival.go(play.home)
    play.rival.reads(words["question"], words["answer"], *play.fingerprints)
    shows(play.rival, play.home)


def hand_in(play: Play, vendor: Player, price: str, folder: Path) -> None:
    """What is saved from the receipt comes to the digest that stands in it."""
    plan = folder / "plan.txt"
    plan.write_text("Listen, then dig.", "utf-8")
    vendor.go(f"{play.home}/response")
    vendor.press("/response")
    shows(vendor, f"{play.home}/response")
    vendor.fill(summary=play.words["summary"], answer_c1="60 %", answer_c2="24/7", price=price)
    vendor.page.locator("#files").set_input_files(str(plan))
    vendor.click(vendor.page.locator('main form[action$="/hand-in"] button'))
    vendor.reads(play.words["sealed"], *play.fingerprints)
    looks_right(vendor)
    with vendor.page.expect_download() as saving:
        vendor.page.locator("main a[download]").click()
    digest = sha256(Path(saving.value.path()).read_bytes()).hexdigest()
    vendor.reads(digest)
    vendor.go("/account/responses")
    vendor.reads(play.words["need"])
    shows(vendor, "/account/responses")


def open_all(play: Play, keys: dict[str, str]) -> None:
    for opener in (play.officer, play.programme):
        opener.go(f"{play.home}/opening")
        shows(opener, f"{play.home}/opening")
        opener.fill(key=keys[opener.email].lower().replace("-", " "))
        opener.press("/opening")


def evaluate(play: Play) -> None:
    for evaluator in (play.officer, play.colleague):
        evaluator.go(f"{play.home}/evaluation")
        hrefs = [
            link.get_attribute("href") for link in evaluator.page.locator('main a[href*="/responses/"]').all()
        ]
        assert len(hrefs) == 2
        for href in hrefs:
            path = href.removeprefix("/portal")
            evaluator.go(path)
            if evaluator is play.officer:
                evaluator.take("accept")
            is_first = "19,500.500" in evaluator.page.locator("main").inner_text()
            evaluator.page.locator("#mark_c1").select_option("9" if is_first else "6.5")
            evaluator.page.locator("#mark_c2").select_option("na")
            evaluator.press("/marks")
            shows(evaluator, path)


def announce(play: Play) -> None:
    officer, words = play.officer, play.words
    officer.go(f"{play.home}/evaluation")
    officer.reads("9.00", "6.50")
    shows(officer, f"{play.home}/evaluation")
    officer.fill(debrief_ar=words["debrief"], debrief_en=words["debrief"])
    officer.press("/evaluation/intended")
    officer.go(f"{play.home}/desk")
    officer.take("announce")
    days = NeedSettings().standstill_days
    assert days > 0
    for vendor in (play.vendor, play.rival):
        assert "9.00" in play.stand.mailed(vendor.email)[-1]


def everybody_sees(play: Play) -> None:
    context = play.stand.chromium.new_context(java_script_enabled=False, viewport=DESK)
    page = context.new_page()
    visitor = Player(play.stand, "", play.language, page, play.stand.moves)
    page.goto(f"{play.stand.url}/portal/needs?lang={play.language}")
    visitor.reads(play.words["need"])
    shows(visitor, "/needs")
    visitor.go(play.home)
    visitor.reads(play.words["question"], play.words["answer"])
    context.close()


def keep_search(play: Play) -> None:
    """What a vendor looks for is kept with its list, and leads back to it."""
    vendor = play.vendor
    shows(vendor, "/needs?sector=water&state=awarded")
    vendor.page.locator("main details summary").first.click()
    looks_right(vendor)
    vendor.fill(name=play.words["need"])
    vendor.press("/account/searches")
    shows(vendor, "/account/searches")
    vendor.follow(vendor.page.locator('main .rows a[href*="/needs?"][href*="sector=water"]'))
    vendor.reads(play.words["need"])


def shows(player: Player, path: str) -> None:
    """The page on a desk and on a phone: nothing beside it, and no barriers."""
    player.go(path)
    looks_right(player)


def looks_right(player: Player) -> None:
    """As it stands before somebody, on a desk and on a phone; another browser, which runs scripts, looks for barriers."""
    from axe_playwright_python.sync_playwright import Axe

    shown = player.page
    assert shown.locator("html").get_attribute("dir") == ("rtl" if player.language == "ar" else "ltr")
    context = player.stand.chromium.new_context(bypass_csp=True, viewport=DESK)
    page = context.new_page()
    content, url = shown.content(), shown.url
    page.route(url, lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8"))
    page.goto(url)
    result = Axe().run(page, options=RULES).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == [], url
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate(OVERFLOW) <= 0, f"{url} is wider than the window"
    context.close()
