"""Certificates in a real browser, in both languages: approved, looked up and offered without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role
from casework.people.model import Names, Visitor
from casework.people.roles.service import grant
from casework.people.sessions.service import begin_session
from casework.programme import Programme as Hub
from citycore.clock import system_clock
from citycore.language import LANGUAGES, Language
from hackathon.outreach.certificates import awarding, service
from hackathon.outreach.certificates.model import Award, Certificate, Kind
from hackathon.outreach.certificates.paper import write_html
from hackathon.outreach.certificates.settings import CertificateSettings
from hackathon.outreach.certificates.signing import Signing
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage
from tests.hackathon.terms import Programme
from tests.hub_api.portal.finals import finish, play_finals
from tests.hub_api.portal.looks import OVERFLOW
from tests.hub_api.portal.stand import House

pytestmark = needs_chromium
NAMES = Names("منى بنت سالم الحارثية", "Muna bint Salim Al Harthy")


@dataclass
class Ceremony:
    """A hackathon with final results; ``tokens`` are sessions of its people, ``stage`` is where it was played."""

    house: House
    stage: Stage
    hub: Hub
    people: dict[str, UUID]
    tokens: dict[str, str]

    def certificate(self, who: str) -> Any:
        return self.hub.call(Actor(self.people[who]), service.list_own)[0]


@pytest.fixture
def ceremony(house: House, tmp_path: Path) -> Iterator[Ceremony]:
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        stage = Stage(portal, owner, folder=tmp_path)
        people = {name: stage.person() for name in ("winner", "second", "judge", "chief", "ambassador")}
        owner.execute(
            "UPDATE innovation.people SET name_ar = %s, name_en = %s WHERE person_id = %s",
            [NAMES.ar, "Muna Alharthi", people["winner"]],
        )
        accounts = programme_for(portal)
        accounts.call(SYSTEM, grant, people["chief"], Grant(Role.ADMINISTRATOR))
        tokens = {
            name: accounts.call(ANONYMOUS, begin_session, person, Visitor("127.0.0.1", "test")).token
            for name, person in people.items()
        }
        play_finals(stage, people["winner"], people["second"], people["judge"])
        finish(stage)
        programme = Programme(portal, stage.chief, stage.watch())
        programme.publish_papers()
        programme.note_verified(owner, programme.appoint(people["ambassador"]))
        settings = CertificateSettings(folder=house.files / "certificates")
        yield Ceremony(house, stage, programme_for(portal, system_clock, settings), people, tokens)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_is_offered_approved_and_verified_without_scripts(
    ceremony: Ceremony, language: Language
) -> None:
    house, tokens = ceremony.house, ceremony.tokens
    chief = house.open(tokens["chief"])
    desk = f"hackathons/{ceremony.stage.hackathon_id}/desk/certificates"
    chief.goto(f"{house.url}/portal/{desk}?lang={language}")
    chief.locator('form[action$="/offer"] button').click()
    assert chief.get_by_role("status").is_visible()
    holder = house.open(tokens["winner"])
    holder.goto(f"{house.url}/portal/account/certificates?lang={language}")
    holder.locator("main .rows a").click()
    assert holder.locator("#name_ar").input_value() == NAMES.ar
    holder.locator("#name_en").fill(str(NAMES.en))
    holder.locator('form[action$="/issue"] button').click()
    assert holder.get_by_role("status").is_visible()
    with holder.expect_download() as waiting:
        holder.locator(f'a[href$="/paper/{language}"]').click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")
    number = ceremony.certificate("winner").short_id
    anybody = house.open()
    anybody.goto(f"{house.url}/portal/certificates?lang={language}")
    anybody.locator("#q").fill(number.upper())
    anybody.locator("main .search button").click()
    assert anybody.url == f"{house.url}/portal/certificates/{number}"
    shown = anybody.locator("main").inner_text()
    assert str(NAMES.ar if language == "ar" else NAMES.en) in shown
    assert anybody.locator("main .mark.is-good").is_visible()
    for page in (chief, holder, anybody):
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_certificates_shut_nobody_out(ceremony: Ceremony, language: Language) -> None:
    house, chief, holder = ceremony.house, ceremony.tokens["chief"], ceremony.tokens["winner"]
    desk = f"/hackathons/{ceremony.stage.hackathon_id}/desk/certificates"
    house.look(language, desk, token=chief)
    ceremony.hub.call(ceremony.stage.chief, awarding.offer_all, ceremony.stage.hackathon_id)
    winner, second = ceremony.certificate("winner"), ceremony.certificate("second")
    own = f"/account/certificates/{winner.certificate_id}"
    house.look(language, "/account/certificates", own, token=holder)
    actor = Actor(ceremony.people["winner"])
    ceremony.hub.call(actor, service.issue, winner.certificate_id, NAMES, 1)
    house.look(language, own, token=holder)
    house.look(
        language, desk, "/desk/certificates", "/desk/certificates?q=nobody", f"/desk/certificates/{winner.certificate_id}",
        f"/desk/certificates/{second.certificate_id}", token=chief,
    )  # fmt: skip
    house.look(language, "/certificates", f"/certificates/{winner.short_id}")
    administrator = Actor(ceremony.people["chief"], (Grant(Role.ADMINISTRATOR),))
    ceremony.hub.call(administrator, service.move, winner.certificate_id, "revoke", 2, "mistake")  # fmt: skip
    house.look(language, f"/certificates/{winner.short_id}")
    house.look(language, f"/desk/certificates/{winner.certificate_id}", token=chief)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_names_and_titles_fit_on_the_paper(
    chromium: Any, tmp_path: Path, language: Language
) -> None:
    """As a browser lays it out, which is close to the PDF."""
    names = Names(("عبدالرحمن بن عبدالعزيز " * 6)[:120].strip(), ("Abdulrahman Abdulaziz " * 6)[:120].strip())
    occasion = Names(
        ("هاكاثون البيانات المفتوحة " * 8)[:160].strip(), ("the Open data hackathon " * 8)[:160].strip()
    )
    now = system_clock()
    award = Award(
        Kind.AMBASSADOR, uuid4(), uuid4(), occasion, now.date(), now.date(), 1, 123_456, 98_765, now
    )
    certificate = Certificate(uuid4(), "abcdefghjk", award, names, "issued", None, 2, now, 1, "00", now, "x")
    address = "https://innovation.hub.municipality.example/portal"
    issuer = Signing(CertificateSettings(folder=tmp_path), address).now().issuer
    file = tmp_path / "paper.html"
    file.write_text(write_html(certificate, issuer, language), "utf-8")
    page = chromium.new_page(viewport={"width": 1123, "height": 794})
    page.goto(file.as_uri())
    bottom = page.locator(".figures").evaluate("one => one.getBoundingClientRect().bottom")
    assert bottom <= page.locator("footer").evaluate("one => one.getBoundingClientRect().top")
    assert page.evaluate(OVERFLOW) <= 0
    page.close()
