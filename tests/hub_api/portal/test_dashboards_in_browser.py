"""Signing in on the dashboards in a real browser: there and back, acting with a role, and out again.

The hub, Streamlit and its OpenID client are the real ones, each a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from psycopg import sql
from pydantic import SecretStr

from casework.access.model import HUB, SYSTEM, Grant, Role
from casework.people.model import Names, Visitor
from casework.people.roles.service import grant
from casework.people.settings import PasswordSettings
from citycore.clock import system_clock
from citycore.settings import SIGN_IN_PATH, SignInSettings
from dashboards.language import Words
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from dashboards.sign_in import secrets_text
from stack.child import Child
from stack.ports import free_port
from stack.processes import ROOT, answers_200, room_command
from stack.waiting import wait_until
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hackathon.people.entering import finish_sign_up, sign_up
from tests.hub_api.conftest import City, open_city, serving_process
from tests.hub_api.portal.alert_scene import raise_alert
from tests.hub_api.portal.conftest import PASSWORD

pytestmark = [pytest.mark.usefixtures("wire")]

SECRET, EMAIL = "s" * 40, "duty@falaj.example"
START_SECONDS_MAX, WAIT_MS = 60, 60_000
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Town:
    city: City
    hub: str
    dashboards: str
    alert: str

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.city.database.superuser() as connection:
            return connection.execute(sql.SQL(statement), values).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def town(postgres: Any, city_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A hub with a duty officer and an alert that goes on, and dashboards that know it."""
    folder, port, alert = tmp_path_factory.mktemp("signing"), free_port(), uuid4()
    own = f"http://127.0.0.1:{port}"
    with open_city(postgres, city_template) as city:
        raise_alert(city, alert)
        with city.database.superuser() as connection:
            connection.execute("UPDATE alerts SET raised_at = now() - interval '2 hours'")
        join(city)
        settings = SignInSettings(redirect_uri=f"{own}{SIGN_IN_PATH}", client_secret=SecretStr(SECRET))
        told = {
            "FALAJ_SIGN_IN_REDIRECT_URI": str(settings.redirect_uri),
            "FALAJ_SIGN_IN_CLIENT_SECRET": SECRET,
            "FALAJ_DATA": str(folder),
        }
        api_port = free_port()
        url = f"http://127.0.0.1:{api_port}"
        told |= {"FALAJ_PEOPLE_PORTAL_URL": f"{url}/portal"}
        with serving_process(city.database, folder / "api.log", port=api_port, **told):
            secrets = folder / "secrets.toml"
            secrets.write_text(secrets_text(settings, url), "utf-8")
            streamlit = Child(
                "dashboards",
                [*room_command("dashboards", {"dashboards": port}), "--secrets.files", str(secrets)],
                folder / "dashboards.log",
                {"FALAJ_API_URL": url, "PYTHONPATH": str(ROOT), "FALAJ_DASHBOARDS_ACCOUNT_SECONDS": "1",
                 "FALAJ_DASHBOARDS_REFRESH_SECONDS": "15"},
            )  # fmt: skip
            try:
                streamlit.start()
                ready = answers_200(f"{own}/_stcore/health", 5.0)
                assert wait_until(ready, START_SECONDS_MAX), streamlit.last_words()
                yield Town(city, url, own, str(alert))
            finally:
                streamlit.stop()
    assert "Traceback" not in (folder / "dashboards.log").read_text("utf-8")


def join(city: City) -> None:
    with city.database.connect("portal") as store:
        programme = programme_for(store, system_clock, PasswordSettings(memory_kib=64, passes=1))
        visitor = Visitor("10.1.2.3", "test")
        sign_up(programme, EMAIL, Names("ضابط المناوبة", "Duty Officer"), "en", visitor)
        rows = store.execute("SELECT fields FROM innovation.outbox").fetchall()
        link = next(str(fields["link"]) for (fields,) in rows if "confirm" in str(fields.get("link")))
        session = finish_sign_up(programme, link.rpartition("token=")[2], PASSWORD, visitor)
        programme.call(SYSTEM, grant, session.person_id, Grant(Role.DUTY_OFFICER, HUB))


