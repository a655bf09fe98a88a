"""Who is signed in on the dashboards: what is remembered, what ends it, and what never does."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import streamlit as st
from pydantic import SecretStr

from citycore.settings import SignInSettings
from dashboards import account, signing_in
from dashboards.account import Account, HubRefused, People, Person, SignInEnded, ask, has_ended, signed_in
from dashboards.client import ApiUnavailable
from dashboards.language import Words
from dashboards.sign_in import secrets_text, write
from dashboards.signing_in import returning, roles_text
from stack.ports import free_port
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
TOKEN = "falaj-token-" + "0" * 64
DUTY = Account("Duty Officer", frozenset({"duty_officer"}), TOKEN)
ME = {"name": {"en": "Duty Officer", "ar": "ضابط مناوب"}, "roles": ["duty_officer"]}


class Hub:
    """Answers as the hub does what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, json.dumps({"data": ME})
        self.asked: list[tuple[str, str, dict[str, str], str]] = []


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            told = {name.lower(): value for name, value in self.headers.items()}
            hub.asked.append((self.command, self.path, told, sent))
            self.send_response(hub.status)
            self.send_header("content-length", str(len(hub.body.encode())))
            self.end_headers()
            self.wfile.write(hub.body.encode())

        do_POST = do_GET  # noqa: N815  # the name that the library calls

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Somebody is signed in, with a token of a hub that asks nothing to be remembered."""
    hub = Hub()
    people = People(0.0, 3)
    with serving(hub) as url:
        monkeypatch.setenv("FALAJ_API_URL", url)
        monkeypatch.setattr(account, "_token", lambda: TOKEN)
        monkeypatch.setattr(account, "_people", lambda: people)
        monkeypatch.setattr(account, "answers", lambda: True)
        yield hub


@pytest.mark.usefixtures("wire")
def test_who_it_is_is_asked_with_the_token_and_never_shown(hub: Hub) -> None:
    whose = signed_in()
    assert whose == DUTY
    assert TOKEN not in repr(whose)
    assert hub.asked[0][1] == "/v1/innovation/me"
    assert hub.asked[0][2]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.usefixtures("wire")
def test_a_hub_that_is_away_signs_nobody_out(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert signed_in() == DUTY
    for status, body in ((503, "{}"), (500, "oops"), (200, "no json"), (200, '{"data": 1}'), (200, "[]")):
        hub.status, hub.body = status, body
        assert signed_in() == DUTY, (status, body)
    monkeypatch.setenv("FALAJ_API_URL", f"http://127.0.0.1:{free_port()}")
    assert signed_in() == DUTY
    assert not has_ended()
    with pytest.raises(ApiUnavailable):
        ask(DUTY, "GET", "/v1/innovation/me/alerts/1")


@pytest.mark.usefixtures("wire")
def test_before_the_hub_has_said_anything_nothing_may_be_done(hub: Hub) -> None:
    hub.status = 503
    whose = signed_in()
    assert whose is not None
    assert whose.roles == frozenset()


@pytest.mark.usefixtures("wire")
def test_a_token_that_the_hub_takes_no_more_signs_out_and_says_so(hub: Hub) -> None:
    assert signed_in() == DUTY
    assert not has_ended()
    hub.status, hub.body = 401, '{"code": "token_invalid", "detail": "The token is unknown."}'
    with pytest.raises(SignInEnded, match="no longer signed in"):
        ask(DUTY, "POST", "/v1/innovation/me/alerts/1/acknowledge", {}, 1)
    assert has_ended()
    assert signed_in() is None


@pytest.mark.usefixtures("wire")
def test_what_is_asked_carries_version_and_language_and_refusals_are_the_hubs_own_words(hub: Hub) -> None:
    hub.body = '{"data": {"version": 4}}'
    path = "/v1/innovation/me/alerts/1/acknowledge"
    assert ask(DUTY, "POST", path, {"note": "نعم"}, 3) == {"data": {"version": 4}}
    command, where, headers, sent = hub.asked[0]
    assert (command, where, headers["if-match"], headers["accept-language"]) == ("POST", path, '"3"', "en")
    assert json.loads(sent) == {"note": "نعم"}
    hub.status, hub.body = 412, '{"code": "version_outdated", "detail": "It has changed."}'
    with pytest.raises(HubRefused) as refused:
        ask(DUTY, "POST", path, {}, 3)
    assert (refused.value.code, refused.value.text("ar")) == ("version_outdated", "It has changed.")
    assert refused.value.is_outdated
    hub.status, hub.body = 403, '{"code": "not_allowed", "detail": "Not yours."}'
    with pytest.raises(HubRefused, match=r"Not yours\.") as refused:
        ask(DUTY, "POST", path, {}, 3)
    assert not refused.value.is_outdated
    with pytest.raises(SignInEnded):
        ask(Account("x", frozenset(), "a\r\nb"), "GET", path)


def test_what_the_hub_says_is_remembered_a_while_of_so_many() -> None:
    now = [0.0]
    people, asked = People(10.0, 2, lambda: now[0]), []

    def look() -> Person:
        asked.append(now[0])
        return Person(None, f"at {now[0]:g}", frozenset())

    for at, name in ((0.0, "at 0"), (9.9, "at 0"), (10.0, "at 10")):
        now[0] = at
        found = people.of("a", look)
        assert found is not None
        assert found.name_en == name
    people.of("b", look)
    people.of("c", look)
    assert len(asked) == 4
    people.of("a", look)
    assert len(asked) == 5, "the oldest is forgotten"


@pytest.mark.parametrize(
    ("names", "shown"),
    [((None, "Salma"), ("Salma", "Salma")), (("سلمى", "Salma"), ("سلمى", "Salma")), ((None, None), ("", ""))],
)
def test_a_name_is_that_of_the_language_or_else_the_other(
    names: tuple[str, str], shown: tuple[str, str]
) -> None:
    person = Person(*names, frozenset())
    assert (person.name("ar"), person.name("en")) == shown


def test_without_the_settings_nobody_is_asked_and_nothing_is_offered() -> None:
    assert not account.is_offered()
    assert signed_in() is None
    assert not has_ended()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_roles_are_said_in_words(language: Any) -> None:
    words = Words(language)
    said = roles_text(Account("x", frozenset({"duty_officer", "brand_new"}), TOKEN), words)
    assert words("role.duty_officer") in said
    assert "brand_new" in said
    assert roles_text(Account("x", frozenset(), TOKEN), words) == words("account.no_roles")


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(("language", "ended"), [("en", "no longer signed in"), ("ar", "لم تعد مسجّل الدخول")])
def test_a_page_offers_to_sign_in_says_who_it_is_and_when_that_has_ended(
    opened: Any, monkeypatch: pytest.MonkeyPatch, language: str, ended: str
) -> None:
    words = Words(language)  # type: ignore[arg-type]
    whose: list[Account | None] = [None]
    monkeypatch.setattr(signing_in, "is_offered", lambda: True)
    monkeypatch.setattr(signing_in, "signed_in", lambda: whose[0])
    monkeypatch.setattr(signing_in, "has_ended", lambda: False)
    app = well(opened(lang=language))
    assert [one.label for one in app.button if one.key == "falaj-sign-in"] == [words("account.sign_in")]
    assert ended not in html(app)
    whose[0] = DUTY
    shown = well(app.run())
    assert words("role.duty_officer") in html(shown)
    assert [one.label for one in shown.button if one.key == "falaj-sign-out"] == [words("account.sign_out")]
    assert TOKEN not in html(shown)
    whose[0] = None
    monkeypatch.setattr(signing_in, "has_ended", lambda: True)
    assert ended in html(well(shown.run()))


@pytest.mark.usefixtures("wire")
def test_a_wall_offers_nothing(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "is_offered", lambda: True)
    app = well(opened(wall="1"))
    assert [one.key for one in app.button if str(one.key).startswith("falaj-sign")] == []


@pytest.mark.parametrize("is_in", [True, False])
def test_the_way_back_stays_within_these_pages(is_in: bool) -> None:
    script = returning(is_in=is_in)
    assert 'left.startsWith("/")' in script
    assert "location.origin + left" in script, (
        "an address that begins with two slashes leads to no other host"
    )
    assert re.search(r'data-own="falaj-(in|out)" data-other="falaj-(in|out)"', script)


def test_what_streamlit_is_told_is_made_of_the_settings(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SignInSettings(
        redirect_uri="https://dash.example/oauth2callback", client_secret=SecretStr('q"\\' + "s" * 40)
    )
    told = tomllib.loads(secrets_text(settings, "https://hub.example/"))["auth"]
    assert told["server_metadata_url"] == "https://hub.example/portal/.well-known/openid-configuration"
    assert told["client_secret"] == 'q"\\' + "s" * 40
    assert told["client_kwargs"] == {
        "scope": "openid profile",
        "code_challenge_method": "S256",
        "trust_env": True,
    }
    assert told["expose_tokens"] == ["access"]
    assert len(told["cookie_secret"]) == 64
    assert told["cookie_secret"] != told["client_secret"]
    assert tomllib.loads(secrets_text(SignInSettings(), "https://hub.example/")) == {}
    monkeypatch.setenv("FALAJ_SIGN_IN_REDIRECT_URI", "http://127.0.0.1:8501/oauth2callback")
    monkeypatch.setenv("FALAJ_SIGN_IN_CLIENT_SECRET", "s" * 40)
    file = tmp_path / "secrets.toml"
    write(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(file.read_text())["auth"]["client_kwargs"]["trust_env"] is False


def test_streamlit_has_what_this_stands_on() -> None:
    """An update that takes one of these away is found here and not by somebody who cannot sign in."""
    from streamlit.auth_util import get_expose_tokens_config
    from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

    assert callable(get_expose_tokens_config)
    assert {route.path for route in create_auth_routes("")} == {
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
    }
    assert callable(st.login)
