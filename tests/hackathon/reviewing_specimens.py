"""A reviewer and a review to try their workflows on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from citycore.store.connections import Connection
from tests.hackathon.call_specimens import store_application, store_call

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)


def store_reviewer(connection: Connection, call_id: UUID | None = None, state: str = "invited") -> UUID:
    """Asked to review a call that is being reviewed."""
    reviewer_id, person_id = uuid4(), uuid4()
    call_id = call_id or store_call(connection)
    connection.execute(
        "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
        " created_at) VALUES (%(id)s, %(email)s, %(email)s, 'R', 'en', 'active', %(at)s, %(at)s)",
        {"id": person_id, "email": f"{person_id}@jamia.example", "at": NOON},
    )
    connection.execute(
        "UPDATE innovation.calls SET state = 'reviewing', round = 1 WHERE call_id = %s", [call_id]
    )
    connection.execute(
        "INSERT INTO innovation.reviewers (reviewer_id, call_id, person_id, capacity, topics, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 5, '{}', %s, %s, %s)",
        [reviewer_id, call_id, person_id, state, NOON, NOON],
    )
    return reviewer_id


def store_review(connection: Connection) -> UUID:
    """Filled, though nothing of it was handed in."""
    review_id, call_id = uuid4(), store_call(connection, invited=False)
    reviewer_id = store_reviewer(connection, call_id, "accepted")
    application_id = store_application(connection, call_id, "in_review")
    connection.execute(
        "INSERT INTO innovation.reviews (review_id, call_id, round, application_id, reviewer_id, state,"
        " state_changed_at, created_at, marks, confidence, recommendation)"
        " VALUES (%s, %s, 1, %s, %s, 'assigned', %s, %s, '{\"worth\": \"7\"}', 'high', 'fund')",
        [review_id, call_id, application_id, reviewer_id, NOON, NOON],
    )
    return review_id
