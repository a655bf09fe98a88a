"""Others who guess at an account, and its owner, who comes in all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from casework.people.known_browsers import read_mark, write_mark
from tests.hub_api.portal.conftest import PASSWORD, Browser, Portal

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
KEY, SALMA, TOKEN = b"k" * 32, "salma@baladiya.example", "t" * 43


def test_what_a_browser_keeps_counts_for_one_address_and_for_its_time() -> None:
    text = write_mark(KEY, SALMA, TOKEN, NOW)
    assert "salma" not in text
    assert read_mark(KEY, SALMA, text, NOW - timedelta(seconds=1)) == TOKEN
    assert read_mark(KEY, SALMA, text, NOW) is None
    early = NOW - timedelta(days=1)
    assert read_mark(KEY, "eve@baladiya.example", text, early) is None
    assert read_mark(bytes(32), SALMA, text, early) is None
    later = text.replace(str(int(NOW.timestamp())), str(int(NOW.timestamp()) + 9))
    for wrong in ("", ".", "a.b", "..", text[:-1], text + "x", later, f"{text}ا"):
        assert read_mark(KEY, SALMA, wrong, early) is None


def sign_in(browser: Browser, email: str, password: str = PASSWORD) -> Any:
    return browser.send("/account/sign-in", {"email": email, "password": password})


def guess_everywhere(portal: Portal, email: str) -> None:
    """A hundred times, from ten networks."""
    for _ in range(10):
        guesser = portal.browser()
        assert {sign_in(guesser, email, "a guess that is wrong").status_code for _ in range(10)} == {422}
    assert sign_in(portal.browser(), email).status_code == 429, (
        "nobody comes in from elsewhere, not even with it"
    )


def test_an_owner_comes_in_while_others_guess(portal: Portal) -> None:
    salma, phone = portal.join(), portal.browser()
    assert sign_in(phone, salma.email).status_code == 303
    assert phone.client.cookies.get("falaj_known")
    phone.send("/account/sign-out")
    guess_everywhere(portal, salma.email)
    assert sign_in(phone, salma.email).status_code == 303, "in the browser that was in before"
    assert salma.browser.get("/account").status_code == 200
    elsewhere = portal.browser()
    elsewhere.send("/account/forgotten", {"email": salma.email})
    fields = {"token": portal.token(salma.email, "set_password"), "password": "another set of words"}
    assert elsewhere.send("/account/password", fields).headers["location"] == "/portal/account"
    assert elsewhere.get("/account").status_code == 200, "by the mailed link in any other"
    assert sign_in(elsewhere, salma.email, "another set of words").status_code == 303, (
        "which is known from then on"
    )


def test_whoever_is_in_is_asked_again_while_others_guess(portal: Portal) -> None:
    salma = portal.join()
    guess_everywhere(portal, salma.email)
    fresh = {"current": PASSWORD, "password": "another set of words"}
    assert salma.browser.send("/account/password/change", fresh).status_code == 303


def test_a_known_browser_guesses_no_more_than_others_and_at_no_other_account(portal: Portal) -> None:
    salma, eve, phone = portal.join(), portal.join("eve"), portal.browser()
    assert sign_in(phone, salma.email).status_code == 303
    tries = [sign_in(phone, salma.email, "a guess that is wrong").status_code for _ in range(12)]
    assert tries == [422] * 10 + [429] * 2
    guess_everywhere(portal, eve.email)
    assert sign_in(phone, eve.email).status_code == 429
    portal.watch.pass_by(minutes=15)
    assert sign_in(phone, salma.email).status_code == 303


def test_a_browser_is_forgotten_after_its_time(portal: Portal) -> None:
    salma, phone = portal.join(), portal.browser()
    sign_in(phone, salma.email)
    kept = phone.client.cookies["falaj_known"]
    portal.watch.pass_by(days=91)
    phone.client.cookies.set("falaj_known", kept, domain="hub.test", path="/")
    guess_everywhere(portal, salma.email)
    assert sign_in(phone, salma.email).status_code == 429
