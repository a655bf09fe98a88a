"""Signing in with a service: there with a link, back with what it says, in one browser."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from pydantic import SecretStr

from casework.people.settings import OidcSettings
from hub_api.app import create_app
from hub_api.settings import ApiSettings
from tests.hackathon.people.oidc_provider import CLIENT_ID, CLIENT_SECRET, TinyProvider
from tests.hub_api.portal.conftest import Browser, Portal, office_settings


@pytest.fixture
def server() -> Iterator[TinyProvider]:
    server = TinyProvider()
    yield server
    server.close()


@pytest.fixture
def joined(portal: Portal, server: TinyProvider) -> Iterator[Portal]:
    """The same portal, with a sign-in service."""
    oidc = OidcSettings(
        issuer=server.issuer,
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        name_en="City sign-on",
    )
    office = dataclasses.replace(office_settings(), oidc=oidc)
    app = create_app(ApiSettings(), portal.city.database.settings(), portal.watch, office=office)
    at = int(portal.watch.at.timestamp())
    server.claims = {"iat": at, "exp": at + 300, "sub": portal.address(), "email": portal.address("moza")}
    joined = dataclasses.replace(portal, app=app, browsers=[])
    yield joined
    for browser in joined.browsers:
        portal.run(browser.client.aclose())
    portal.run(app.state.office.close())


def depart(browser: Browser, server: TinyProvider) -> str:
    """To the service, where the person agrees; where it sends the browser then, without the mount."""
    assert "City sign-on" in browser.get("/account/sign-in").text
    there = browser.get("/account/identity/go")
    assert there.status_code == 303
    assert urlsplit(there.headers["location"]).netloc == urlsplit(server.issuer).netloc
    told = server.agree(there.headers["location"])
    return f"/account/identity/back?{urlencode({name: told[name] for name in ('code', 'state')})}"


def test_somebody_new_comes_in(joined: Portal, server: TinyProvider) -> None:
    browser = joined.browser()
    back = browser.get(depart(browser, server))
    assert back.headers["location"] == "/portal"
    assert str(server.claims["email"]) in browser.get("/account").text
    assert browser.client.cookies.get("falaj_identity") is None, "it counts once"


def test_what_another_browser_was_told_lets_nobody_in(joined: Portal, server: TinyProvider) -> None:
    salma, eve = joined.browser(), joined.browser()
    address = depart(salma, server)
    answer = eve.get(address)
    assert (answer.status_code, "identity_refused" in answer.text) == (403, True)
    assert eve.get("/account").status_code == 303


def test_the_owner_of_an_address_is_asked_once(joined: Portal, server: TinyProvider) -> None:
    salma = joined.join()
    server.claims["email"] = salma.email
    browser = joined.browser()
    assert browser.get(depart(browser, server)).headers["location"] == "/portal/account/sign-in"
    assert browser.get("/account").status_code == 303
    token = joined.token(salma.email, "link_identity")
    assert browser.get(f"/account/identity?token={token}").status_code == 200
    assert browser.send("/account/identity", {"token": token}).status_code == 303
    assert salma.email in browser.get("/account").text


def test_whoever_is_asked_again_is_asked_by_the_service(joined: Portal, server: TinyProvider) -> None:
    browser = joined.browser()
    browser.get(depart(browser, server))
    joined.watch.pass_by(minutes=16)
    asked = browser.send_once("/account/export")
    assert "has no password here" in asked.text
    again = "/account/identity/go?again=1"
    assert f'href="/portal{again}' in asked.text
    there = browser.get(again).headers["location"]
    assert parse_qs(urlsplit(there).query)["prompt"] == ["login"]
    assert "prompt" not in parse_qs(urlsplit(browser.get("/account/identity/go").headers["location"]).query)
    there = browser.get(again).headers["location"]
    at = int(joined.watch.at.timestamp())
    server.claims |= {"iat": at, "exp": at + 300}
    told = server.agree(there)
    back = {name: told[name] for name in ("code", "state")}
    assert browser.get(f"/account/identity/back?{urlencode(back)}").status_code == 303
    assert browser.send_once("/account/export").headers["content-type"] == "application/zip"
