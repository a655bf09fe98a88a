"""The second factor on the other ways in: a sign-in service, tokens, the dashboards, and duties that are no roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import SecretStr

from casework.access.model import SYSTEM, Grant, Role, Scope, ScopeKind
from casework.people.roles.service import grant
from casework.people.settings import OidcSettings
from casework.second_factor.settings import ProviderProof, SecondFactorSettings
from citycore.settings import SignInSettings
from tests.hackathon.award_specimens import NOON, store_award
from tests.hackathon.people.oidc_provider import CLIENT_ID, CLIENT_SECRET, TinyProvider
from tests.hub_api.portal import need_scene
from tests.hub_api.portal.conftest import Browser, Portal, Somebody
from tests.hub_api.portal.factor_scene import asking, set_up, sign_in
from tests.hub_api.portal.signing_scene import REDIRECT, SECRET, agree, bring, me
from tests.hub_api.portal.test_identity import depart
from tests.hub_api.portal.test_token_pages import TOKEN
from tests.hub_api.portal.town import found, verify

FACTOR, HOME = "/account/sign-in/factor", "/account/second-factor"


@pytest.fixture(scope="module")
def server() -> Iterator[TinyProvider]:
    server = TinyProvider()
    yield server
    server.close()


def oidc(server: TinyProvider) -> OidcSettings:
    return OidcSettings(
        issuer=server.issuer,
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        name_en="City sign-on",
    )


@pytest.fixture(scope="module")
def asked(portal: Portal, server: TinyProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Finance signs in by the service alone, which has to look twice for it, and coordinators may."""
    twice = ProviderProof(acr=("urn:city:2",), amr=frozenset({"mfa"}), minutes_max=60)
    settings = SecondFactorSettings(
        provider_proofs={"finance": twice, "coordinator": twice}, by_provider_only=frozenset({"finance"})
    )
    sign_in_settings = SignInSettings(redirect_uri=REDIRECT, client_secret=SecretStr(SECRET))
    with asking(portal, tmp_path_factory.mktemp("ways"), settings, oidc(server), sign_in_settings) as asked:
        yield asked


def come(portal: Portal, server: TinyProvider, somebody: Somebody, **said: Any) -> tuple[Browser, str]:
    """Another browser of theirs, back from the service that says this; and where it leads, without the mount."""
    at = int(portal.watch().timestamp())
    server.claims = {"iat": at, "exp": at + 300, "sub": somebody.email, "email": somebody.email, **said}
    browser = portal.browser()
    back = browser.get(depart(browser, server))
    if back.headers["location"] == "/portal/account/sign-in":  # the owner is asked once
        portal.watch.pass_by(minutes=20)
        token = portal.token(somebody.email, "link_identity")
        portal.browser().send("/account/identity", {"token": token})
        at = int(portal.watch().timestamp())
        server.claims |= {"iat": at, "exp": at + 300}
        back = browser.get(depart(browser, server))
    assert back.status_code == 303, back.text
    return browser, str(back.headers["location"]).removeprefix("/portal")


def twice(portal: Portal) -> dict[str, Any]:
    return {"acr": "urn:city:2", "amr": ["pwd", "mfa"], "auth_time": int(portal.watch().timestamp()) - 60}


def test_a_service_is_asked_for_what_counts(asked: Portal) -> None:
    there = asked.browser().get("/account/identity/go").headers["location"]
    told = dict(parse_qsl(urlsplit(there).query))
    assert (told["acr_values"], told["max_age"]) == ("urn:city:2", "3600")


def test_what_a_service_has_looked_at_counts_as_the_factor(asked: Portal, server: TinyProvider) -> None:
    moza = asked.appoint(Role.COORDINATOR, name="moza")
    weak, led = come(asked, server, moza)
    assert led == HOME, "one look is one factor"
    assert weak.get("/desk/people").status_code == 303
    strong, led = come(asked, server, moza, **twice(asked))
    assert led == ""
    assert strong.get("/desk/people").status_code == 200
    stale, _ = come(asked, server, moza, **twice(asked) | {"auth_time": int(NOON.timestamp()) - 90_000})
    assert stale.get("/desk/people").status_code == 303


def test_whoever_has_a_factor_of_the_hub_is_asked_for_it_after_a_weak_look(
    asked: Portal, server: TinyProvider
) -> None:
    noor = asked.appoint(Role.COORDINATOR, name="noor")
    phone = set_up(asked, noor)
    browser, led = come(asked, server, noor)
    assert led == FACTOR
    assert browser.get("/account").status_code == 303
    assert browser.send(FACTOR, {"kind": "code", "code": phone.code}).status_code == 303
    assert browser.get("/desk/people").status_code == 200
    _, led = come(asked, server, noor, **twice(asked))
    assert led == "", "after a strong one not"


