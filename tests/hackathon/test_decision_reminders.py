"""Whoever owes an answer is reminded of it before it is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from casework.decisions import reminding
from casework.people.repository import find_person
from casework.working_time.model import Calendar
from casework.working_time.rules import is_working, left
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.decision_stage import Hub


@pytest.fixture
def hub(portal: Connection, programme: Database) -> Iterator[Hub]:
    with programme.connect() as owner:
        yield Hub(portal, owner)


def test_whoever_owes_an_answer_is_reminded_once_while_offices_work(hub: Hub) -> None:
    decision_id = hub.with_owner()
    office = programme_for(hub.portal, lambda: hub.at, hub.nouns)
    officer = find_person(hub.owner, hub.officer.person_id)
    assert officer is not None
    hub.owner.execute(
        "INSERT INTO innovation.role_grants (grant_id, person_id, role, scope_kind, scope_id, granted_at)"
        " VALUES (%s, %s, 'officer', 'organisation', %s, %s)",
        [uuid4(), officer.person_id, hub.agency, hub.at],
    )
    hub.owner.execute(
        "UPDATE innovation.people SET email_verified_at = %s WHERE person_id = %s",
        [hub.at, officer.person_id],
    )
    due_at, day = hub.get(decision_id).due_at, timedelta(days=1)
    calendar = office.of(Calendar)
    hub.at = due_at - 12 * day
    assert reminding.remind_due(office) == 0, "it is too soon"
    while left(calendar, hub.at, due_at) > 5 * calendar.day_minutes or not is_working(calendar, hub.at):
        hub.at += timedelta(hours=1)
    at = hub.at
    hub.at = at.replace(hour=20)
    assert reminding.remind_due(office) == 0, "not at night"
    hub.at = at
    assert reminding.remind_due(office) > 0
    hub.at += timedelta(minutes=10)
    assert reminding.remind_due(office) == 0, "once"
    told = hub.owner.execute(
        "SELECT due_at FROM participation.decision_reminders WHERE decision_id = %s", [decision_id]
    ).fetchall()
    assert told == [(due_at,)]
    assert "decisions/reminder" in hub.mails(officer.email)
