"""A complaint for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.workflow.model import Binding
from citycore.store.connections import Connection
from participation.voices.service import VOICES

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)


def store_voice(connection: Connection) -> UUID:
    """Received, in nobody's hands; what its answer would be stands there already."""
    # It knows the list of specimens, which knows this file.
    from tests.hackathon import machines

    voice_id = uuid4()
    machines.store_agency(connection, machines.AGENCY)
    connection.execute(
        "INSERT INTO participation.cases (case_id, kind, organisation_id, channel, language, received_at)"
        " VALUES (%s, 'voice', %s, 'web', 'ar', %s)",
        [voice_id, machines.AGENCY, NOON],
    )
    connection.execute("INSERT INTO participation.case_askers (case_id) VALUES (%s)", [voice_id])
    connection.execute(
        "INSERT INTO participation.voices (voice_id, kind, state, state_changed_at, topic, subject, body, governorate,"
        " outcome, answer, evidence) VALUES (%s, 'complaint', 'received', %s, 'waiting', 'الانتظار', 'ساعتان', 'OM-MA',"
        " 'resolved', 'تم', 'صورة')",
        [voice_id, NOON],
    )
    return voice_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((VOICES, store_voice),)
