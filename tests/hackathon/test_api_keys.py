"""Keys of teams: who makes them, when they end, and that the portal's role reaches no others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.keys import digest_of
from citycore.store.connections import Connection
from hackathon.contest.api_keys import service
from hackathon.contest.api_keys.errors import (
    NoMoreTeamKeys,
    TeamKeyGone,
    TeamKeysOver,
    TeamNotComplete,
    TooManyTeamKeys,
)
from hackathon.contest.api_keys.model import DayOfUse, Overview
from hackathon.contest.api_keys.model import Standing as Key
from hackathon.contest.api_keys.rules import without_gaps
from hackathon.contest.api_keys.settings import TeamKeySettings
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.teams import service as teams
from hackathon.contest.teams.model import Team
from tests.conftest import Database
from tests.hackathon.stage import DATES, DAY, Stage


@pytest.fixture
def stage(programme: Database, portal: Connection) -> Iterator[Stage]:
    with programme.connect() as owner:
        yield Stage(portal, owner, parts=[TeamKeySettings(keys_max=2, keys_ever_max=4)])


@pytest.fixture
def team(stage: Stage) -> Team:
    stage.until("registration_opens")
    return stage.complete_team([stage.person()])


def seen(stage: Stage, team: Team) -> Overview:
    return stage.call(stage.captain(team), service.get_overview, team.team_id)


def stored(stage: Stage, key: str) -> Any:
    row = stage.owner.execute(
        "SELECT owner, revoked_at, expires_at FROM api_keys WHERE key_digest = %s",
        [bytes.fromhex(digest_of(key))],
    ).fetchone()
    assert row is not None
    return row


def test_a_captain_makes_replaces_and_revokes_a_key(stage: Stage, team: Team) -> None:
    captain = stage.captain(team)
    first = stage.call(captain, service.issue, team.team_id)
    assert stored(stage, first.text) == (
        f"team:{team.team_id}",
        None,
        DATES["appeals_close"] + timedelta(days=14),
    )
    (key,) = seen(stage, team).keys
    second = stage.call(captain, service.replace, team.team_id, key.key_id)
    assert (first.number, second.number, first.text == second.text) == (1, 2, False)
    assert stored(stage, first.text)[1] == stage.watch()
    assert stored(stage, second.text)[1] is None
    with pytest.raises(TeamKeyGone):
        stage.call(captain, service.replace, team.team_id, key.key_id)
    stage.call(captain, service.revoke, team.team_id, seen(stage, team).keys[1].key_id)
    assert [one.standing(stage.watch()) for one in seen(stage, team).keys] == [Key.REVOKED] * 2
    events = stage.owner.execute(
        "SELECT event FROM innovation.audit WHERE object = %s AND event LIKE '%%api_key' ORDER BY position",
        [team.team_id],
    ).fetchall()
    assert [event for (event,) in events] == ["issue_api_key", "replace_api_key", "revoke_api_key"]


def test_there_are_not_many_at_once_and_not_endlessly_many(stage: Stage, team: Team) -> None:
    captain = stage.captain(team)
    for _ in range(2):
        stage.call(captain, service.issue, team.team_id)
    with pytest.raises(TooManyTeamKeys):
        stage.call(captain, service.issue, team.team_id)
    for _ in range(2):
        last = seen(stage, team).keys[-1]
        stage.call(captain, service.replace, team.team_id, last.key_id)
    last = seen(stage, team).keys[-1]
    with pytest.raises(NoMoreTeamKeys):
        stage.call(captain, service.replace, team.team_id, last.key_id)
    assert seen(stage, team).keys[-1].revoked_at is None, "what was refused has not ended the old key"


def test_only_the_captain_makes_keys_and_only_the_team_and_its_organisers_see_them(
    stage: Stage, team: Team
) -> None:
    stage.call(stage.captain(team), service.issue, team.team_id)
    mates = stage.owner.execute(
        "SELECT person_id FROM innovation.team_members WHERE team_id = %s AND NOT is_captain", [team.team_id]
    ).fetchall()
    mate, other = stage.actor(mates[0][0]), stage.captain(stage.complete_team())
    assert len(stage.call(mate, service.get_overview, team.team_id).keys) == 1
    assert len(stage.call(stage.chief, service.get_overview, team.team_id).keys) == 1
    with pytest.raises(NotAllowed):
        stage.call(mate, service.issue, team.team_id)
    for actor in (other, ANONYMOUS):
        with pytest.raises(NoSuchObject):
            stage.call(actor, service.get_overview, team.team_id)
        with pytest.raises(NoSuchObject):
            stage.call(actor, service.issue, team.team_id)


def test_a_captain_reaches_no_key_of_another_team(stage: Stage, team: Team) -> None:
    theirs = stage.call(stage.captain(team), service.issue, team.team_id)
    (key,) = seen(stage, team).keys
    other = stage.complete_team()
    with pytest.raises(TeamKeyGone):
        stage.call(stage.captain(other), service.revoke, other.team_id, key.key_id)
    assert stored(stage, theirs.text)[1] is None


def test_a_team_that_is_not_complete_has_none(stage: Stage) -> None:
    stage.until("registration_opens")
    forming = stage.team()
    with pytest.raises(TeamNotComplete):
        stage.call(stage.captain(forming), service.issue, forming.team_id)


@pytest.mark.parametrize("event", ["disqualify", "remove", "withdraw"])
def test_keys_end_with_their_team(stage: Stage, team: Team, event: str) -> None:
    other = stage.complete_team()
    key = stage.call(stage.captain(team), service.issue, team.team_id)
    kept = stage.call(stage.captain(other), service.issue, other.team_id)
    actor = stage.captain(team) if event == "withdraw" else stage.chief
    reason = "conduct" if event == "disqualify" else None
    stage.call(actor, teams.move, team.team_id, event, stage.seen(team).version, reason)
    assert stored(stage, key.text)[1] == stage.watch()
    assert stored(stage, kept.text)[1] is None


def test_keys_end_when_the_hackathon_is_cancelled(stage: Stage, team: Team) -> None:
    key = stage.call(stage.captain(team), service.issue, team.team_id)
    stage.step("cancel", "no_venue")
    assert stored(stage, key.text)[1] == stage.watch()
    with pytest.raises(TeamKeysOver):
        stage.call(stage.captain(team), service.issue, team.team_id)


def test_an_extension_moves_the_end_and_the_end_is_half_open(stage: Stage, team: Team) -> None:
    captain = stage.captain(team)
    key = stage.call(captain, service.issue, team.team_id)
    later = DATES["appeals_close"] + DAY * 3
    stage.call(stage.chief, Session.extend, HACKATHONS, stage.hackathon_id, "appeals_close", later, "holiday")
    end = later + timedelta(days=14)
    assert stored(stage, key.text)[2] == end
    stage.watch.at = end - timedelta(microseconds=1)
    assert seen(stage, team).keys[0].standing(stage.watch()) is Key.VALID
    stage.watch.at = end
    assert seen(stage, team).keys[0].standing(stage.watch()) is Key.EXPIRED
    assert seen(stage, team).quota == 0
    with pytest.raises(TeamKeysOver):
        stage.call(captain, service.issue, team.team_id)


def test_the_use_of_all_keys_is_told_by_day(stage: Stage, team: Team) -> None:
    captain = stage.captain(team)
    for _ in range(2):
        stage.call(captain, service.issue, team.team_id)
    today = date(2026, 11, 3)
    for key in seen(stage, team).keys:
        stage.owner.execute(
            "INSERT INTO api_usage VALUES (%s, %s, 5, 1), (%s, '2026-01-01', 9, 9)",
            [key.key_id, today, key.key_id],
        )
    overview = seen(stage, team)
    assert len(overview.days) == 30
    assert [one for one in overview.days if one.requests] == [DayOfUse(today, 10, 2)]
    assert overview.quota == TeamKeySettings().requests_per_day


def test_the_portal_s_role_reaches_keys_of_teams_and_no_others(stage: Stage, team: Team) -> None:
    stage.call(stage.captain(team), service.issue, team.team_id)
    row = stage.owner.execute(
        "INSERT INTO api_keys (name, owner, key_digest, requests_per_minute, requests_per_day)"
        " VALUES (%s, 'Newspaper', %s, 1, 1) RETURNING api_key_id",
        [f"paper-{team.team_id.hex[:8]}", digest_of("x").encode()[:32]],
    ).fetchone()
    assert row is not None
    for refused in (
        "SELECT 1 FROM api_keys", "UPDATE api_keys SET revoked_at = NULL", "SELECT 1 FROM api_usage",
        "INSERT INTO api_usage VALUES (1, now(), 1, 1)",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            stage.portal.execute(refused)
    revoked = stage.portal.execute(
        "SELECT innovation.revoke_team_key(%s, %s, now())", [team.team_id, row[0]]
    ).fetchone()
    assert revoked == (False,)
    # A team that does not exist is given none.
    stage.portal.execute("SELECT innovation.issue_team_key(%s, %s, 1, 1, now(), now())", [uuid4(), bytes(32)])
    assert stage.owner.execute("SELECT 1 FROM api_keys WHERE key_digest = %s", [bytes(32)]).fetchone() is None


@pytest.mark.parametrize("role", ["read", "usage", "worker", "ingest", "admin"])
def test_no_other_role_may_call_them(programme: Database, role: Any) -> None:
    with programme.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM innovation.team_keys(%s, now()::date)", [uuid4()])


def test_days_without_a_request_are_there() -> None:
    used = [DayOfUse(date(2026, 11, 2), 7, 0)]
    days = without_gaps(used, date(2026, 11, 3), 3)
    assert [(one.day.day, one.requests) for one in days] == [(1, 0), (2, 7), (3, 0)]
