"""Results on pages: prepared by organisers, told to everybody, felt by teams, and hidden where there is a conflict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casework.access.model import SYSTEM, Grant, Role, Scope, ScopeKind
from casework.people.roles.service import grant
from hackathon.contest.jury.judges import declare_interest
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.model import Team
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.conftest import PASSWORD, Browser, Portal, Somebody
from tests.hub_api.portal.town import deliberated, told


@pytest.fixture(autouse=True)
def _early(portal: Portal) -> None:
    """People come to the portal when submissions have closed; the stage is played up to then."""
    portal.watch.at = DATES["submissions_close"]


@pytest.fixture
def owner(portal: Portal) -> Iterator[Any]:
    with portal.city.database.connect() as connection:
        yield connection


def host(portal: Portal, stage: Stage) -> Somebody:
    return portal.appoint(Role.ORGANISER, Scope(ScopeKind.HACKATHON, stage.hackathon_id), "host")


def until_appeals_close(portal: Portal, *people: Somebody) -> None:
    """A day later, when whoever was signed in has to do so again."""
    portal.watch.at = DATES["appeals_close"]
    for somebody in people:
        somebody.browser = portal.browser()
        fields = {"email": somebody.email, "password": PASSWORD}
        assert somebody.browser.send("/account/sign-in", fields).status_code == 303


def desk_of(stage: Stage) -> str:
    return f"/hackathons/{stage.hackathon_id}/desk/results"


def begin(portal: Portal, owner: Any, marks: list[str], **options: Any) -> tuple[Stage, Any, Any]:
    stage = Stage(portal.store, owner)
    teams, handed_in = deliberated(stage, marks, **options)
    return stage, teams, handed_in


def released(portal: Portal, owner: Any, captain: Somebody) -> tuple[Stage, list[Team], list[Submission]]:
    stage = Stage(portal.store, owner)
    teams, handed_in = told(stage, ["9", "7", "5"], captain.person_id)
    return stage, teams, handed_in


def test_results_are_prepared_looked_at_and_released(portal: Portal, owner: Any) -> None:
    stage, _, handed_in = begin(portal, owner, ["9", "7", "5"])
    chief, desk = host(portal, stage), desk_of(stage)
    public = f"/hackathons/{stage.hackathon_id}/results"
    assert f"{desk}/prepare" in chief.browser.get(desk).text
    assert chief.browser.send(f"{desk}/prepare").status_code == 303
    page = chief.browser.get(desk).text
    assert "only you see it" in page
    assert page.index("Idea 1") < page.index("Idea 2") < page.index("Idea 3")
    assert 'data-label="Place by raw score"' in page
    for language, words in (("en", "Results and people&#39;s choice"), ("ar", "النتائج واختيار الجمهور")):
        about = portal.browser(language).get(f"/hackathons/{stage.hackathon_id}").text
        assert f'href="/portal{public}">{words}' in about, "people find the way to the votes"
    before = portal.browser().get(public).text
    assert "not out yet" in before
    assert "Idea 1" not in before
    old = chief.browser.send(f"{desk}/release", {"number": "7"})
    assert (old.status_code, "Other results have been prepared since" in old.text) == (409, True)
    assert chief.browser.send(f"{desk}/release", {"number": "1"}).status_code == 303
    page = portal.browser("ar").get(public).text
    assert "أولية" in page
    assert "Idea 3" in page
    assert portal.browser().get(f"/submissions/{handed_in[0].submission_id}/vote").status_code in {404, 405}
    too_early = chief.browser.send(f"{desk}/finalise", {"version": "99"})
    assert too_early.status_code == 409
    until_appeals_close(portal, chief)
    (version,) = re.findall(r'name="version" value="(\d+)"', chief.browser.get(desk).text)
    assert chief.browser.send(f"{desk}/finalise", {"version": version}).status_code == 303
    assert "Awards" in portal.browser().get(public).text


def test_many_places_have_pages_and_a_search(
    portal: Portal, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever page is asked for, the first three stand above; the table has the rest, in its order. The desk has it too."""
    settings = portal.office.settings
    few = replace(settings, portal=settings.portal.model_copy(update={"page_rows": 2}))
    monkeypatch.setattr(portal.office, "settings", few)
    stage, teams, handed_in = released(portal, owner, portal.join("salma"))
    order, public = [str(one.submission_id) for one in handed_in], f"/hackathons/{stage.hackathon_id}/results"
    for path, browser in ((public, portal.browser()), (desk_of(stage), host(portal, stage).browser)):

        def rows(query: str, path: str = path, browser: Browser = browser) -> list[str]:
            return re.findall(
                r'<th scope="row"><a href="/portal/submissions/([0-9a-f-]+)"', browser.get(path + query).text
            )

        first = browser.get(path).text
        assert rows("") == order[:2]
        assert 'type="search"' in first.partition("<main")[2]
        assert "start=2" in first
        assert rows("?start=2") == order[2:]
        assert browser.get(f"{path}?start=-5").status_code == 422
        assert rows("?q=nothing+at+all") == []
        assert rows(f"?q={teams[2].profile.name.upper()}") == order[2:]


