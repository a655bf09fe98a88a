"""Codes and tokens of the dashboards: what is given for what, and what ends it."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode

import pytest

from casework.access.model import SYSTEM, Grant, Role
from casework.dashboard_access.settings import DashboardAccessSettings
from casework.people.leaving.service import erase_due
from casework.people.roles.service import grant
from casework.people.standing import suspend
from casework.workflow.clockwork import run_due
from programme.registry import BINDINGS
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


def test_a_code_without_a_challenge_is_exchanged_for_nothing(signing: Portal) -> None:
    """None is given; one that lies in the database from before is as good as wrong."""
    salma = signing.join()
    for verifier in ({}, {"code_verifier": None}):
        code = agree(salma.browser)["code"]
        signing.store.execute("UPDATE innovation.dashboard_codes SET code_challenge = NULL")
        assert bring(signing, code, **verifier).json() == {"error": "invalid_grant"}


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


def test_of_an_erased_account_nothing_is_left(signing: Portal) -> None:
    salma = signing.join()
    given = sign_in(signing, salma)
    waiting = agree(salma.browser)["code"]
    version = signing.store.execute(
        "SELECT version FROM innovation.people WHERE person_id = %s", [salma.person_id]
    ).fetchone()
    assert version is not None
    assert salma.browser.send("/account/erase", {"version": str(version[0])}).status_code == 303
    assert me(signing, given["access_token"]).status_code == 401, "whoever goes is signed out everywhere"
    assert bring(signing, waiting).json() == {"error": "invalid_grant"}
    signing.watch.pass_by(days=20)
    run_due(signing.office.programme, BINDINGS)
    assert erase_due(signing.office.programme) >= 1
    for table in ("access_tokens", "dashboard_codes"):
        rows = signing.store.execute(
            f"SELECT count(*) FROM innovation.{table} WHERE person_id = %s",  # type: ignore[arg-type]
            [salma.person_id],
        ).fetchone()
        assert rows == (0,), table
