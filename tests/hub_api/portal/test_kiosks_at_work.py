"""Two devices in an office at their full rate: everybody's answer counts once, and nothing of it stays on a screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from casework.access.model import SYSTEM, Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import NewRoll
from casework.admission.settings import AdmissionSettings
from casework.forms.model import Bounds, Condition, FieldKind, FormField
from casework.forms.service import freeze
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.unlinked_answers.service import count, mix_due
from participation.surveys import service
from participation.surveys.service import ASKING
from tests.hackathon.survey_specimens import FORM, store_survey
from tests.hub_api.portal.conftest import Browser, Portal
from tests.hub_api.portal.test_kiosk_pages import refresh_of

#: An answer each eighteen seconds at each device; after each tenth somebody leaves in the middle.
AN_HOUR, LEFT_EACH = 200, 10
#: How it was is asked on a second page, of those who say no.
RATED = FormField(
    "rated",
    "ما رضاك؟",
    "How was it?",
    FieldKind.SCALE,
    page=2,
    bounds=Bounds(1, 5),
    asked_if=Condition("hours", ("no",)),
)
CHOSEN = re.compile(r'<input[^>]*type="radio"[^>]* checked')


@dataclass
class Device:
    """A paired browser, and what is on its screen since when."""

    portal: Portal
    browser: Browser
    path: str

    def begin(self) -> str:
        answer = self.browser.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def go_on(self, page: str, **fields: str) -> httpx.Response:
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self.browser.send_once(self.path, {**hidden, "go": "next", **fields})

    def answer(self) -> None:
        assert self.go_on(self.begin(), hours="yes").headers["location"].endswith("/kiosk/thanks")

    def leave(self) -> None:
        """Somebody answers half of it and goes; the screen is that of the next one by itself, and theirs is not taken."""
        second = self.go_on(self.begin(), hours="no").text
        refresh = re.search(r'<meta http-equiv="refresh" content="(\d+); url=/portal([^"]+)">', second)
        assert refresh is not None
        seconds, path = int(refresh[1]), refresh[2]
        assert seconds <= 45
        self.portal.watch.pass_by(seconds=seconds)
        screen = self.browser.get(path).text
        assert (path, CHOSEN.search(screen), 'name="hours"' in screen) == (self.path, None, True)
        assert 'name="hours"' in self.go_on(second, rated="1").text, "it begins anew"


@pytest.fixture
def survey_id(portal: Portal) -> UUID:
    programme = portal.office.programme
    with portal.city.database.connect() as owner:
        survey_id = store_survey(owner)
    version = programme.call(SYSTEM, freeze, survey_id, (*FORM, RATED))
    with portal.city.database.connect() as owner:
        owner.execute(
            "UPDATE participation.surveys SET state = 'open', channels = '{web,kiosk}', form_version = %s, form_digest = %s"
            " WHERE survey_id = %s",
            [version.version, version.digest, survey_id],
        )
    survey = programme.call(SYSTEM, service.get_survey, survey_id)
    programme.call(SYSTEM, ASKING.prepare, survey)
    programme.call(SYSTEM, ASKING.open_box, survey)
    return survey_id


@pytest.mark.parametrize("minutes", [12, pytest.param(60, marks=pytest.mark.long)])
def test_two_devices_take_two_hundred_an_hour_each_and_keep_nothing_on_the_screen(
    portal: Portal, survey_id: UUID, minutes: int
) -> None:
    programme, devices = portal.office.programme, []
    assert programme.of(AdmissionSettings).screen_seconds <= 45
    for name in ("Door", "Hall"):
        issued = programme.call(SYSTEM, admission.add_kiosk, survey_id, name, Governorate.MUSCAT)
        device = Device(portal, portal.browser(), f"/surveys/{survey_id}/kiosk")
        assert device.browser.send_once("/kiosk", {"token": issued.token}).status_code == 303
        devices.append(device)
    began, left = portal.watch.at, 0
    answers = AN_HOUR * minutes // 60
    for number in range(answers):
        portal.watch.at = began + number * timedelta(hours=1) / AN_HOUR
        for device in devices:
            device.answer()
            if number % LEFT_EACH == 0:
                device.leave()
                left += 1
    assert left == 2 * answers / LEFT_EACH
    programme.call(SYSTEM, ASKING.close_box, programme.call(SYSTEM, service.get_survey, survey_id))
    mix_due(programme, lambda: False)
    assert programme.call(SYSTEM, count, survey_id) == {"kiosk": 2 * answers}


def test_after_thanks_people_choose_where_a_device_is_set_up_for_more(
    portal: Portal, survey_id: UUID
) -> None:
    programme, browser, other_id = portal.office.programme, portal.browser(), uuid4()
    roll = NewRoll("survey", Names("رأيك", "Your view"), Scope(ScopeKind.SURVEY, other_id))
    programme.call(SYSTEM, admission.open_roll, other_id, roll)
    seen = []
    for object_id in (survey_id, other_id):
        issued = programme.call(SYSTEM, admission.add_kiosk, object_id, "Door", Governorate.MUSCAT)
        browser.send_once("/kiosk", {"token": issued.token})
        seen.append(refresh_of(browser.get(f"/surveys/{survey_id}/kiosk/thanks").text)[1])
    assert seen == [f"/portal/surveys/{survey_id}/kiosk", "/portal/kiosk"]
