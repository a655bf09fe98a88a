"""The portal as the OpenID provider of dashboards, and what they and browsers send it."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from casework.people.settings import OidcSettings
from citycore.settings import SignInSettings
from hub_api.app import create_app
from hub_api.settings import ApiSettings
from tests.hackathon.people.oidc_provider import CLIENT_ID, CLIENT_SECRET, TinyProvider
from tests.hub_api.portal.conftest import Browser, Portal, Somebody, office_settings

REDIRECT, SECRET = "http://127.0.0.1:8501/oauth2callback", "s" * 40
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PROOF = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
ASKED = {
    "response_type": "code",
    "client_id": "falaj-dashboards",
    "redirect_uri": REDIRECT,
    "scope": "openid email profile",
    "state": "st-1",
    "nonce": "no-1",
    "prompt": "select_account",
    **PROOF,
}
PATH = "/account/dashboards"


@pytest.fixture(scope="module")
def server() -> Iterator[TinyProvider]:
    server = TinyProvider()
    yield server
    server.close()


@pytest.fixture(scope="module")
def signing(
    portal: Portal, server: TinyProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The same portal, whose people can sign in on dashboards, and in it by a service."""
    office = dataclasses.replace(
        office_settings(folder=tmp_path_factory.mktemp("signing")),
        sign_in=SignInSettings(redirect_uri=REDIRECT, client_secret=SecretStr(SECRET)),
        oidc=OidcSettings(issuer=server.issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET)),
    )
    app = create_app(ApiSettings(), portal.city.database.settings(), portal.watch, office=office)
    signing = dataclasses.replace(portal, app=app, browsers=[])
    yield signing
    for browser in signing.browsers:
        portal.run(browser.client.aclose())
    portal.run(app.state.office.close())


def address(**changed: str | None) -> str:
    told = {**ASKED, **changed}
    return f"{PATH}?{urlencode({name: text for name, text in told.items() if text is not None})}"


def told(answer: httpx.Response) -> dict[str, str]:
    """What the browser is sent to the dashboards with."""
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"]
    assert where.partition("?")[0] == REDIRECT
    return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


def agree(browser: Browser, **changed: str | None) -> dict[str, str]:
    return told(browser.send(address(**changed), {"answer": "yes"}))


def bring(signing: Portal, code: str, **changed: Any) -> httpx.Response:
    """As the dashboards themselves do, from elsewhere and without cookies."""
    auth = changed.pop("auth", ("falaj-dashboards", SECRET))
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **changed,
    }

    async def post() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(signing.app, client=("10.8.7.6", 4000)), base_url="http://hub.test"
        ) as client:
            sent = {name: text for name, text in fields.items() if text is not None}
            return await client.post(f"/portal{PATH}/token", data=sent, auth=auth)

    answer: httpx.Response = signing.run(post())
    assert answer.headers["cache-control"] == "no-store"
    return answer


def sign_in(signing: Portal, somebody: Somebody) -> dict[str, Any]:
    answer = bring(signing, agree(somebody.browser)["code"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def me(signing: Portal, token: str) -> httpx.Response:
    answer: httpx.Response = signing.run(_ask(signing, "GET", "/v1/innovation/me", token))
    return answer


async def _ask(signing: Portal, method: str, path: str, token: str) -> httpx.Response:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(signing.app, client=("10.8.7.6", 4000)), base_url="http://hub.test"
    ) as client:
        return await client.request(method, path, headers={"Authorization": f"Bearer {token}"})
