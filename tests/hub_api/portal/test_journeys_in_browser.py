"""The demo as somebody meets it who follows what is to be read: each role does what is most urgent in four clicks from signing in,
and from registering to having handed in it takes fourteen. All of it in both languages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from casework.decisions.machine import DECISION
from casework.organisations.machines import MEMBERSHIP
from casework.taxonomy.model import Capability
from casework.workflow.wording import Label
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.jury.machines import SHEET
from hackathon.contest.teams.machine import TEAM
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.awards.machine import CLAIM
from hackathon.funding.reviewing.machines import REVIEW
from hackathon.funding.reviewing.model import Confidence, Recommendation
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.needs.errors import NeedKeysMissing
from hackathon.market.needs.machine import NEED, QUESTIONS_CLOSE, RESPONSES_CLOSE
from hackathon.market.responses.machine import RESPONSE
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.ambassadors.machine import AMBASSADOR
from hub_api.programme.casework.home.pages import BEGINNINGS
from participation.ideas.machine import IDEA
from participation.voices.machine import VOICE
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.journeys import Demo, Journey, register

CLICKS_MAX, CLICKS_TO_HAND_IN_MAX = 4, 14
TEXT = "So that everybody comes home in the shade."


def take_up(journey: Journey) -> None:
    """A challenge that an agency proposes."""
    journey.open_first_task()
    journey.step(CHALLENGE, "take_up")
    journey.is_in(CHALLENGE, "under_review")


def decide(journey: Journey) -> None:
    """The same challenge afterwards: it is told later, with the others."""
    journey.open_first_task()
    journey.step(CHALLENGE, "approve", prepares=True)
    journey.reads(journey.say("done.prepared"))


def consider(journey: Journey) -> None:
    """Who wants to be an ambassador."""
    journey.open_first_task()
    journey.open_first_row()
    journey.step(AMBASSADOR, "shortlist")
    journey.is_in(AMBASSADOR, "shortlisted")


def meet(journey: Journey) -> None:
    """A vendor whose offering fits a need."""
    journey.open_first_task()
    journey.step(INTRODUCTION, "agency_interest")
    journey.is_in(INTRODUCTION, "agency_interested")


def score(journey: Journey) -> None:
    """A submission."""
    journey.open_first_task()
    journey.open_first_row()
    journey.step(SHEET, "accept")
    for place in range(3):
        journey.fill_called(journey.say("jury.mark"), "7.5", place)
    journey.press("jury.hand_in")
    journey.is_in(SHEET, "submitted")


def begin(journey: Journey) -> None:
    """With a team, before the others."""
    journey.open_first_task()
    journey.step(TEAM, "begin")
    journey.is_in(TEAM, "locked")


def recommend(journey: Journey) -> None:
    """To those who decide about what was heard."""
    journey.open_first_task()
    journey.fill_all(TEXT)
    journey.save("decisions.recommended")
    journey.step(DECISION, "recommend")
    journey.is_in(DECISION, "recommended")


def approve_payment(journey: Journey) -> None:
    """Of a claim."""
    journey.open_first_task()
    journey.step(CLAIM, "approve_payment")
    journey.is_in(CLAIM, "approved_finance")


def review(journey: Journey) -> None:
    """An application, blind."""
    journey.open_first_task()
    journey.open_first_row()
    for place in range(3):
        journey.fill_called(journey.say("jury.mark"), "7", place)
    journey.tick(Label(REVIEW.package, f"recommendation.{Recommendation.FUND}").text(journey.language))
    journey.tick(Label(REVIEW.package, f"confidence.{Confidence.HIGH}").text(journey.language))
    journey.fill("reviewing.advice", TEXT)
    journey.press("jury.hand_in")
    journey.is_in(REVIEW, "submitted")


def hand_in(journey: Journey) -> None:
    """An application that is written."""
    journey.open_first_task()
    journey.step(APPLICATION, "submit")
    journey.is_in(APPLICATION, "submitted")


def respond(journey: Journey) -> None:
    """To a need of an agency, sealed. Nothing waits for this company, so it takes what the start page offers."""
    journey.open_first_row({"ar": "مواقف السوق القديم", "en": "Parking at the old market"}[journey.language])
    journey.press("needs.to_response")
    journey.press("responses.begin")
    journey.fill_all(TEXT)
    journey.fill("responses.price", "25,000")
    journey.press("responses.seal")
    journey.reads(journey.say("responses.receipt"))


def plan_activity(journey: Journey) -> None:
    """Nothing waits for an ambassador who has reported everything: there is the next activity."""
    journey.press("rooms.ambassador", within="main")
    journey.press("activities.new")
    journey.fill("activities.name", "Dust and what we breathe")
    journey.fill("activities.starts_at", "2026-12-01T10:00")
    journey.fill("activities.ends_at", "2026-12-01T12:00")
    journey.press("activities.plan")
    journey.is_in(ACTIVITY, "planned")


def note(journey: Journey) -> None:
    """What a resident said in praise."""
    journey.open_first_task()
    journey.step(VOICE, "note")
    journey.is_in(VOICE, "noted")


def admit(journey: Journey) -> None:
    """An idea."""
    journey.open_first_task()
    journey.step(IDEA, "admit")
    journey.is_in(IDEA, "open")


#: In this order: what one does, another finds done.
ROLES: dict[str, Callable[[Journey], None]] = {
    "organiser": take_up,
    "administrator": decide,
    "coordinator": consider,
    "officer": meet,
    "judge": score,
    "captain": begin,
    "programme_officer": recommend,
    "finance_officer": approve_payment,
    "reviewer": review,
    "applicant": hand_in,
    "vendor": respond,
    "ambassador": plan_activity,
    "handler": note,
    "moderator": admit,
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_is_most_urgent(demo: Demo, role: str) -> None:
    journey = demo.sign_in(role)
    ROLES[role](journey)
    assert journey.clicks <= CLICKS_MAX


def test_who_has_no_account_registers_and_hands_in(demo: Demo) -> None:
    language = demo.language
    journey = register(demo, f"newcomer.{language}@new-{language}.example")
    journey.reads(*map(journey.say, (key for key, _ in BEGINNINGS)))
    journey.open_first_row({"ar": "هاكاثون المواقف", "en": "Parking and mobility"}[language])
    journey.press("teams.new")
    journey.fill("teams.name", f"Newcomers {language}")
    journey.choose("teams.challenge", {"ar": "موقف قريب", "en": "A parking space"}[language])
    journey.press("teams.create")
    journey.step(TEAM, "begin")
    journey.press("submissions.own")
    journey.press("submissions.begin")
    journey.fill("submissions.title", "Free places")
    journey.fill("submissions.summary", TEXT)
    journey.press("submissions.hand_in")
    journey.reads(journey.say("submissions.now.submitted"))
    assert journey.clicks <= CLICKS_TO_HAND_IN_MAX


NEED_TITLE, CRITERIA = "Finding leaks", (("الملاءمة", "Fit", "60"), ("الدعم", "Support", "40"))
COLLEAGUE = "colleague@baladiya.example"


def test_a_need_goes_from_its_draft_to_its_award_by_two_keys(demo: Demo) -> None:
    """Written, handed in, published with two keys, answered under seal, opened by two, marked by two, told, awarded."""
    officer = demo.sign_in("officer")
    write_need(officer, demo)
    keys = {"officer": make_key(officer)}
    programme = demo.sign_in("programme_officer")
    programme.click(NEED_TITLE, "main")
    programme.reads(NeedKeysMissing(needed=2).text(demo.language))
    programme.press("needs.own_key")
    keys["programme_officer"] = make_key(programme)
    programme.press("responses.key_kept")
    programme.click(NEED_TITLE, "main")
    programme.step(NEED, "publish")
    programme.is_in(NEED, "published")
    seal_response(demo.sign_in("vendor"))
    for _ in range(2):
        demo.stand.until(demo.stand.watch.at + timedelta(days=8))
    for role, key in keys.items():
        bring_key(demo.sign_in(role), key)
    evaluate(demo)
    demo.stand.until(demo.stand.watch.at + timedelta(days=11))
    officer = demo.sign_in("officer")
    officer.click(NEED_TITLE, "main")
    officer.step(NEED, "award")
    officer.is_in(NEED, "awarded")
    vendor = demo.sign_in("vendor")
    vendor.press("responses.own")
    vendor.click(NEED_TITLE, "main")
    vendor.is_in(RESPONSE, "awarded")
    vendor.reads("8.30")


def write_need(officer: Journey, demo: Demo) -> None:
    """From the start page to what waits for the programme; calling it off is folded away below."""
    officer.press("rooms.agency")
    officer.press("needs.new")
    officer.fill("needs.title_ar", NEED_TITLE)
    officer.fill("needs.title_en", NEED_TITLE)
    officer.fill("needs.problem_ar", "تُفقد مياه كثيرة.")
    officer.fill("needs.problem_en", "Much water is lost.")
    officer.press("parts.on")
    officer.tick(Capability.LEAK_DETECTION.label.text(demo.language))
    for _ in range(3):
        officer.press("parts.on")
    for number, texts in enumerate(CRITERIA):
        for key, text in zip(("needs.name_ar", "needs.name_en", "needs.weight"), texts, strict=True):
            officer.fill_called(officer.say(key), text, number)
    officer.press("parts.end")
    for name, days in ((QUESTIONS_CLOSE, 7), (RESPONSES_CLOSE, 14)):
        day = demo.stand.watch.at + timedelta(days=days)
        officer.fill_called(NEED.label("deadline", name).text(demo.language), f"{day:%Y-%m-%dT%H:%M}")
    officer.press("save")
    for role in ("officer", "programme_officer"):
        officer.fill("needs.opener_email", demo.people[role].email)
        officer.press("needs.add_opener")
    cancel = NEED.label("event", "cancel").text(demo.language)
    place = officer.page.get_by_role("button", name=cancel, exact=True)
    assert not any(one.is_visible() for one in place.all()), "calling it off is folded away"
    officer.step(NEED, "submit")
    officer.press("needs.own_key")


def make_key(opener: Journey) -> str:
    """Out of the page that shows it once."""
    opener.press("responses.make")
    return str(opener.page.locator("pre code").inner_text()).strip()


def seal_response(vendor: Journey) -> None:
    """From the list of needs to the receipt, and to the list of what the company handed in."""
    vendor.press("home.all_needs")
    vendor.click(NEED_TITLE, "main")
    vendor.press("needs.to_response")
    vendor.press("responses.begin")
    vendor.fill_all(TEXT)
    vendor.fill("responses.price", "19500")
    vendor.press("responses.seal")
    vendor.press("responses.own", within="main")
    vendor.reads(NEED_TITLE, RESPONSE.label("state", "sealed").text(vendor.language))


def bring_key(opener: Journey, key: str) -> None:
    """As a task of the start page."""
    opener.click(NEED_TITLE, "main")
    opener.fill("responses.key_words", key)
    opener.press("responses.bring", within="main")


def mark(evaluator: Journey, company: str, first: str) -> None:
    evaluator.click(company, "main")
    if evaluator.page.locator('form:has(input[name="event"][value="accept"])').count():
        evaluator.step(RESPONSE, "accept")
    for chosen, names in zip((first, "8"), CRITERIA, strict=True):
        evaluator.choose_called(names[evaluator.language == "en"], chosen)
    evaluator.press("responses.save_marks")
    evaluator.click(NEED_TITLE, "main")


def evaluate(demo: Demo) -> None:
    """Marked by an officer and by a colleague whom the page says to invite, prepared and told."""
    company = {"ar": "المثال للاستشعار (تجريبية)", "en": "Example Sensing (demo)"}[demo.language]
    officer = demo.sign_in("officer")
    officer.click(NEED_TITLE, "main")
    mark(officer, company, "9")
    officer.press("responses.invite")
    register(demo, COLLEAGUE)
    officer.fill("field.email", COLLEAGUE)
    officer.tick(officer.say("organisations.as_admin"))
    officer.press("organisations.invite", within="main")
    colleague = Journey.of(demo.stand, demo.language, COLLEAGUE, PASSWORD)
    colleague.open_first_task()
    colleague.step(MEMBERSHIP, "accept")
    colleague.press("brand", within="header")
    colleague.click(NEED_TITLE, "main")
    mark(colleague, company, "8")
    colleague.fill("responses.debrief_ar", "أدق من غيره.")
    colleague.fill("responses.debrief_en", "More exact.")
    colleague.press("responses.prepare", within="main")
    colleague.press("responses.to_announce")
    colleague.step(NEED, "announce")
    colleague.is_in(NEED, "standstill")
