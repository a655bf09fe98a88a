"""Calls for funding on the pages: from the draft to what everybody reads, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from casework.access.model import Role, Scope, ScopeKind
from tests.hub_api.portal.call_scene import CALL, DATES
from tests.hub_api.portal.conftest import Portal, Somebody

FORM = {
    "code1": "", "name_ar1": "الخطة", "name_en1": "Plan", "kind1": "text", "characters_max1": "", "is_required1": "1",
    "code2": "", "name_ar2": "الفريق", "name_en2": "Team", "kind2": "line", "characters_max2": "200",
    "is_identifying2": "1",
    "code3": "", "name_ar3": "", "name_en3": "", "kind3": "text", "characters_max3": "2000",
}  # fmt: skip
CRITERIA = {
    "code1": "", "name_ar1": "القيمة", "name_en1": "Worth", "weight1": "٦٦٫٥",
    "code2": "", "name_ar2": "البيانات", "name_en2": "Data", "weight2": "33,5%", "may_be_not_applicable2": "1",
    "code3": "", "name_ar3": "", "name_en3": "", "weight3": "",
}  # fmt: skip
WHO = {
    "kind": ["person", "university"], "governorate": ["OM-MA", "OM-ZU"],
    "code1": "", "name_ar1": "نلتزم بالأخلاقيات", "name_en1": "We keep to ethics",
}  # fmt: skip


@pytest.fixture(scope="module")
def officer(portal: Portal) -> Somebody:
    return portal.appoint(Role.PROGRAMME_OFFICER, name="funds")


class Desk:
    """A call at its officer's desk."""

    def __init__(self, officer: Somebody, code: str, **fields: str) -> None:
        self.browser = officer.browser
        answer = self.browser.send("/calls/new", CALL | {"code": code} | fields)
        assert answer.status_code == 303, answer.text
        self.path = answer.headers["location"].removeprefix("/portal").removesuffix("/desk")

    @property
    def version(self) -> str:
        found = re.search(r'name="version" value="(\d+)"', self.browser.get(f"{self.path}/desk").text)
        assert found is not None
        return found.group(1)

    def send(self, path: str, fields: dict[str, Any]) -> Any:
        return self.browser.send(f"{self.path}/desk{path}", {"version": self.version} | fields)

    def fill(self) -> None:
        for path, fields in (
            ("/form/1", FORM), ("/form/2", FORM), ("/criteria", CRITERIA), ("/eligibility", WHO), ("/deadlines", DATES),
        ):  # fmt: skip
            answer = self.send(path, fields)
            assert answer.status_code == 303, (path, answer.text)

    def take(self, event: str, reason: str = "") -> Any:
        return self.send("/step", {"event": event, "reason": reason})


def test_a_call_is_written_filled_and_announced_in_advance(portal: Portal, officer: Somebody) -> None:
    desk = Desk(officer, "drops")
    assert portal.browser().get(desk.path).status_code == 404
    refused = desk.take("approve")
    assert (refused.status_code, 'role="alert"' in refused.text) == (409, True)
    desk.fill()
    shown = officer.browser.get(f"{desk.path}/desk").text
    assert 'value="2026-12-01T08:00"' in shown, "as it was chosen, in Muscat's time"
    assert 'value="90000.000"' in shown
    assert "100%" in shown
    for event in ("approve", "forecast"):
        assert desk.take(event).status_code == 303
    page = portal.browser().get(desk.path).text
    for words in (
        "City &lt;water&gt;", "90,000.000\u00a0OMR", "1,000.000\u00a0OMR", "66.5%", "We keep to ethics", "Dhofar",
        "kept from reviewers", "oneself, a university or research centre", "up to 200 characters", "Applications are not taken yet", "Second round",
    ):  # fmt: skip
        assert words in page, words
    assert "applications/new" not in page
    arabic = portal.browser("ar").get(desk.path).text
    for words in (
        "ماء المدينة",
        "\u206790,000.000\u00a0ر.ع.\u2069",
        "ظفار",
        "تُحجب عن المراجعين",
        "توقيت مسقط",
    ):
        assert words in arabic, words
    assert "City &lt;water&gt;" in portal.browser().get("/calls?q=WATER&stage=forecasted").text
    assert "City &lt;water&gt;" in portal.browser().get("/calls?q=الماء").text
    assert "City &lt;water&gt;" not in portal.browser().get("/calls?q=wind").text
    assert "There is no such call" in portal.browser().get("/calls?stage=cancelled&q=drops").text


