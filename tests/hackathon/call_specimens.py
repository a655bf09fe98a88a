"""A call to try the workflow of calls on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from citycore.store.connections import Connection
from hackathon.funding.calls.repository import CALLS

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


def store_call(connection: Connection, *, invited: bool = True) -> UUID:
    """A complete draft of two rounds; somebody who applied is invited to the second, and so undecided."""
    call_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.calls (call_id, state, state_changed_at, created_at, code, title_ar, title_en,"
        " summary_ar, summary_en, currency, budget_minor, award_min_minor, award_max_minor, rounds, is_blind,"
        " reviews_each, eligibility, criteria) VALUES (%s, 'draft', %s, %s, %s, 'ع', 'T', 'و', 'S', 'OMR', 9000, 0,"
        ' 3000, 2, true, 3, \'{"kinds": ["person"], "governorates": [], "statements": []}\','
        ' \'[{"code": "worth", "name_ar": "ق", "name_en": "W", "weight": "100", "may_be_not_applicable": false}]\')',
        [call_id, NOON, NOON, f"c-{call_id}"],
    )
    for number in (1, 2):
        connection.execute(
            "INSERT INTO innovation.call_forms VALUES (%s, %s, "
            ' \'[{"code": "plan", "name_ar": "خ", "name_en": "P", "kind": "text", "is_required": true}]\')',
            [call_id, number],
        )
    for name in CALLS.machine.deadlines:
        connection.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')", [call_id, name, AHEAD]
        )
    if invited:
        store_application(connection, call_id, "invited")
    return call_id


def store_application(connection: Connection, call_id: UUID, state: str) -> UUID:
    application_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.applications (application_id, call_id, state, state_changed_at, created_at, reference,"
        " governorate, language, title, summary, versions) VALUES (%s, %s, %s, %s, %s, %s, 'OM-MA', 'en', 'T', 'S', 1)",
        [application_id, call_id, state, NOON, NOON, _reference(application_id)],
    )
    return application_id


def _reference(application_id: UUID) -> str:
    """Of the letters and digits that nobody mistakes for one another."""
    return application_id.hex[:8].translate(str.maketrans("abcdef", "bcdefg"))