def test_a_tie_is_decided_with_a_reason(portal: Portal, owner: Any) -> None:
    stage, _, handed_in = begin(portal, owner, ["8", "8", "4"], judges=3)
    chief, desk = host(portal, stage), desk_of(stage)
    first, second, third = (str(one.submission_id) for one in handed_in)
    chief.browser.send(f"{desk}/prepare")
    page = chief.browser.get(desk).text
    assert "Place 1 is shared" in page
    assert page.count('name="order"') == 2
    wrong = chief.browser.send(f"{desk}/tie", {"order": [first, third], "reason": "Kept <here>"})
    assert wrong.status_code == 409
    assert "Idea 1" in wrong.text.partition('id="refused"')[2].partition("</p>")[0], "by name, not by key"
    assert "Kept &lt;here&gt;" in wrong.text
    empty = chief.browser.send(f"{desk}/tie", {"order": [second, first], "reason": " "})
    assert "Write something here" in empty.text
    decided = {"order": [second, first], "reason": "More people gain from it", "track": ""}
    assert chief.browser.send(f"{desk}/tie", decided).status_code == 303
    chief.browser.send(f"{desk}/prepare")
    page = chief.browser.get(desk).text
    assert "is shared" not in page
    assert page.index("Idea 2") < page.index("Idea 1")


def test_judges_who_share_nothing_are_named_with_the_sheets_that_would_connect_them(
    portal: Portal, owner: Any
) -> None:
    stage, _, handed_in = begin(portal, owner, ["9", "7"])
    owner.execute("DELETE FROM innovation.sheets WHERE hackathon_id = %s", [stage.hackathon_id])
    rows = owner.execute(
        "SELECT judge_id FROM innovation.judges WHERE hackathon_id = %s", [stage.hackathon_id]
    ).fetchall()
    for one, (judge_id,) in zip(handed_in, rows, strict=True):
        owner.execute(
            "INSERT INTO innovation.sheets (sheet_id, hackathon_id, round, track, submission_id, judge_id, state,"
            " state_changed_at, created_at, marks) VALUES (gen_random_uuid(), %s, 1, '', %s, %s, 'locked', now(),"
            ' now(), \'{"impact": "7", "data": "5"}\')',
            [stage.hackathon_id, one.submission_id, judge_id],
        )
    chief = host(portal, stage)
    refused = chief.browser.send(f"{desk_of(stage)}/prepare")
    line = refused.text.partition('id="refused"')[2].partition("</p>")[0]
    assert refused.status_code == 409
    assert "2 groups" in line
    assert re.search(r"P → Idea [12]", line), "the judge by name, the submission by title"


