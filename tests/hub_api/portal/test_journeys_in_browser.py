"""The demo as somebody meets it who follows what is to be read: each role does what is most urgent in four clicks from signing in,
and from registering to having handed in it takes fourteen. Half of them read Arabic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from casework.decisions.machine import DECISION
from casework.workflow.wording import Label
from citycore.language import LANGUAGES, Language
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.jury.machines import SHEET
from hackathon.contest.teams.machine import TEAM
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.awards.machine import CLAIM
from hackathon.funding.reviewing.machines import REVIEW
from hackathon.funding.reviewing.model import Confidence, Recommendation
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.ambassadors.machine import AMBASSADOR
from participation.ideas.machine import IDEA
from participation.voices.machine import VOICE
from stack.fiction.sign_in import SignIn
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.journeys import Journey
from tests.hub_api.portal.stand import Stand, open_demo
from tests.hub_api.portal.story import open_story

CLICKS_MAX, CLICKS_TO_HAND_IN_MAX = 4, 14
TEXT = "So that everybody comes home in the shade."


@pytest.fixture(scope="module")
def demo(
    postgres: Any, story: Any, tmp_path_factory: pytest.TempPathFactory, browsers: Any
) -> Iterator[tuple[Stand, dict[str, SignIn]]]:
    folder = tmp_path_factory.mktemp("demo")
    with open_story(postgres, story, folder / "files") as city, open_demo(city, folder, browsers) as found:
        yield found


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
    journey.press("save")
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
    journey.open_first_row("Parking at the old market")
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
ROLES: dict[str, tuple[Language, Callable[[Journey], None]]] = {
    "organiser": ("ar", take_up),
    "administrator": ("en", decide),
    "coordinator": ("ar", consider),
    "officer": ("ar", meet),
    "judge": ("ar", score),
    "captain": ("ar", begin),
    "programme_officer": ("en", recommend),
    "finance_officer": ("en", approve_payment),
    "reviewer": ("en", review),
    "applicant": ("ar", hand_in),
    "vendor": ("en", respond),
    "ambassador": ("en", plan_activity),
    "handler": ("ar", note),
    "moderator": ("en", admit),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_is_most_urgent(demo: tuple[Stand, dict[str, SignIn]], role: str) -> None:
    stand, people = demo
    language, do = ROLES[role]
    journey = Journey.of(stand, language, people[role].email, people[role].password)
    do(journey)
    assert journey.clicks <= CLICKS_MAX


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_no_account_registers_and_hands_in(
    demo: tuple[Stand, dict[str, SignIn]], language: Language
) -> None:
    stand, _ = demo
    address = f"newcomer.{language}@new-{language}.example"
    journey = Journey(stand, language)
    journey.press("home.join")
    journey.fill("field.email", address)
    journey.fill("field.name_ar", "مريم الجديدة")
    journey.fill("field.name_en", "Maryam New")
    journey.press("sign_up.button")
    journey.window.goto(f"{stand.url}/portal{stand.mailed_path(address)}")
    journey.clicks += 1
    journey.fill("field.new_password", PASSWORD)
    journey.press("confirm.button")
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
