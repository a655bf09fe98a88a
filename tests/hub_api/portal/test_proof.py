"""Who is signed in shows again who they are before sensitive steps, and what ends with tokens."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from casework.access.model import Role
from tests.hub_api.portal.conftest import PASSWORD, PROOF, QUESTION, Portal, Somebody

TOKEN = re.compile(r"falaj-token-[0-9a-f]{64}")
FIELDS = {"name": "laptop", "days": "30", "scope": ["teams:read"]}
STEPS = [
    ("/account/sessions/end-all", {"end_tokens": "1"}),
    ("/account/export", {}),
    ("/account/erase", {"version": "1"}),
    ("/account/sessions/{other}/end", {}),
]


def other_session(portal: Portal, somebody: Somebody) -> str:
    """Of a second browser."""
    portal.browser().send("/account/sign-in", {"email": somebody.email, "password": PASSWORD})
    row = portal.store.execute(
        "SELECT session_id FROM innovation.sessions WHERE person_id = %s ORDER BY created_at DESC, last_used_at DESC LIMIT 1",
        [somebody.person_id],
    ).fetchone()
    assert row is not None
    return str(row[0])


def traces(portal: Portal, somebody: Somebody) -> tuple[Any, ...]:
    """What any of the steps would change."""
    row = portal.store.execute(
        "SELECT state, version, (SELECT count(*) FROM innovation.sessions WHERE person_id = people.person_id)"
        " FROM innovation.people WHERE person_id = %s", [somebody.person_id],
    ).fetchone()  # fmt: skip
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize(("path", "fields"), STEPS)
def test_sensitive_steps_ask_who_it_is_once_that_is_some_time_ago(
    portal: Portal, path: str, fields: dict[str, str]
) -> None:
    salma = portal.join()
    portal.watch.pass_by(minutes=15)
    path = path.format(other=other_session(portal, salma))
    before, cookie = traces(portal, salma), salma.browser.client.cookies["falaj_session"]
    asked = salma.browser.send_once(path, fields)
    assert (asked.status_code, PROOF in asked.text) == (200, True)
    assert f'action="/portal{path}"' in asked.text
    for name, value in fields.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in asked.text
    wrong = salma.browser.send_once(path, fields | {"proving": "1", "proof": "not it at all"})
    assert (wrong.status_code, PROOF in wrong.text, "The password is wrong" in wrong.text) == (
        422,
        True,
        True,
    )
    assert "not it at all" not in wrong.text
    assert traces(portal, salma) == before
    done = salma.browser.send_once(path, fields | {"proving": "1", "proof": PASSWORD})
    if QUESTION in done.text:  # whether they mean it is asked after that, and who they are not again
        done = salma.browser.send_once(path, fields | {"sure": "1"})
    assert PROOF not in done.text
    assert done.status_code in {200, 303}
    assert traces(portal, salma) != before or done.headers["content-type"] == "application/zip"
    stranger = portal.browser()
    stranger.client.cookies.set("falaj_session", cookie, domain="hub.test", path="/")
    assert stranger.get("/account").status_code == 303, "who is asked has a new session; the former has ended"


@pytest.mark.parametrize(("path", "fields"), STEPS)
def test_nobody_is_asked_twice_in_a_row(portal: Portal, path: str, fields: dict[str, str]) -> None:
    salma = portal.join()
    portal.watch.pass_by(minutes=14)
    done = salma.browser.send_once(path.format(other=other_session(portal, salma)), fields)
    assert PROOF not in done.text
    assert done.status_code in {200, 303}


def test_whoever_has_no_password_signs_in_again(portal: Portal) -> None:
    salma = portal.join()
    portal.store.execute("DELETE FROM innovation.passwords WHERE person_id = %s", [salma.person_id])
    new = portal.address("new")
    assert salma.browser.send_once("/account/tokens", FIELDS).status_code == 303, "they came in a moment ago"
    portal.watch.pass_by(minutes=15)
    before = traces(portal, salma)
    for path, fields in (
        ("/account/export", {}),
        ("/account/erase", {"version": "1"}),
        ("/account/email/change", {"email": new}),
        ("/account/tokens", FIELDS),
    ):
        for sent in (fields, {**fields, "proof": "", "proving": "1"}, {**fields, "proof": "x" * 20}):
            asked = salma.browser.send_once(path, sent)
            assert (asked.status_code, "has no password here" in asked.text) == (200, True)
            assert PROOF not in asked.text
    assert traces(portal, salma) == before
    assert portal.mails(new) == []
    salma.browser.send("/account/forgotten", {"email": salma.email})
    fields = {"token": portal.token(salma.email, "set_password"), "password": PASSWORD}
    assert salma.browser.send("/account/password", fields).status_code == 303
    assert salma.browser.send_once("/account/export").headers["content-type"] == "application/zip"


def make(somebody: Somebody) -> str:
    answer = somebody.browser.send("/account/tokens", {**FIELDS, "proof": PASSWORD})
    assert answer.status_code == 303
    found = TOKEN.search(somebody.browser.get("/account/tokens").text)
    assert found is not None
    return found.group(0)


def use(portal: Portal, token: str) -> int:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(portal.app), base_url="http://hub.test")
    sent = client.get("/v1/innovation/me/teams", headers={"Authorization": f"Bearer {token}"})
    status: int = portal.run(sent).status_code
    portal.run(client.aclose())
    return status


def test_a_token_asks_for_the_password_however_fresh_the_session_and_is_told_by_mail(portal: Portal) -> None:
    salma = portal.join()
    asked = salma.browser.send_once("/account/tokens", FIELDS)
    assert (asked.status_code, PROOF in asked.text) == (200, True)
    wrong = salma.browser.send_once("/account/tokens", {**FIELDS, "proof": "not it at all"})
    assert (wrong.status_code, "The password is wrong" in wrong.text, 'value="laptop"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert "made" not in dict(portal.mails(salma.email))
    token = make(salma)
    told = dict(portal.mails(salma.email))["made"]
    assert (told["token"], told["link"]) == ("laptop", "http://hub.test/portal/account/tokens")
    assert token not in str(told)
    assert use(portal, token) == 200


@pytest.mark.parametrize(("fields", "status"), [({"end_tokens": "1"}, 401), ({}, 200)])
def test_everywhere_and_a_new_password_end_tokens_unless_their_person_says_no(
    portal: Portal, fields: dict[str, str], status: int
) -> None:
    salma = portal.join()
    token = make(salma)
    page = salma.browser.get("/account").text
    assert len(re.findall(r'name="end_tokens" value="1" checked', page)) == 2, "offered, and ticked"
    assert salma.browser.send("/account/sessions/end-all", fields).status_code == 303
    assert use(portal, token) == status
    salma.browser.send("/account/sign-in", {"email": salma.email, "password": PASSWORD})
    token = make(salma)
    change = {"current": PASSWORD, "password": "another set of words", **fields}
    assert salma.browser.send("/account/password/change", change).status_code == 303
    assert use(portal, token) == status


def test_a_reset_ends_tokens_and_says_so_before(portal: Portal) -> None:
    salma = portal.join()
    token = make(salma)
    elsewhere = portal.browser()
    elsewhere.send("/account/forgotten", {"email": salma.email})
    fields = {"token": portal.token(salma.email, "set_password"), "password": "another set of words"}
    assert use(portal, token) == 200
    assert elsewhere.send("/account/password", fields).status_code == 303
    assert use(portal, token) == 401
    lines = portal.store.execute(
        "SELECT event FROM innovation.audit WHERE machine = 'access_token' AND subject = %s ORDER BY position",
        [str(salma.person_id)],
    ).fetchall()
    assert [line[0] for line in lines] == ["issue", "revoke"]


def test_whoever_has_no_tokens_is_not_asked_about_them(portal: Portal) -> None:
    assert "end_tokens" not in portal.join().browser.get("/account").text


DESK = [
    ("/desk/people/{person}/grants", {"role": "organiser"}),
    ("/desk/people/{person}/step", {"event": "suspend", "reason": "security", "version": "1"}),
    ("/desk/people/{person}/sessions/end", {"version": "1"}),
    ("/desk/people/{person}/second-factor/reset", {"version": "1"}),
    ("/desk/grants/{person}/revoke", {"person": "{person}"}),
]


@pytest.mark.parametrize(("path", "fields"), DESK)
def test_power_over_others_is_asked_for_again(portal: Portal, path: str, fields: dict[str, str]) -> None:
    chief, salma = portal.appoint(Role.ADMINISTRATOR), portal.join()
    portal.watch.pass_by(minutes=15)
    before = traces(portal, salma)
    fields = {name: value.format(person=salma.person_id) for name, value in fields.items()}
    asked = chief.browser.send_once(path.format(person=salma.person_id), fields)
    assert (asked.status_code, PROOF in asked.text) == (200, True)
    assert traces(portal, salma) == before
    stranger = portal.join()
    portal.watch.pass_by(minutes=15)
    refused = stranger.browser.send_once(path.format(person=salma.person_id), fields)
    assert (refused.status_code, PROOF in refused.text) == (403, False), (
        "before anybody is asked for a password"
    )


def test_a_step_at_the_desk_goes_on_after_the_password(portal: Portal) -> None:
    chief, salma = portal.appoint(Role.ADMINISTRATOR), portal.join()
    portal.watch.pass_by(minutes=15)
    path, fields = f"/desk/people/{salma.person_id}/grants", {"role": "organiser"}
    done = chief.browser.send_once(path, fields | {"proving": "1", "proof": PASSWORD})
    assert done.status_code == 303
    assert "/desk/grants/" in chief.browser.get(f"/desk/people/{salma.person_id}").text
