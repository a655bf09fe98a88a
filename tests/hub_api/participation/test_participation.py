"""People's programs at work: a team hands in, a judge judges, an ambassador reports, an organiser looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from casework.access.model import Actor, Grant, Role
from casework.access_tokens.model import TokenScope
from casework.people.standing import suspend
from hackathon.contest.teams.model import Team
from tests.hackathon.stage import DATES, Stage
from tests.hackathon.terms import Programme
from tests.hub_api.participation.conftest import BODIES, Program, token_of
from tests.hub_api.portal.conftest import Portal

CONTENT = BODIES["write_submission"]


@dataclass
class Work:
    stage: Stage
    team: Team
    captain: Program
    person: Any


@pytest.fixture
def work(portal: Portal) -> Iterator[Work]:
    """A team in a hackathon that is running, and its captain's program."""
    with portal.city.database.connect() as owner:
        stage = Stage(portal.store, owner)
        stage.until("registration_opens")
        portal.watch.at = stage.watch.at
        captain = stage.person()
        team = stage.complete_team([stage.person()], captain=captain)
        stage.until("starts")
        portal.watch.at = stage.watch.at
        yield Work(stage, team, Program(portal, token_of(portal, captain)), captain)


def begin(work: Work) -> tuple[str, int]:
    """The path of its draft, and its version."""
    begun = work.captain.ask("POST", f"/me/teams/{work.team.team_id}/submission")
    assert begun.status_code == 200, begun.text
    return f"/me/submissions/{begun.json()['data']['submission']}", begun.json()["data"]["version"]


def test_a_team_writes_hands_in_and_reopens(work: Work) -> None:
    path, version = begin(work)
    assert begin(work) == (path, version), "asked again it is the one there is"
    written = work.captain.ask("PUT", path, CONTENT, seen=version)
    assert written.status_code == 200, written.text
    assert written.json()["data"]["title"] == CONTENT["title"]
    seen = written.json()["data"]["version"]
    assert written.headers["etag"] == f'"{seen}"'
    handed_in = work.captain.ask("POST", f"{path}/versions", seen=seen)
    assert handed_in.status_code == 200, handed_in.text
    assert (handed_in.json()["data"]["number"], len(handed_in.json()["data"]["sha256"])) == (1, 64)
    after = int(handed_in.headers["etag"].strip('"'))
    twice = work.captain.ask("POST", f"{path}/versions", seen=seen)
    assert (twice.status_code, twice.json()["code"]) == (412, "version_outdated")
    locked = work.captain.ask("PUT", path, CONTENT, seen=after)
    assert (locked.status_code, locked.json()["code"]) == (409, "submission_not_editable")
    reopened = work.captain.ask("POST", f"{path}/reopen", seen=after)
    assert reopened.json()["data"]["state"] == "reopened"
    versions = work.captain.ask("GET", f"{path}/versions").json()["data"]
    assert [one["number"] for one in versions] == [1]
    team = work.captain.ask("GET", f"/me/teams/{work.team.team_id}").json()["data"]
    assert (team["role"], f"/me/submissions/{team['submission']}") == ("captain", path)
    assert [one["team"] for one in work.captain.ask("GET", "/me/teams").json()["data"]] == [
        str(work.team.team_id)
    ]


def test_after_the_close_nothing_is_written_to_the_instant(portal: Portal, work: Work) -> None:
    path, version = begin(work)
    portal.watch.at = DATES["submissions_close"] - timedelta(microseconds=1)
    written = work.captain.ask("PUT", path, CONTENT, seen=version)
    assert written.status_code == 200
    portal.watch.at = DATES["submissions_close"]
    late = work.captain.ask("PUT", path, CONTENT, seen=written.json()["data"]["version"])
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert late.json()["type"] == "about:blank"


def test_the_version_that_was_seen_is_asked_for(work: Work) -> None:
    path, _ = begin(work)
    missing = work.captain.ask("PUT", path, CONTENT)
    assert (missing.status_code, missing.json()["code"]) == (428, "version_missing")
    for given in ("3", "*", 'W/"3"', '"x"', '"1", "2"'):
        wrong = work.captain.ask("PUT", path, CONTENT, **{"If-Match": given})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "version_unreadable"), given


