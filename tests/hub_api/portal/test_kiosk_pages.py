"""A browser becomes a kiosk, its screen clears itself, and nobody sends or sees what somebody before them answered."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter

from casework.access.model import ANONYMOUS, SYSTEM, Scope, ScopeKind
from casework.admission import seats, service
from casework.admission.model import NewRoll, Taker
from casework.forms.model import Bounds, FieldKind, FormField
from casework.forms.service import freeze
from casework.governorates.model import Governorate
from casework.journeys.model import Passage
from casework.noun import Noun, Nouns
from casework.people.model import Names
from casework.programme import Session
from hub_api.programme.kit.kiosks import kiosk_here
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.questionnaires import Asked, Questionnaire, Refresh, Submitted
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.seats import lead_to_seat
from programme.registry import NOUNS
from tests.hub_api.portal.conftest import Browser, Portal

PASSAGE = Passage("poll", "tests.hackathon", 1, lambda _session, _ids: {}, answered_at="/polls/{}/kiosk")
FORM = (
    FormField("rating", "التقييم", "Rating", FieldKind.SCALE, bounds=Bounds(1, 5), is_required=True),
    FormField("why", "لماذا؟", "Why?", FieldKind.TEXT, page=2),
)
FORM_ID = uuid4()
submitted: list[tuple[Submitted, str]] = []
router = APIRouter(prefix="/portal")


def _ask(session: Session, request: PortalRequest, poll_id: UUID) -> Asked:
    kiosk_here(session, request, poll_id)
    return Asked(freeze(session, FORM_ID, FORM), "Poll")


def _keep(session: Session, request: PortalRequest, poll_id: UUID, sent: Submitted) -> Onward:
    submitted.append((sent, kiosk_here(session, request, poll_id).name))
    return Onward(f"/polls/{poll_id}/thanks")


def _thank(session: Session, request: PortalRequest, poll_id: UUID) -> dict[str, Any]:
    return {"title": "Thank you", "is_kiosk": True, "refresh": Refresh(15, f"/portal/polls/{poll_id}/kiosk")}


def _seat(session: Session, request: PortalRequest, session_id: UUID) -> Asked:
    return Asked(freeze(session, FORM_ID, FORM[:1]), "Seat")


def _take_seat(session: Session, request: PortalRequest, session_id: UUID, _: Submitted) -> Onward:
    return lead_to_seat(request, seats.ask(session, session_id, Taker("Sama", "en")))


Questionnaire(router, "/polls/{poll_id}/kiosk", _ask, _keep, here="home", is_kiosk=True)
Page(router, "/polls/{poll_id}/thanks", "kit/layout.html", _thank, guard=anybody, here="home")
Questionnaire(router, "/sessions/{session_id}/seat", _seat, _take_seat, here="home", is_reviewed=False)


@pytest.fixture(scope="module", autouse=True)
def _polls(portal: Portal) -> None:
    portal.app.include_router(router)
    programme = portal.office.programme
    programme._parts[Nouns] = Nouns([*NOUNS, Noun("polls", "tests.hackathon", passages=(PASSAGE,))])


class Kiosk:
    """A device that somebody has paired, and what is on its screen."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.browser, self.poll_id = portal, portal.browser(), uuid4()
        programme = portal.office.programme
        roll = NewRoll("poll", Names("ع", "Poll"), Scope(ScopeKind.SURVEY, self.poll_id), is_unlinked=True)
        programme.call(SYSTEM, service.open_roll, self.poll_id, roll)
        self.issued = programme.call(SYSTEM, service.add_kiosk, self.poll_id, "Door", Governorate.MUSCAT)
        self.path = f"/polls/{self.poll_id}/kiosk"

    def pair(self, browser: Browser | None = None) -> httpx.Response:
        return (browser or self.browser).send_once("/kiosk", {"token": self.issued.token})

    def begin(self) -> str:
        answer = self.browser.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def go_on(self, page: str, **fields: str) -> httpx.Response:
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self.browser.send_once(self.path, {**hidden, "go": "next", **fields})


@pytest.fixture
def kiosk(portal: Portal) -> Kiosk:
    submitted.clear()
    return Kiosk(portal)


def refresh_of(text: str) -> tuple[int, str]:
    found = re.search(r'<meta http-equiv="refresh" content="(\d+); url=([^"]+)">', text)
    assert found is not None
    return int(found[1]), found[2]


