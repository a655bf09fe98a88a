"""What is typed and not sent stands in its form again: on the page of an organiser's need, and by what our script sends."""

from __future__ import annotations

import re
from typing import Any

import pytest

from casework.drafts.settings import DraftSettings
from tests.hub_api.portal.conftest import Browser, Portal
from tests.hub_api.portal.controls import Page
from tests.hub_api.portal.test_need_pages import Market

DRAFT = re.compile(r'action="(/portal[^"]*)"[^>]*>\s*<input type="hidden" name="draft" value="([^"]+)">')
RESTORED = "Restored: what you typed at"
CHANGED = "has changed since then"


@pytest.fixture(scope="module")
def market(portal: Portal) -> Market:
    return Market(portal)


def mark_on(browser: Browser, path: str, action: str) -> str:
    """That of the form of a page which is sent to ``action``."""
    found = {address.removeprefix("/portal"): mark for address, mark in DRAFT.findall(browser.get(path).text)}
    return found[action]


def save(browser: Browser, mark: str, **fields: str) -> Any:
    """As our script does."""
    return browser.send_once("/drafts", {"draft": mark, **fields}, headers={"Accept": "application/json"})


def value_in(body: str, name: str) -> str:
    page = Page(body, "http://hub.test/portal")
    return page.value(page.select(f'main [name="{name}"]')[0])


def test_the_default_loses_no_more_than_ten_seconds() -> None:
    assert DraftSettings().save_seconds <= 10
    with pytest.raises(ValueError, match="save_seconds"):
        DraftSettings(save_seconds=11)


def test_what_was_typed_stands_there_again_until_it_is_discarded(market: Market) -> None:
    browser, new = market.officer.browser, "/needs/new"
    mark = mark_on(browser, new, new)
    told = save(browser, mark, title_en='Shade & "wind"', title_ar="ظل").json()
    assert re.fullmatch(r"Draft saved at \W?\d\d:\d\d\W?\.", told["said"])
    shown = browser.get(new).text
    assert (RESTORED in shown, CHANGED in shown) == (True, False)
    assert (value_in(shown, "title_en"), value_in(shown, "title_ar")) == ('Shade & "wind"', "ظل")
    assert RESTORED not in browser.get("/account").text
    assert 'href="/portal/needs/new"' in browser.get("/account/drafts").text

    # Another window, opened before, overwrites nothing; whoever presses its button is told, and says which of the two.
    elsewhere = save(browser, mark, title_en="Trees")
    assert elsewhere.status_code == 409
    assert {"said", "there"} == elsewhere.json().keys()
    pressed = browser.send_once("/drafts", {"draft": mark, "title_en": "Trees along the long street"})
    assert (pressed.status_code, "Trees along the long street" in pressed.text) == (409, True)
    assert value_in(browser.get(new).text, "title_en") == 'Shade & "wind"'
    there = {"draft": elsewhere.json()["there"], "title_en": "Trees"}
    assert browser.send_once("/drafts", there).headers["location"] == "/portal/needs/new"
    shown = browser.get(new).text
    assert value_in(shown, "title_en") == "Trees"

    # Whoever is signed out meanwhile signs in beside it, and goes on.
    sent = {"draft": mark_on(browser, new, new), "title_en": "Palms"}
    ours = {"Origin": "http://hub.test", "Sec-Fetch-Site": "same-origin"}
    session = browser.client.cookies.pop("falaj_session")
    for headers, is_there in ((ours, True), ({}, False), (ours | {"Origin": "http://other.test"}, False)):
        away = browser.send_once(new, sent, headers=headers)
        assert (away.status_code, 'value="Palms"' in away.text) == (403, is_there)
    browser.client.cookies.set("falaj_session", session, domain="hub.test", path="/")
    stale = sent | {"form_token": "of the session before"}
    assert browser.send_once("/drafts", stale).status_code == 403
    assert browser.send_once("/drafts", stale, headers=ours).status_code == 303
    assert value_in(browser.get(new).text, "title_en") == "Palms"

    # What is discarded is gone, and what was on its way then does not bring it back.
    now = mark_on(browser, new, new)
    assert browser.send_once("/drafts/discard", {"draft": now}).headers["location"] == "/portal/needs/new"
    late = save(browser, now, title_en="Trees!")
    assert (late.status_code, late.json()["again"]) == (409, True)
    assert RESTORED not in browser.get(new).text
