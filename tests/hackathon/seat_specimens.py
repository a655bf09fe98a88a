"""A seat for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.admission.machine import DEADLINES
from casework.admission.seats import SEATS
from casework.workflow.model import Binding
from citycore.store.connections import Connection

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def store_seat(connection: Connection) -> UUID:
    """Asked for, of something with one seat."""
    object_id, seat_id = uuid4(), uuid4()
    connection.execute(
        "INSERT INTO participation.rolls (object_id, kind, scope, title_en, admits, is_unlinked, seats, offers_max, opened_at,"
        " ends_at) VALUES (%s, 'session', 'session', 'Session', 'all', false, 1, 3, %s, %s)",
        [object_id, NOON, FAR],
    )
    connection.execute(
        "INSERT INTO participation.seats (seat_id, object_id, state, state_changed_at, asked_at, name, language)"
        " VALUES (%s, %s, 'requested', %s, %s, 'س', 'ar')",
        [seat_id, object_id, NOON, NOON],
    )
    connection.execute(
        "INSERT INTO innovation.deadlines SELECT %s, name, CASE name WHEN 'line' THEN %s ELSE %s END,"
        " 'Asia/Muscat' FROM unnest(%s::text[]) AS name",
        [seat_id, NOON, FAR, list(DEADLINES)],
    )
    return seat_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((SEATS, store_seat),)
