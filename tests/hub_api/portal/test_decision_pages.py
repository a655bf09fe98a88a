"""A decision on its pages: entered, recommended, answered by two, done, verified by another, and disputed by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import pytest

from casework.access.model import HUB, SYSTEM, Role, Scope, ScopeKind
from casework.follow_up.model import Issued
from casework.follow_up.service import open_follow_up
from casework.journeys.model import Heard, Passage, Seen
from casework.noun import Noun, Nouns
from casework.people.model import Names
from citycore.language import LANGUAGES
from programme.registry import NOUNS
from tests.browser import needs_chromium
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.looks import Looker
from tests.hub_api.portal.stand import House

ATOM = "{http://www.w3.org/2005/Atom}"
HEARD = {
    "title_ar": "ساعات عمل الحديقة", "title_en": "Opening hours <of the park>", "heard_ar": "من ٨ إلى ٨",
    "heard_en": "Open it from 08:00 to 20:00.", "governorate": "OM-MA",
}  # fmt: skip
ANSWER = {
    "answer_ar": "تُفتح.", "answer_en": "It opens at eight.", "reason_ar": "ليس في الشتاء",
    "reason_en": "Not in winter.",
}  # fmt: skip
EVIDENCE = {"link": "/v1/latest?thing=park-01", "note_ar": "البوابة", "note_en": "The gate is open."}


@dataclass
class Cast:
    facilitator: Somebody
    programme: Somebody
    officer: Somebody
    second: Somebody
    agency: UUID
    voice: UUID
    issued: Issued


@pytest.fixture(scope="module")
def cast(portal: Portal) -> Cast:
    agency, voice = uuid4(), uuid4()
    with portal.city.database.connect() as owner:
        store_agency(owner, agency)
    passage = Passage(
        "voice",
        "tests.hackathon",
        1,
        lambda _, ids: {
            one: Seen(Names("صوت", "A voice"), None, f"/voices/{one}", portal.watch()) for one in ids
        },
        lambda _, one: [Heard(f"case:{one}", "asker@example.com", "en", f"/follow/voices/{one}")],
        followed_at="/follow/voices/{}",
    )
    programme = portal.office.programme
    programme._parts[Nouns] = Nouns([*NOUNS, Noun("voices_heard", "tests.hackathon", passages=(passage,))])
    of = Scope(ScopeKind.ORGANISATION, agency)
    return Cast(
        portal.appoint(Role.FACILITATOR, HUB, "facilitator"),
        portal.appoint(Role.PROGRAMME_OFFICER, HUB, "programme"),
        portal.appoint(Role.OFFICER, of, "officer"),
        portal.appoint(Role.OFFICER, of, "second"),
        agency,
        voice,
        programme.call(SYSTEM, open_follow_up, passage.kind, voice),
    )


def version(portal: Portal, table: str, key: str, object_id: str) -> str:
    row = portal.store.execute(
        f"SELECT version FROM participation.{table} WHERE {key} = %s".encode(), [object_id]
    ).fetchone()
    assert row is not None
    return str(row[0])


def send(portal: Portal, somebody: Somebody, path: str, **fields: str) -> Any:
    """With the version that the page shows."""
    decision_id = path.split("/")[2]
    fields = {"version": version(portal, "decisions", "decision_id", decision_id), **fields}
    return somebody.browser.send(path, fields)


def led_to_owner(portal: Portal, cast: Cast) -> str:
    made = cast.facilitator.browser.send("/decisions/new", HEARD)
    assert made.status_code == 303, made.text
    path = made.headers["location"].removeprefix("/portal")
    texts = {"recommendation_ar": "تُفتح", "recommendation_en": "Open it."}
    for somebody, step, fields in (
        (cast.facilitator, "grounds", {"kind": "voice", "object": str(cast.voice)}),
        (cast.facilitator, "recommendation", texts),
        (cast.facilitator, "step", {"event": "recommend"}),
        (cast.programme, "owner", {"owner": str(cast.agency)}),
        (cast.programme, "step", {"event": "assign"}),
    ):
        answer = send(portal, somebody, f"{path}/{step}", **fields)
        assert answer.status_code == 303, (step, answer.text)
    return str(path)


def test_a_decision_from_what_was_heard_to_a_dispute(portal: Portal, cast: Cast) -> None:
    path = led_to_owner(portal, cast)
    visitor = portal.browser("ar")
    page = visitor.get(path).text
    assert "ساعات عمل الحديقة" in page
    assert "لدى الجهة" in page
    assert path in visitor.get("/decisions").text
    assert f'href="/portal{path}"' in cast.officer.browser.get("").text, "it waits for the agency"
    assert send(portal, cast.officer, f"{path}/answer", **ANSWER).status_code == 303
    assert "It opens at eight." not in portal.browser().get(path).text, "not before it is released"
    promise = {
        "owner_id": str(cast.agency),
        "due_on": "2026-12-31",
        "text_ar": "فتح البوابة",
        "text_en": "Open the gate",
    }
    assert send(portal, cast.officer, f"{path}/actions", **promise).status_code == 303
    assert send(portal, cast.officer, f"{path}/prepare", event="accept_partly").status_code == 303
    assert send(portal, cast.officer, f"{path}/release").status_code == 409, "by somebody else"
    assert send(portal, cast.second, f"{path}/release").status_code == 303
    page = portal.browser().get(path).text
    for words in (
        "Accepted in part",
        "It opens at eight.",
        "Not in winter.",
        "Open the gate",
        "Opening hours &lt;of the park&gt;",
    ):
        assert words in page, words
    assert [name for name, _ in portal.mails("asker@example.com")] == ["heard_answered"]

    (action_id,) = portal.store.execute(
        "SELECT action_id FROM participation.decision_actions WHERE decision_id = %s", [path.split("/")[2]]
    ).fetchone()  # type: ignore[misc]  # there is one
    action = f"{path}/actions/{action_id}"

    def press(somebody: Somebody, step: str, **fields: str) -> int:
        own = version(portal, "decision_actions", "action_id", str(action_id))
        return int(somebody.browser.send(f"{action}/{step}", {"version": own, **fields}).status_code)

    assert press(cast.facilitator, "claim", **EVIDENCE) == 403
    wrong = press(cast.officer, "claim", **EVIDENCE | {"link": "javascript:alert(1)"})
    assert wrong == 422
    assert press(cast.officer, "claim", **EVIDENCE) == 303
    assert press(cast.officer, "check", event="verify") == 403
    assert press(cast.facilitator, "check", event="verify") == 303
    page = portal.browser().get(path).text
    assert "Done" in page
    assert 'href="/v1/latest?thing=park-01"' in page

    follower = portal.browser()
    assert follower.get(f"/follow{path}").status_code == 303
    brought = follower.send_once("/follow", {
        "number": cast.issued.number, "code": cast.issued.code, "next": f"/portal/follow{path}",
    })  # fmt: skip
    assert brought.headers["location"] == f"/portal/follow{path}"
    assert "Say that it is not done" in follower.get(f"/follow{path}").text
    words = {
        "dispute": "It is closed at <seven>.",
        "version": version(portal, "decisions", "decision_id", path.split("/")[2]),
    }
    assert follower.send_once(f"/follow{path}/dispute", words).status_code == 303
    assert "Disputed" in portal.browser().get(path).text
    assert "seven" not in portal.browser().get(path).text
    assert "It is closed at &lt;seven&gt;." in cast.officer.browser.get(path).text
    assert follower.send_once(f"/follow{path}/dispute", words).status_code in {403, 409}


def test_feeds_and_the_open_list_say_the_same_in_both_languages(portal: Portal, cast: Cast) -> None:
    path = led_to_owner(portal, cast)
    decision_id = path.split("/")[2]
    client = portal.browser().client
    base = "/v1/participation/decisions"
    atom = portal.run(client.get(f"{base}/feed.atom?lang=ar"))
    assert (atom.status_code, atom.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    entries = {one.findtext(f"{ATOM}id"): one for one in ET.fromstring(atom.text).iter(f"{ATOM}entry")}
    entry = entries[f"urn:uuid:{decision_id}"]
    assert entry.findtext(f"{ATOM}title") == HEARD["title_ar"]
    feed = portal.run(client.get(f"{base}/feed.json?lang=en")).json()
    (item,) = [one for one in feed["items"] if one["id"] == f"urn:uuid:{decision_id}"]
    assert item["title"] == HEARD["title_en"]
    assert item["content_text"].startswith(HEARD["heard_en"])
    assert item["url"].endswith(f"/portal{path}?lang=en")
    again = portal.run(
        client.get(f"{base}/feed.atom?lang=ar", headers={"If-None-Match": atom.headers["etag"]})
    )
    assert again.status_code == 304
    rows = portal.run(client.get(f"{base}?kind=voice", headers={"Accept": "*/*"})).json()["data"]
    (row,) = [one for one in rows if one["decision"] == decision_id]
    assert (row["name"]["en"], row["state"], row["kinds"]) == (HEARD["title_en"], "with_owner", ["voice"])


def test_what_is_refused_comes_back_with_what_was_typed(portal: Portal, cast: Cast) -> None:
    refused = cast.facilitator.browser.send("/decisions/new", HEARD | {"title_en": " "})
    assert (refused.status_code, "Open it from 08:00" in refused.text) == (422, True)
    made = cast.facilitator.browser.send("/decisions/new", HEARD)
    path = made.headers["location"].removeprefix("/portal")
    for fields in ({"kind": "voice", "object": "no identifier"}, {"kind": "need", "object": str(uuid4())}):
        assert send(portal, cast.facilitator, f"{path}/grounds", **fields).status_code == 422
    assert send(portal, cast.facilitator, f"{path}/step", event="recommend").status_code == 409
    removed = {"kind": "voice", "object": str(cast.voice)}
    assert send(portal, cast.facilitator, f"{path}/grounds", **removed).status_code == 303
    assert "A voice" in portal.browser().get(path).text
    assert send(portal, cast.facilitator, f"{path}/grounds/remove", **removed).status_code == 303
    assert "A voice" not in portal.browser().get(path).text


def test_a_new_decision_replaces_an_old_one(portal: Portal, cast: Cast) -> None:
    path = led_to_owner(portal, cast)
    assert send(portal, cast.officer, f"{path}/answer", **ANSWER).status_code == 303
    assert send(portal, cast.officer, f"{path}/prepare", event="reject").status_code == 303
    assert send(portal, cast.second, f"{path}/release").status_code == 303
    old = path.split("/")[2]
    form = cast.facilitator.browser.get(f"/decisions/new?replaces={old}").text
    assert "Opening hours &lt;of the park&gt;" in form
    assert portal.browser().get(f"/decisions/new?replaces={old}").status_code == 303
    made = cast.facilitator.browser.send("/decisions/new", HEARD | {"replaces": old})
    assert made.status_code == 303
    assert (
        "It is to replace an earlier decision"
        in portal.browser().get(made.headers["location"].removeprefix("/portal")).text
    )


@needs_chromium
def test_pages_shut_nobody_out(portal: Portal, cast: Cast, house: House, looker: Looker) -> None:
    """For whoever leads, for the agency, and for everybody; wide and narrow, in both languages."""
    path = led_to_owner(portal, cast)
    assert send(portal, cast.officer, f"{path}/answer", **ANSWER).status_code == 303
    promise = {
        "owner_id": str(cast.agency),
        "due_on": "2026-12-31",
        "text_ar": "فتح البوابة",
        "text_en": "Open the gate",
    }
    assert send(portal, cast.officer, f"{path}/actions", **promise).status_code == 303
    begun = cast.facilitator.browser.send("/decisions/new", HEARD).headers["location"].removeprefix("/portal")
    visitor = portal.browser()
    for browser, address in (
        (visitor, "/decisions"), (visitor, path), (cast.officer.browser, path), (cast.facilitator.browser, begun),
        (cast.facilitator.browser, "/decisions/new"), (visitor, "/follow"),
    ):  # fmt: skip
        for language in LANGUAGES:
            answer = browser.get(f"{address}?lang={language}")
            assert answer.status_code == 200
            looker.look_at(answer.text, f"{house.url}/portal{address}", language)


def test_late_answers_are_public_and_lists_are_limited(portal: Portal, cast: Cast) -> None:
    path = led_to_owner(portal, cast)
    visitor = portal.browser()
    assert path not in visitor.get("/decisions?overdue=1").text
    portal.watch.pass_by(days=60)
    assert path in visitor.get("/decisions?overdue=1").text
    assert "There is no answer yet" in visitor.get(path).text
    for query, is_there in (
        (f"owner={cast.agency}", True), (f"owner={uuid4()}", False), ("state=with_owner", True), ("state=done", False),
        ("governorate=OM-MA", True), ("governorate=OM-MU", False), ("kind=voice", True), ("kind=alert", False),
        ("state=withdrawn", True),
    ):  # fmt: skip
        assert (path in visitor.get(f"/decisions?{query}").text) == is_there, query
    assert visitor.get("/decisions?owner=x").status_code == 422
