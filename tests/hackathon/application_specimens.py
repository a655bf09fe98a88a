"""Applications and applicants to try their workflows on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from citycore.store.connections import Connection
from hackathon.funding.applications.notices import APPLICATIONS
from tests.hackathon.call_specimens import store_call

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


def store_open_call(connection: Connection) -> UUID:
    """Of two rounds, with every deadline ahead."""
    call_id = store_call(connection, invited=False)
    connection.execute("UPDATE innovation.calls SET state = 'open' WHERE call_id = %s", [call_id])
    return call_id


def store_application(connection: Connection, call_id: UUID | None = None) -> UUID:
    """A filled draft with a lead, in a call that is open."""
    application_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.applications (application_id, call_id, state, state_changed_at, created_at,"
        " reference, governorate, language, title, summary, amount_minor,"
        " answers) VALUES (%s, %s, 'draft', %s, %s, %s, 'OM-MA', 'en', 'T', 'S', 2000,"
        ' \'{"1": {"plan": "p"}, "2": {"plan": "p"}}\')',
        [application_id, call_id or store_open_call(connection), NOON, NOON, _reference(application_id)],
    )
    _plan(connection, application_id)
    store_applicant(connection, application_id, "member", is_lead=True)
    return application_id


def store_applicant(
    connection: Connection, application_id: UUID | None = None, state: str = "new", *, is_lead: bool = False
) -> UUID:
    applicant_id, person_id = uuid4(), uuid4()
    connection.execute(
        "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
        " created_at) VALUES (%(id)s, %(email)s, %(email)s, 'P', 'en', 'active', %(at)s, %(at)s)",
        {"id": person_id, "email": f"{person_id}@example.com", "at": NOON},
    )
    connection.execute(
        "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state,"
        " state_changed_at, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            applicant_id,
            application_id or store_application(connection),
            person_id,
            is_lead,
            state,
            NOON,
            NOON,
        ],
    )
    connection.execute(
        "INSERT INTO innovation.deadlines VALUES (%s, 'invitation', %s, 'Asia/Muscat')", [applicant_id, AHEAD]
    )
    return applicant_id


def _plan(connection: Connection, object_id: UUID) -> None:
    for name in APPLICATIONS.machine.deadlines:
        connection.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')", [object_id, name, AHEAD]
        )


def _reference(application_id: UUID) -> str:
    """Of the eight first digits of its identifier, which are all in the alphabet."""
    return application_id.hex[:8]
