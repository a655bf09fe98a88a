"""What is typed and not sent stands in its form again: on the page of an organiser's need, and by what our script sends."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha384
from typing import Any

import pytest

from casework.drafts.settings import DraftSettings
from hub_api.programme.kit.places import whose
from hub_api.serving.pages.assets import ASSETS
from tests.hub_api.portal import need_scene as scene
from tests.hub_api.portal.conftest import Browser, Portal
from tests.hub_api.portal.controls import Page
from tests.hub_api.portal.policies import OURS, SECRET
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


def test_what_somebody_else_changed_meanwhile_is_told_and_not_overwritten(market: Market) -> None:
    officer, colleague = market.officer.browser, market.colleague.browser
    need_id = scene.draft(market.officer, market.agency)
    edit = f"/needs/{need_id}/desk/write/criteria"
    mark = mark_on(officer, edit, edit)
    written = {name: text for name, text in scene.NEED.items() if name.startswith(("name_", "weight", "na"))}
    written |= {"version": "1", "go": "done"}
    rows = {f"name_en{number}": "" for number in range(2, 9)} | {"name_en9": "Noise at night", "weight9": "1"}
    typed = written | rows | {"name_en0": "Fit, at night"}
    assert save(officer, mark, **typed).status_code == 200
    assert CHANGED not in officer.get(edit).text
    assert RESTORED not in colleague.get(edit).text, "a draft is its writer's alone"
    assert save(colleague, mark, **typed).status_code == 403, (
        "nor does what was typed at a shared browser change hands"
    )
    changed = {"name_en0": "Fit and worth", "version": str(scene.version_of(market.portal, need_id))}
    assert colleague.send(edit, written | changed).status_code == 303
    shown = officer.get(edit).text
    assert (CHANGED in shown, "<dd" in shown and "Fit and worth" in shown) == (True, True)
    assert value_in(shown, "name_en0") == "Fit, at night"
    assert value_in(shown, "name_en9") == "Noise at night", "with as many rows as were typed"

    # What is refused is kept as it was typed, and what is done is no draft any more.
    now = mark_on(officer, edit, edit)
    again = typed | {"draft": now, "version": str(scene.version_of(market.portal, need_id))}
    refused = officer.send(edit, again | {"name_ar0": ""})
    assert (refused.status_code, value_in(refused.text, "name_en9")) == (422, "Noise at night")
    kept = DRAFT.findall(refused.text)
    mark = next(text for address, text in kept if address.endswith(edit))
    assert int(mark.split()[3]) > int(now.split()[3])
    done = {name: text for name, text in again.items() if name not in {"name_en9", "weight9"}}
    assert officer.send(edit, done | {"draft": mark}).status_code == 303
    assert RESTORED not in officer.get(edit).text


def test_our_scripts_are_small_and_the_only_ones(portal: Portal, market: Market) -> None:
    scripts = {name: one for name, one in ASSETS.items() if name.endswith(".js")}
    assert sorted(scripts) == ["passkey.js", "writing.js"]
    assert max(len(one.content) for one in scripts.values()) <= 10_000
    sent = portal.run(portal.browser().client.get(OURS.path))
    assert (sent.content, sent.headers["content-type"]) == (OURS.content, "text/javascript; charset=utf-8")
    assert "immutable" in sent.headers["cache-control"]
    assert OURS.integrity == f"sha384-{b64encode(sha384(sent.content).digest()).decode()}"
    shown = market.officer.browser.get("/needs/new")
    assert (OURS.path in shown.text, 'data-seconds="4.0"' in shown.text) == (True, True)
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("; script-src 'self'; connect-src 'self'")
    assert "<script" not in portal.browser().get("/needs").text, "a visitor has nothing to be kept"


def test_pages_of_secrets_have_no_script_and_keep_nothing(market: Market) -> None:
    need_id, _ = market.published()
    vendor = market.vendor.browser
    assert vendor.send(f"/needs/{need_id}/response").status_code == 303
    for path in (f"/needs/{need_id}/response", "/voices/new/complaint"):
        shown = vendor.get(path)
        assert (shown.status_code, "<form" in shown.text.partition("<main")[2]) == (200, True), path
        assert SECRET.match(f"/portal{path}") is not None
        assert ("<script" in shown.text, 'name="draft"' in shown.text) == (False, False), path
    price = {
        "version": "1",
        "summary": "Pipes",
        "price": "much",
        "draft": f"/needs/{need_id}/response /x {'0' * 12} 0 {whose(market.vendor.person_id)}",
    }
    refused = vendor.send_once(f"/needs/{need_id}/response/hand-in", price, files={"files": ("", b"")})
    assert (refused.status_code, "Pipes" in refused.text) == (422, True)
    assert "Pipes" not in vendor.get("/account/drafts").text
