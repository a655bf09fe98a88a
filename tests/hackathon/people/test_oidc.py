"""Signing in with a provider: a real one on loopback, honest and otherwise."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from casework.people.errors import (
    AccountSuspended,
    IdentityRefused,
    LinkInvalid,
    NoPassword,
    ProviderUnavailable,
    SignInRefused,
)
from casework.people.model import Visitor
from casework.people.oidc.model import Answer, Arrival, Departure
from casework.people.oidc.provider import Provider
from casework.people.oidc.rules import is_safe, read_metadata
from casework.people.oidc.service import arrive, depart, follow_identity_link, unlink
from casework.people.settings import OidcSettings, ThrottleSettings
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.hackathon.people.conftest import PASSWORD, Town, Watch
from tests.hackathon.people.entering import change_password, resume, sign_in
from tests.hackathon.people.oidc_provider import CLIENT_ID, CLIENT_SECRET, TinyProvider


@pytest.fixture(scope="module")
def server() -> Iterator[TinyProvider]:
    server = TinyProvider()
    yield server
    server.close()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture(autouse=True)
def good_again(server: TinyProvider, watch: Watch, town: Town) -> None:
    at = int(watch.at.timestamp())
    subject = town.address("subject")
    server.claims = {"iat": at, "exp": at + 300, "sub": subject, "email": town.address("new")}
    server.forge, server.metadata = None, {}


def settings(server: TinyProvider, **more: Any) -> OidcSettings:
    return OidcSettings(
        issuer=server.issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET), **more
    )


@pytest.fixture
def provider(server: TinyProvider, client: httpx.Client, watch: Watch) -> Provider:
    return Provider(settings(server), client, watch)


class Browser:
    """Goes to the provider and comes back."""

    def __init__(self, accounts: Programme, server: TinyProvider, visitor: Visitor) -> None:
        self.accounts, self.server, self.visitor = accounts, server, visitor

    def depart(self, provider: Provider) -> Departure:
        return depart(self.accounts, provider, self.visitor)

    def come_back(self, provider: Provider, departure: Departure, **changed: str | None) -> Arrival:
        brought: dict[str, str | None] = {**self.server.agree(departure.url), **changed}
        secret = brought.pop("browser_secret", departure.browser_secret)
        answer = Answer(
            brought["code"], brought["state"], str(secret), brought.get("issuer"), brought.get("error")
        )
        return arrive(self.accounts, provider, answer, "en", self.visitor)

    def request(self, provider: Provider) -> Arrival:
        return self.come_back(provider, self.depart(provider))


@pytest.fixture
def browser(accounts: Programme, server: TinyProvider, visitor: Visitor) -> Browser:
    return Browser(accounts, server, visitor)


def refusal_of(browser: Browser, provider: Provider) -> str:
    with pytest.raises(IdentityRefused) as refused:
        browser.request(provider)
    return str(refused.value.details["reason"])


def test_somebody_new_gets_an_account_and_finds_it_again(
    portal: Connection, accounts: Programme, browser: Browser, provider: Provider, server: TinyProvider
) -> None:
    first = browser.request(provider).session
    assert first is not None
    person = resume(accounts, first.token).person
    assert (person.email, person.names.en) == (server.claims["email"], "Salma Al Harthy")
    assert person.email_verified_at is not None
    server.claims["email"] = "changed@elsewhere.example"  # who it is is the subject, not the address
    second = browser.request(provider).session
    assert second is not None
    assert second.person_id == first.person_id
    with pytest.raises(SignInRefused):
        sign_in(accounts, str(person.email), "", browser.visitor)
    with pytest.raises(NoPassword):  # a session that was left open makes no password
        change_password(accounts, resume(accounts, second.token), "", PASSWORD, browser.visitor)


def test_an_account_is_not_taken_over_silently(
    portal: Connection,
    accounts: Programme,
    browser: Browser,
    provider: Provider,
    server: TinyProvider,
    town: Town,
    watch: Watch,
) -> None:
    owner = town.join().person
    server.claims["email"] = owner.email
    assert browser.request(provider).session is None
    assert browser.request(provider).session is None  # not by trying again either
    watch.pass_by(minutes=accounts.of(ThrottleSettings).window_minutes)
    server.claims["exp"] += 3600
    token = town.token(str(owner.email), "link_identity")
    assert follow_identity_link(accounts, token, browser.visitor).person_id == owner.person_id
    with pytest.raises(LinkInvalid):
        follow_identity_link(accounts, token, browser.visitor)
    linked = browser.request(provider).session
    assert linked is not None
    assert linked.person_id == owner.person_id
    sign_in(accounts, str(owner.email), PASSWORD, browser.visitor)
    signed = resume(accounts, linked.token)
    assert accounts.call(signed.actor, unlink, provider)
    assert browser.request(provider).session is None


def test_a_suspended_account_stays_closed_to_the_provider(
    portal: Connection, browser: Browser, provider: Provider
) -> None:
    session = browser.request(provider).session
    assert session is not None
    portal.execute(
        "UPDATE innovation.people SET state = 'suspended' WHERE person_id = %s", [session.person_id]
    )
    with pytest.raises(AccountSuspended):
        browser.request(provider)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "of another visit"}, "token"),
        ({"nonce": None}, "token"),
        ({"aud": "another client"}, "token"),
        ({"aud": [CLIENT_ID, "another client"]}, "token"),
        ({"aud": [CLIENT_ID, "another client"], "azp": "another client"}, "token"),
        ({"azp": "another client"}, "token"),
        ({"iss": "https://elsewhere.example"}, "token"),
        ({"exp": None}, "token"),
        ({"iat": None}, "token"),
        ({"exp": float("nan")}, "token"),
        ({"sub": None}, "token"),
        ({"sub": "x" * 256}, "token"),
        ({"email": None}, "address"),
        ({"email_verified": False}, "address"),
        ({"email_verified": "true"}, "address"),
        ({"email": "nonsense"}, "address"),
    ],
)
def test_claims_that_do_not_hold_let_nobody_in(
    browser: Browser, provider: Provider, server: TinyProvider, claims: dict[str, Any], reason: str
) -> None:
    server.claims |= claims
    assert refusal_of(browser, provider) == reason


def test_several_audiences_are_fine_if_it_was_made_for_us(
    browser: Browser, provider: Provider, server: TinyProvider
) -> None:
    server.claims |= {"aud": [CLIENT_ID, "another client"], "azp": CLIENT_ID}
    assert browser.request(provider).session is not None


def test_tokens_expire_with_some_leeway(
    browser: Browser, provider: Provider, server: TinyProvider, watch: Watch
) -> None:
    at = int(watch.at.timestamp())
    server.claims["exp"] = at - provider.settings.leeway_seconds + 1
    assert browser.request(provider).session is not None
    server.claims["exp"] = at - provider.settings.leeway_seconds
    assert refusal_of(browser, provider) == "token"
    server.claims |= {"exp": at + 900, "iat": at + provider.settings.leeway_seconds + 1}
    assert refusal_of(browser, provider) == "token"


def unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def by_the_client_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET * 4))


def with_its_own_key(claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "jwk": key.as_dict(private=False)}, claims, key)


@pytest.mark.parametrize(
    "forge", [unsigned, by_another_key, by_the_client_secret, with_its_own_key, lambda _: "no token at all"]
)
def test_signatures_that_are_not_the_providers_let_nobody_in(
    browser: Browser, provider: Provider, server: TinyProvider, forge: Any
) -> None:
    server.forge = forge
    assert refusal_of(browser, provider) == "token"


def test_a_new_key_is_fetched_when_it_is_first_used(
    browser: Browser, provider: Provider, server: TinyProvider, watch: Watch
) -> None:
    browser.request(provider)
    server.rotate("two")
    assert refusal_of(browser, provider) == "token"  # asked a moment ago: not again so soon
    watch.pass_by(seconds=provider.settings.keys_seconds_min)
    asked = server.requests.count("/keys")
    assert browser.request(provider).session is not None
    assert browser.request(provider).session is not None
    assert server.requests.count("/keys") == asked + 1


def test_made_up_keys_do_not_make_us_ask_again_and_again(
    browser: Browser, provider: Provider, server: TinyProvider
) -> None:
    browser.request(provider)
    asked = server.requests.count("/keys")
    server.forge = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "made-up"}, claims, RSAKey.generate_key(2048)
    )
    for _ in range(3):
        assert refusal_of(browser, provider) == "token"
    assert server.requests.count("/keys") == asked


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"state": "x" * 43}, "answer"),
        ({"state": None}, "answer"),
        ({"browser_secret": "y" * 43}, "answer"),
        ({"issuer": "https://elsewhere.example"}, "answer"),
        ({"code": None, "error": "access_denied"}, "denied"),
        ({"code": "made-up"}, "token"),
    ],
)
def test_answers_that_do_not_belong_to_the_visit_are_refused(
    browser: Browser, provider: Provider, changed: dict[str, str | None], reason: str
) -> None:
    departure = browser.depart(provider)
    with pytest.raises(IdentityRefused) as refused:
        browser.come_back(provider, departure, **changed)
    assert refused.value.details["reason"] == reason


def test_a_visit_counts_once_and_not_for_long(browser: Browser, provider: Provider, watch: Watch) -> None:
    departure = browser.depart(provider)
    assert browser.come_back(provider, departure).session is not None
    with pytest.raises(IdentityRefused):
        browser.come_back(provider, departure)
    slow = browser.depart(provider)
    watch.pass_by(minutes=provider.settings.flow_minutes)
    with pytest.raises(IdentityRefused):
        browser.come_back(provider, slow)


def test_only_allowed_domains_are_let_in(
    browser: Browser, server: TinyProvider, client: httpx.Client, watch: Watch
) -> None:
    own = Provider(settings(server, allowed_domains=frozenset({"Baladiya.example"})), client, watch)
    assert browser.request(own).session is not None
    server.claims |= {"sub": "another", "email": "someone@elsewhere.example"}
    assert refusal_of(browser, own) == "domain"


def test_a_secret_goes_into_the_body_for_those_who_want_it_there(
    browser: Browser, server: TinyProvider, client: httpx.Client, watch: Watch
) -> None:
    server.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert browser.request(Provider(settings(server), client, watch)).session is not None


def test_an_issuer_that_promises_to_name_itself_must(
    browser: Browser, server: TinyProvider, client: httpx.Client, watch: Watch
) -> None:
    server.metadata = {"authorization_response_iss_parameter_supported": True}
    own = Provider(settings(server), client, watch)
    assert refusal_of(browser, own) == "answer"
    assert browser.come_back(own, browser.depart(own), issuer=server.issuer).session is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"padding": "x" * 300_000},
    ],
)
def test_a_description_that_cannot_be_trusted_stops_it(
    browser: Browser, server: TinyProvider, client: httpx.Client, watch: Watch, wrong: dict[str, Any]
) -> None:
    server.metadata = wrong
    with pytest.raises(ProviderUnavailable):
        browser.request(Provider(settings(server), client, watch))


def test_a_provider_that_is_away_is_said_to_be(
    browser: Browser, client: httpx.Client, watch: Watch, server: TinyProvider
) -> None:
    gone = TinyProvider()
    gone.close()
    with pytest.raises(ProviderUnavailable):
        browser.request(Provider(settings(gone), client, watch))


def test_the_issuer_must_be_safe(client: httpx.Client, watch: Watch) -> None:
    with pytest.raises(ValueError, match="https"):
        Provider(OidcSettings(issuer="http://sign-in.example"), client, watch)
    assert not is_safe(None)
    with pytest.raises(ProviderUnavailable):
        read_metadata({}, "https://sign-in.example")
