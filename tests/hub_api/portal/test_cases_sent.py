"""What is sent at the end of the pages of a case, tried with voices: once, behind another, or after the form has changed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import httpx
import pytest

from casework.access.model import ANONYMOUS
from casework.cases.model import Channel
from casework.governorates.model import Governorate
from participation.voices import service
from participation.voices.model import Kind, NewVoice, Place, Topic
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.conftest import Browser, Portal


def go_on(browser: Browser, path: str, page: httpx.Response, number: str, **fields: str) -> httpx.Response:
    return browser.send_once(path, {"carried": carried_in(page), "page": number, "go": "next", **fields})


def carried_in(answer: httpx.Response) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


@pytest.fixture
def agency(portal: Portal) -> UUID:
    found = uuid4()
    with portal.city.database.connect() as owner:
        store_agency(owner, found)
    return found


def told(browser: Browser, agency: UUID, body: str, **more: str) -> httpx.Response:
    """All pages of a complaint about a lamp; the page on which everything is read once more."""
    path = "/voices/new/complaint"
    answer = browser.get(path)
    pages: tuple[dict[str, str], ...] = (
        {"agency": f"a{agency.hex}", "topic": "street_light"},
        {
            "subject": "A lamp", "body": body, "place.governorate": "OM-MA", "place.latitude": "23.58",
            "place.longitude": "58.40", "is_public": "1",
        },
        {"name": "Salim", "email": "salim@example.om"} | more,
    )  # fmt: skip
    for number, fields in enumerate(pages, start=1):
        answer = go_on(browser, path, answer, str(number), **fields)
    return answer


def send(browser: Browser, page: httpx.Response, **more: str) -> httpx.Response:
    return go_on(browser, "/voices/new/complaint", page, "review", **more)


def test_a_page_that_is_sent_twice_makes_one_voice_and_tells_the_same_again(
    portal: Portal, agency: UUID
) -> None:
    """Pressed twice, or gone back to: whoever saw only the second answer has number and code too."""
    browser = portal.browser()
    review = told(browser, agency, "Very dark here.")
    shown, paths = [], []
    for page in (review, review, told(browser, agency, "Very dark here.")):
        paths.append(send(browser, page).headers["location"].removeprefix("/portal"))
        shown.append(browser.get(paths[-1]).text)
    first, again, other = (re.findall(r'<code dir="ltr">([\w-]+)</code>', one) for one in shown)
    assert len(first) == 2
    assert first == again
    assert not set(first) & set(other), "whoever begins anew says something else"
    assert ["counts once" in one for one in shown] == [False, True, False]
    assert count_of(portal, agency) == 2
    own = portal.browser()
    own.send("/follow", dict(zip(("number", "code"), again, strict=True)))
    assert "Very dark here." in own.get(paths[1].partition("?")[0]).text


def test_sent_many_times_at_once_it_is_one_voice_and_each_is_told_the_same(
    portal: Portal, agency: UUID
) -> None:
    place = Place(Governorate.MUSCAT)
    new = NewVoice(
        Kind.COMPLAINT, agency, Topic.FEES, "Late", "Two hours", place, Channel.WEB, "en", once=uuid4()
    )
    with ThreadPoolExecutor(4) as presses:
        sent = [
            presses.submit(portal.office.programme.call, ANONYMOUS, service.submit, new) for _ in range(4)
        ]
    told_them = {(one.result().case_id, one.result().issued) for one in sent}
    assert len(told_them) == 1
    assert count_of(portal, agency) == 1


def count_of(portal: Portal, agency: UUID) -> int:
    statement = "SELECT count(*) FROM participation.voices WHERE organisation_id = %s"
    return int(portal.store.execute(statement, [agency]).fetchone()[0])  # type: ignore[index]


def test_whoever_reports_the_same_is_shown_it_and_follows_it_instead(portal: Portal, agency: UUID) -> None:
    first = portal.browser()
    assert "follow" not in re.findall(r'name="(\w+)"', told(first, agency, "Very dark here.").text)
    main = send(first, told(first, agency, "Very dark here."))
    assert main.status_code == 303
    main_id = main.headers["location"].rpartition("/")[2]
    second = portal.browser("ar")
    page = told(second, agency, "مظلم جدًا.", email="muna@example.om")
    assert f'name="follow" value="{main_id}"' in page.text
    assert "Very dark" not in page.text, "never another's words"
    assert "salim@example.om" not in page.text
    answer = send(second, page, follow=main_id)
    voice_id = answer.headers["location"].rpartition("/")[2]
    assert voice_id != main_id
    followed = second.get(f"/follow/voices/{voice_id}")
    assert re.search(r'<code dir="ltr">\w{4}-\w{4}-\w</code>', followed.text)
    assert "أبلغ آخرون" in followed.text
    row = portal.store.execute(
        "SELECT state, main_id::text FROM participation.voices JOIN participation.cases ON case_id = voice_id"
        " WHERE voice_id = %s",
        [voice_id],
    ).fetchone()
    assert row == ("merged", main_id)


def test_whoever_goes_back_after_the_form_has_changed_types_nothing_again(
    portal: Portal, agency: UUID
) -> None:
    """A new agency is a new version of the form."""
    browser, path = portal.browser(), "/voices/new/complaint"
    first = browser.get(path)
    fields = {"agency": f"a{agency.hex}", "topic": "waiting"}
    second = browser.send_once(path, {"carried": carried_in(first), "page": "1", "go": "next", **fields})
    with portal.city.database.connect() as owner:
        store_agency(owner, uuid4())
    back = browser.send_once(
        path, {"carried": carried_in(second), "page": "2", "go": "back", "subject": "Late"}
    )
    assert back.status_code == 200
    assert re.search(rf'value="a{agency.hex}" checked', back.text)
    again = browser.send_once(path, {"carried": carried_in(back), "page": "1", "go": "next", **fields})
    assert 'value="Late"' in again.text
    with portal.city.database.connect() as owner:
        owner.execute(
            "UPDATE innovation.organisations SET state = 'suspended' WHERE organisation_id = %s",
            [agency],
        )
        owner.commit()
    lost = browser.send_once(
        path, {"carried": carried_in(again), "page": "2", "go": "back", "subject": "Late"}
    )
    assert 'value="waiting" checked' in lost.text, "what is still an answer stays"
    assert agency.hex not in lost.text
