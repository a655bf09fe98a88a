"""A survey in browsers without scripts, all the way: written, read by somebody else, answered in thirty questions and at a
device, published, decided about, done and verified, until everybody reads what was said and what was done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.admission.model import Channel
from casework.counting.wanted import count_due
from casework.forms.model import (
    Answers,
    Bounds,
    Choice,
    Condition,
    CountedAs,
    FieldKind,
    FormField,
    Treatment,
)
from casework.unlinked_answers.model import NewAnswer
from citycore.clock import CITY_ZONE
from citycore.language import Language
from participation.surveys import service
from participation.surveys.service import ASKING
from tests.browser import needs_chromium
from tests.hackathon.machines import store_agency
from tests.hackathon.survey_specimens import store_survey
from tests.hub_api.portal.stand import Player, Stand
from tests.hub_api.portal.test_voices_in_browser import onward, press

pytestmark = needs_chromium
AGENCY = UUID(int=9_101)
ASKS = Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY))
YES_NO = (Choice("yes", "نعم", "Yes"), Choice("no", "لا", "No"))
POINTS = (Choice("1", "غير راضٍ", "Not at all"), Choice("5", "راضٍ جدًا", "Very"))


def thirty_questions() -> tuple[FormField, ...]:
    """On six pages: whoever has used the service is asked of it, the others why not."""
    share = Treatment(is_public=True, counted_as=CountedAs.SHARE)
    used = FormField(
        "used", "هل استخدمت الخدمة؟", "Have you used the service?", FieldKind.ONE_OF, is_required=True, choices=YES_NO,
        treatment=share,
    )  # fmt: skip
    part = FormField(
        "", "ما رضاك عن هذا الجزء؟", "How satisfied are you with this part?", FieldKind.SCALE, bounds=Bounds(1, 5), has_na=True,
        choices=POINTS, asked_if=Condition("used", ("yes",)), treatment=Treatment(counted_as=CountedAs.TOP_TWO),
    )  # fmt: skip
    rated = [replace(part, code=f"part{number}", page=2 + number // 6) for number in range(18)]
    reason = replace(used, is_required=False, page=5, asked_if=Condition("used", ("no",)))
    why = [replace(reason, code=f"why{one}", name_ar="لماذا؟", name_en=f"Was it {one}?") for one in range(10)]
    theme = Treatment(counted_as=CountedAs.THEMES)
    note = FormField(
        "note", "ما الذي نغيّره؟", "What should we change?", FieldKind.TEXT, page=6, treatment=theme
    )
    return (used, *rated, *why, replace(note, characters_max=500))


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_a_survey_from_the_desk_to_what_was_done(stand: Stand, language: Language) -> None:
    with stand.city.database.connect() as owner:
        store_agency(owner, AGENCY)
    author, second = (stand.join(name, language, ASKS) for name in ("asks", "releases"))
    reader = stand.join("reads", language, Grant(Role.PROGRAMME_OFFICER, HUB))
    survey_id = write(stand, author)
    desk, page = f"/desk/surveys/{survey_id}", f"/surveys/{survey_id}"
    author.take("submit")
    reader.go("/desk/surveys")
    reader.walk(str(survey_id))
    reader.look("/desk/surveys", desk, f"{desk}/form/preview")
    reader.tick(check=("leading", "two_in_one", "complete", "languages", "needed", "channels"))
    reader.press("/schedule")
    author.go(desk)
    author.fill(name="Sohar")
    author.press("/kiosks")
    token = author.page.locator("main .code code").inner_text()
    author.look_here()
    author.go(f"{desk}?again")
    assert author.page.locator("main .code").count() == 0
    stand.look(language, page)
    weigh(author, desk)
    stand.until(stand.watch.at + timedelta(days=2))
    answer(stand, language, page)
    at_device(stand, language, token)
    give(stand, survey_id)
    stand.until(stand.watch.at + timedelta(days=8))
    stand.until(stand.watch.at + timedelta(minutes=5))
    read_notes(author, desk)
    assert author.page.locator('main .call[role="status"]').count() == 1, "it is being counted"
    author.look_here()
    count_due(stand.office.programme)
    reader.go(desk)
    reader.look(desk)
    reader.press("/publish")
    decision = decide(stand, reader, author, second)
    window = stand.open()
    window.goto(f"{stand.url}/portal/decisions?lang={language}")
    press(window, window.locator(f'main a[href$="{decision}"]').first)
    said = window.locator("main").inner_text()
    assert [words for words in (PROMISED[language], DONE[language]) if words not in said] == []
    press(window, window.locator(f'main a[href$="{page}"]').first)
    shown = window.locator("main").inner_text()
    assert "82" in shown
    assert window.locator(f'main a[href$="{decision}"]').count() == 1
    stand.look(language, "/surveys", page, decision)
    stop_mail(stand, window, language)
    print_codes(stand, author)
    author.go(desk)
    author.press("/wave")


PROMISED = {"ar": "نفتح نافذة ثانية.", "en": "We open a second counter."}
DONE = {"ar": "النافذة مفتوحة.", "en": "The counter is open."}


def stop_mail(stand: Stand, window: Any, language: Language) -> None:
    """By the link of the newest mail to whoever left an address."""
    stop = f"{stand.url}/portal{stand.mailed_path(f'told.{language}@example.om')}"
    window.goto(stop)
    stand.look_at(window, language)
    press(window, window.locator('main form[action$="/listeners/stop"] button'))
    assert window.goto(stop).status == 404, "the address is gone"


def weigh(author: Player, desk: str) -> None:
    """By shares that do not add up, which is told beside them, and then by those that do."""
    author.go(desk)
    author.walk("/weights")
    shares = {"used.yes": "80", "used.no": "30"}
    author.fill(source_ar="تعداد 2020", source_en="Census of 2020", **shares)
    author.follow(author.page.locator("main form button").first)
    assert author.page.locator("main fieldset .wrong").count() == 1
    author.look_here()
    author.fill(**{"used.no": "20"})
    author.press("/weights")


def decide(stand: Stand, reader: Player, author: Player, second: Player) -> str:
    """By whom each step is that of somebody else; the page of the decision."""
    reader.follow(reader.page.locator('main a[href*="/decisions/"]').first)
    path = reader.path
    reader.fill(recommendation_ar="أن تُفتح نافذة ثانية.", recommendation_en="To open a second counter.")
    reader.press("/recommendation")
    reader.choose(owner=str(AGENCY))
    reader.press("/owner")
    reader.take("recommend")
    reader.take("assign")
    author.go(path)
    author.fill(answer_ar="نعم.", answer_en="Yes.")
    author.press("/answer")
    author.page.locator("main details summary").first.click()
    due_on = (stand.watch.at + timedelta(days=20)).date()
    author.fill(due_on=due_on.isoformat(), text_ar=PROMISED["ar"], text_en=PROMISED["en"])
    author.press("/actions")
    author.take("accept")
    second.go(path)
    second.press("/release")
    author.go(path)
    author.page.locator("main .card details summary").first.click()
    author.fill(link="/v1/latest?thing=counter-2", note_ar=DONE["ar"], note_en=DONE["en"])
    author.press("/claim")
    reader.go(path)
    reader.take("verify")
    return path


def write(stand: Stand, author: Player) -> UUID:
    """The draft at the desk, its questions from a file."""
    author.go("/desk/surveys")
    author.look("/desk/surveys", "/desk/surveys/new")
    author.walk("/desk/surveys/new")
    author.choose(agency=str(AGENCY), decider_id=str(AGENCY), sampling="self_selected")
    author.page.locator("main details summary").first.click()
    author.tick(channels=("web", "kiosk"))
    opens = (stand.watch.at + timedelta(days=1)).astimezone(CITY_ZONE)
    closes = opens + timedelta(days=7)
    author.fill(
        service_ar="الوكالات", service_en="Powers of attorney", title_ar="رضاك عن الوكالات", title_en="Your satisfaction with powers of attorney", purpose_ar="لتحسين الخدمة.",
        purpose_en="To improve the service.", promised_on=f"{opens + timedelta(days=30):%Y-%m-%d}",
    )  # fmt: skip
    author.press("/new")
    survey_id = UUID(author.path.rpartition("/")[2])
    author.fill(opens=f"{opens:%Y-%m-%dT%H:%M}", closes=f"{closes:%Y-%m-%dT%H:%M}")
    author.press("/dates")
    actor = Actor(author.person_id, (ASKS,))
    stand.office.programme.call(actor, service.write_form, survey_id, thirty_questions(), None)
    author.go(f"/desk/surveys/{survey_id}")
    author.look(f"/desk/surveys/{survey_id}", f"/desk/surveys/{survey_id}/form")
    return survey_id


def answer(stand: Stand, language: Language, page: str) -> None:
    """Page by page; whoever looks at a page also sees that the points of a scale run as the language is read."""
    window = stand.open()
    window.goto(f"{stand.url}/portal{page}?lang={language}")
    stand.look_at(window, language)
    press(window, window.locator('main a[href$="/answer"]'))
    stand.look_at(window, language)
    onward(window)
    assert window.locator("main .wrong").count() == 1
    window.locator('main [name="used"][value="yes"]').check()
    onward(window)
    stand.look_at(window, language)
    for number in range(3):
        window.locator(f'main [name="part{6 * number}"][value="5"]').check()
        window.locator(f'main [name="part{6 * number + 1}.na"]').check()
        onward(window)
    assert window.locator('main [name="note"]').count() == 1, "why not is asked of the others"
    window.locator('main [name="note"]').fill("الانتظار طويل" if language == "ar" else "The wait is long")
    stand.look_at(window, language)
    onward(window)
    stand.look_at(window, language)
    onward(window)
    assert "thanks=1" in window.url
    stand.look_at(window, language)
    window.locator('main [name="email"]').fill(f"told.{language}@example.om")
    press(window, window.locator('main form[action$="/tell"] button'))
    assert window.get_by_role("status").count() == 1


def at_device(stand: Stand, language: Language, token: str) -> None:
    """A device is set up once and clears itself; nothing leads away from it."""
    device = stand.open()
    device.goto(f"{stand.url}/portal/kiosk?lang={language}")
    device.locator('main [name="token"]').fill(token)
    press(device, device.locator("main form button").first)
    assert device.locator("meta[http-equiv=refresh]").count() == 1
    assert device.locator("nav a").count() == 0
    stand.look_at(device, language)
    device.locator('main [name="used"][value="no"]').check()
    onward(device)
    onward(device)
    device.locator('main [name="note"]').fill("لا شيء")
    stand.look_at(device, language)
    onward(device)
    assert device.url.endswith("/kiosk/thanks")
    stand.look_at(device, language)


def give(stand: Stand, survey_id: UUID) -> None:
    """Fifty answers more, which nobody sees for now."""
    with stand.office.programme.session(ANONYMOUS) as session:
        survey = service.get_survey(session, survey_id)
        for number in range(49):
            used = number < 40
            given = {"used": "yes" if used else "no", "note": "الانتظار طويل جدًا في المكتب"}
            given |= {"part0": 5 if number < 30 else 2} if used else {}
            not_asked = {f"why{one}" for one in range(10)} if used else {f"part{one}" for one in range(18)}
            answers = Answers(given, not_asked=frozenset(not_asked))
            ASKING.answer(session, survey, NewAnswer(1, answers, Channel.WEB, "ar"))


def print_codes(stand: Stand, author: Player) -> None:
    """Those who are asked by letter: each code is shown once, to be printed."""
    with stand.city.database.connect() as owner:
        survey_id = store_survey(owner)
        owner.execute(
            "UPDATE participation.surveys SET agency_id = %s, state = 'scheduled', sampling = 'roll', channels = '{token}'"
            " WHERE survey_id = %s",
            [AGENCY, survey_id],
        )
    with stand.office.programme.session(ANONYMOUS) as session:
        ASKING.prepare(session, service.get_survey(session, survey_id))
    author.go(f"/desk/surveys/{survey_id}")
    author.fill(number="3")
    author.follow(author.page.locator('main button[value="page"]').first)
    assert author.page.locator("main .code code").count() == 3
    author.look_here()


def read_notes(author: Player, desk: str) -> None:
    author.go(desk)
    author.look(desk)
    author.walk("/notes/note")
    author.fill(name_ar="الانتظار", name_en="The wait", code="waiting")
    author.press("/themes")
    for place in author.page.locator('main select[name^="theme-"]').all()[:6]:
        place.select_option("waiting")
    author.page.locator('main [name="quoted"]').first.check()
    author.look(f"{desk}/notes/note")
    author.click(author.page.locator('main form[action*="/notes/note?from="] button').first)
