"""Introductions and pilots for the tests of all machines, and an offering that everybody sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.workflow.model import Binding
from citycore.store.connections import Connection
from hackathon.market.introductions.machine import ANSWER_DUE
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.offerings.model import Content
from hackathon.market.offerings.repository import publish
from hackathon.market.pilots.repository import PILOTS
from tests.hackathon.offering_specimens import LIGHTING, store_offering

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)


def store_listed(connection: Connection, vendor_id: UUID | None = None, content: Content = LIGHTING) -> UUID:
    """An offering that is published, of a verified vendor."""
    offering_id = store_offering(connection, vendor_id)
    publish(connection, [(offering_id, content, NOON)])
    connection.execute(
        "UPDATE innovation.offerings SET state = 'published', version = version + 1 WHERE offering_id = %s",
        [offering_id],
    )
    return offering_id


def store_introduction(connection: Connection) -> UUID:
    """Suggested by the programme, for a need that is open and an offering that is listed."""
    # It knows the list of specimens, which knows this file.
    from tests.hackathon import machines, need_specimens

    introduction_id, need_id = uuid4(), need_specimens.store_need(connection)
    connection.execute(
        "UPDATE innovation.needs SET state = 'published', published_at = %s, is_sealed = false WHERE need_id = %s",
        [NOON, need_id],
    )
    connection.execute(
        "INSERT INTO innovation.introductions (introduction_id, need_id, offering_id, offering_number, state,"
        " state_changed_at, created_at, suggested_by, score, parts)"
        " VALUES (%s, %s, %s, 1, 'suggested', %s, %s, 'programme', 70000, '[]')",
        [introduction_id, need_id, store_listed(connection), NOON, NOON],
    )
    connection.execute(
        "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')",
        [introduction_id, ANSWER_DUE, machines.AHEAD],
    )
    return introduction_id


def store_pilot(connection: Connection) -> UUID:
    """Proposed, out of an introduction."""
    pilot_id, introduction_id = uuid4(), store_introduction(connection)
    connection.execute(
        "INSERT INTO innovation.pilots (pilot_id, state, state_changed_at, created_at, code, introduction_id,"
        " agency_id, provider_id, title_ar, title_en, purpose_ar, purpose_en, starts_on, ends_on, is_simulated)"
        " SELECT %s, 'proposed', %s, %s, %s, introduction_id, needs.organisation_id, vendors.organisation_id, 'ت', 'P',"
        " 'ن', 'W', %s, %s, false"
        " FROM innovation.introductions JOIN innovation.needs USING (need_id)"
        " JOIN innovation.offerings USING (offering_id) JOIN innovation.vendors USING (vendor_id)"
        " WHERE introduction_id = %s",
        [
            pilot_id, NOON, NOON, f"p{pilot_id.hex[:12]}", date(2026, 12, 1), date(2027, 3, 1), introduction_id,
        ],
    )  # fmt: skip
    return pilot_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = (
    (INTRODUCTIONS, store_introduction),
    (PILOTS, store_pilot),
)