def test_the_version_may_stand_in_the_address(work: Work) -> None:
    """Where another one is a conflict like any other, and no precondition that fails."""
    path, version = begin(work)
    written = work.captain.ask("PUT", f"{path}?version={version}", CONTENT)
    assert (written.status_code, written.json()["data"]["version"]) == (200, version + 1), written.text
    passed = work.captain.ask("PUT", f"{path}?version={version}", CONTENT)
    assert (passed.status_code, passed.json()["code"]) == (409, "changed_since")
    twice = work.captain.ask("PUT", f"{path}?version={version + 1}", CONTENT, seen=version + 1)
    assert (twice.status_code, twice.json()["code"]) == (409, "version_said_twice")
    for given in ("-1", "1000000000", "x", ""):
        wrong = work.captain.ask("PUT", f"{path}?version={given}", CONTENT)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_parameter"), given
    looked = work.captain.ask("GET", f"{path}?version={version}")
    assert looked.status_code == 422, "who reads has seen nothing yet"


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"title": "x"}, "summary"),
        (CONTENT | {"title": 5}, "title"),
        (CONTENT | {"titel": "x"}, "titel"),
        (CONTENT | {"title": "a\0b"}, "title"),
        (CONTENT | {"answers": {"idea": 1}}, "answers.idea"),
    ],
)
def test_each_wrong_field_is_named(work: Work, body: Any, parameter: str) -> None:
    path, version = begin(work)
    refused = work.captain.ask("PUT", path, body, seen=version)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_parameter")
    assert parameter in [one["parameter"] for one in refused.json()["errors"]]


def test_what_is_no_body_is_refused(portal: Portal, work: Work) -> None:
    path, version = begin(work)
    for body in ([1], "text", None):
        refused = work.captain.ask("PUT", path, body, seen=version)
        assert (refused.status_code, refused.json()["code"]) == (422, "body_unreadable"), body
    huge = work.captain.ask("PUT", path, CONTENT | {"summary": "x" * 300_000}, seen=version)
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")
    arabic = work.captain.ask("PUT", path, [1], seen=version, **{"Accept-Language": "ar"})
    assert arabic.headers["content-language"] == "ar"
    assert "كائن JSON" in arabic.json()["detail"]


def test_without_a_token_nobody_comes_in_and_cookies_open_nothing(portal: Portal) -> None:
    salma = portal.join()
    assert salma.browser.get("/account").status_code == 200
    answer = portal.run(salma.browser.client.get("/v1/innovation/me/teams"))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    wrong = Program(portal, "falaj-token-" + "0" * 64).ask("GET", "/me/teams")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "token_invalid")
    key = Program(portal, "falaj-key-" + "0" * 64).ask("GET", "/me/teams")
    assert key.status_code == 401


def test_a_token_is_no_key_but_may_come_with_one(portal: Portal, work: Work) -> None:
    assert work.captain.ask("GET", "/me/teams").headers["ratelimit-policy"].startswith('"minute";q=')
    unknown = work.captain.ask("GET", "/me/teams", **{"X-API-Key": "falaj-key-" + "0" * 64})
    assert (unknown.status_code, unknown.json()["code"]) == (401, "api_key_unknown")


def test_other_sites_can_neither_write_nor_use_anybodys_cookies(portal: Portal) -> None:
    client = portal.browser().client
    headers = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization",
    }
    asked = portal.run(client.options(f"/v1/innovation/me/submissions/{uuid4()}", headers=headers))
    assert asked.status_code == 405
    assert "access-control-allow-origin" not in asked.headers
    answer = portal.run(
        client.get("/v1/innovation/me/teams", headers={"Origin": "https://elsewhere.example"})
    )
    assert not {"access-control-allow-origin", "access-control-allow-credentials"} & set(answer.headers)


def test_answers_are_for_one_person_and_no_cache(work: Work) -> None:
    answer = work.captain.ask("GET", "/me/teams")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Authorization" in answer.headers["vary"]