def test_a_team_reads_its_feedback_and_appeals_once(portal: Portal, owner: Any) -> None:
    captain, auditor = portal.join("captain"), portal.appoint(Role.ADMINISTRATOR)
    stage, teams, _ = released(portal, owner, captain)
    own, other = (f"/teams/{team.team_id}" for team in teams[:2])
    page = captain.browser.get(f"{own}/feedback").text
    assert "Clear and useful." in page
    assert "In all: Clear and useful." in page
    assert "9.00" in page
    assert captain.browser.get(f"{other}/feedback").status_code == 404
    assert captain.browser.send(f"{other}/appeal", {"text": "Mine?"}).status_code == 404
    empty = captain.browser.send(f"{own}/appeal", {"text": " "})
    assert (empty.status_code, "Write something here" in empty.text) == (422, True)
    assert captain.browser.send(f"{own}/appeal", {"text": "Our <data> was not looked at"}).status_code == 303
    assert "Our &lt;data&gt; was not looked at" in captain.browser.get(f"{own}/feedback").text
    twice = captain.browser.send(f"{own}/appeal", {"text": "Again"})
    assert (twice.status_code, "has appealed already" in twice.text) == (409, True)
    # Whoever released the results is refused; the stage's chief did.
    desk = desk_of(stage)
    owner.execute(
        "UPDATE innovation.result_sets SET released_by = %s WHERE hackathon_id = %s",
        [auditor.person_id, stage.hackathon_id],
    )
    appeal = re.search(r"appeals/([0-9a-f-]{36})", host(portal, stage).browser.get(desk).text)
    assert appeal is not None
    answer = {"decision": "dismiss/no_error", "answer": "Every sheet was read anew.", "version": "2"}
    panel = auditor.browser.get(desk).text
    assert "does not decide about an appeal" in panel
    assert "Our &lt;data&gt;" in panel
    assert auditor.browser.send(f"{desk}/appeals/{appeal[1]}", answer).status_code == 409
    independent = host(portal, stage)
    kept = independent.browser.send(
        f"{desk}/appeals/{appeal[1]}", answer | {"answer": " ", "appeal": appeal[1]}
    )
    assert "Write something here" in kept.text
    assert '<option value="dismiss/no_error" selected>' in kept.text, "what was chosen is kept"
    unanswered = independent.browser.get(desk).text.partition('name="decision"')[2].partition("</select>")[0]
    assert "selected" not in unanswered
    assert re.match(r'\s*required>\s*<option value="">', unanswered), "nothing is chosen beforehand"
    unchosen = independent.browser.send(
        f"{desk}/appeals/{appeal[1]}", answer | {"decision": "", "appeal": appeal[1]}
    )
    assert (unchosen.status_code, "Choose a decision first." in unchosen.text) == (422, True)
    assert answer["answer"] in unchosen.text, "what was typed is kept"
    assert independent.browser.send(f"{desk}/appeals/{appeal[1]}", answer).status_code == 303
    page = captain.browser.get(f"{own}/feedback").text
    assert "Every sheet was read anew." in page
    assert "Dismissed" in page
    assert "/appeal/withdraw" not in page


def test_an_appeal_is_taken_back_and_none_is_made_too_late(portal: Portal, owner: Any) -> None:
    captain, mate = portal.join("captain"), portal.join("late")
    stage, teams, _ = released(portal, owner, captain)
    own = f"/teams/{teams[0].team_id}"
    captain.browser.send(f"{own}/appeal", {"text": "Perhaps"})
    (version,) = re.findall(r'name="version" value="(\d+)"', captain.browser.get(f"{own}/feedback").text)
    assert mate.browser.send(f"{own}/appeal/withdraw", {"version": version}).status_code == 404
    assert captain.browser.send(f"{own}/appeal/withdraw", {"version": version}).status_code == 303
    assert "Taken back" in captain.browser.get(f"{own}/feedback").text
    late = portal.join("captain")
    stage, teams, _ = released(portal, owner, late)
    until_appeals_close(portal, late)
    page = late.browser.get(f"/teams/{teams[0].team_id}/feedback").text
    assert "No appeal can be made now." in page
    refused = late.browser.send(f"/teams/{teams[0].team_id}/appeal", {"text": "Late"})
    assert refused.status_code == 409
    assert stage.state == "results_provisional"


