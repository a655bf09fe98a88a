"""The pages of needs and responses: a whole need, played through the forms by everybody who has a part in it."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import pytest

from casework.access.model import HUB, Role, Scope, ScopeKind
from tests.hub_api.portal import need_scene as scene
from tests.hub_api.portal.bench import told
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.market_scene import found_company, verified_vendor
from tests.hub_api.portal.town import announce, found, verify


class Market:
    """An agency with two officers, the programme, a verified vendor and its rival."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.administrator = portal.appoint(Role.ADMINISTRATOR, HUB, "administrator")
        self.officer = portal.join("officer")
        self.agency = found(portal, self.officer, "Mawarid")
        verify(portal, self.administrator, self.agency)
        speaks = Scope(ScopeKind.ORGANISATION, _id(self.agency))
        self.colleague = portal.appoint(Role.OFFICER, speaks, "colleague")
        self.programme = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "programme")
        self.vendor, self.rival = self.verified("hulul"), self.verified("tiqniya")

    def verified(self, name: str) -> Somebody:
        vendor = self.portal.join(name, domain=f"{name}.example")
        company = found_company(vendor, self.administrator, name.title(), f"شركة {name}")
        verified_vendor(self.portal, vendor, self.programme, company)
        return vendor

    def published(self, **more: Any) -> tuple[str, list[tuple[Somebody, str]]]:
        return scene.published(self.portal, self.officer, self.programme, self.agency, more)


