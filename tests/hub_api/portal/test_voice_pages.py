"""What people write on the pages of voices, in a browser of their own and at a device in an office, where nothing of it is left."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import httpx
import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Role, Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import NewRoll
from casework.cases.model import Channel
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.unlinked_answers.service import open_box
from citycore.language import Language
from participation.voices import service
from participation.voices.model import Kind, NewVoice, Place, Topic
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.conftest import Browser, Portal, Somebody
from tests.hub_api.portal.test_kiosk_pages import refresh_of


class Device:
    """A device of an agency that one who speaks for it has set up by the pages."""

    def __init__(self, portal: Portal, language: Language) -> None:
        self.portal, self.agency = portal, uuid4()
        with portal.city.database.connect() as owner:
            store_agency(owner, self.agency)
        scope = Scope(ScopeKind.ORGANISATION, self.agency)
        self.lead: Somebody = portal.appoint(Role.OFFICER, scope, "lead")
        self.desk, self.path = f"/desk/voices/handlers/{self.agency}", f"/voices/kiosk/{self.agency}"
        where = {"name": "Salalah, counter 2", "governorate": Governorate.DHOFAR.value}
        self.lead.browser.send(f"{self.desk}/kiosks", where)
        token = re.search(r'class="code"><code dir="ltr">([^<]+)<', self.lead.browser.get(self.desk).text)
        assert token is not None
        self.browser = portal.browser(language)
        assert self.type_in(token[1]) == f"/portal{self.path}"

    def type_in(self, token: str) -> str:
        return self.browser.send_once("/kiosk", {"token": token}).headers["location"]

    def say(self, kind: str) -> tuple[httpx.Response, httpx.Response]:
        """All pages: the last, on which everything is read once more, and what is shown when it was sent."""
        answer = self.fill(kind)
        sent = go_on(self.browser, f"{self.path}/new/{kind}", answer, "review")
        assert sent.status_code == 303, sent.text
        return answer, self.browser.get(sent.headers["location"].removeprefix("/portal"))

    def fill(self, kind: str) -> httpx.Response:
        """All pages but the last."""
        path = f"{self.path}/new/{kind}"
        answer = self.browser.get(path)
        assert 'name="agency"' not in answer.text, "it stands with the agency"
        pages: tuple[dict[str, str], ...] = (
            {"topic": "waiting"},
            {"subject": "Late", "body": "Two hours of waiting", "place.governorate": "OM-MA"},
            {"name": "Salim", "email": "salim@example.om"},
        )
        for number, fields in enumerate(pages, start=1):
            answer = go_on(self.browser, path, answer, str(number), **fields)
        return answer


def go_on(browser: Browser, path: str, page: httpx.Response, number: str, **fields: str) -> httpx.Response:
    return browser.send_once(path, {"carried": carried_in(page), "page": number, "go": "next", **fields})


def carried_in(answer: httpx.Response) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


def main_of(page: httpx.Response) -> str:
    return page.text.partition("<main")[2]


@pytest.fixture(params=["ar", "en"])
def device(portal: Portal, request: pytest.FixtureRequest) -> Device:
    return Device(portal, request.param)


@pytest.fixture
def survey(portal: Portal) -> Callable[..., str]:
    """The code of a device for a survey."""

    def add(is_open: bool = True) -> str:
        survey_id = uuid4()
        scope = Scope(ScopeKind.SURVEY, survey_id)
        roll = NewRoll("survey", Names("رأيك", "Your view"), scope, is_unlinked=True)
        portal.office.programme.call(SYSTEM, admission.open_roll, survey_id, roll)
        if is_open:
            portal.office.programme.call(SYSTEM, open_box, survey_id)
        return portal.office.programme.call(
            SYSTEM, admission.add_kiosk, survey_id, "Salalah", Governorate.DHOFAR
        ).token

    return add


@pytest.mark.parametrize("kind", ["complaint", "suggestion", "quality_note"])
def test_number_and_code_are_shown_once_and_nothing_is_left(device: Device, kind: str) -> None:
    start = device.browser.get(device.path)
    assert f'href="/portal{device.path}/new/{kind}"' in start.text
    assert "/portal/follow" not in start.text, "no way to anywhere else"
    review, shown = device.say(kind)
    assert refresh_of(review.text) == (45, f"/portal{device.path}/new/{kind}")
    assert refresh_of(shown.text) == (45, f"/portal{device.path}")
    number, code = re.findall(r'<code dir="ltr">([\w-]+)</code>', shown.text)
    assert 'class="code is-large"' in shown.text
    assert shown.headers["cache-control"].endswith("no-store")
    again = device.browser.get(f"{device.path}/number")
    assert number not in again.text
    assert "Two hours" not in main_of(go_on(device.browser, f"{device.path}/new/{kind}", review, "review"))
    voice_id = stored(device, kind)
    assert device.browser.get(f"/follow/voices/{voice_id}").status_code in {303, 403}, "nobody follows here"
    own = device.portal.browser()
    own.send("/follow", {"number": number, "code": code})
    assert "Two hours" in own.get(f"/follow/voices/{voice_id}").text


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


def stored(device: Device, kind: str) -> UUID:
    """With the channel and the device, which the staff sees too."""
    row = device.portal.store.execute(
        "SELECT case_id, channel, kiosks.name, person_id FROM participation.cases JOIN participation.kiosks"
        " USING (kiosk_id) JOIN participation.case_askers USING (case_id) JOIN participation.voices ON voice_id = case_id"
        " WHERE cases.organisation_id = %s AND voices.kind = %s",
        [device.agency, kind],
    ).fetchall()
    ((voice_id, *told),) = row
    assert told == ["kiosk", "Salalah, counter 2", None]
    at_desk = device.lead.browser.get(f"/desk/voices/{voice_id}").text
    assert "Salalah, counter 2" in at_desk
    assert "kiosk" in device.lead.browser.get("/desk/voices?state=").text.lower()
    return UUID(str(voice_id))


def test_people_choose_where_a_device_is_set_up_for_more_than_one_thing(
    device: Device, survey: Callable[..., str]
) -> None:
    assert device.type_in(survey()) == "/portal/kiosk"
    device.type_in(survey(is_open=False))
    start = device.browser.get("/kiosk")
    offered = re.findall(r'class="button" href="([^"]+)"', start.text)
    assert len(offered) == 2, "a survey that has not begun is not offered"
    assert offered[0] == f"/portal{device.path}"
    assert re.fullmatch(r"/portal/surveys/[0-9a-f-]+/kiosk", offered[1])
    assert "/portal/account/sign-in" not in start.text
    assert refresh_of(device.browser.get(device.path).text) == (45, "/portal/kiosk"), (
        "the next person chooses"
    )
    page = device.browser.get(f"{device.path}/new/complaint")
    device.browser.get("/kiosk")  # as the screen does by itself
    again = go_on(device.browser, f"{device.path}/new/complaint", page, "1", topic="waiting")
    assert 'name="topic"' in again.text, "whoever goes back begins anew"


def test_a_device_that_is_taken_out_of_use_takes_nothing_more(device: Device) -> None:
    kiosk_id = re.search(
        rf"{device.desk}/kiosks/([0-9a-f-]+)/revoke", device.lead.browser.get(device.desk).text
    )
    assert kiosk_id is not None
    page = device.browser.get(f"{device.path}/new/complaint")
    device.lead.browser.send(f"{device.desk}/kiosks/{kiosk_id[1]}/revoke")
    assert device.browser.get(device.path).status_code == 403
    assert go_on(device.browser, f"{device.path}/new/complaint", page, "1", topic="fees").status_code == 403
    assert device.portal.browser().get(device.path).status_code == 403, "nor does any other browser"
    logged = device.portal.store.execute(
        "SELECT event, details ->> 'kiosk' FROM innovation.audit WHERE object = %s ORDER BY position",
        [device.agency],
    ).fetchall()
    assert logged == [("add_kiosk", kiosk_id[1]), ("revoke_kiosk", kiosk_id[1])]


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