def test_nobody_speaks_for_somebody_who_is_suspended_or_has_left_the_team(portal: Portal, work: Work) -> None:
    path, _ = begin(work)
    work.stage.owner.execute(
        "UPDATE innovation.team_members SET state = 'left', is_captain = false, ended_at = now() WHERE person_id = %s",
        [work.person],
    )
    assert work.captain.ask("GET", path).status_code == 404
    assert work.captain.ask("GET", "/me/teams").json()["data"] == []
    work.stage.call(work.stage.chief, suspend, work.person, "abuse", 1)
    assert work.captain.ask("GET", "/me/teams").json()["code"] == "token_invalid"


def test_an_administrator_s_token_for_teams_is_no_administrator_s(portal: Portal, work: Work) -> None:
    path, _ = begin(work)
    chief = work.stage.chief.person_id
    work.stage.owner.execute(
        "INSERT INTO innovation.role_grants (grant_id, person_id, role, scope_kind, granted_at)"
        " VALUES (%s, %s, 'administrator', 'hub', now() - interval '1 year')", [uuid4(), chief],
    )  # fmt: skip
    narrow = Program(portal, token_of(portal, chief, TokenScope.TEAMS_READ))
    assert narrow.ask("GET", path).status_code == 404
    assert narrow.ask("GET", f"/me/teams/{work.team.team_id}").status_code == 404
    code = work.stage.owner.execute(
        "SELECT code FROM innovation.hackathons WHERE hackathon_id = %s", [work.stage.hackathon_id]
    ).fetchone()
    assert code is not None
    desk = f"/desk/hackathons/{code[0]}/teams"
    assert narrow.ask("GET", desk).json()["code"] == "token_scope_missing"
    wide = Program(portal, token_of(portal, chief, TokenScope.ORGANISE_READ))
    assert [one["team"] for one in wide.ask("GET", desk).json()["data"]] == [str(work.team.team_id)]
    assert wide.ask("GET", path).status_code == 403


@dataclass
class Court:
    work: Work
    judge: Program
    person: Any
    sheet: str


@pytest.fixture
def court(portal: Portal, work: Work) -> Court:
    stage = work.stage
    submission = stage.hand_in(work.team)
    person = stage.person()
    stage.judge(person)
    stage.judged_by(1)
    stage.admit(submission)
    stage.assign()
    portal.watch.at = stage.watch.at
    return Court(work, Program(portal, token_of(portal, person)), person, str(stage.sheets()[0].sheet_id))


def test_a_judge_accepts_writes_and_submits(court: Court) -> None:
    judge, path = court.judge, f"/me/sheets/{court.sheet}"
    (listed,) = judge.ask("GET", "/me/sheets").json()["data"]
    assert (listed["sheet"], listed["state"], listed["title"]) == (court.sheet, "offered", "Shade map")
    accepted = judge.ask("POST", f"{path}/steps", {"event": "accept"}, seen=listed["version"])
    assert accepted.json()["data"]["state"] == "accepted"
    seen = accepted.json()["data"]["version"]
    impossible = judge.ask("PUT", path, {"marks": {"impact": 99}}, seen=seen)
    assert (impossible.status_code, impossible.json()["code"]) == (409, "sheet_incomplete")
    written = judge.ask("PUT", path, {"marks": {"impact": 7.5}, "remark": "Good"}, seen=seen)
    assert written.status_code == 200, written.text
    assert written.json()["data"]["marks"] == {"impact": 7.5}
    assert [one["code"] for one in written.json()["data"]["rubric"]["criteria"]] == ["impact", "data"]
    seen = written.json()["data"]["version"]
    assert judge.ask("POST", f"{path}/steps", {"event": "submit"}, seen=seen).status_code in {409, 422}
    whole = judge.ask("PUT", path, {"marks": {"impact": 7.5, "data": "n/a"}}, seen=seen)
    assert whole.json()["data"]["marks"] == {"impact": 7.5, "data": "n/a"}
    done = judge.ask("POST", f"{path}/steps", {"event": "submit"}, seen=whole.json()["data"]["version"])
    assert done.json()["data"]["state"] == "submitted", done.text


