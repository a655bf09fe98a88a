"""Alerts by program, as the dashboards acknowledge them: with the right role, once, and as they were seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Role
from casework.access_tokens.model import DASHBOARD_SCOPES, TokenScope
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.portal.alert_scene import keep_rule, raise_alert
from tests.hub_api.portal.conftest import Portal


@pytest.fixture(scope="module")
def ruled(portal: Portal) -> Portal:
    keep_rule(portal.city)
    return portal


@pytest.fixture
def alert(ruled: Portal) -> UUID:
    alert = uuid4()
    raise_alert(ruled.city, alert)
    return alert


def program(portal: Portal, *roles: Role, scopes: tuple[TokenScope, ...] = DASHBOARD_SCOPES) -> Program:
    somebody = portal.join("duty")
    for role in roles:
        portal.appoint_too(somebody, role, HUB)
    return Program(portal, token_of(portal, somebody.person_id, *scopes))


def data(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def acknowledge(who: Program, alert: UUID, seen: int | None, **body: Any) -> Any:
    return who.ask("POST", f"/me/alerts/{alert}/acknowledge", body, seen)


def test_a_duty_officer_acknowledges_with_their_own_words(ruled: Portal, alert: UUID) -> None:
    officer = program(ruled, Role.DUTY_OFFICER)
    seen = officer.ask("GET", f"/me/alerts/{alert}")
    before = data(seen)
    assert (before["acknowledged_at"], before["acknowledged_by"], before["version"]) == (None, None, 1)
    assert before["name"] == {"en": "Thick dust", "ar": "غبار كثيف"}
    assert seen.headers["etag"] == '"1"'
    after = data(acknowledge(officer, alert, 1, note="On our way"))
    assert after["version"] == 2
    assert after["acknowledged_by"] == {"en": "Duty Al Harthy", "ar": "سلمى الحارثية"}
    with ruled.city.database.superuser() as connection:
        notes = connection.execute(
            "SELECT note FROM alert_events WHERE alert_id = %s AND event = 'acknowledged'", [alert]
        ).fetchall()
    assert notes == [("On our way",)]
    line = ruled.store.execute(
        "SELECT count(*) FROM innovation.audit WHERE object = %s AND event = 'acknowledge_alert'", [alert]
    ).fetchone()
    assert line == (1,)


def test_whoever_saw_it_as_it_no_longer_is_changes_nothing(ruled: Portal, alert: UUID) -> None:
    first, second = program(ruled, Role.DUTY_OFFICER), program(ruled, Role.ADMINISTRATOR)
    data(acknowledge(first, alert, 1))
    late = acknowledge(second, alert, 1, note="Mine")
    assert (late.status_code, late.json()["code"]) == (412, "version_outdated")
    assert data(second.ask("GET", f"/me/alerts/{alert}"))["version"] == 2
    assert data(acknowledge(second, alert, 2, note="Mine too"))["version"] == 3


@pytest.mark.parametrize(
    ("roles", "scopes", "seen", "body", "status"),
    [
        ((), DASHBOARD_SCOPES, 1, {}, 404),
        ((Role.EDITOR,), DASHBOARD_SCOPES, 1, {}, 404),
        ((Role.DUTY_OFFICER,), (TokenScope.TEAMS_READ,), 1, {}, 403),
        ((Role.DUTY_OFFICER,), DASHBOARD_SCOPES, None, {}, 428),
        ((Role.DUTY_OFFICER,), DASHBOARD_SCOPES, 1, {"note": 7}, 422),
        ((Role.DUTY_OFFICER,), DASHBOARD_SCOPES, 1, {"note": "x" * 5_000}, 422),
        ((Role.DUTY_OFFICER,), DASHBOARD_SCOPES, 1, {"words": "unknown field"}, 422),
        ((Role.DUTY_OFFICER,), DASHBOARD_SCOPES, 9, {}, 412),
    ],
)
def test_who_may_not_or_sends_something_wrong_changes_nothing(
    ruled: Portal, alert: UUID, roles: Any, scopes: Any, seen: Any, body: Any, status: int
) -> None:
    refused = acknowledge(program(ruled, *roles, scopes=scopes), alert, seen, **body)
    assert refused.status_code == status, refused.text
    with ruled.city.database.superuser() as connection:
        row = connection.execute("SELECT acknowledged_at FROM alerts WHERE alert_id = %s", [alert]).fetchone()
    assert row == (None,)


def test_an_alert_that_is_not_there_is_not_there(ruled: Portal) -> None:
    assert acknowledge(program(ruled, Role.DUTY_OFFICER), uuid4(), 1).status_code == 404