def test_a_role_can_count_by_the_service_alone(asked: Portal, server: TinyProvider) -> None:
    hind = asked.appoint(Role.FINANCE, name="hind")
    phone = set_up(asked, hind)
    browser = asked.browser()
    assert sign_in(browser, hind.email).startswith(FACTOR)
    done = browser.send(FACTOR, {"kind": "code", "code": phone.code})
    page = browser.get(done.headers["location"].removeprefix("/portal")).text
    assert "count only for whoever signs in with City sign-on" in page
    assert browser.get("/desk/claims").status_code == 303
    by_service, _ = come(asked, server, hind, **twice(asked))
    assert by_service.get("/desk/claims").status_code == 200


def test_a_token_counts_as_the_session_in_which_it_was_made(asked: Portal) -> None:
    laila = asked.appoint(Role.PROGRAMME_OFFICER, name="laila")
    before = make(laila)
    assert may_annotate(asked, before) == []
    assert "Roles that ask for a second factor do not count" in laila.browser.get("/account/tokens").text
    set_up(asked, laila)
    assert may_annotate(asked, make(laila)) == ["programme_officer"]
    assert may_annotate(asked, before) == [], "one from before stays what it was"


def make(somebody: Somebody) -> str:
    fields = {"name": "laptop", "days": "30", "scope": ["annotations:write"]}
    assert somebody.browser.send("/account/tokens", fields).status_code == 303
    match = TOKEN.search(somebody.browser.get("/account/tokens").text)
    assert match is not None
    return match.group(0)


def may_annotate(portal: Portal, token: str) -> list[str]:
    """As what a program of theirs counts."""
    roles: list[str] = me(portal, token).json()["data"]["roles"]
    return roles


def test_the_dashboards_are_told_how_somebody_was_identified(asked: Portal) -> None:
    reem = asked.appoint(Role.PROGRAMME_OFFICER, name="reem")
    weak = bring(asked, agree(reem.browser)["code"]).json()
    assert me(asked, weak["access_token"]).json()["data"]["roles"] == []
    claims = claims_of(asked, weak["id_token"])
    assert (claims["acr"], claims["amr"]) == ("urn:falaj:acr:1", [])
    set_up(asked, reem)
    at = asked.watch().timestamp()
    strong = bring(asked, agree(reem.browser)["code"]).json()
    assert me(asked, strong["access_token"]).json()["data"]["roles"] == ["programme_officer"]
    claims = claims_of(asked, strong["id_token"])
    assert (claims["acr"], claims["amr"], claims["auth_time"]) == ("urn:falaj:acr:2", ["otp", "mfa"], at)
    described = asked.browser().get("/.well-known/openid-configuration").json()
    assert described["acr_values_supported"] == ["urn:falaj:acr:1", "urn:falaj:acr:2"]


def claims_of(portal: Portal, id_token: str) -> Any:
    keys = portal.browser().get("/account/dashboards/keys").json()
    return jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["ES256"]).claims


def test_an_opener_and_a_recipient_are_asked_too(portal: Portal, asked: Portal) -> None:
    administrator, officer = portal.appoint(Role.ADMINISTRATOR), portal.join("officer")
    agency = found(portal, officer, "Mawarid")
    verify(portal, administrator, agency)
    programme = portal.appoint(Role.PROGRAMME_OFFICER, name="programme")
    assert sign_in(asked.browser(), officer.email) == "", "an officer is not, before"
    need_id, _ = need_scene.published(portal, officer, programme, agency)
    officer.browser = asked.browser()
    assert sign_in(officer.browser, officer.email) == HOME
    assert "Opens sealed responses" in officer.browser.get(HOME).text
    opening = f"/needs/{need_id}/opening"
    assert officer.browser.get(opening).status_code in {303, 404}
    set_up(asked, officer)
    assert officer.browser.get(opening).status_code == 200

    applicant = portal.join("applicant")
    with portal.city.database.connect() as owner:
        award_id = store_award(owner, "active")
        owner.execute(
            "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state,"
            " state_changed_at, created_at) SELECT %s, application_id, %s, false, 'member', %s, %s"
            " FROM innovation.funding_awards WHERE award_id = %s",
            [uuid4(), applicant.person_id, NOON, NOON, award_id],
        )
    applicant.browser = asked.browser()
    assert sign_in(applicant.browser, applicant.email) == HOME
    assert "Receives an award" in applicant.browser.get(HOME).text


def test_a_role_in_a_scope_asks_as_one_of_the_hub(asked: Portal) -> None:
    call = Scope(ScopeKind.CALL, uuid4())
    somebody = asked.join("somebody")
    asked.office.programme.call(SYSTEM, grant, somebody.person_id, Grant(Role.FINANCE, call))
    assert sign_in(asked.browser(), somebody.email) == HOME
