"""The second factor in Chromium: a passkey with an authenticator that the browser plays, and every page looked at.

The authenticator is that of the DevTools protocol (WebAuthn domain): real keys, real signatures.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from casework.access.model import SYSTEM, Grant, Role
from casework.people.model import Names, Visitor
from casework.people.roles.service import grant
from casework.second_factor import totp
from casework.second_factor.settings import SecondFactorSettings
from citycore.clock import system_clock
from citycore.language import LANGUAGES
from hub_api.programme.kit.office import Office
from tests.browser import needs_chromium
from tests.conftest import Database, open_database
from tests.hackathon.people.entering import finish_sign_up, sign_up
from tests.hub_api.conftest import seeded_city
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.looks import DESK
from tests.hub_api.portal.stand import served

pytestmark = needs_chromium
HOME, FACTOR = "/portal/account/second-factor", "/portal/account/sign-in/factor"
DEVICE = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Hub(NamedTuple):
    url: str
    office: Office
    database: Database

    def join(self, email: str, *roles: Role) -> None:
        """Somebody with an account."""
        programme, visitor = self.office.programme, Visitor("10.1.2.3", "test")
        sign_up(programme, email, Names("سلمى", "Salma"), "en", visitor)
        with self.database.connect("portal") as connection:
            row = connection.execute(
                "SELECT fields->>'link' FROM innovation.outbox WHERE recipient = %s", [email]
            ).fetchone()
        assert row is not None
        begun = finish_sign_up(programme, row[0].rpartition("token=")[2], PASSWORD, visitor)
        for role in roles:
            programme.call(SYSTEM, grant, begun.person_id, Grant(role))


@pytest.fixture(scope="module")
def hub(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("factor")
    with open_database(postgres) as database:
        seeded_city(database)
        with served(database, folder, system_clock, asks=SecondFactorSettings()) as (url, office):
            yield Hub(url, office, database)


class Device:
    """A browser with an authenticator of its own."""

    def __init__(self, chromium: Any, hub: Hub, **options: Any) -> None:
        self.context = chromium.new_context(viewport=DESK, **options)
        self.page = self.context.new_page()
        self.hub = hub
        if options.get("java_script_enabled", True):
            self.tools = self.context.new_cdp_session(self.page)
            self.tools.send("WebAuthn.enable")
            self.key = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})[
                "authenticatorId"
            ]

    def sign_in(self, email: str, onward: str = "") -> None:
        self.page.goto(f"{self.hub.url}/portal/account/sign-in?lang=en&next={onward}")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.locator("main form button").first.press("Enter")
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).press("Enter")

    def keys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tools.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.key}
        )["credentials"]
        return found


def test_a_passkey_is_made_and_lets_in_and_a_copy_does_not(chromium: Any, hub: Hub) -> None:
    email = "passkey@baladiya.example"
    hub.join(email, Role.ADMINISTRATOR)
    device = Device(chromium, hub)
    page = device.page
    device.sign_in(email, "/portal/desk/people")
    assert page.url.startswith(f"{hub.url}{HOME}")
    assert page.locator("script").count() == 0, "only where a passkey is made or shown"
    page.get_by_label("Name of the passkey").fill("office laptop")
    page.locator("#passkey-current").fill(PASSWORD)
    device.press("Go on to the passkey")
    device.press("Make the passkey")
    codes = page.locator("ol.codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").press("Enter")
    page.wait_for_url("**/portal/desk/people")
    assert len(device.keys()) == 1

    kept = device.keys()[0]
    device.context.clear_cookies()
    device.sign_in(email, "/portal/desk/people")
    assert page.url.startswith(f"{hub.url}{FACTOR}")
    answer = page.reload()
    assert answer is not None
    assert "; script-src 'self';" in answer.headers["content-security-policy"]
    assert page.locator("script").count() == 1
    device.press("Use the passkey")
    page.wait_for_url("**/portal/desk/people")
    assert device.keys()[0]["signCount"] > kept["signCount"]

    # The same key with the counter of before: one of two copies is somebody else's.
    device.tools.send("WebAuthn.clearCredentials", {"authenticatorId": device.key})
    device.tools.send("WebAuthn.addCredential", {"authenticatorId": device.key, "credential": kept})
    device.context.clear_cookies()
    device.sign_in(email)
    device.press("Use the passkey")
    assert "The passkey could not be checked" in page.locator("main").inner_text()

    # Whoever is not verified by the device is not let in.
    device.tools.send("WebAuthn.setUserVerified", {"authenticatorId": device.key, "isUserVerified": False})
    page.get_by_role("button", name="Use the passkey").click()
    page.get_by_text("The browser gave no passkey").wait_for()
    device.context.close()


def test_an_answer_counts_once_and_for_its_own_challenge(chromium: Any, hub: Hub) -> None:
    email = "replayed@baladiya.example"
    hub.join(email)
    device = Device(chromium, hub)
    page = device.page
    device.sign_in(email)
    page.goto(f"{hub.url}{HOME}")
    page.get_by_label("Name of the passkey").fill("telephone")
    page.locator("#passkey-current").fill(PASSWORD)
    device.press("Go on to the passkey")
    device.press("Make the passkey")
    device.context.clear_cookies()
    device.sign_in(email)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else None)
    page.route("**/sign-in/factor", lambda route: route.abort())
    page.get_by_role("button", name="Use the passkey").click()
    page.wait_for_timeout(500)
    page.unroute("**/sign-in/factor")
    assert len(sent) == 1
    # Another page of the same browser has another challenge; the first answer does not fit it.
    page.goto(f"{hub.url}{FACTOR}")
    answer = next(one for one in sent[0].split("&") if one.startswith("passkey="))
    token = page.locator('form[data-passkey] input[name="form_token"]').get_attribute("value")
    again = page.request.post(
        f"{hub.url}{FACTOR}",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url},
        data=f"form_token={token}&kind=passkey&{answer}",
        max_redirects=0,
    )
    assert again.status == 422
    # And nothing fits a challenge that was used.
    options = json.loads(page.locator("form[data-passkey]").get_attribute("data-options") or "")
    assert len(base64.urlsafe_b64decode(options["publicKey"]["challenge"] + "=")) == 32
    device.press("Use the passkey")
    assert "The passkey could not be checked" in page.locator("main").inner_text()
    device.press("Use the passkey")
    assert page.url == f"{hub.url}/portal"
    device.context.close()


def test_every_page_is_for_everybody(chromium: Any, hub: Hub, looker: Any) -> None:
    """By axe, in both languages, wide and narrow; with codes it goes without a script, by keyboard alone."""
    email = "looked@baladiya.example"
    hub.join(email, Role.FINANCE)
    device = Device(chromium, hub, java_script_enabled=False)
    page = device.page
    device.sign_in(email)

    def look() -> None:
        for language in LANGUAGES:
            address = f"{page.url.split('?')[0]}?lang={language}"
            page.goto(address)
            looker.look_at(page.content(), page.url, language)

    look()
    page.goto(f"{hub.url}{HOME}?lang=en")
    page.locator("#current").fill(PASSWORD)
    device.press("Set up the app")
    look()
    page.goto(f"{hub.url}{HOME}/app?lang=en")
    words = page.locator(".call code").inner_text().replace(" ", "")
    secret = base64.b32decode(words)
    page.locator("#code").fill(totp.code_at(secret, totp.step_of(system_clock())))
    device.press("Switch it on")
    looker.look_at(page.content(), page.url, "en")
    code = page.locator("ol.codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").press("Enter")
    look()
    device.context.clear_cookies()
    device.sign_in(email, HOME)
    look()
    page.goto(f"{hub.url}{FACTOR}?lang=en")
    page.locator("summary").filter(has_text="recovery code").press("Enter")
    page.locator("#recovery").fill(code)
    page.locator("details").filter(has=page.locator("#recovery")).get_by_role("button").press("Enter")
    page.wait_for_load_state()
    assert page.url == f"{hub.url}/portal"
    device.context.close()