def test_a_state_that_does_not_come_back_signs_nobody_in(town: Town) -> None:
    """Streamlit's own routes with the hub's answers, without a browser."""
    with httpx.Client(base_url=town.dashboards, trust_env=False) as browser:
        for query in ("code=x", "code=x&state=forged", "error=access_denied&state=forged"):
            answer = browser.get(f"{SIGN_IN_PATH}?{query}")
            assert answer.status_code == 302
            assert urlsplit(answer.headers["location"]).path == "/"
            assert "_streamlit_user" not in browser.cookies
        assert browser.get("/auth/login?provider=forged").headers["location"] == "/"


@needs_chromium
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_duty_officer_signs_in_acknowledges_and_signs_out(
    town: Town, language: Any, tmp_path: Path
) -> None:
    from playwright.sync_api import expect, sync_playwright

    words = Words(language)
    with town.city.database.superuser() as connection:
        connection.execute("UPDATE alerts SET acknowledged_at = NULL, acknowledged_by = NULL")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = chromium.new_page(
            viewport={"width": 1280, "height": 900}, locale="en-GB" if language == "en" else "ar-OM"
        )
        page.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        page.goto(f"{town.dashboards}/alerts?lang={language}")
        page.get_by_text(words("alerts.acknowledge_here")).wait_for()
        page.screenshot(path=tmp_path / f"out-{language}.png")
        page.get_by_role("button", name=words("account.sign_in")).click()

        page.wait_for_url(f"{town.hub}/portal/account/sign-in**")
        page.locator("[name=email]").fill(EMAIL)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(f"{town.hub}/portal/account/dashboards**")
        look(page, tmp_path, f"agree-{language}")
        page.locator("button[value=yes]").click()

        # Streamlit leads to its first page; from there it goes on to where it began.
        page.wait_for_url(f"{town.dashboards}/alerts?**")
        assert f"lang={language}" in page.url
        name = "ضابط المناوبة" if language == "ar" else "Duty Officer"
        page.get_by_role("button", name=name).wait_for()
        page.get_by_label(words("alerts.acknowledge_note")).fill("On our way / في الطريق")
        look(page, tmp_path, f"in-{language}")
        page.get_by_role("button", name=words("alerts.acknowledge"), exact=True).click()
        done = words("alerts.acknowledge_done", name="", sensor="").partition(":")[0]
        page.get_by_text(done).first.wait_for()
        look(page, tmp_path, f"done-{language}")
        (row,) = town.rows(
            "SELECT acknowledged_at IS NOT NULL, note FROM alerts JOIN alert_events USING (alert_id)"
            " WHERE event = 'acknowledged' AND alert_id = %s ORDER BY at DESC LIMIT 1", town.alert,
        )  # fmt: skip
        assert row == (True, "On our way / في الطريق")

        page.get_by_role("button", name=name).click()
        page.get_by_text(words("role.duty_officer")).first.wait_for()
        look(page, tmp_path, f"whose-{language}")
        page.get_by_role("button", name=words("account.sign_out")).click()
        page.get_by_role("button", name=words("account.sign_in")).wait_for()
        assert town.rows("SELECT count(*) FROM innovation.access_tokens WHERE revoked_at IS NULL") == [(0,)]
        chromium.close()


@needs_chromium
def test_a_token_that_is_revoked_while_a_page_is_open_is_said_there(town: Town, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    words = Words("en")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{town.dashboards}/sensors?lang=en")
        page.get_by_role("button", name=words("account.sign_in")).click()
        page.wait_for_url(f"{town.hub}/portal/account/sign-in**")
        page.locator("[name=email]").fill(EMAIL)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.locator("button[value=yes]").click()
        page.get_by_role("button", name="Duty Officer").wait_for()
        with town.city.database.superuser() as connection:
            connection.execute(
                "UPDATE innovation.access_tokens SET revoked_at = now() WHERE revoked_at IS NULL"
            )
        page.get_by_text(words("account.ended")).wait_for()
        page.get_by_role("button", name=words("account.sign_in")).wait_for()
        look(page, tmp_path, "ended")
        chromium.close()


def look(page: Any, folder: Path, name: str) -> None:
    """Wide and narrow: nothing is wider than the window."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{name}-{width}.png")
        assert page.evaluate(OVERFLOW) <= 0, f"{name} is wider than {width} px"
