"""A whole need, from its draft to what became of a pilot, played by people at browsers without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.access.model import HUB, Grant, Role
from citycore.language import Language
from tests.browser import PLAYED, needs_chromium
from tests.conftest import open_database
from tests.hub_api.portal import meeting_players as meetings
from tests.hub_api.portal import sealed_players as sealed
from tests.hub_api.portal.market_players import Market, join_agency, join_vendor, offer, open_market
from tests.hub_api.portal.meeting_players import Meeting
from tests.hub_api.portal.sealed_players import Case
from tests.hub_api.portal.stand import open_stand
from tests.hub_api.portal.test_hackathon_in_browser import Play, announce

pytestmark = needs_chromium
HULUL, TIQNIYA, MAWARID = ("حلول المياه", "Hulul"), ("تقنية الأفلاج", "Tiqniya"), ("موارد", "Mawarid")
OFFERING: dict[str, Any] = {
    "texts": {
        "title_ar": "سماعات تكشف التسرب", "title_en": "Ears for leaks",
        "summary_ar": "أجهزة تسمع تسرب المياه في الأنابيب.", "summary_en": "Devices that hear leaks in pipes.",
    },
    "choices": {"maturity": "8", "price": "25k_100k"},
    "boxes": {
        "sector": ("water",), "capability": ("leak_detection", "dashboards"), "standard": ("mqtt",),
        "governorate": ("OM-MA",), "language": ("ar", "en"),
    },
}  # fmt: skip
RIVAL: dict[str, Any] = {
    **OFFERING,
    "texts": {
        "title_ar": "عدادات ذكية", "title_en": "Meters that report", "summary_ar": "عدادات ترسل القراءات.",
        "summary_en": "Meters that send what they read.",
    },
}  # fmt: skip


@pytest.fixture(params=PLAYED)
def market(
    postgres: Any, browsers: Any, looker: Any, tmp_path: Path, request: pytest.FixtureRequest, wire: None
) -> Iterator[Market]:
    """A hub of its own for each language, so that what one vendor is shown is not shared with the other play's."""
    language: Language = request.param
    folder = tmp_path / "stand"
    with open_database(postgres) as database, open_stand(database, folder, browsers, looker) as stand:
        yield open_market(stand, language, tmp_path)


def test_a_whole_need(market: Market) -> None:
    case = gather(market)
    sealed.write_need(case)
    sealed.name_openers(case)
    sealed.publish(case)
    sealed.ask(case)
    sealed.respond(case, "vendor")
    sealed.respond(case, "rival")
    sealed.assert_sealed(case)
    case.until("questions_close")
    case.until("responses_close")
    sealed.open_by_two(case)
    sealed.evaluate(case)
    sealed.tell(case)
    watch_case(case)
    case.until("standstill_ends")
    sealed.award(case)
    sealed.keep_search(case)
    meet(case)


def watch_case(case: Case) -> None:
    """Everybody's pages of a need that is answered by responses, while all that they show is there."""
    officer, vendor, need = case.officer, case.vendors["vendor"], case.need
    officer.look(
        "/account", "/account/needs", "/needs/new", need, f"{need}/desk", f"{need}/opening", f"{need}/evaluation",
        sealed.path_of_response(case),
    )  # fmt: skip
    vendor.look("/account/responses", f"{need}/response", "/needs")
    case.market.programme.look("/desk", "/desk/needs", "/desk/needs?state=standstill")


def watch_meeting(meeting: Meeting) -> None:
    """Both sides' pages of an introduction and a pilot whose things have values."""
    officer, vendor = meeting.sides
    officer.look(
        f"{meeting.case.need}/matches", meeting.introduction, meeting.pilot, "/account/introductions"
    )
    vendor.look("/account/vendor/matches", meeting.introduction, meeting.pilot, "/account/pilots", "/pilots")
    meeting.market.programme.look("/desk/introductions", meeting.introduction)


def meet(case: Case) -> None:
    """A second need of the agency, which vendors are matched with, up to what came of a pilot."""
    market = case.market
    meeting = Meeting(case, OFFERING["texts"][f"title_{market.language}"])
    sealed.write_need(case, is_sealed=False)
    sealed.publish(case)
    meetings.see_matches(case, meeting.offering)
    meetings.introduce(meeting)
    shared = market.stand.watch.at
    meetings.agree_on_pilot(meeting)
    meetings.send_values(meeting)
    watch_meeting(meeting)
    case.until("questions_close")
    case.until("responses_close")
    meetings.settle(meeting)
    meetings.complete(meeting)
    market.stand.until(shared + meetings.FIRST_ASKED)
    meetings.tell_outcome(meeting)
    meetings.follow_journey(meeting)
    meeting.sides[1].look(meeting.introduction, meeting.pilot)


def test_what_nobody_can_do_becomes_a_challenge(market: Market) -> None:
    officer, colleague = join_agency(market, MAWARID)
    case = Case(market, officer, colleague, {}, {})
    sealed.write_need(case)
    sealed.name_openers(case)
    sealed.publish(case)
    case.until("questions_close")
    case.until("responses_close")
    organiser = market.stand.join("organiser", market.language, Grant(Role.ORGANISER, HUB))
    announce(Play(market.stand, market.language, organiser))
    officer.go(f"{case.need}/desk")
    officer.take("find_none", "no_responses")
    officer.walk("/evaluation")
    officer.press("/challenge")
    challenge = officer.path
    assert challenge.startswith("/challenges/")
    officer.reads(sealed.TEXTS[f"problem_{market.language}"])
    # What became of what is shown on both pages.
    officer.walk(case.need)
    officer.reads(case.state("none_suitable"))
    officer.walk(challenge)
    told = market.overhear(case.need)
    assert case.state("none_suitable") in told
    officer.choose(terms="open_source")
    officer.fill(things="air-01")
    officer.press("/edit")
    officer.take("propose")
    officer.look(challenge, f"{case.need}/evaluation", case.need)


def gather(market: Market) -> Case:
    """Two verified vendors with what they offer, and an agency with two officers."""
    vendor = join_vendor(market, "vendor", HULUL)
    offer(market, vendor, OFFERING)
    rival = join_vendor(market, "rival", TIQNIYA)
    offer(market, rival, RIVAL)
    officer, colleague = join_agency(market, MAWARID)
    vendors, companies = {"vendor": vendor, "rival": rival}, {"vendor": HULUL, "rival": TIQNIYA}
    return Case(market, officer, colleague, vendors, companies)
