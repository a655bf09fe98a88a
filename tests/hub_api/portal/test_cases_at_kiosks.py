"""What people say at a device in an office, tried with voices: it is taken once, and nothing of it is left there."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import pytest

from casework.access.model import SYSTEM, Role, Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import NewRoll
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.unlinked_answers.service import open_box
from citycore.language import Language
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.test_cases_sent import go_on
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