def _id(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


@pytest.fixture(scope="module")
def market(portal: Portal) -> Market:
    return Market(portal)


def page(who: Somebody, path: str) -> str:
    answer = who.browser.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return unescape(answer.text)


def test_what_is_written_comes_back_when_it_is_refused(market: Market):
    for wrong in ({"title_ar": ""}, {"budget": "much"}, {"weight0": "lots"}, {"maturity": "12"}):
        answer = market.officer.browser.send(
            "/needs/new", {**scene.NEED, "organisation": market.agency, **wrong}
        )
        assert answer.status_code == 422
        if "maturity" not in wrong:
            assert 'value="Finding &lt;leaks&gt;"' in answer.text


def test_a_need_is_written_part_by_part_and_every_button_saves(market: Market):
    need_id = scene.draft(market.officer, market.agency)
    parts, officer = f"/needs/{need_id}/desk/write", market.officer.browser
    version = re.search(r'name="version" value="(\d+)"', page(market.officer, f"{parts}/criteria"))
    assert version is not None
    wrong = {"version": version[1], "name_en0": "Fit", "name_ar0": "ملاءمة", "weight0": "lots", "go": "done"}
    refused = officer.send(f"{parts}/criteria", wrong)
    assert (refused.status_code, 'value="lots"' in refused.text) == (422, True)
    assert (
        "Finding" not in refused.text.partition("<form")[2].partition("</form>")[0].partition("criterion")[0]
    )
    sent = officer.send(f"{parts}/required", {"version": version[1], "required": ["gis"], "go": "terms"})
    assert sent.headers["location"].endswith("/desk/write/terms")
    assert 'value="25000.000"' in page(market.officer, f"{parts}/terms"), "the other parts stay"
    after = page(market.officer, f"{parts}/required")
    assert 'value="gis" checked' in after
    assert 'value="leak_detection" checked' not in after
    assert "Part 2 of 5." in after
    assert officer.send(f"{parts}/nothing", {"version": "9", "go": "done"}).status_code == 422


def test_a_need_is_reviewed_and_then_found(portal: Portal, market: Market):
    need_id = scene.draft(market.officer, market.agency, {"title_en": "Buoys that count waves"})
    desk = page(market.officer, f"/needs/{need_id}/desk")
    assert "Baladiya" not in desk
    assert "deadlines.ics" not in page(market.officer, f"/needs/{need_id}")
    assert "Mawarid" in desk
    assert market.vendor.browser.get(f"/needs/{need_id}").status_code == 404
    for opener in (market.officer, market.programme):
        scene.name_opener(market.officer, need_id, opener)
    scene.take(portal, market.officer, need_id, "submit")
    assert "Buoys that count waves" in page(market.programme, "/desk/needs")
    assert market.vendor.browser.get("/desk/needs").status_code == 403
    scene.take(portal, market.programme, need_id, "return", "unclear")
    assert "what is needed is not clear" in page(market.officer, f"/needs/{need_id}/desk")
    scene.take(portal, market.officer, need_id, "submit")
    scene.take(portal, market.programme, need_id, "publish")
    visitor = portal.browser("ar")
    shown = unescape(visitor.get("/needs?q=waves&sector=water&governorate=OM-MA&state=published").text)
    assert "Mawarid" in shown
    assert f"/portal/needs/{need_id}" in shown
    assert f"/portal/needs/{need_id}" not in visitor.get("/needs?sector=health").text
    assert visitor.get("/needs?sector=none").status_code == visitor.get("/needs?state=draft").status_code == 422  # fmt: skip
    own = unescape(visitor.get(f"/needs/{need_id}").text)
    assert "كشف تسرب المياه" in own
    assert "25,000.000" in own
    (link,) = re.findall(r'href="(/v1/innovation/deadlines\.ics\?[^"]+)"', own)
    assert portal.run(visitor.client.get(link)).text.count("BEGIN:VEVENT") == 2
    assert "Buoys" in page(market.officer, "/account/needs")
    assert "verified agency" in page(market.vendor, "/account/needs")


def test_questions_are_answered_to_all_without_who_asked(portal: Portal, market: Market):
    need_id, _ = market.published()
    answer = market.vendor.browser.send(f"/needs/{need_id}/questions", {"text": "How <deep>?"})
    assert answer.status_code == 303
    desk = page(market.officer, f"/needs/{need_id}/desk")
    assert "How <deep>?" in desk
    assert "Hulul" not in desk
    assert market.vendor.email not in desk
    assert "How <deep>?" not in page(market.rival, f"/needs/{need_id}")
    assert "How <deep>?" in page(market.vendor, f"/needs/{need_id}")
    question = re.search(r"/questions/([0-9a-f-]{36})/answer", desk)
    assert question is not None
    fields = {"shown": "How deep are they?", "answer_ar": "متر", "answer_en": "One <metre>"}
    path = f"/needs/{need_id}/desk/questions/{question.group(1)}/answer"
    assert market.officer.browser.send(path, {**fields, "answer_en": ""}).status_code == 422
    assert market.officer.browser.send(path, fields).status_code == 303
    assert market.officer.browser.send(path, fields).status_code == 409
    text = unescape(portal.browser().get(f"/needs/{need_id}").text)
    assert "How deep are they?" in text
    assert "One <metre>" in text
    assert "Hulul" not in text
    addendum = {"text_ar": "ملحق", "text_en": "Depth <2 m"}
    assert market.officer.browser.send(f"/needs/{need_id}/desk/addenda", addendum).status_code == 303
    assert "Depth <2 m" in page(market.rival, f"/needs/{need_id}")
    longer = {"name": "responses_close", "instant": "2026-12-25T00:00", "reason": "technical_fault"}
    assert market.officer.browser.send(f"/needs/{need_id}/desk/extension", longer).status_code == 303
    assert "end of the day" in page(market.rival, f"/needs/{need_id}")


def test_a_key_is_shown_once(market: Market):
    need_id = scene.draft(market.officer, market.agency)
    words = scene.name_opener(market.officer, need_id, market.programme)
    for who in (market.officer, market.programme):
        for path in (f"/needs/{need_id}/opening", f"/needs/{need_id}/desk"):
            assert words not in page(who, path)
    again = scene.name_opener(market.officer, need_id, market.programme)
    assert again != words
    stranger = market.officer.browser.send(f"/needs/{need_id}/desk/openers", {"email": market.vendor.email})
    assert stranger.status_code == 409
    assert "Nobody with this address" in told(stranger)


def test_a_receipt_can_be_computed_from_the_copy(portal: Portal, market: Market):
    need_id, _ = market.published()
    assert market.vendor.browser.send(f"/needs/{need_id}/response").status_code == 303
    response = scene.value(portal, "SELECT response_id FROM innovation.responses WHERE need_id = %s", need_id)
    files = [("files", ("plan.txt", b"first <one>\n", "text/plain"))]
    answer = scene.send_response(portal, market.vendor, need_id, response, scene.ANSWERS, files)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    saved = re.search(r'href="data:application/json;base64,([^"]+)"', answer.text)
    assert saved is not None
    document = b64decode(unescape(saved.group(1)))
    digest = sha256(document).hexdigest()
    assert digest in answer.text
    assert document.decode() in unescape(answer.text)
    assert sha256(b"first <one>\n").hexdigest() in document.decode()
    mails = [fields["digest"] for name, fields in portal.mails(market.vendor.email) if name == "handed_in"]
    assert mails[-1] == digest
    assert digest in page(market.vendor, f"/needs/{need_id}/response")
    assert "handed in, sealed" in page(market.vendor, "/account/responses")


def test_a_whole_need_from_seal_to_award(portal: Portal, market: Market):
    need_id, keys = market.published(title_en="Whole need")
    first = scene.hand_in(portal, market.vendor, need_id)
    second = scene.hand_in(portal, market.rival, need_id, {**scene.ANSWERS, "price": "12000"})
    assert "Hulul" not in page(market.officer, f"/needs/{need_id}/evaluation")
    early = market.officer.browser.send(f"/needs/{need_id}/opening", {"key": keys[0][1]})
    assert early.status_code == 409
    scene.let_close(portal, need_id)
    wrong = market.officer.browser.send(f"/needs/{need_id}/opening", {"key": keys[1][1]})
    assert wrong.status_code == 422
    assert keys[1][1] not in wrong.text
    scene.open_all(portal, need_id, keys)
    for response, fit in ((first, "9"), (second, "6.5")):
        step = {"event": "accept", "version": "3"}
        assert market.officer.browser.send(f"/responses/{response}/step", step).status_code == 303
        assert "not_applicable" not in page(market.officer, f"/responses/{response}")
        for evaluator in (market.officer, market.colleague):
            marks = {"mark_c1": fit, "mark_c2": "na", "comment": "<clear>"}
            assert evaluator.browser.send(f"/responses/{response}/marks", {"mark_c1": fit}).status_code == 422
            assert evaluator.browser.send(f"/responses/{response}/marks", marks).status_code == 303
    shown = page(market.officer, f"/responses/{first}")
    assert "19,500.500" in shown
    assert "We listen to pipes." in shown
    evaluation = page(market.officer, f"/needs/{need_id}/evaluation")
    assert "9.00" in evaluation
    assert "6.50" in evaluation
    award = {"response": first, "debrief_ar": "أفضل", "debrief_en": "Better <fit>"}
    path = f"/needs/{need_id}/evaluation/intended"
    version = str(scene.version_of(portal, need_id))
    assert market.officer.browser.send(path, {**award, "version": version, "debrief_ar": ""}).status_code == 409  # fmt: skip
    assert market.officer.browser.send(path, {**award, "version": version}).status_code == 303
    assert "Better <fit>" not in page(market.rival, f"/needs/{need_id}/response")
    scene.take(portal, market.officer, need_id, "announce")
    mine = page(market.rival, f"/needs/{need_id}/response")
    assert "Better <fit>" in mine
    assert "6.50" in mine
    assert "9.00" in mine
    assert "Hulul" not in mine
    early = {"event": "award", "version": str(scene.version_of(portal, need_id))}
    assert market.officer.browser.send(f"/needs/{need_id}/desk/step", early).status_code == 409
    before = portal.watch.at
    try:
        portal.watch.at += timedelta(days=10)
        for who in (market.officer, market.vendor, market.rival):
            sign_in(who)
        scene.take(portal, market.officer, need_id, "award")
        assert "not awarded" in page(market.rival, f"/needs/{need_id}/response")
        assert "awarded" in page(market.vendor, f"/needs/{need_id}/response")
    finally:
        portal.watch.at = before
        for who in (market.officer, market.vendor, market.rival):
            sign_in(who)


def sign_in(who: Somebody) -> None:
    from tests.hub_api.portal.conftest import PASSWORD

    who.browser.client.cookies.clear()
    fields = {"email": who.email, "password": PASSWORD}
    assert who.browser.send("/account/sign-in", fields).status_code == 303


def test_nothing_suitable_becomes_a_challenge(portal: Portal, market: Market):
    need_id, _ = market.published(title_en="Nobody answers this")
    scene.let_close(portal, need_id)
    organiser = portal.appoint(Role.ORGANISER, HUB, "organiser")
    hackathon = announce(portal, organiser, "leaks")
    scene.take(portal, market.officer, need_id, "find_none", "no_responses")
    assert hackathon in page(market.officer, f"/needs/{need_id}/evaluation")
    fields = {"hackathon": hackathon, "version": str(scene.version_of(portal, need_id))}
    made = market.officer.browser.send(f"/needs/{need_id}/challenge", fields)
    assert made.status_code == 303
    assert "Nobody answers this" in page(market.officer, made.headers["location"].removeprefix("/portal"))
    assert "became a challenge" in page(market.vendor, f"/needs/{need_id}")


def test_a_response_withdrawn_leaves_nothing(portal: Portal, market: Market):
    need_id, _ = market.published()
    response = scene.hand_in(portal, market.vendor, need_id)
    version = scene.value(portal, "SELECT version FROM innovation.responses WHERE response_id = %s", response)
    path = f"/needs/{need_id}/response/withdraw"
    assert market.vendor.browser.send(path, {"version": "1"}).status_code == 409
    assert market.vendor.browser.send(path, {"version": str(version)}).status_code == 303
    assert scene.value(portal, "SELECT sealed IS NULL FROM innovation.responses WHERE response_id = %s", response)  # fmt: skip
    scene.send_response(portal, market.vendor, need_id, response, scene.ANSWERS)
    assert "handed in, sealed" in page(market.vendor, f"/needs/{need_id}/response")


def test_a_search_of_needs_is_kept(portal: Portal, market: Market):
    reader = market.rival
    assert "Keep this search" not in page(reader, "/needs")
    found = page(reader, "/needs?q=leaks&sector=water&state=published")
    assert "Keep this search" in found
    assert 'name="kind" value="needs"' in found
    for name, code in (("sector", "water"), ("state", "published")):
        assert f'name="filter_{name}" value="{code}"' in found
    assert 'name="filter_q"' not in found
    assert "Keep this search" not in portal.browser().get("/needs?q=leaks").text
    kept = {"kind": "needs", "q": "leaks", "filter_sector": "water", "name": "Leaks"}
    assert reader.browser.send("/account/searches", kept).status_code == 303
    assert reader.browser.send("/account/searches", kept | {"filter_state": "draft"}).status_code == 422
    own = page(reader, "/account/searches")
    assert "/portal/needs?q=leaks&sector=water" in own
    assert "Needs of agencies" in own
    for wrong in ("state=draft", "state=suspended", "sector=boats"):
        assert portal.browser().get(f"/needs?{wrong}").status_code == 422, wrong