def test_everybody_votes_once_and_the_count_is_told_afterwards(portal: Portal, owner: Any) -> None:
    captain = portal.join("captain")
    stage, _, handed_in = released(portal, owner, captain)
    chief, desk = host(portal, stage), desk_of(stage)
    public = f"/hackathons/{stage.hackathon_id}/results"
    first, second = (f"/submissions/{one.submission_id}/vote" for one in handed_in[:2])
    voters = [portal.join("voter") for _ in range(3)]
    early = voters[0].browser.send(first)
    assert early.status_code == 409, "no ballot yet"
    for words in ('id="refused"', "Idea 1", f"/teams/{handed_in[0].team_id}"):
        assert words in early.text, "the page of the submission says what stood against it"
    day = stage.watch.at + timedelta(hours=4)  # Muscat's wall clock
    dates = {"opens_at": f"{day + timedelta(hours=1):%Y-%m-%dT%H:%M}", "closes_at": f"{day:%Y-%m-%dT%H:%M}"}
    wrong = chief.browser.send(f"{desk}/ballot", dates)
    assert (wrong.status_code, dates["closes_at"] in wrong.text) == (409, True)
    dates["closes_at"] = f"{day + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    assert chief.browser.send(f"{desk}/ballot", dates).status_code == 303
    portal.watch.pass_by(hours=2)
    assert captain.browser.send(first).status_code == 409, "not for one's own team"
    assert portal.browser().send(first).status_code == 403, "sign in first"
    for voter, path in zip(voters, [first, second, second], strict=True):
        assert voter.browser.send(path).status_code == 303
    again = voters[0].browser.send(second)
    assert (again.status_code, "You have voted" in again.text) == (409, True)
    for browser in (chief.browser, portal.browser()):
        assert "Votes:" not in browser.get(public).text
    page = chief.browser.get(desk).text
    assert "Votes:" not in page
    assert "opens_at" not in page, "it cannot be moved any more"
    portal.watch.pass_by(hours=2)
    assert voters[1].browser.send(first).status_code == 409, "closed"
    page = portal.browser().get(public).text.partition("s choice</h2>")[2]
    assert page.index("Idea 2") < page.index("Votes: <bdi>2</bdi>") < page.index("Idea 1")


def test_the_page_of_a_submission_tells_its_place_and_takes_votes(portal: Portal, owner: Any) -> None:
    captain, voter = portal.join("captain"), portal.join("voter")
    stage, _, handed_in = released(portal, owner, captain)
    now = portal.watch()
    owner.execute(
        "INSERT INTO innovation.ballots VALUES (%s, %s, %s)",
        [stage.hackathon_id, now, now + timedelta(hours=1)],
    )
    owner.execute(
        "INSERT INTO innovation.continuations VALUES (gen_random_uuid(), %s, 'pilot', 'Ruwi <2027>', %s)",
        [handed_in[1].submission_id, now],
    )
    first, second = (f"/submissions/{one.submission_id}" for one in handed_in[:2])
    page = voter.browser.get(second).text
    assert "Place <bdi>2</bdi>" in page
    assert "provisional" in page
    assert "Pilot: <bdi>Ruwi &lt;2027&gt;</bdi>" in page
    assert f'action="/portal{second}/vote"' in page
    assert voter.browser.send(f"{second}/vote").headers["location"] == f"/portal{second}"
    page = voter.browser.get(second).text
    assert "Your vote is noted." in page
    for path in (first, second):
        page = voter.browser.get(path).text
        assert "You have voted." in page
        assert f"{path}/vote" not in page, "for what is not known, so it cannot be changed"
    assert "Sign in to vote" in portal.browser().get(first).text
    own = captain.browser.get(first).text
    assert f"{first}/vote" not in own
    assert "your vote is for others" in own
    portal.watch.pass_by(hours=1)
    assert f"{first}/vote" not in voter.browser.get(first).text


