"""Sessions that are renewed when somebody shows again who they are."""

from __future__ import annotations

from tests.hub_api.portal.conftest import PASSWORD, Portal


def test_whoever_shows_again_who_they_are_gets_a_new_session(portal: Portal) -> None:
    salma = portal.join()
    asked = {"email": portal.address("new"), "proof": PASSWORD}
    changed = {"current": PASSWORD, "password": PASSWORD + "!"}
    for path, fields in (("/account/email/change", asked), ("/account/password/change", changed)):
        old = salma.browser.client.cookies["falaj_session"]
        assert salma.browser.send(path, {**fields, "proof": "wrong", "current": "wrong"}).status_code == 422
        assert salma.browser.client.cookies["falaj_session"] == old
        assert salma.browser.send(path, fields).status_code == 303
        assert salma.browser.client.cookies["falaj_session"] != old
        stranger = portal.browser()
        stranger.client.cookies.set("falaj_session", old)
        assert stranger.get("/account").status_code == 303
        assert salma.browser.get("/account").text.count('/end"') == 0, "no session beside this one"
