"""The pages in a real browser, in both languages: nothing shuts anybody out, and nothing needs a script."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from casework.access.model import SYSTEM
from casework.people.standing import make_administrator
from citycore.clock import CITY_ZONE
from citycore.language import LANGUAGES, Language
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House
from tests.hub_api.portal.town import DATES, HACKATHON

pytestmark = needs_chromium
PUBLIC = (
    "",
    "/account/sign-up",
    "/account/sign-in",
    "/account/forgotten",
    "/account/sent",
    "/account/email",
    "/search",
    "/search?q=air",
    "/governorates",
    "/governorates/OM-MA",
    "/vocabulary",
    "/vocabulary?sector=air",
    "/vocabulary?q=batery_level",
)
OWN = (
    "",
    "/account",
    "/account/readings",
    "/account/tokens",
    "/account/second-factor",
    "/account/organisations",
    "/account/teams",
    "/teams/join",
    "/organisations/new",
    "/account/introductions",
    "/account/pilots",
    "/pilots",
)
REGISTRY = (
    "/desk/registry",
    "/desk/calendar",
    "/desk/registry/places",
    "/desk/registry/observed_properties/pm2_5",
    "/desk/registry/places/new",
    "/desk/registry/sensors/new",
)
WORDS = {
    "en": {"sign_up": "Make an account", "sign_out": "Sign out", "sign_in": "Sign in", "welcome": "Welcome"},
    "ar": {"sign_up": "أنشئ حسابًا", "sign_out": "تسجيل الخروج", "sign_in": "تسجيل الدخول", "welcome": "أهلًا"},
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_joins_leaves_and_comes_back_without_scripts(house: House, language: Language) -> None:
    words, address = WORDS[language], f"salma.{language}@baladiya.example"
    page = house.open(viewport=PHONE)
    page.goto(f"{house.url}/portal?lang={language}")
    page.get_by_role("link", name=words["sign_up"]).click()
    page.locator("#email").fill(address)
    page.locator("#name_ar").fill("سلمى الحارثية")
    page.locator("main button").click()
    page.goto(f"{house.url}/portal{house.mailed_path(address)}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    assert words["welcome"] in page.get_by_role("status").inner_text()
    page.get_by_role("button", name=words["sign_out"], exact=True).click()
    page.get_by_role("link", name=words["sign_in"]).click()
    page.locator("#email").fill(address)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    assert page.url == f"{house.url}/portal"
    assert page.locator("html").get_attribute("lang") == language
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_shut_nobody_out(house: House, language: Language) -> None:
    house.look(language, *PUBLIC)
    house.look(language, "/nothing", status=404)
    page, address = house.open(), f"moza.{language}@baladiya.example"
    page.goto(f"{house.url}/portal/account/sign-up?lang={language}")
    page.locator("#email").fill(address)
    page.locator("#name_en").fill("Moza")
    page.locator("main button").click()
    path = house.mailed_path(address)
    house.look(language, path)
    page.goto(f"{house.url}/portal{path}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    house.look(language, *OWN, token=token_of(page))
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_organiser_makes_a_hackathon(house: House, language: Language) -> None:
    page = house.open()
    with house.city.database.connect("portal") as connection:
        chief, link = programme_for(connection).call(
            SYSTEM, make_administrator, f"chief.{language}@baladiya.example", language
        )
    page.goto(f"{house.url}/portal/account/password?token={link.rpartition('=')[2]}&lang={language}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    token = token_of(page)
    house.look(
        language,
        "/desk",
        "/desk/people?q=chief",
        f"/desk/people/{chief.person_id}",
        "/desk/organisations",
        "/desk/mails",
        "/desk/readings?q=chief",
        "/desk/audit?verify=1",
        *REGISTRY,
        "/hackathons/new",
        token=token,
    )
    # What a file would change, and what is wrong with another.
    for text in ("- {code: x, name_en: X, name_ar: س}", "- {code: x}"):
        page.goto(f"{house.url}/portal/desk/registry")
        page.locator("#document").fill(f"sectors:\n{text}\n")
        page.locator('main button[value="try"]').click()
        house.look_at(page, language)
    page.goto(f"{house.url}/portal/hackathons/new")
    for name, text in HACKATHON.items() - {("mode", "online"), ("code", "heat")}:
        page.locator(f"#{name}").fill(text)
    page.locator("#code").fill(f"heat-{language}")
    page.locator("main .form button").click()
    hackathon = urlsplit(page.url).path.split("/")[3]
    tomorrow = datetime.now(CITY_ZONE).replace(hour=8, minute=0, second=0, microsecond=0)
    for number, name in enumerate(DATES, start=1):
        page.locator(f"#{name}").fill(f"{tomorrow + timedelta(days=number):%Y-%m-%dT%H:%M}")
    page.locator('form[action$="/deadlines"] button').click()
    house.look(language, "", token=token)
    page.goto(f"{house.url}/portal/hackathons/{hackathon}/desk")
    page.locator('form:has(input[value="announce"]) button').click()
    page.locator("main form.question button").click()
    assert page.get_by_role("status").is_visible()
    house.look(language, f"/hackathons/{hackathon}/desk", f"/hackathons/{hackathon}", "", token=token)
    page.context.close()


def token_of(page: Any) -> str:
    """Of the session, as it is after the last page."""
    return str(next(one["value"] for one in page.context.cookies() if one["name"] == "falaj_session"))
