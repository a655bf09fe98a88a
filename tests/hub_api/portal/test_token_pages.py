"""Tokens on the page of their person: made, shown once, and revoked."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from urllib.parse import quote

from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody

TOKEN = re.compile(r"falaj-token-[0-9a-f]{64}")
FIELDS = {"proof": PASSWORD, "name": "laptop", "days": "30", "scope": ["teams:read", "submissions:write"]}


def make(somebody: Somebody) -> str:
    answer = somebody.browser.send("/account/tokens", FIELDS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/account/tokens")
    found = TOKEN.search(somebody.browser.get("/account/tokens").text)
    assert found is not None
    return found.group(0)


def test_a_token_is_made_and_shown_once(portal: Portal) -> None:
    salma = portal.join()
    assert "You have no token yet" in salma.browser.get("/account/tokens").text
    token = make(salma)
    again = salma.browser.get("/account/tokens").text
    assert token not in again
    assert "laptop" in again
    assert "submissions:write" in again
    assert "never used" in again


def test_what_waits_to_be_shown_can_be_read_by_the_hub_alone(portal: Portal) -> None:
    salma, eve = portal.join(), portal.join("eve")
    answer = salma.browser.send("/account/tokens", FIELDS)
    kept = answer.cookies["falaj_new_token"]
    assert "token" not in kept
    assert "falaj" not in urlsafe_b64decode(kept + "=" * (-len(kept) % 4)).decode("latin-1")
    for wrong in (kept[:-2] + "AA", kept[1:], "x", "é", ""):
        eve.browser.client.cookies.set("falaj_new_token", quote(wrong), domain="hub.test", path="/")
        assert TOKEN.search(eve.browser.get("/account/tokens").text) is None
    eve.browser.client.cookies.set("falaj_new_token", kept, domain="hub.test", path="/")
    assert TOKEN.search(eve.browser.get("/account/tokens").text) is None, "nor by another person"
    assert TOKEN.search(salma.browser.get("/account/tokens").text) is not None


def test_what_was_chosen_stays_in_the_form_that_is_refused(portal: Portal) -> None:
    salma = portal.join()
    refused = salma.browser.send("/account/tokens", FIELDS | {"days": "9999"})
    assert refused.status_code == 422
    assert 'value="9999"' in refused.text
    assert 'value="laptop"' in refused.text
    assert len(re.findall(r"checkbox[^>]* checked", refused.text)) == 2
    nothing = salma.browser.send("/account/tokens", FIELDS | {"scope": ["everything"]})
    assert (nothing.status_code, "Choose at least one" in nothing.text) == (422, True)


def test_a_token_is_revoked_by_its_person_only(portal: Portal) -> None:
    salma, eve = portal.join(), portal.join("eve")
    make(salma)
    row = portal.store.execute(
        "SELECT token_id FROM innovation.access_tokens WHERE person_id = %s", [salma.person_id]
    ).fetchone()
    assert row is not None
    stolen = eve.browser.send(f"/account/tokens/{row[0]}/revoke")
    assert (stolen.status_code, "There is no such token of yours" in stolen.text) == (409, True)
    assert "Revoked" not in salma.browser.get("/account/tokens").text
    assert salma.browser.send(f"/account/tokens/{row[0]}/revoke").status_code == 303
    assert "Revoked" in salma.browser.get("/account/tokens").text