def test_what_becomes_of_a_submission_is_noted_once_results_are_final(portal: Portal, owner: Any) -> None:
    captain = portal.join("captain")
    stage, _, handed_in = released(portal, owner, captain)
    chief, desk = host(portal, stage), desk_of(stage)
    fields = {"submission": str(handed_in[1].submission_id), "kind": "pilot", "reference": "Ruwi <2027>"}
    assert chief.browser.send(f"{desk}/continuation", fields).status_code == 409
    owner.execute(
        "UPDATE innovation.hackathons SET state = 'results_final' WHERE hackathon_id = %s",
        [stage.hackathon_id],
    )
    empty = chief.browser.send(f"{desk}/continuation", fields | {"reference": ""})
    assert "Write something here" in empty.text
    assert chief.browser.send(f"{desk}/continuation", fields | {"kind": "gift"}).status_code == 422
    assert chief.browser.send(f"{desk}/continuation", fields).status_code == 303
    page = portal.browser().get(f"/hackathons/{stage.hackathon_id}/results").text
    assert "Ruwi &lt;2027&gt;" in page
    assert "Pilot" in page


def test_whoever_has_a_conflict_finds_nothing_of_it(portal: Portal, owner: Any) -> None:
    stage = Stage(portal.store, owner)
    torn = portal.join("torn", domain="jamia.example")
    stage.judge(torn.person_id)
    teams, handed_in = told(stage, ["9", "7", "5"])
    own = Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, stage.hackathon_id))
    portal.office.programme.call(SYSTEM, grant, torn.person_id, own)
    desk = desk_of(stage)
    assert "Idea 1" in torn.browser.get(desk).text
    stage.call(stage.actor(torn.person_id), declare_interest, stage.hackathon_id, teams[0].team_id)
    for path in (desk, f"/hackathons/{stage.hackathon_id}/results"):
        page = torn.browser.get(path).text
        for word in ("Idea 1", "Falaj walkers", str(handed_in[0].submission_id), str(teams[0].team_id)):
            assert word not in page, (path, word)
        assert "Idea 2" in page
    for step, form in (("prepare", {}), ("release", {"number": "1"})):
        assert torn.browser.send(f"{desk}/{step}", form).status_code == 403
    known = {"submission": str(handed_in[0].submission_id), "kind": "pilot", "reference": "x"}
    nothing = torn.browser.send(f"{desk}/continuation", known)
    assert nothing.status_code == 404
    assert torn.browser.send(f"/submissions/{handed_in[0].submission_id}/vote").status_code == 404


def test_results_of_a_hackathon_that_is_called_off_hold_no_more(portal: Portal, owner: Any) -> None:
    stage, _, _ = released(portal, owner, portal.join("captain"))
    path = f"/hackathons/{stage.hackathon_id}/results"
    assert "Idea 1" in portal.browser().get(path).text
    stage.step("cancel", "organisational")
    page = portal.browser().get(path)
    assert page.status_code == 200
    assert "Idea 1" not in page.text


@pytest.mark.parametrize(("language", "words"), [("en", "How scores are made"), ("ar", "كيف")])
def test_how_scores_are_made_is_a_page(portal: Portal, language: str, words: str) -> None:
    page = portal.browser(language).get("/judging").text
    assert words in page.partition("<h1>")[2].partition("</h1>")[0]
    assert "<table>" in page
    assert "&lt;" not in page.partition("<article")[2]
    assert 'href="/portal/judging?lang=' in page
