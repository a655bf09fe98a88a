"""Ways of people through the portal to the end of their work, by what is to be read on its pages."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import timedelta

from casework.second_factor import totp
from citycore.registry.document import DatastreamEntry, Document, SourceEntry, ThingEntry
from citycore.registry.service import Keeper, apply
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.model import Terms
from hackathon.contest.hackathons.machine import DEADLINES, HACKATHON
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.awards.machine import CLAIM
from hackathon.market.pilots.machine import PILOT
from hackathon.outreach.activities.machine import ACTIVITY
from participation.dialogue.machine import SESSION
from participation.voices.machine import VOICE
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.journeys import Demo, Journey, register

LAMP, DUST = "The lamp at the school is broken", "Dust and what we breathe"


def complain_and_rate(demo: Demo) -> None:
    """Somebody without an account says what is wrong, the handler with the fewest cases answers; number and code lead back to it."""
    handler = demo.sign_in("handler")
    handler.open_first_task()
    handler.step(VOICE, "note")
    resident = Journey(demo.stand, demo.language)
    resident.press("rooms.participation", within="header")
    resident.press("participation.say_begin")
    resident.press("voices.begin.complaint")
    resident.answer_all(LAMP)
    number, code = resident.page.locator(".code code").all_inner_texts()
    handler = demo.sign_in("handler")
    handler.click(LAMP, "main")
    for event in ("acknowledge", "take"):
        handler.step(VOICE, event)
    handler.fill("voices.answer_text", "It burns again.")
    handler.fill("voices.evidence_field", "Order 12/2026")
    handler.press("voices.answer_button", within="main")
    resident = Journey(demo.stand, demo.language)
    resident.press("follow_up.title")
    resident.fill("follow_up.number", number)
    resident.fill("follow_up.code", code)
    resident.press("follow_up.button", within="main")
    resident.reads("It burns again.")
    resident.page.locator('input[name="points"][value="5"]').check()
    resident.press("cases.rate", within="main")
    resident.is_in(VOICE, "closed")


def answer_survey(demo: Demo) -> None:
    """What an agency asks, without an account."""
    resident = Journey(demo.stand, demo.language)
    resident.press("rooms.participation", within="header")
    resident.open_first_row()
    resident.press("surveys.answer", within="main")
    resident.answer_all("So it is.")
    resident.reads(resident.say("surveys.thanks_what"))


def support_idea(demo: Demo) -> None:
    """Of somebody else."""
    resident = Journey(demo.stand, demo.language)
    resident.press("rooms.participation", within="header")
    resident.press("participation.ideas", within="main")
    resident.open_first_row()
    resident.press("supports.button", within="main")


def make_hackathon(demo: Demo) -> None:
    """Written, dated, with a challenge of the organisers, announced, and postponed by what stands last and asks."""
    organiser = demo.sign_in("organiser")
    organiser.press("rooms.organising", within="main")
    organiser.press("hackathons.new")
    organiser.fill("hackathons.code", "ways")
    for key in ("title", "summary"):
        organiser.fill(f"hackathons.{key}_ar", "طرق")
        organiser.fill(f"hackathons.{key}_en", "Ways")
    for key, most in (("members_min", "1"), ("members_max", "4"), ("rounds", "1")):
        organiser.fill(f"hackathons.{key}", most)
    organiser.choose_value("hackathons.mode", "online")
    organiser.press("hackathons.create", within="main")
    for number, name in enumerate(DEADLINES, 1):
        day = demo.stand.watch.at + timedelta(days=number)
        organiser.fill_called(HACKATHON.label("deadline", name).text(demo.language), f"{day:%Y-%m-%dT%H:%M}")
    organiser.save("hackathons.dates")
    organiser.press("challenges.new_own")
    for key, text in (("title", "Shade"), ("problem", "The way to school is hot.")):
        organiser.fill(f"challenges.{key}_ar", text)
        organiser.fill(f"challenges.{key}_en", text)
    organiser.choose_value("challenges.terms", Terms.OPEN_SOURCE)
    organiser.page.locator("fieldset input[type='checkbox']").first.check()
    organiser.press("challenges.create", within="main")
    organiser.step(CHALLENGE, "publish")
    organiser.is_in(CHALLENGE, "published")
    organiser.press("challenges.hackathon", within="main")
    organiser.press("hackathons.desk", within="main")
    organiser.step(HACKATHON, "announce")
    organiser.is_in(HACKATHON, "announced")
    organiser.unfold(HACKATHON.label("event", "postpone").text(demo.language))
    organiser.step(HACKATHON, "postpone")
    organiser.is_in(HACKATHON, "postponed")


def publish_results(demo: Demo) -> None:
    """Of a hackathon whose submissions are judged: provisional, and final once nobody can appeal any more."""
    hackathon = {"ar": "هاكاثون الأودية والطرق (تجريبي)", "en": "Wadis and roads hackathon (demo)"}[
        demo.language
    ]
    organiser = demo.sign_in("organiser")
    open_desk(organiser, hackathon)
    organiser.step(HACKATHON, "begin_deliberation")
    organiser.press("results.title", within="main")
    organiser.press("results.prepare", within="main")
    organiser.press("results.release", within="main")
    organiser.is_in(HACKATHON, "results_provisional")
    for _ in range(2):
        demo.stand.until(demo.stand.watch.at + timedelta(days=10))
    organiser = demo.sign_in("organiser")
    open_desk(organiser, hackathon)
    organiser.press("results.title", within="main")
    organiser.step(HACKATHON, "finalise")
    organiser.is_in(HACKATHON, "results_final")


def open_desk(organiser: Journey, hackathon: str) -> None:
    organiser.press("rooms.organising", within="main")
    organiser.click(hackathon, "main")
    organiser.press("hackathons.desk", within="main")


def decide_funding(demo: Demo) -> None:
    """The panel begins without the reviews that are missing, and says why; one application is funded, and told so."""
    call = {"ar": "دعوة بحثية: شوارع أبرد (تجريبية)", "en": "Research call: cooler streets (demo)"}[
        demo.language
    ]
    officer = demo.sign_in("programme_officer")
    officer.press("rooms.calls", within="main")
    officer.click(call, "main")
    officer.press("calls.desk", within="main")
    officer.press("reviewing.decisions", within="main")
    officer.press("reviewing.panel", within="main")
    officer.fill("reviewing.why", "They are ill, and two of three were read.")
    officer.press("reviewing.begin", within="main")
    officer.press("reviewing.decisions", within="main")
    officer.press("reviewing.prepare_decision", within="main")
    officer.press("reviewing.release_decisions", within="main")
    officer.reads(APPLICATION.label("state", "approved").text(demo.language))


def pay(demo: Demo) -> None:
    """A claim that somebody else of finance has approved: what was sent, when and under which reference."""
    approver = demo.sign_in("finance_officer")
    approver.press("awards.claims_waiting", within="main")
    approver.open_first_row()
    if CLAIM.label("event", "approve_payment").text(demo.language) in approver.text:
        approver.step(CLAIM, "approve_payment")
    record = approver.page.get_by_role("button", name=approver.say("awards.record_payment"), exact=True)
    assert record.count() == 0, "the page says that a second person does it"
    address = f"finance-{demo.language}@falaj.example"
    register(demo, address)
    staff = demo.sign_in("administrator")
    staff.press("desk.people", within="main")
    staff.fill("desk.search", address)
    staff.press("list.show", within="main")
    staff.open_first_row()
    staff.choose_value("desk.role", "finance")
    staff.press("desk.grant", within="main")
    finance = Journey.of(demo.stand, demo.language, address, PASSWORD)
    finance.press("awards.claims_waiting", within="main")
    finance.open_first_row()
    finance.fill("awards.paid_on", f"{demo.stand.watch.at:%Y-%m-%d}")
    finance.fill("awards.payment_reference", "PAY-77")
    finance.press("awards.record_payment", within="main")
    finance.is_in(CLAIM, "paid")


def conclude_pilot(demo: Demo) -> None:
    """An agency says what became of a pilot."""
    pilot = {"ar": "معابر الأودية: ثلاثة مقاييس (تجريبية)", "en": "Wadi crossings: three gauges (demo)"}[
        demo.language
    ]
    officer = demo.sign_in("officer")
    officer.press("pilots.own", within="main")
    officer.click(pilot, "main")
    officer.step(PILOT, "complete")
    officer.is_in(PILOT, "completed")


def lead_session(demo: Demo) -> None:
    """Planned, announced, held, what was said written down and shown, and published once nobody amends it any more."""
    facilitator = demo.sign_in("facilitator")
    facilitator.press("rooms.facilitating", within="main")
    facilitator.press("dialogue.new_session")
    for key in ("title_ar", "title_en", "question_ar", "question_en"):
        facilitator.fill(f"dialogue.{key}", "Shade at the stop")
    begins = demo.stand.watch.at + timedelta(days=6)
    facilitator.fill("dialogue.begins", f"{begins:%Y-%m-%dT%H:%M}")
    facilitator.fill("dialogue.ends", f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    facilitator.fill("dialogue.online_link", "https://meet.example/shade")
    facilitator.fill("dialogue.seats", "30")
    for key in ("subject_ar", "subject_en", "speaker"):
        facilitator.fill(f"dialogue.{key}", "Shade")
    facilitator.fill("dialogue.minutes", "60")
    facilitator.press("save", within="main")
    facilitator.step(SESSION, "announce")
    facilitator.is_in(SESSION, "registration")
    for _ in range(2):
        demo.stand.until(begins + timedelta(hours=3))
    facilitator = open_session(demo)
    for key in ("summary_ar", "summary_en"):
        facilitator.fill(f"dialogue.{key}", "Shade comes first.")
    facilitator.save("dialogue.summary")
    facilitator.step(SESSION, "open_summary")
    facilitator.unfold(facilitator.say("dialogue.none_title"))
    for key in ("none_because_ar", "none_because_en"):
        facilitator.fill(f"dialogue.{key}", "It is being done already.")
    facilitator.save("dialogue.none_title")
    demo.stand.until(demo.stand.watch.at + timedelta(days=8))
    facilitator = open_session(demo)
    facilitator.step(SESSION, "publish")
    facilitator.is_in(SESSION, "published")


def open_session(demo: Demo) -> Journey:
    facilitator = demo.sign_in("facilitator")
    facilitator.press("rooms.facilitating", within="main")
    facilitator.open_first_row("Shade at the stop")
    return facilitator


def report_activity(demo: Demo) -> None:
    """An ambassador plans an activity, holds it, reports it with evidence, and the coordinator verifies it."""
    ambassador = demo.sign_in("ambassador")
    ambassador.press("rooms.ambassador", within="main")
    ambassador.press("activities.new")
    begins = demo.stand.watch.at + timedelta(days=1)
    ambassador.fill("activities.name", DUST)
    ambassador.fill("activities.starts_at", f"{begins:%Y-%m-%dT%H:%M}")
    ambassador.fill("activities.ends_at", f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    ambassador.press("activities.plan", within="main")
    demo.stand.until(begins + timedelta(days=1))
    ambassador = demo.sign_in("ambassador")
    ambassador.click(DUST, "main")
    ambassador.step(ACTIVITY, "hold")
    ambassador.fill("activities.reached", "40")
    ambassador.fill("activities.minutes", "120")
    ambassador.fill("activities.account", "Forty pupils measured the air of their schoolyard.")
    ambassador.press("activities.report_save", within="main")
    measured = demo.stand.files / "measured.csv"
    measured.write_text("pupil,pm2_5\n1,18\n", encoding="utf-8")
    ambassador.page.locator('input[type="file"]').set_input_files(measured)
    ambassador.press("activities.upload", within="main")
    ambassador.step(ACTIVITY, "report")
    ambassador.is_in(ACTIVITY, "reported")
    coordinator = demo.sign_in("coordinator")
    coordinator.press("activities.to_verify", within="main")
    coordinator.click(DUST, "main")
    coordinator.fill("activities.count", "40")
    coordinator.press("activities.verify_button", within="main")
    coordinator.is_in(ACTIVITY, "verified")


def enrol_second_factor(demo: Demo) -> None:
    """An app on the telephone, by the letters beside the picture; the codes for the day when it is lost are shown once."""
    captain = demo.sign_in("captain")
    captain.press("rooms.account", within="header")
    captain.press("second_factor.title", within="main")
    captain.fill("field.current_password", demo.people["captain"].password)
    captain.press("second_factor.begin_app", within="main")
    key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", captain.text)
    assert key is not None, captain.text
    secret = b32decode(key.group().replace(" ", ""))
    captain.fill("second_factor.code", totp.code_at(secret, totp.step_of(demo.stand.watch.at)))
    captain.press("second_factor.confirm", within="main")
    captain.reads(captain.say("second_factor.recovery_codes"))


def review_source(demo: Demo) -> None:
    """Staff looks at what a stranger's device says, and decides with a reason."""
    owner = f"organisation:{demo.stand.one('SELECT organisation_id FROM innovation.organisations LIMIT 1')}"
    thing = ThingEntry(
        code="roof", kind="station", name_en="Roof", name_ar="سطح", datastreams=[DatastreamEntry(observed_property="pm2_5")]
    )  # fmt: skip
    entry = SourceEntry(code="my-roof", name_en="My roof", name_ar="سطحي", owner=owner, things=[thing])
    with demo.stand.city.database.connect("registry") as connection:
        apply(connection, Document(sources=[entry]), demo.stand.watch.at, Keeper([owner]))
    staff = demo.sign_in("administrator")
    staff.click({"ar": "سطحي", "en": "My roof"}[demo.language], "main")
    staff.fill("sources.reason", "It stands in the open, and its neighbours say the same.")
    staff.press("sources.decide", within="main")