def test_a_judge_with_a_conflict_does_not_learn_of_the_sheet_any_more(court: Court) -> None:
    judge, path = court.judge, f"/me/sheets/{court.sheet}"
    version = judge.ask("GET", path).json()["data"]["version"]
    declined = judge.ask("POST", f"{path}/steps", BODIES["step_sheet"], seen=version)
    assert declined.json()["data"]["state"] == "declined", declined.text
    assert judge.ask("GET", path).status_code == 404
    assert judge.ask("GET", "/me/sheets").json()["data"] == []


def test_an_organiser_with_a_conflict_sees_neither_team_nor_submission_nor_sheet(
    portal: Portal, court: Court
) -> None:
    stage = court.work.stage
    stage.owner.execute(
        "INSERT INTO innovation.role_grants (grant_id, person_id, role, scope_kind, scope_id, granted_at)"
        " VALUES (%s, %s, 'organiser', 'hackathon', %s, now() - interval '1 year')",
        [uuid4(), court.person, stage.hackathon_id],
    )
    code = stage.owner.execute(
        "SELECT code FROM innovation.hackathons WHERE hackathon_id = %s", [stage.hackathon_id]
    ).fetchone()
    assert code is not None
    desk = f"/desk/hackathons/{code[0]}"
    sizes = {
        what: len(court.judge.ask("GET", f"{desk}/{what}").json()["data"])
        for what in ("teams", "submissions", "sheets")
    }
    assert sizes == {"teams": 1, "submissions": 1, "sheets": 1}
    version = court.judge.ask("GET", f"/me/sheets/{court.sheet}").json()["data"]["version"]
    court.judge.ask("POST", f"/me/sheets/{court.sheet}/steps", BODIES["step_sheet"], seen=version)
    for what in ("teams", "submissions", "sheets"):
        assert court.judge.ask("GET", f"{desk}/{what}").json()["data"] == [], what


def test_an_ambassador_plans_once_and_reports(portal: Portal) -> None:
    coordinator = portal.appoint(Role.COORDINATOR)
    programme = Programme(portal.store, Actor(coordinator.person_id, (Grant(Role.COORDINATOR),)))
    programme.publish_papers()
    person = portal.join("noor")
    programme.appoint(person.person_id)
    noor = Program(portal, token_of(portal, person.person_id))
    event = dict(BODIES["plan_activity"]) | {
        "starts_at": f"{portal.watch.at + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
        "ends_at": f"{portal.watch.at + timedelta(days=1, hours=2):%Y-%m-%dT%H:%M:%SZ}",
    }
    planned = noor.ask("POST", "/me/activities", event)
    assert planned.status_code == 200, planned.text
    again = noor.ask("POST", "/me/activities", event)
    assert again.json() == planned.json(), "sent again it is the one there is"
    assert noor.ask("POST", "/me/activities", event | {"title": "Another"}).json() != planned.json()
    wrong = noor.ask("POST", "/me/activities", event | {"mode": "online"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_field")
    activity = planned.json()["data"]
    path = f"/me/activities/{activity['activity']}"
    early = noor.ask("POST", f"{path}/steps", {"event": "hold"}, seen=activity["version"])
    assert (early.status_code, early.json()["code"]) == (409, "too_early")
    portal.watch.pass_by(days=2)
    held = noor.ask("POST", f"{path}/steps", {"event": "hold"}, seen=activity["version"])
    assert held.json()["data"]["state"] == "held", held.text
    told = noor.ask("PUT", f"{path}/report", BODIES["write_report"], seen=held.json()["data"]["version"])
    assert told.json()["data"]["report"] == BODIES["write_report"], told.text
    bare = noor.ask("POST", f"{path}/steps", {"event": "report"}, seen=told.json()["data"]["version"])
    assert (bare.status_code, bare.json()["code"]) == (409, "no_evidence")
    other = Program(portal, token_of(portal, coordinator.person_id))
    assert other.ask("GET", path).status_code == 404
