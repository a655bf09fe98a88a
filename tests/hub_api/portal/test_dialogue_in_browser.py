"""A session, an idea and a voting in browsers: of somebody without an account, and of those who lead and moderate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.statements.model import NewStatement
from citycore.clock import CITY_ZONE
from citycore.language import Language
from participation.dialogue.service import STATEMENTS
from participation.ideas import service as ideas
from participation.ideas.model import NewIdea
from tests.browser import needs_chromium
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.stand import Player, Stand
from tests.hub_api.portal.test_voices_in_browser import press

pytestmark = needs_chromium
AGENCY = UUID(int=9_002)
PLAN = {
    "title_ar": "ساعات عمل الحديقة", "title_en": "Opening hours of the park",
    "question_ar": "متى تُفتح الحديقة العامة في السيب صيفًا؟", "question_en": "When should the public park of Seeb be open in summer?",
    "place_ar": "مكتبة السيب العامة، القاعة الكبرى", "place_en": "Public library of Seeb, main hall", "seats": "40",
    "online_link": "https://meet.example.om/park", "subject_ar0": "ما نعرفه عن الزيارات", "subject_en0": "What is known of visits",
    "minutes0": "20", "speaker0": "مديرة الحدائق", "subject_ar1": "نقاش مفتوح", "subject_en1": "Open discussion", "minutes1": "60",
}  # fmt: skip
SUMMARY = {
    "summary_ar": "قال أغلب الحضور إن الحديقة تُغلق قبل أن يبرد الجو. وطلبت الأمهات إضاءة الممرات.",
    "summary_en": "Most said that the park closes before it cools down. Mothers asked for lights along the paths.",
}
SAID = {
    "passage_ar": "الحديقة تُغلق قبل أن يبرد الجو", "passage_en": "the park closes before it cools down",
    "title_ar": "فتح الحديقة حتى العاشرة مساءً", "title_en": "Open the park until ten in the evening",
    "text_ar": "تُفتح الحديقة من مايو إلى سبتمبر حتى العاشرة مساءً.", "text_en": "Open the park until 22:00 from May to September.",
}  # fmt: skip


def send(window: Any, form: str, **fields: str) -> None:
    """A form of the page, unfolded if it is folded."""
    folded = window.locator(f'main details:not([open]):has(form[action$="{form}"]) > summary')
    if folded.count():
        folded.first.click()
    found = window.locator(f'main form[action$="{form}"]').first
    for name, text in fields.items():
        place = found.locator(f'[name="{name}"]').first
        if name in {"decider_id", "governorate"}:
            place.select_option(text)
        else:
            place.fill(text)
    press(window, found.locator("button").first)


def plan(lead: Player, stand: Stand) -> str:
    """The path of a session that was announced."""
    lead.go("/desk/dialogue/new")
    lead.look_here()
    begins = (stand.watch.at + timedelta(days=3)).astimezone(CITY_ZONE)
    times = {"begins": f"{begins:%Y-%m-%dT%H:%M}", "ends": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    send(lead.page, "/desk/dialogue/new", decider_id=str(AGENCY), **PLAN, **times)
    lead.look_here()
    lead.take("announce")
    return lead.path.removeprefix("/desk")


def propose(window: Any, stand: Stand, language: Language, path: str) -> str:
    """An idea of somebody without an account; its path."""
    window.goto(f"{stand.url}/portal/ideas/new?session={path.rpartition('/')[2]}&lang={language}")
    stand.look_at(window, language)
    send(
        window, "/ideas/new", title="ممشى مظلل حول الحديقة", byline="أم سالم", email=f"author.{language}@example.om",
        body="أشجار سدر على جانبي الممشى، كي يمشي كبار السن عصرًا.", governorate="OM-MA",
    )  # fmt: skip
    number = window.locator("main .code code").first.inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w", number)
    assert number in stand.mailed(f"author.{language}@example.om")[-1]
    stand.look_at(window, language)
    return str(window.url).partition("/portal/follow")[2].partition("?")[0]


def vote(window: Any, stand: Stand, language: Language, path: str) -> None:
    """From the session's page through all statements."""
    window.goto(f"{stand.url}/portal{path}?lang={language}")
    press(window, window.locator('main a[href*="/follow/statements/"]'))
    stand.look_at(window, language)
    press(window, window.locator('main form[action$="/begin"] button'))
    stand.look_at(window, language)
    for number in range(7):
        choice = ("agree", "disagree", "pass")[number % 3]
        press(window, window.locator(f'main form:has(input[value="{choice}"]) button'))
    assert window.locator('main form[action$="/vote"]').count() == 0
    session_id = path.rpartition("/")[2]
    votes = "FROM participation.statement_votes JOIN participation.statements USING (statement_id) WHERE object_id = %s"
    assert stand.one(f"SELECT count(*) {votes}", session_id) == 7


@dataclass
class Cast:
    stand: Stand
    language: Language
    lead: Player
    officer: Player
    moderator: Player
    path: str = ""

    def at(self, path: str) -> Any:
        """A window of somebody without an account."""
        window = self.stand.open()
        window.goto(f"{self.stand.url}/portal{path}?lang={self.language}")
        return window


