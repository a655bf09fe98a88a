"""Number and code at ``/portal/follow``, and pages that only those get to who follow what they show."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter

from casework.access.model import SYSTEM, Role, Scope, ScopeKind
from casework.follow_up.model import Issued
from casework.follow_up.service import open_follow_up
from casework.journeys.model import Passage
from casework.noun import Noun, Nouns
from casework.programme import Session
from hub_api.programme.kit.followers import follows_it
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest
from programme.registry import NOUNS
from tests.hub_api.portal.conftest import Browser, Portal

PASSAGE = Passage("letter", "tests.hackathon", 1, lambda _session, _ids: {}, followed_at="/follow/letters/{}")
heard: list[tuple[str, str, bool]] = []
router = APIRouter(prefix="/portal")


def _look(session: Session, request: PortalRequest, letter_id: UUID) -> dict[str, Any]:
    session.require({Role.FOLLOWER}, {Scope(ScopeKind.CASE, letter_id)})
    return {"title": f"Letter {letter_id}"}


def _reply(session: Session, letter_id: UUID, text: str) -> None:
    session.require({Role.FOLLOWER}, {Scope(ScopeKind.CASE, letter_id)})
    heard.append((session.actor.key, text, session.actor.person_id is None))


LETTER = Page(router, "/follow/letters/{letter_id}", "kit/layout.html", _look, guard=follows_it, here="home")
LETTER.post("reply", lambda form: form.text("text"), "step_taken", _reply)


@pytest.fixture(scope="module", autouse=True)
def _letters(portal: Portal) -> None:
    portal.app.include_router(router)
    programme = portal.office.programme
    programme._parts[Nouns] = Nouns([*NOUNS, Noun("letters", "tests.hackathon", passages=(PASSAGE,))])


def opened(portal: Portal) -> tuple[UUID, Issued]:
    letter_id = uuid4()
    return letter_id, portal.office.programme.call(SYSTEM, open_follow_up, PASSAGE.kind, letter_id)


def bring(browser: Browser, issued: Issued, **more: str) -> Any:
    return browser.send_once("/follow", {"number": issued.number, "code": issued.code, **more})


def test_number_and_code_lead_to_what_is_followed_and_nowhere_else(portal: Portal) -> None:
    letter_id, issued = opened(portal)
    other_id, _ = opened(portal)
    browser = portal.browser()
    first = browser.get(f"/follow/letters/{letter_id}")
    assert (first.status_code, first.headers["location"]) == (
        303, f"/portal/follow?next=%2Fportal%2Ffollow%2Fletters%2F{letter_id}",
    )  # fmt: skip
    answer = bring(browser, issued)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/portal/follow/letters/{letter_id}")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("falaj_follow="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=1800" in cookie
    shown = browser.get(f"/follow/letters/{letter_id}")
    assert (shown.status_code, str(letter_id) in shown.text) == (200, True)
    assert browser.get(f"/follow/letters/{other_id}").status_code == 303, "it is another one's"
    reply = browser.send_once(f"/follow/letters/{letter_id}/reply", {"text": "Still dark."})
    assert reply.status_code == 303
    assert heard[-1] == (f"case:{letter_id}", "Still dark.", True)
    refused = browser.send_once(f"/follow/letters/{other_id}/reply", {"text": "Mine?"})
    assert (refused.status_code, heard[-1][1]) == (403, "Still dark.")


def test_what_is_wrong_comes_back_with_the_number_and_without_the_code(portal: Portal) -> None:
    letter_id, issued = opened(portal)
    browser = portal.browser("ar")
    wrong = browser.send_once("/follow", {"number": issued.number.lower(), "code": "2222-2222"})
    assert wrong.status_code == 422
    assert issued.number.lower() in wrong.text
    assert "2222-2222" not in wrong.text
    assert "لا نجد شيئًا بهذا الرقم" in wrong.text
    mistyped = browser.send_once("/follow", {"number": "K7QM", "code": "x"})
    assert "ليس رقمًا من أرقامنا" in mistyped.text
    for _ in range(4):
        browser.send_once("/follow", {"number": issued.number, "code": "2222-2222"})
    assert bring(browser, issued).status_code == 429
    portal.watch.pass_by(minutes=61)
    assert bring(browser, issued).headers["location"] == f"/portal/follow/letters/{letter_id}"


def test_a_pass_ends_and_can_be_given_back(portal: Portal) -> None:
    letter_id, issued = opened(portal)
    browser, path = portal.browser(), f"/follow/letters/{letter_id}"
    bring(browser, issued)
    for _ in range(3):
        portal.watch.pass_by(minutes=20)
        assert browser.get(path).status_code == 200, "it counts on from each page"
    portal.watch.pass_by(minutes=31)
    assert browser.get(path).status_code == 303
    assert browser.send_once(f"{path}/reply", {"text": "late"}).status_code == 403
    bring(browser, issued, next=f"/portal{path}")
    assert browser.get(path).status_code == 200
    assert browser.send_once("/follow/end").status_code == 303
    assert browser.get(path).status_code == 303


def test_who_has_an_account_is_nobody_there_and_who_follows_is_nobody_elsewhere(portal: Portal) -> None:
    letter_id, issued = opened(portal)
    somebody = portal.join("salma")
    browser = somebody.browser
    assert browser.get(f"/follow/letters/{letter_id}").status_code == 303, "an account opens nothing"
    found = portal.run(browser.client.get("/portal/follow")).text
    assert "Al Harthy" not in found
    visitor = portal.browser()
    bring(visitor, issued)
    assert visitor.get(f"/follow/letters/{letter_id}").status_code == 200
    assert visitor.get("/account").status_code == 303
    assert visitor.send_once("/account/names", {"name_en": "X"}).status_code == 403


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "/portal/desk", "//evil.example", "/portal/followed"]
)
def test_nobody_is_led_elsewhere(portal: Portal, elsewhere: str) -> None:
    letter_id, issued = opened(portal)
    answer = bring(portal.browser(), issued, next=elsewhere)
    assert answer.headers["location"] == f"/portal/follow/letters/{letter_id}"


def test_a_pass_of_another_hub_opens_nothing(portal: Portal) -> None:
    letter_id, _ = opened(portal)
    browser = portal.browser()
    browser.client.cookies.set(
        "falaj_follow", f"letter.{letter_id.hex}.99999999999.AAAA", domain="hub.test", path="/"
    )
    assert browser.get(f"/follow/letters/{letter_id}").status_code == 303


def test_an_idea_that_is_sent_twice_is_one_and_its_number_is_told_again(portal: Portal) -> None:
    browser, shown = portal.browser(), []
    (once,) = re.findall(r'name="once" value="([^"]+)"', browser.get("/ideas/new").text)
    for seed in (once, once, "another"):
        sent = browser.send_once("/ideas/new", {"title": "Shade", "body": "Along the path", "once": seed})
        page = browser.get(sent.headers["location"].removeprefix("/portal")).text
        shown.append((sent.headers["location"], re.findall(r'<code dir="ltr">([\w-]+)</code>', page)))
    assert shown[0] == shown[1] != shown[2]
    assert len(shown[0][1]) == 2
