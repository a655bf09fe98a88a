"""Awards, milestones and claims for the tests of all machines, and an award to play on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.workflow.model import Binding
from citycore.store.connections import Connection
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
BUDGET = 50_000_000


def store_call(connection: Connection) -> UUID:
    """Decided."""
    call_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.calls (call_id, state, state_changed_at, created_at, code, title_ar, title_en,"
        " summary_ar, summary_en, currency, budget_minor, award_min_minor, award_max_minor, rounds, is_blind,"
        " reviews_each, eligibility, criteria) VALUES (%s, 'decided', %s, %s, %s, 'د', 'C', '', '', 'OMR', %s, 0, %s,"
        ' 1, true, 3, \'{"kinds": [], "governorates": [], "statements": []}\', \'[]\')',
        [call_id, NOON, NOON, f"c-{call_id}", BUDGET, BUDGET],
    )
    return call_id


def store_application(connection: Connection, call_id: UUID | None = None, state: str = "approved") -> UUID:
    application_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.applications (application_id, call_id, state, state_changed_at, created_at, reference,"
        " governorate, language, title, summary, versions) VALUES (%s, %s, %s, %s, %s, %s, 'OM-MA', 'en', 'T', 'S', 1)",
        [
            application_id, call_id or store_call(connection), state, NOON, NOON,
            application_id.hex[:8],
        ],
    )  # fmt: skip
    return application_id


def store_award(connection: Connection, state: str = "offered") -> UUID:
    """With a contract, and nothing open."""
    award_id, call_id = uuid4(), store_call(connection)
    connection.execute(
        "INSERT INTO innovation.funding_awards (award_id, application_id, call_id, state, state_changed_at, created_at,"
        " title_ar, title_en, abstract_ar, abstract_en, conditions_ar, conditions_en, currency, amount_minor,"
        " starts_on, ends_on, contract, contracted_on) VALUES (%s, %s, %s, %s, %s, %s, 'م', 'A', '', '', '', '',"
        " 'OMR', 1000000, %s, %s, 'C-1', %s)",
        [
            award_id, store_application(connection, call_id), call_id, state, NOON, NOON, date(2026, 12, 1),
            date(2027, 12, 1), date(2026, 11, 24),
        ],
    )  # fmt: skip
    connection.execute(
        "INSERT INTO innovation.deadlines VALUES (%s, 'offer_ends', %s, 'Asia/Muscat')", [award_id, AHEAD]
    )
    return award_id


def store_milestone(connection: Connection, award_id: UUID | None = None, state: str = "due") -> UUID:
    """Reported with a file, of an award that runs."""
    milestone_id, award_id = uuid4(), award_id or store_award(connection, "active")
    connection.execute(
        "INSERT INTO innovation.milestones (milestone_id, award_id, state, state_changed_at, created_at, number, title,"
        " amount_minor, due_at, report) SELECT %s, %s, %s, %s, %s, count(*) + 1, 'M', 500000, %s, 'done'"
        " FROM innovation.milestones WHERE award_id = %s",
        [milestone_id, award_id, state, NOON, NOON, AHEAD, award_id],
    )
    connection.execute(
        "INSERT INTO innovation.milestone_files VALUES (%s, %s, 'a.pdf', 'application/pdf', 1, %s, %s)",
        [uuid4(), milestone_id, bytes(32), NOON],
    )
    connection.execute(
        "INSERT INTO innovation.deadlines VALUES (%s, 'due', %s, 'Asia/Muscat')", [milestone_id, AHEAD]
    )
    return milestone_id


def store_claim(connection: Connection) -> UUID:
    """Of a milestone that was accepted."""
    claim_id, award_id = uuid4(), store_award(connection, "active")
    connection.execute(
        "INSERT INTO innovation.claims (claim_id, award_id, milestone_id, state, state_changed_at, created_at,"
        " amount_minor, account) VALUES (%s, %s, %s, 'submitted', %s, %s, 1000, 'a')",
        [claim_id, award_id, store_milestone(connection, award_id, "accepted"), NOON, NOON],
    )
    return claim_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = (
    (AWARDS, store_award),
    (MILESTONES, store_milestone),
    (CLAIMS, store_claim),
)
