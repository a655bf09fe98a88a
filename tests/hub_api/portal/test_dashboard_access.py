"""The hub as the OpenID provider of its dashboards: what is asked, what is answered, and what nobody gets."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import SecretStr, ValidationError

from casework.access.model import HUB, SYSTEM, Grant, Role
from casework.dashboard_access.settings import DashboardAccessSettings
from casework.people.roles.service import grant
from casework.people.settings import OidcSettings
from casework.people.standing import suspend
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


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code": "x" * 43}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_grant"),
        ({"code": "y" * 9_000}, 400, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/oauth2callback"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": "é" * 43}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
        ({"auth": ("falaj-dashboards", "wrong")}, 401, "invalid_client"),
        ({"auth": ("another", SECRET)}, 401, "invalid_client"),
        ({"auth": None}, 401, "invalid_client"),
        ({"auth": None, "client_id": "falaj-dashboards", "client_secret": "wrong"}, 401, "invalid_client"),
    ],
)
def test_what_is_brought_wrongly_gets_nothing_and_takes_nothing_away(
    signing: Portal, changed: dict[str, Any], status: int, error: str
) -> None:
    code = agree(signing.join().browser)["code"]
    refused = bring(signing, changed.pop("code", code), **changed)
    assert (refused.status_code, refused.json()) == (status, {"error": error})
    assert bring(signing, code).status_code == 200, "whoever only guesses uses nobody's code up"


def test_the_secret_may_stand_in_the_body(signing: Portal) -> None:
    code = agree(signing.join().browser)["code"]
    answer = bring(signing, code, auth=None, client_id="falaj-dashboards", client_secret=SECRET)
    assert answer.status_code == 200


def test_without_a_challenge_there_is_no_verifier(signing: Portal) -> None:
    salma, bare = signing.join(), {"code_challenge": None, "code_challenge_method": None}
    assert bring(signing, agree(salma.browser, **bare)["code"]).json() == {"error": "invalid_grant"}
    assert bring(signing, agree(salma.browser, **bare)["code"], code_verifier=None).status_code == 200


def test_a_code_counts_for_a_minute_and_once(signing: Portal) -> None:
    salma = signing.join()
    late = agree(salma.browser)["code"]
    signing.watch.pass_by(seconds=60)
    assert bring(signing, late).json() == {"error": "invalid_grant"}
    code = agree(salma.browser)["code"]
    signing.watch.pass_by(seconds=59)
    token = bring(signing, code).json()["access_token"]
    assert me(signing, token).status_code == 200
    assert bring(signing, code).json() == {"error": "invalid_grant"}
    assert me(signing, token).status_code == 401, "who has the code may have the token"


def test_it_is_remembered_while_a_sign_in_lives(signing: Portal) -> None:
    salma = signing.join()
    token = sign_in(signing, salma)["access_token"]
    again = told(salma.browser.get(address()))
    newer = bring(signing, again["code"]).json()["access_token"]
    assert me(signing, token).status_code == 401, "the same browser has one"
    assert me(signing, newer).status_code == 200
    assert salma.browser.get(address(prompt="consent")).status_code == 200, "a page that asks"
    row = signing.store.execute(
        "SELECT token_id FROM innovation.access_tokens WHERE person_id = %s AND revoked_at IS NULL",
        [salma.person_id],
    ).fetchone()
    assert row is not None
    assert salma.browser.send(f"/account/tokens/{row[0]}/revoke").status_code == 303
    assert me(signing, newer).status_code == 401
    assert salma.browser.get(address()).status_code == 200, "and now it asks again"


def test_so_many_live_at_once_beside_tokens_of_programs(signing: Portal) -> None:
    salma = signing.join()
    most = DashboardAccessSettings().sign_ins_max
    for number in range(10):
        fields = {"name": f"laptop {number}", "days": "30", "scope": ["teams:read"]}
        assert salma.browser.send("/account/tokens", fields).status_code == 303
    tokens = []
    for _ in range(most + 1):
        other = signing.browser()
        signing.watch.pass_by(seconds=1)
        other.send("/account/sign-in", {"email": salma.email, "password": "date palms by the falaj"})
        tokens.append(sign_in(signing, dataclasses.replace(salma, browser=other))["access_token"])
    assert [me(signing, token).status_code for token in tokens] == [401] + [200] * most


@pytest.mark.parametrize("how", ["everywhere", "here", "suspended", "dashboards"])
def test_what_ends_a_sign_in(signing: Portal, how: str) -> None:
    salma = signing.join()
    given = sign_in(signing, salma)
    waiting = agree(salma.browser)["code"]
    if how == "everywhere":
        assert salma.browser.send("/account/sessions/end-all").status_code == 303
    elif how == "here":
        assert salma.browser.send("/account/sign-out").status_code == 303
    elif how == "suspended":
        admin = signing.appoint(Role.ADMINISTRATOR)
        version = signing.store.execute(
            "SELECT version FROM innovation.people WHERE person_id = %s", [salma.person_id]
        ).fetchone()
        assert version is not None
        actor = signing.office.programme.call(SYSTEM, lambda session: session.actor)
        signing.office.programme.call(
            dataclasses.replace(actor, person_id=admin.person_id, grants=(Grant(Role.ADMINISTRATOR),)),
            suspend, salma.person_id, "security", version[0],
        )  # fmt: skip
    else:
        left = {"id_token_hint": given["id_token"], "post_logout_redirect_uri": REDIRECT}
        signing.watch.pass_by(days=1)
        assert told(signing.browser().get(f"{PATH}/out?{urlencode(left)}")) == {}
    assert me(signing, given["access_token"]).status_code == 401
    assert bring(signing, waiting).json() == {"error": "invalid_grant"}
    events = signing.store.execute(
        "SELECT event FROM innovation.audit JOIN innovation.access_tokens ON object = token_id"
        " WHERE machine = 'access_token' AND person_id = %s ORDER BY position",
        [salma.person_id],
    ).fetchall()
    assert events == [("issue",), ("revoke",)]


@pytest.mark.parametrize("hint", ["", "no token", "e30.e30.e30"])
def test_leaving_ends_only_what_was_signed_here(signing: Portal, hint: str) -> None:
    salma = signing.join()
    given = sign_in(signing, salma)
    head, body, signature = given["id_token"].split(".")
    for forged in (hint, f"{head}.{body}.{'A' * len(signature)}"):
        left = {"id_token_hint": forged, "post_logout_redirect_uri": REDIRECT}
        assert signing.browser().get(f"{PATH}/out?{urlencode(left)}").status_code == 303
    foreign = {"id_token_hint": given["id_token"], "post_logout_redirect_uri": "https://evil.example/"}
    assert signing.browser().get(f"{PATH}/out?{urlencode(foreign)}").status_code == 422
    assert me(signing, given["access_token"]).status_code == 200


def test_roles_are_those_of_the_moment(signing: Portal) -> None:
    salma = signing.join()
    token = sign_in(signing, salma)["access_token"]
    assert me(signing, token).json()["data"]["roles"] == []
    signing.office.programme.call(SYSTEM, grant, salma.person_id, Grant(Role.DUTY_OFFICER))
    assert me(signing, token).json()["data"]["roles"] == ["duty_officer"]


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