def test_a_device_becomes_a_kiosk_by_its_token_once_and_is_refused_when_it_is_revoked(kiosk: Kiosk) -> None:
    assert kiosk.browser.get(kiosk.path).status_code == 403
    wrong = kiosk.browser.send_once("/kiosk", {"token": "K7QM"})
    assert (wrong.status_code, "K7QM-2XRD-9PTW" in wrong.text) == (422, True)
    answer = kiosk.pair()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/portal{kiosk.path}")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert kiosk.pair(kiosk.portal.browser()).status_code == 409
    page = kiosk.begin()
    assert "/portal/account/sign-in" not in page, "no way to anywhere else"
    kiosk.portal.office.programme.call(SYSTEM, service.revoke_kiosk, kiosk.poll_id, kiosk.issued.kiosk_id)
    assert kiosk.browser.get(kiosk.path).status_code == 403
    assert kiosk.go_on(page, rating="3").status_code == 403


def test_the_screen_clears_itself_and_later_where_people_type(kiosk: Kiosk) -> None:
    kiosk.pair()
    first = kiosk.begin()
    assert refresh_of(first) == (45, f"/portal{kiosk.path}")
    assert "45" in re.sub("<[^>]+>", "", first), "it says so"
    second = kiosk.go_on(first, rating="4")
    assert refresh_of(second.text) == (180, f"/portal{kiosk.path}")
    longer = kiosk.go_on(second.text, why="Half a sent", go="more_time")
    assert (longer.status_code, "Half a sent" in longer.text) == (200, True)
    assert "told is-refused" not in longer.text
    review = kiosk.go_on(longer.text, why="Half a sentence")
    assert refresh_of(review.text) == (45, f"/portal{kiosk.path}")
    done = kiosk.go_on(review.text)
    assert done.headers["location"] == f"/portal/polls/{kiosk.poll_id}/thanks"
    assert refresh_of(kiosk.browser.get(f"/polls/{kiosk.poll_id}/thanks").text)[0] == 15
    ((sent, name),) = submitted
    assert (sent.answers.values, name) == ({"rating": 4, "why": "Half a sentence"}, "Door")


def test_whoever_goes_back_to_what_somebody_before_them_typed_begins_anew(kiosk: Kiosk) -> None:
    kiosk.pair()
    second = kiosk.go_on(kiosk.begin(), rating="4")
    review = kiosk.go_on(second.text, why="My secret")
    kiosk.begin()  # as the screen does by itself
    again = kiosk.go_on(review.text)
    assert "My secret" not in again.text
    assert 'name="rating"' in again.text
    assert not submitted


def test_two_presses_are_one_and_two_people_are_two(kiosk: Kiosk) -> None:
    kiosk.pair()
    reviews = []
    for _ in range(2):
        second = kiosk.go_on(kiosk.begin(), rating="4")
        review = kiosk.go_on(second.text, why="The same")
        assert kiosk.go_on(review.text).status_code == 303
        assert kiosk.go_on(review.text).status_code == 303
        reviews.append(review)
    first, again, other, once_more = (sent.once for sent, _ in submitted)
    assert first == again
    assert other == once_more != first


def test_a_seat_is_asked_for_followed_and_given_up_without_an_account(portal: Portal) -> None:
    session_id, browser = uuid4(), portal.browser()
    now = portal.office.clock()
    roll = NewRoll(
        "session",
        Names("ع", "Talk"),
        Scope(ScopeKind.SESSION, session_id),
        seats=1,
        ends_at=now.replace(year=now.year + 1),
    )
    portal.office.programme.call(SYSTEM, service.open_roll, session_id, roll)
    path = f"/sessions/{session_id}/seat"
    page = browser.get(path).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    led = browser.send_once(path, {**hidden, "go": "next", "rating": "5"})
    assert led.status_code == 303, led.text
    place = led.headers["location"].removeprefix("/portal")
    shown = browser.get(place).text
    number = re.search(r'<code dir="ltr">([^<]+)</code>', shown)
    assert number is not None
    assert "confirmed" in shown
    assert number[1] not in browser.get(place).text, "told once"
    waiting = portal.office.programme.call(ANONYMOUS, seats.ask, session_id, Taker("Other", "ar"))
    assert browser.send_once(f"{place}/step", {"event": "check_in"}).status_code == 404
    assert browser.send(f"{place}/step", {"event": "leave"}).status_code == 303
    gone = browser.get(place).text
    assert ("given up" in gone, "button" in gone.partition("<main")[2]) == (True, False)
    assert portal.office.programme.call(SYSTEM, seats.get, waiting.seat_id).state == "offered"
