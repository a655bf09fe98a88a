"""The hub as the OpenID provider of its dashboards: what is asked, who is sent where, and who never is."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import SecretStr, ValidationError

from casework.access.model import HUB, Role
from citycore.settings import SignInSettings
from tests.hackathon.people.oidc_provider import TinyProvider
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.signing_scene import (
    PATH,
    REDIRECT,
    SECRET,
    address,
    agree,
    bring,
    me,
    server,
    sign_in,
    signing,
    told,
)

__all__ = ["server", "signing"]


def test_whoever_signs_in_there_acts_with_their_roles_and_sees_it_here(signing: Portal) -> None:
    salma = signing.appoint(Role.DUTY_OFFICER)
    signing.appoint_too(salma, Role.EDITOR, HUB)
    asked = salma.browser.get(address())
    assert asked.status_code == 200
    assert "Acknowledge alerts" in asked.text
    assert "form-action 'self' http://127.0.0.1:8501;" in asked.headers["content-security-policy"]
    back = agree(salma.browser)
    assert (back["state"], back["iss"]) == ("st-1", "http://hub.test/portal")
    given = bring(signing, back["code"]).json()
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 7 * 86_400
    person = me(signing, given["access_token"]).json()["data"]
    assert person["person"] == str(salma.person_id)
    assert person["roles"] == ["duty_officer"], "what the dashboards have no scope for sleeps"
    page = salma.browser.get("/account/tokens").text
    assert "Dashboards" in page
    assert "alerts:write" in page


def test_who_it_is_is_signed_for_the_dashboards_and_verified_with_the_published_key(signing: Portal) -> None:
    salma = signing.join()
    given = sign_in(signing, salma)
    described = signing.browser().get("/.well-known/openid-configuration").json()
    assert described["issuer"] == "http://hub.test/portal"
    keys = signing.browser().get(described["jwks_uri"].removeprefix("http://hub.test/portal")).json()
    assert "d" not in keys["keys"][0], "the private part stays here"
    claims = jwt.decode(given["id_token"], KeySet.import_key_set(keys), algorithms=["ES256"]).claims
    at = int(signing.watch.at.timestamp())
    assert claims["exp"] - claims["iat"] == 300
    assert (claims["iss"], claims["aud"], claims["sub"], claims["nonce"], claims["iat"]) == (
        described["issuer"], "falaj-dashboards", str(salma.person_id), "no-1", at,
    )  # fmt: skip
    assert claims["name"] == salma.names.shown("en")
    assert "email" not in claims


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://127.0.0.1:8501/oauth2callback/"},
        {"redirect_uri": "http://127.0.0.1:8501/oauth2callback?x=1"},
        {"redirect_uri": "http://localhost:8501/oauth2callback"},
        {"redirect_uri": "https://evil.example/oauth2callback"},
        {"redirect_uri": "http://127.0.0.1:8501@evil.example/oauth2callback"},
        {"redirect_uri": None},
        {"client_id": "another"},
        {"client_id": None},
    ],
)
def test_nobody_is_sent_anywhere_but_to_the_dashboards(signing: Portal, changed: dict[str, Any]) -> None:
    salma = signing.join()
    for answer in (
        salma.browser.get(address(**changed)),
        salma.browser.send(address(**changed), {"answer": "yes"}),
    ):
        assert answer.status_code == 422
        assert "location" not in answer.headers
        assert "does not come from the dashboards of this hub" in answer.text


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"state": "s" * 513}, "invalid_request"),
        ({"nonce": "n" * 513}, "invalid_request"),
        ({"prompt": "none"}, "consent_required"),
    ],
)
def test_what_the_dashboards_ask_wrongly_they_are_told(
    signing: Portal, changed: dict[str, Any], error: str
) -> None:
    salma = signing.join()
    assert told(salma.browser.get(address(**changed)))["error"] == error


def test_whoever_says_no_goes_back_without_a_code(signing: Portal) -> None:
    back = told(signing.join().browser.send(address(), {"answer": "no"}))
    assert back == {"error": "access_denied", "state": "st-1", "iss": "http://hub.test/portal"}


def test_a_form_of_another_page_agrees_to_nothing(signing: Portal) -> None:
    salma = signing.join()
    foreign = salma.browser.send(address(), {"answer": "yes", "form_token": "another"})
    assert (foreign.status_code, "location" in foreign.headers) == (403, False)


def test_somebody_unknown_signs_in_first_and_comes_back(signing: Portal, server: TinyProvider) -> None:
    browser = signing.browser()
    assert told(browser.get(address(prompt="none")))["error"] == "login_required"
    led = browser.get(address())
    assert led.status_code == 303
    entrance = led.headers["location"].removeprefix("/portal")
    assert entrance.startswith("/account/sign-in?next=%2Fportal%2Faccount%2Fdashboards")
    page = browser.get(entrance).text
    salma = signing.join()
    wanted = parse_qs(urlsplit(entrance).query)["next"][0]
    back = browser.send(
        "/account/sign-in", {"email": salma.email, "password": "date palms by the falaj", "next": wanted}
    )
    assert back.headers["location"] == wanted
    # The same by the service.
    assert "/portal/account/identity/go?next=/portal/account/dashboards" in page
    other = signing.browser()
    at = int(signing.watch.at.timestamp())
    server.claims = {"iat": at, "exp": at + 300, "sub": "z1", "email": signing.address("zahra")}
    there = other.get(f"/account/identity/go?{urlencode({'next': wanted})}")
    brought = server.agree(there.headers["location"])
    answer = other.get(
        f"/account/identity/back?{urlencode({name: brought[name] for name in ('code', 'state')})}"
    )
    assert answer.headers["location"] == wanted
    assert other.get(wanted.removeprefix("/portal")).status_code == 200


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/portal/", "//evil.example/portal/", "/portal\\@evil"]
)
def test_the_service_leads_back_to_pages_of_ours_alone(
    signing: Portal, server: TinyProvider, wanted: str
) -> None:
    browser, at = signing.browser(), int(signing.watch.at.timestamp())
    server.claims = {"iat": at, "exp": at + 300, "sub": wanted, "email": signing.address("zahra")}
    there = browser.get(f"/account/identity/go?{urlencode({'next': wanted})}")
    browser.client.cookies.set("falaj_identity_onward", wanted, domain="hub.test", path="/")
    brought = server.agree(there.headers["location"])
    back = browser.get(
        f"/account/identity/back?{urlencode({name: brought[name] for name in ('code', 'state')})}"
    )
    assert back.headers["location"] in {"/portal", "/portal//evil.example/portal/"}
    assert not back.headers["location"].startswith("//")


@pytest.mark.parametrize("path", [PATH, "/.well-known/openid-configuration", f"{PATH}/keys", f"{PATH}/out"])
def test_where_nothing_is_set_nothing_is_there(portal: Portal, path: str) -> None:
    answer = portal.browser().get(path)
    assert answer.status_code == 404
    assert "form-action 'self';" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://dashboards.example/oauth2callback"},
        {"redirect_uri": "https://dashboards.example/"},
        {"redirect_uri": "https://dashboards.example/oauth2callback?x=1"},
        {"redirect_uri": "https://user@dashboards.example/oauth2callback"},
        {"redirect_uri": "javascript:alert(1)//oauth2callback"},
        {"client_secret": SecretStr("short")},
        {"client_secret": None},
        {"redirect_uri": None},
    ],
)
def test_what_is_set_wrong_keeps_the_hub_from_starting(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SignInSettings(**({"redirect_uri": REDIRECT, "client_secret": SecretStr(SECRET)} | wrong))
