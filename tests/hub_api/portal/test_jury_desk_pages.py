"""The organiser's jury desk, and what a conflict of interest hides on all pages of a jury."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.access.model import SYSTEM, Grant, Role, Scope, ScopeKind
from casework.people.roles.service import grant
from hackathon.contest.jury import judges
from tests.hackathon.stage import Stage
from tests.hub_api.portal.bench import host, judged, seat, sheet_of, told
from tests.hub_api.portal.conftest import Portal, Somebody


@pytest.fixture
def stage(portal: Portal, tmp_path: Path) -> Iterator[Stage]:
    with portal.city.database.connect() as owner:
        yield Stage(portal.store, owner, folder=tmp_path / "files")


RUBRIC = {
    "code0": "impact", "name_ar0": "الأثر", "name_en0": "Impact", "weight0": "60",
    "code1": "data", "name_ar1": "البيانات", "name_en1": "Data", "weight1": "40", "may1": "1",
    "lowest": "0", "highest": "5", "step": "1", "judges_per_entry": "2", "then": "save",
}  # fmt: skip


def test_an_organiser_invites_judges_and_sets_what_is_looked_at(portal: Portal, stage: Stage):
    chief, salma = host(portal, stage), portal.join("salma")
    desk = f"/hackathons/{stage.hackathon_id}/desk/jury"
    page = chief.browser.get(desk).text
    assert "Nobody has been asked yet" in page
    assert "no rubric yet" in page
    assert f'href="/portal{desk}"' in chief.browser.get(f"/hackathons/{stage.hackathon_id}/desk").text
    unknown = chief.browser.send(f"{desk}/invite", {"email": "nobody@warsha.example", "capacity": "4"})
    assert unknown.status_code == 409
    assert 'value="nobody@warsha.example"' in unknown.text
    many = chief.browser.send(f"{desk}/invite", {"email": salma.email, "capacity": "1000"})
    assert (many.status_code, told(many)) == (422, "Sheets of one judge in a round: at most 100.")
    assert chief.browser.send(f"{desk}/invite", {"email": salma.email, "capacity": "4"}).status_code == 303
    assert dict(portal.mails(salma.email))["invitation"]["link"].endswith("/portal/account/judging")
    assert "Salma Al Harthy" in chief.browser.get(desk).text
    assert chief.browser.send(f"{desk}/invite", {"email": salma.email, "capacity": "4"}).status_code == 409
    rounds = f"{desk}/rounds/1"
    assert 'name="code3"' in chief.browser.get(rounds).text
    assert 'name="code4"' not in chief.browser.get(rounds).text
    more = chief.browser.send(rounds, RUBRIC | {"then": "rows"})
    assert more.status_code == 200
    assert 'name="code5"' in more.text
    assert 'value="الأثر"' in more.text
    wrong = chief.browser.send(rounds, RUBRIC | {"weight1": "39.5", "name_en1": ""})
    assert wrong.status_code == 422
    assert "The weights add up to 99.5" in told(wrong)
    assert "needs a name in Arabic and in English" in told(wrong)
    assert 'value="39.5"' in wrong.text
    for bad in ({"code0": "Big Impact"}, {"weight0": "sixty"}, {"step": "0"}, {"judges_per_entry": "0"}):
        assert chief.browser.send(rounds, RUBRIC | bad).status_code == 422, bad
    assert chief.browser.send(rounds, RUBRIC).status_code == 303
    assert "rubric set" in chief.browser.get(desk).text
    assert chief.browser.get(f"{desk}/rounds/2").status_code == 404
    terms = stage.call(stage.chief, judges.get_terms, stage.hackathon_id, 1)
    assert [one.may_be_not_applicable for one in terms.rubric.criteria] == [False, True]
    assert terms.judges_per_entry == 2


def test_a_proposal_is_looked_at_published_and_then_an_old_one(portal: Portal, stage: Stage):
    chief = host(portal, stage)
    desk = f"/hackathons/{stage.hackathon_id}/desk/jury"
    assert "Judging has not begun" in chief.browser.get(f"{desk}/assignment").text
    early = chief.browser.send(f"{desk}/assignment", {"seed": "1"})
    assert early.status_code == 409
    stage.judged_by(2)
    salma, _ = seat(portal, stage)
    judged(stage, 2, "Palm")
    lacking = chief.browser.send(f"{desk}/assignment", {"seed": "7"})
    assert lacking.status_code == 409
    assert "judges missing: 1" in told(lacking)
    assert "Palm 0" in told(lacking), "by name"
    assert 'value="7"' in lacking.text
    seat(portal, stage, "moza")
    assert chief.browser.send(f"{desk}/assignment", {"seed": "99999999999"}).status_code == 422
    assert chief.browser.send(f"{desk}/assignment", {"seed": "7"}).status_code == 303
    page = chief.browser.get(f"{desk}/assignment").text
    assert "4 sheets, 4 of them new" in page
    assert "2 of at most 20" in page
    assert "Palm 1" in page
    assert stage.sheets() == []
    found = re.search(r"/assignment/([0-9a-f-]+)/publish", page)
    assert found is not None
    publish = f"{desk}/assignment/{found.group(1)}/publish"
    assert "Submissions with fewer judges than asked for: 2" in chief.browser.get(desk).text
    assert chief.browser.send(publish).status_code == 303
    assert len(stage.sheets()) == 4
    link = dict(portal.mails(salma.email))["sheets_offered"]["link"]
    assert salma.browser.get(link.removeprefix("http://hub.test/portal")).status_code == 200
    assert "Palm" not in str(portal.mails(salma.email)), "what is judged stands on the page alone"
    twice = chief.browser.send(publish)
    assert (twice.status_code, "Make a new proposal" in told(twice)) == (409, True)
    page = chief.browser.get(desk).text
    assert "0 of 2 handed in" in page
    assert "Every submission that you see has its judges" in page
    assert chief.browser.send(f"{desk}/rounds/1", RUBRIC).status_code == 409, "judges work with it"
    stage.score(sheet_of(stage, salma), "5")
    assert "1 of 2 handed in" in chief.browser.get(desk).text


def test_sheets_are_taken_out_closed_and_reopened_with_a_reason(portal: Portal, stage: Stage):
    chief = host(portal, stage)
    desk = f"/hackathons/{stage.hackathon_id}/desk/jury"
    stage.judged_by(1)
    salma, judge = seat(portal, stage)
    judged(stage, 2, "Reef")
    stage.assign()
    first, second = stage.sheets()
    stage.score(first, "5")
    own = f"{desk}/judges/{judge.judge_id}"
    assert chief.browser.send(f"{own}/sheets/{second.sheet_id}/step", {"event": "take_out", "version": "1"}).status_code == 303  # fmt: skip
    page = chief.browser.get(own).text
    assert "Given back" in page
    assert "Reef 0" in page
    assert "fewer judges than asked for: 1" in chief.browser.get(desk).text
    assert chief.browser.send(f"{desk}/lock").status_code == 303
    locked = next(one for one in stage.sheets() if one.sheet_id == first.sheet_id)
    assert locked.state == "locked"
    path, version = f"{own}/sheets/{first.sheet_id}/step", str(locked.version)
    unfounded = chief.browser.send(path, {"event": "reopen", "version": version})
    assert unfounded.status_code == 409, "not without a reason"
    assert chief.browser.send(path, {"event": "submit", "version": version}).status_code == 403
    reopened = chief.browser.send(path, {"event": "reopen", "version": version, "reason": "mistake"})
    assert reopened.status_code == 303
    assert 'name="mark1"' in salma.browser.get(f"/sheets/{first.sheet_id}").text
    assert chief.browser.send(f"{own}/step", {"event": "withdraw", "version": "2"}).status_code == 303
    assert "Taken back" in chief.browser.get(own).text


def test_judges_without_a_submission_in_common_are_shown_with_what_connects_them(
    portal: Portal, stage: Stage
):
    chief = host(portal, stage)
    stage.judged_by(1)
    for name in ("salma", "moza"):
        seat(portal, stage, name)
    judged(stage, 2, "Islet")
    stage.assign()
    extra = next(one for one in stage.sheets() if len([s for s in stage.sheets() if s.submission_id == one.submission_id]) == 2)  # fmt: skip
    desk = f"/hackathons/{stage.hackathon_id}/desk/jury"
    assert "fall into" not in chief.browser.get(desk).text
    path = f"{desk}/judges/{extra.judge_id}/sheets/{extra.sheet_id}/step"
    alone = [one for one in stage.sheets() if one.person_id == extra.person_id]
    if len(alone) == 1:
        extra = next(
            one for one in stage.sheets() if one.submission_id == extra.submission_id and one != extra
        )
        path = f"{desk}/judges/{extra.judge_id}/sheets/{extra.sheet_id}/step"
    assert chief.browser.send(path, {"event": "take_out", "version": "1"}).status_code == 303
    page = chief.browser.get(desk).text
    assert "fall into 2 groups" in page
    assert "These sheets would connect them" in page


def pages_of(stage: Stage) -> list[str]:
    """Every page of the jury there is for an organiser who judges, with everything that leads from it."""
    hackathon = f"/hackathons/{stage.hackathon_id}"
    desk = f"{hackathon}/desk/jury"
    everyone = stage.call(stage.chief, judges.list_judges, stage.hackathon_id)
    return [
        "/account/judging", f"{hackathon}/judging", f"{hackathon}/judging/interests?q=crew", desk,
        f"{desk}/assignment", f"{desk}/rounds/1",
        *(f"{desk}/judges/{judge.judge_id}" for judge in everyone),
        *(f"/sheets/{sheet.sheet_id}" for sheet in stage.sheets()),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_organiser_who_judges_and_has_a_conflict_learns_nothing_of_the_team(
    portal: Portal, stage: Stage, language: str
):
    """Neither on a page nor in a refusal, a count, a proposal or a group of judges."""
    stage.judged_by(2)
    own, judge = seat(portal, stage, "torn", language)
    free, _ = seat(portal, stage, "free", language)
    for name in ("third", "fourth"):
        seat(portal, stage, name)
    (hidden, *_), (secret, *_) = judged(stage, 3, "Zamzam")
    scope = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    for one in (own, free):
        portal.office.programme.call(SYSTEM, grant, one.person_id, Grant(Role.ORGANISER, scope))
    desk = f"/hackathons/{stage.hackathon_id}/desk/jury"
    stage.call(stage.actor(own.person_id), judges.declare_interest, stage.hackathon_id, hidden.team_id)
    marks = [
        str(hidden.team_id), str(secret.submission_id), hidden.profile.name, "Zamzam 0",
    ]  # fmt: skip

    def walk(somebody: Somebody) -> str:
        return "".join(somebody.browser.get(path).text for path in pages_of(stage))

    def found_in(text: str) -> list[str]:
        return [mark for mark in marks if mark in text]

    for somebody in (own, free):
        assert somebody.browser.send(f"{desk}/assignment", {"seed": "3"}).status_code == 303
        proposal = somebody.browser.get(f"{desk}/assignment").text
        assert bool(found_in(proposal)) is (somebody is free)
    sheets_told = re.search(
        r"\b(\d+) sheets|عدد الاستمارات (\d+)", own.browser.get(f"{desk}/assignment").text
    )
    assert sheets_told is not None
    assert int(sheets_told.group(1) or sheets_told.group(2)) <= 5, "those of the hidden team are not counted"
    assert not found_in(walk(own))
    assert found_in(walk(free))
    stage.assign(3)
    of_hidden = [one for one in stage.sheets() if one.team_id == hidden.team_id]
    assert not found_in(walk(own))
    assert found_in(walk(free))
    for sheet in of_hidden:
        path = f"{desk}/judges/{sheet.judge_id}/sheets/{sheet.sheet_id}/step"
        refused = own.browser.send(path, {"event": "take_out", "version": "1"})
        assert refused.status_code == 404
        assert not found_in(refused.text)
        assert own.browser.get(f"/sheets/{sheet.sheet_id}").status_code == 404
        assert free.browser.send(path, {"event": "take_out", "version": "1"}).status_code == 303
    assert not found_in(walk(own)), "the gap is not told either"
    number = re.compile(r"<p class=\"call\">[^<]*?(\d+)")
    assert number.search(own.browser.get(desk).text) is None
    assert number.search(free.browser.get(desk).text) is not None
    for other in stage.call(stage.chief, judges.list_judges, stage.hackathon_id):
        if other.judge_id != judge.judge_id and other.person_id != free.person_id:
            stage.owner.execute(
                "UPDATE innovation.judges SET capacity = 1 WHERE judge_id = %s", [other.judge_id]
            )
    stage.owner.execute("UPDATE innovation.judges SET capacity = 1 WHERE person_id = %s", [free.person_id])
    impossible = own.browser.send(f"{desk}/assignment", {"seed": "4"})
    assert impossible.status_code == 409
    assert not found_in(impossible.text)
    assert found_in(free.browser.send(f"{desk}/assignment", {"seed": "4"}).text)


def test_a_scored_sheet_in_conflict_is_not_named_to_whose_conflict_it_is(portal: Portal, stage: Stage):
    stage.judged_by(1)
    own, _ = seat(portal, stage, "torn")
    (team,), (secret,) = judged(stage, 1, "Siq")
    stage.assign()
    scope = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    portal.office.programme.call(SYSTEM, grant, own.person_id, Grant(Role.ORGANISER, scope))
    chief = host(portal, stage)
    stage.call(stage.actor(own.person_id), judges.declare_interest, stage.hackathon_id, team.team_id)
    desk = f"/hackathons/{stage.hackathon_id}/desk/jury"
    refused = own.browser.send(f"{desk}/assignment", {"seed": "1"})
    assert refused.status_code == 409
    assert "Another organiser has to make the proposal" in told(refused)
    assert not [one for one in (str(secret.submission_id), "Siq 0", team.profile.name) if one in refused.text]
    assert "Siq 0" in told(chief.browser.send(f"{desk}/assignment", {"seed": "1"}))