@pytest.fixture(params=["ar", pytest.param("en", marks=pytest.mark.long)])
def cast(stand: Stand, request: pytest.FixtureRequest) -> Cast:
    language: Language = request.param
    with stand.city.database.connect() as owner:
        store_agency(owner, AGENCY)
    roles = {"lead": Role.FACILITATOR, "officer": Role.PROGRAMME_OFFICER, "moderator": Role.MODERATOR}
    return Cast(stand, language, *(stand.join(name, language, Grant(role)) for name, role in roles.items()))


def moderate(cast: Cast, idea: str) -> None:
    """Admitted, and supported by a browser."""
    moderator = cast.moderator
    for path in ("/desk/ideas", idea):
        moderator.go(path)
        moderator.look_here()
    moderator.take("admit")
    window = cast.at(idea)
    send(window, "/support")
    cast.stand.look_at(window, cast.language)


def open_voting(cast: Cast) -> None:
    """Six ideas and a seed."""
    session_id = UUID(cast.path.rpartition("/")[2])
    call, leader = cast.stand.office.programme.call, acting(cast.lead, Role.FACILITATOR)
    for place in range(6):
        said = NewIdea(title=f"S {place}", body=f"b {place}", session_id=session_id)
        idea_id = call(ANONYMOUS, ideas.submit, said, "en").idea_id
        call(acting(cast.moderator, Role.MODERATOR), ideas.move, idea_id, "admit", None)
        call(leader, STATEMENTS.add, session_id, NewStatement(f"ع {place}", f"S {place}", idea_id))
    cast.lead.go(f"/desk{cast.path}")
    send(cast.lead.page, "/statements", statement_ar="تُفتح ليلًا", statement_en="It is open at night")
    cast.lead.look_here()
    send(cast.lead.page, "/voting", voting_days="2")


def hold(cast: Cast, number: str) -> None:
    """Whoever brings the number is there; then it is over, counted and summed up."""
    lead, stand = cast.lead, cast.stand
    stand.until(stand.watch.at + timedelta(days=3))
    lead.go(f"/desk{cast.path}")
    send(lead.page, "/check-in", number=number)
    lead.go(f"/desk{cast.path}/attendance")
    lead.look_here()
    stand.until(stand.watch.at + timedelta(hours=2))
    lead.go(f"/desk{cast.path}")
    lead.press("/count")
    send(lead.page, "/summary", **SUMMARY)
    lead.take("open_summary")


def amend(cast: Cast, number: str, code: str) -> None:
    """By number and code, from another browser."""
    window = cast.at("/follow")
    window.locator('main [name="number"]').fill(number)
    window.locator('main [name="code"]').fill(code)
    press(window, window.locator("main form button").first)
    press(window, window.locator(f'main a[href$="/follow{cast.path}"]'))
    send(window, "/amend", proposed="… بعد السابعة مساءً", reason="هكذا قيل")
    cast.stand.look_at(window, cast.language)


def publish(cast: Cast) -> None:
    lead, stand = cast.lead, cast.stand
    lead.go(f"/desk{cast.path}")
    send(lead.page, "/recommendations", **SAID)
    lead.look_here()
    stand.until(stand.watch.at + timedelta(days=7))
    cast.officer.go(f"/desk{cast.path}")
    cast.officer.press("/agree")
    lead.go(f"/desk{cast.path}")
    amendment = lead.page.locator('main form[action*="/amendments/"]').first
    amendment.locator('[name="answer"]').fill("نعم، قيل ذلك")
    amendment.locator('[value="1"]').check()
    lead.click(amendment.locator("button"))
    lead.take("publish")
    lead.look_here()


def sort_notes(cast: Cast) -> None:
    """A theme is named, a note is read, and everybody is told."""
    lead = cast.lead
    lead.go(f"/desk{cast.path}/notes/said")
    send(lead.page, "/notes/said/themes", name_ar="الإضاءة", name_en="Light", code="light")
    lead.page.locator('main select[name^="theme-"]').first.select_option("light")
    lead.page.locator('main [name="quoted"]').first.check()
    press(lead.page, lead.page.locator('main form[action*="/notes/said?"] button'))
    lead.look_here()
    lead.go(f"/desk{cast.path}/themes")
    lead.look_here()
    lead.press("/tell")
    lead.go(f"/desk{cast.path}")
    send(
        lead.page, "/reach", number="4600", source="https://example.om/p/1",
        counted_on=f"{cast.stand.watch.at.astimezone(CITY_ZONE):%Y-%m-%d}",
    )  # fmt: skip


def test_from_a_question_to_what_follows(cast: Cast) -> None:
    stand, language = cast.stand, cast.language
    cast.path = plan(cast.lead, stand)
    window = cast.at(cast.path)
    stand.look_at(window, language)
    send(window, "/seat", name="مريم البلوشية", email=f"maryam.{language}@example.om", governorate="OM-MA")
    number, code = (one.inner_text() for one in window.locator("main .code code").all())
    moderate(cast, propose(window, stand, language, cast.path))
    open_voting(cast)
    vote(cast.at(cast.path), stand, language, cast.path)
    hold(cast, number)
    amend(cast, number, code)
    publish(cast)
    sort_notes(cast)
    stand.look(language, cast.path, f"{cast.path}/themes", "/dialogue", "/ideas", "/ideas/moderation")
    assert cast.at(f"{cast.path}/themes").locator("main blockquote").count() == 1
    assert cast.at(cast.path).locator('main a[href*="/portal/decisions/"]').count() == 1


def acting(player: Player, role: Role) -> Actor:
    return Actor(player.person_id, (Grant(role),))
