"""The pages in a real browser, in both languages: nothing shuts anybody out, and nothing needs a script."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from casework.access.model import SYSTEM
from casework.outbox.sending import send_due
from casework.outbox.transports import Folder
from casework.people.standing import make_administrator
from citycore.clock import CITY_ZONE
from citycore.language import LANGUAGES, Language
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hackathon.calling import programme_for
from tests.hub_api.conftest import City, seeded_city, serving_process
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.town import DATES, HACKATHON

pytestmark = needs_chromium
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => Number(one.tagName[1]))"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PUBLIC = (
    "",
    "/account/sign-up",
    "/account/sign-in",
    "/account/forgotten",
    "/account/sent",
    "/account/email",
    "/nothing",
)
OWN = (
    "",
    "/account",
    "/account/readings",
    "/account/tokens",
    "/account/organisations",
    "/account/teams",
    "/teams/join",
    "/organisations/new",
    "/account/introductions",
    "/account/pilots",
    "/pilots",
)
WORDS = {
    "en": {"sign_up": "Make an account", "sign_out": "Sign out", "sign_in": "Sign in", "welcome": "Welcome"},
    "ar": {"sign_up": "أنشئ حسابًا", "sign_out": "تسجيل الخروج", "sign_in": "تسجيل الدخول", "welcome": "أهلًا"},
}  # fmt: skip


@dataclass
class House:
    url: str
    city: City
    mail: Path

    def mailed_link(self, recipient: str) -> str:
        """The path of the link in the newest mail, out of the folder of mails, without the mail's language."""
        with self.city.database.connect("portal") as connection, Folder(self.mail) as folder:
            send_due(programme_for(connection), folder)
        texts = [
            str(message.get_body(("plain",)).get_content())
            for file in self.mail.glob("*.eml")
            for message in [email.message_from_bytes(file.read_bytes(), policy=email.policy.default)]
            if recipient in str(message["to"])
        ]
        found = re.search(r"http\S+", texts[-1])
        assert found is not None
        parts = urlsplit(found.group(0))
        return (
            f"{parts.path}?{'&'.join(one for one in parts.query.split('&') if not one.startswith('lang='))}"
        )


@pytest.fixture(scope="module")
def house(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("portal")
    with open_database(postgres) as database:
        city = seeded_city(database)
        with serving_process(database, folder / "api.log") as (url, _):
            yield House(url, city, folder / "mail")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_joins_leaves_and_comes_back_without_scripts(
    chromium: Any, house: House, language: str
) -> None:
    words, address = WORDS[language], f"salma.{language}@baladiya.example"
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{house.url}/portal?lang={language}")
    page.get_by_role("link", name=words["sign_up"]).click()
    page.locator("#email").fill(address)
    page.locator("#name_ar").fill("سلمى الحارثية")
    page.locator("main button").click()
    page.goto(house.url + house.mailed_link(address))
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    assert words["welcome"] in page.get_by_role("status").inner_text()
    page.get_by_role("button", name=words["sign_out"], exact=True).click()
    page.get_by_role("link", name=words["sign_in"]).click()
    page.locator("#email").fill(address)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    assert page.url == f"{house.url}/portal/account"
    assert page.locator("html").get_attribute("lang") == language
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_shut_nobody_out(chromium: Any, house: House, language: Language) -> None:
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    for path in PUBLIC:
        look(page, house, path, language)
    address = f"moza.{language}@baladiya.example"
    page.goto(f"{house.url}/portal/account/sign-up?lang={language}")
    page.locator("#email").fill(address)
    page.locator("#name_en").fill("Moza")
    page.locator("main button").click()
    link = house.mailed_link(address)
    look(page, house, link.removeprefix("/portal"), language)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    for path in OWN:
        look(page, house, path, language)
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_organiser_makes_a_hackathon(chromium: Any, house: House, language: Language) -> None:
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    with house.city.database.connect("portal") as connection:
        chief, link = programme_for(connection).call(
            SYSTEM, make_administrator, f"chief.{language}@baladiya.example", language
        )
    page.goto(f"{house.url}/portal/account/password?token={link.rpartition('=')[2]}&lang={language}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    for path in (
        "/desk",
        "/desk/people?q=chief",
        f"/desk/people/{chief.person_id}",
        "/desk/organisations",
        "/desk/mails",
        "/desk/readings?q=chief",
        "/desk/audit?verify=1",
    ):
        look(page, house, path, language)
    look(page, house, "/hackathons/new", language)
    for name, text in HACKATHON.items() - {("mode", "online"), ("code", "heat")}:
        page.locator(f"#{name}").fill(text)
    page.locator("#code").fill(f"heat-{language}")
    page.locator("main .form button").click()
    hackathon = urlsplit(page.url).path.split("/")[3]
    tomorrow = datetime.now(CITY_ZONE).replace(hour=8, minute=0, second=0, microsecond=0)
    for number, name in enumerate(DATES, start=1):
        page.locator(f"#{name}").fill(f"{tomorrow + timedelta(days=number):%Y-%m-%dT%H:%M}")
    page.locator('form[action$="/deadlines"] button').click()
    look(page, house, "", language)
    page.goto(f"{house.url}/portal/hackathons/{hackathon}/desk")
    page.locator('form:has(input[value="announce"]) button').click()
    assert page.get_by_role("status").is_visible()
    look(page, house, f"/hackathons/{hackathon}/desk", language)
    look(page, house, f"/hackathons/{hackathon}", language)
    look(page, house, "", language)
    context.close()


def look_in_both(page: Any, house: House, path: str, language: str) -> None:
    """In the other language, then in this one, so that it stays that of the page."""
    for each in sorted(LANGUAGES, key=lambda one: one == language):
        look(page, house, path, each)


def look(page: Any, house: House, path: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    joint = "&" if "?" in path else "?"
    page.goto(f"{house.url}/portal{path}{joint}lang={language}")
    assert page.locator("html").get_attribute("lang") == language
    result = Axe().run(page, options=RULES).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == [], path
    levels = page.evaluate(HEADINGS)
    steps = [(before, after) for before, after in pairwise([0, *levels]) if after > before + 1]
    assert steps == [], f"{path} leaves out a level of headings: {levels}"
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate(OVERFLOW) <= 0, f"{path} is wider than the window"
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(house.url).netloc}
    assert [one for one in complaints if "404" not in one] == [], path
