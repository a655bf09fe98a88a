"""A complaint from beginning to end in a browser without an account: said, raised, answered, disputed, put right, rated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import Grant, Role, Scope, ScopeKind
from casework.cases.model import Handler
from casework.cases.repository import keep_handler
from casework.working_time.model import Calendar
from casework.working_time.rules import due
from citycore.language import Language
from participation.voices.machine import VOICE
from participation.voices.model import Topic
from tests.browser import PLAYED, needs_chromium
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.looks import both
from tests.hub_api.portal.stand import Player, Stand

pytestmark = needs_chromium
AGENCY = UUID(int=9_001)
TEXTS = {
    "ar": {
        "subject": "أُغلق المكتب قبل موعده", "body": "انتظرت ساعتين ثم أُغلق المكتب.", "question": "أي مكتب؟",
        "reply": "مكتب صحار.", "no": "لا نقص في الموظفين.", "why": "ما زال يُغلق مبكرًا.",
        "yes": "مُدّد الدوام إلى الثامنة مساءً.", "alarm": "أفكر في الانتحار",
    },
    "en": {
        "subject": "The office closed early", "body": "I waited two hours, then the office closed.",
        "question": "Which office?", "reply": "The one in Sohar.", "no": "Nobody is missing.",
        "why": "It still closes early.", "yes": "It is open until eight in the evening now.",
        "alarm": "I want to kill myself",
    },
}  # fmt: skip


@dataclass
class Case:
    """Somebody who complains, and who they are answered by at each level."""

    stand: Stand
    language: Language
    window: Any
    handlers: list[Player]

    @property
    def texts(self) -> dict[str, str]:
        return TEXTS[self.language]

    def state(self) -> str:
        return str(
            self.stand.one("SELECT state FROM participation.voices WHERE voice_id = %s", self.voice_id)
        )

    @property
    def voice_id(self) -> Any:
        return self.stand.one(
            "SELECT case_id FROM participation.cases WHERE organisation_id = %s ORDER BY received_at DESC LIMIT 1",
            AGENCY,
        )

    @property
    def handler(self) -> Player:
        person_id = self.stand.one(
            "SELECT handler_id FROM participation.cases WHERE case_id = %s", self.voice_id
        )
        return next(one for one in self.handlers if one.person_id == person_id)

    def at_desk(self) -> Player:
        handler = self.handler
        handler.go(f"/desk/voices/{self.voice_id}")
        return handler

    def look_here(self) -> None:
        self.stand.look_at(self.window, self.language)

    def send(self, form: str, **fields: str) -> None:
        """A form of the page of whoever asked."""
        found = self.window.locator(f'main form[action$="{form}"]').first
        folded = self.window.locator(f'main details:not([open]):has(form[action$="{form}"]) > summary')
        if folded.count():
            folded.first.click()
        for name, text in fields.items():
            found.locator(f'[name="{name}"]').first.fill(text)
        press(self.window, found.locator("button").first)


def press(window: Any, button: Any) -> None:
    with window.expect_navigation(wait_until="load"):
        button.click()
    sure = window.locator("main form.question button")
    if sure.count():
        with window.expect_navigation(wait_until="load"):
            sure.click()


def onward(window: Any) -> None:
    press(window, window.locator('main form.questionnaire button[value="next"]'))


@pytest.fixture(params=PLAYED)
def case(stand: Stand, request: pytest.FixtureRequest) -> Case:
    """A handler of each level."""
    language: Language = request.param
    with stand.city.database.connect() as owner:
        store_agency(owner, AGENCY)
    role = Grant(Role.HANDLER, Scope(ScopeKind.ORGANISATION, AGENCY))
    handlers = [stand.join(f"handler{number}", language, role) for number in range(3)]
    with stand.city.database.connect() as owner:
        owner.execute("DELETE FROM participation.case_handlers")
        for player, level in zip(handlers, (1, 2, 3), strict=True):
            keep_handler(owner, AGENCY, Handler(player.person_id, level, None))
    return Case(stand, language, stand.open(), handlers)


def complain(case: Case) -> tuple[str, str]:
    """Three pages and a last look; the number and the code that are shown once."""
    window, texts = case.window, case.texts
    window.goto(f"{case.stand.url}/portal/voices?lang={case.language}")
    case.look_here()
    press(window, window.locator('main a[href$="/voices/new/complaint"]'))
    case.look_here()
    onward(window)
    assert window.locator("main .wrong").count() == 2
    window.locator(f'main [name="agency"][value="a{AGENCY.hex}"]').check()
    window.locator(f'main [name="topic"][value="{Topic.WAITING}"]').check()
    onward(window)
    window.locator('main [name="subject"]').fill(texts["subject"])
    window.locator('main [name="body"]').fill(f"{texts['body']} {texts['alarm']}")
    window.locator('main [name="place.governorate"]').select_option("OM-BS")
    case.look_here()
    onward(window)
    window.locator('main [name="email"]').fill(f"asker.{case.language}@example.om")
    onward(window)
    # What cannot wait is told before it is sent; whoever wrote it may go back.
    assert window.get_by_role("alert").count() == 1
    case.look_here()
    press(window, window.locator('main form.questionnaire button[value="back"]'))
    press(window, window.locator('main form.questionnaire button[value="back"]'))
    window.locator('main [name="body"]').fill(texts["body"])
    onward(window)
    onward(window)
    assert window.get_by_role("alert").count() == 0
    before = case.stand.one("SELECT count(*) FROM participation.cases")
    onward(window)
    assert case.stand.one("SELECT count(*) FROM participation.cases") == before + 1
    number, code = (str(one.inner_text()) for one in window.locator("main .code code").all())
    assert re.fullmatch(r"\w{4}-\w{4}-\w", number)
    case.look_here()
    window.goto(window.url)
    assert window.locator("main .code code").count() == 0
    return number, code


def come_back(case: Case, number: str, code: str) -> None:
    """Another day, another browser."""
    case.window = case.stand.open()
    case.window.goto(f"{case.stand.url}/portal/follow?lang={case.language}")
    case.window.locator('main [name="number"]').fill(number.lower())
    case.window.locator('main [name="code"]').fill(code)
    press(case.window, case.window.locator("main form button").first)
    assert case.window.url.endswith(f"/follow/voices/{case.voice_id}")


def test_a_complaint_without_an_account(case: Case) -> None:
    stand, texts = case.stand, case.texts
    number, code = complain(case)
    assert number in stand.mailed(f"asker.{case.language}@example.om")[-1]
    first = case.handler
    handler = case.at_desk()
    handler.take("acknowledge")
    handler.take("take")
    open_and_send(handler, "/ask", question=texts["question"])
    handler.look_here()
    come_back(case, number, code)
    case.look_here()
    case.send("/reply", text=texts["reply"])
    assert case.state() == "in_work"
    # Nobody answers: it is raised, and somebody else has it.
    calendar = stand.office.programme.of(Calendar)
    stand.until(due(calendar, stand.watch.at, 12 * calendar.day_minutes))
    second = case.handler
    assert second is not first
    handler = case.at_desk()
    handler.reads(texts["reply"])
    open_and_send(handler, "/answer", answer=texts["no"], outcome="answered_not_done")
    come_back(case, number, code)
    case.look_here()
    assert texts["no"] in case.window.locator("main").inner_text()
    case.send("/dispute", text=texts["why"])
    third = case.handler
    assert third is not second
    handler = case.at_desk()
    for language in both(case.language):
        stand.look(
            language, "/desk/voices", f"/desk/voices/{case.voice_id}", cookies=handler.page.context.cookies()
        )
    open_and_send(handler, "/answer", answer=texts["yes"], outcome="resolved", evidence="12/2026")
    come_back(case, number, code)
    assert case.window.locator('main form[action$="/dispute"]').count() == 0
    case.window.locator('main [name="points"][value="5"]').check()
    case.send("/rate")
    assert case.state() == "closed"
    assert (
        VOICE.label("state", "closed").text(case.language)
        in case.window.locator("main .mark").first.inner_text()
    )
    case.look_here()


def open_and_send(player: Player, form: str, **fields: str) -> None:
    page = player.page
    folded = page.locator(f'main details:not([open]):has(form[action$="{form}"]) > summary')
    if folded.count():
        folded.first.click()
    found = page.locator(f'main form[action$="{form}"]').first
    for name, text in fields.items():
        place = found.locator(f'[name="{name}"]').first
        if name == "outcome":
            place.select_option(text)
        else:
            place.fill(text)
    player.click(found.locator("button").first)