def test_an_open_call_takes_applications_and_keeps_its_terms(portal: Portal, officer: Somebody) -> None:
    desk = Desk(officer, "wells", rounds="1")
    desk.fill()
    assert desk.send("/deadlines", {"opens": "2026-11-24T17:00"}).status_code == 303
    assert desk.take("approve").status_code == 303
    before = portal.watch.at
    try:
        assert desk.take("open").status_code == 409, "an hour too early"
        portal.watch.pass_by(hours=1)
        assert desk.take("open").status_code == 303
        page = portal.browser().get(desk.path).text
        assert f'href="/portal{desk.path}/applications/new"' in page
        assert "Deadline for full proposals" not in page, "there is no second round"
        assert "fixed" in officer.browser.get(f"{desk.path}/desk/criteria").text
        assert 'name="name_en1"' not in officer.browser.get(f"{desk.path}/desk/form/1").text
        assert officer.browser.get(f"{desk.path}/desk/form/2").status_code == 404
        fixed = desk.send("/criteria", CRITERIA)
        assert (fixed.status_code, "People rely" in fixed.text) == (409, True)
        same = {**CALL, "code": "wells", "rounds": "1", "summary_en": "Research about wells"}
        assert desk.send("/edit", same).status_code == 303
        assert "Research about wells" in portal.browser().get(desk.path).text
        assert desk.send("/edit", same | {"budget": "1"}).status_code == 409
        choices = officer.browser.get(f"{desk.path}/desk").text
        assert '<option value="closes"' in choices
        assert '<option value="opens"' not in choices, "it is open already"
        moved = {"name": "closes", "instant": "2027-01-20T00:00", "reason": "holiday"}
        assert desk.send("/extension", moved).status_code == 303
        extended = portal.browser().get(desk.path).text
        assert "Public holiday" in extended
        assert "19 January 2027, end of the day" in extended
        assert desk.take("cancel").status_code == 409
        assert desk.take("cancel", "no_budget").status_code == 303
        assert "The budget is not available" in portal.browser().get(desk.path).text
    finally:
        portal.watch.at = before


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"budget": "0,250"}, "Whole budget"),
        ({"budget": "-1"}, "cannot be negative"),
        ({"award_max": "1.2345"}, "only 3 decimals"),
        ({"award_min": "40000"}, "Smallest and largest award"),
        ({"code": "A b"}, "Name in the address"),
        ({"title_ar": ""}, "Arabic title"),
        ({"organisation": "00000000-0000-0000-0000-000000000001"}, "verified organisation"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    officer: Somebody, fields: dict[str, str], told: str
) -> None:
    answer = officer.browser.send("/calls/new", CALL | {"summary_en": "Kept as typed"} | fields)
    assert answer.status_code == 422
    assert told in answer.text or told.removeprefix("Whole ").capitalize() in answer.text
    assert "Kept as typed" in answer.text
    assert all(f'value="{value}"' in answer.text for value in fields.values() if value and "-00" not in value)


def test_an_amount_that_can_be_read_two_ways_is_asked_about(officer: Somebody) -> None:
    answer = officer.browser.send("/calls/new", CALL | {"budget": "0,250"})
    assert "0.250 or 250.000" in answer.text


def test_rows_that_are_refused_are_shown_again(officer: Somebody) -> None:
    desk = Desk(officer, "rows")
    for path, fields, typed in (
        ("/form/1", FORM | {"name_ar1": ""}, 'value="Plan"'),
        ("/criteria", CRITERIA | {"weight1": "much"}, 'value="Worth"'),
        ("/criteria", CRITERIA | {"weight1": "1e999"}, 'value="Worth"'),
        ("/eligibility", WHO | {"name_ar1": ""}, 'value="We keep to ethics"'),
    ):
        answer = desk.send(path, fields)
        assert (answer.status_code, typed in answer.text) == (422, True), path
    for path, fields in (
        ("/form/1", FORM | {"kind1": "file"}), ("/form/1", FORM | {"characters_max1": "x"}),
        ("/eligibility", {"kind": "ghost"}), ("/edit", CALL | {"rounds": "3"}), ("/edit", CALL | {"currency": "XXX"}),
        ("/edit", CALL | {"organisation": "x"}), ("/extension", {"name": "closes"}), ("/deadlines", {"opens": "soon"}),
    ):  # fmt: skip
        answer = desk.send(path, fields)
        assert (answer.status_code, 'name="name_en1"' in answer.text) == (422, False), path


def test_whoever_runs_one_call_runs_no_other(portal: Portal, officer: Somebody) -> None:
    own, other = Desk(officer, "own"), Desk(officer, "other")
    somebody = portal.appoint(
        Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, own.path.rpartition("/")[2]), "single"  # type: ignore[arg-type]
    )  # fmt: skip
    browser = somebody.browser
    assert browser.get(f"{own.path}/desk").status_code == 200
    assert browser.get(own.path).status_code == 200
    for path in (f"{other.path}/desk", f"{other.path}/desk/criteria", "/calls/new"):
        assert browser.get(path).status_code == 403
    assert browser.get(other.path).status_code == 404
    for path in ("/edit", "/deadlines", "/extension", "/step", "/form/1", "/criteria", "/eligibility"):
        assert browser.send(f"{other.path}/desk{path}").status_code == 403
    assert officer.browser.get(f"{own.path}/desk/form/3").status_code == 404


def test_a_search_of_calls_is_kept_but_not_of_what_only_officers_see(
    portal: Portal, officer: Somebody
) -> None:
    for language, keep in (("en", "Keep this search"), ("ar", "احفظ هذا البحث")):
        reader = portal.join(f"searcher-{language}", language, domain="searcher.example")
        assert keep not in reader.browser.get("/calls").text
        found = reader.browser.get("/calls?q=water&stage=open").text
        assert keep in found
        assert 'name="kind" value="calls"' in found
        assert 'name="filter_stage" value="open"' in found
        assert keep not in portal.browser(language).get("/calls?q=water").text
    kept = {"kind": "calls", "q": "water", "filter_stage": "open", "name": "Water"}
    assert reader.browser.send("/account/searches", kept).status_code == 303
    own = reader.browser.get("/account/searches").text
    assert "/portal/calls?q=water&amp;stage=open" in own
    assert "دعوات التمويل" in own
    assert "Keep this search" in officer.browser.get("/calls?stage=open").text
    assert "Keep this search" not in officer.browser.get("/calls?q=water&stage=unpublished").text
    assert (
        officer.browser.send("/account/searches", kept | {"filter_stage": "unpublished"}).status_code == 422
    )
