"""Seats as something that is followed by number and code."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from casework.admission.machine import SEAT, STAFF, TAKERS
from casework.admission.model import PACKAGE
from casework.admission.repository import find_seat, read
from casework.journeys.model import Passage, Seen, each, seen_by
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing

#: Where whoever holds or waits for one reads it.
FOLLOWED_AT: Final = "/follow/seats/{}"


def _see(session: Session, seat_id: UUID) -> Seen:
    standing = existing(read(session.connection, seat_id, session.actor))
    if not session.holds(STAFF | TAKERS, standing.scopes):
        raise NoSuchObject
    seat = existing(find_seat(session.connection, seat_id))
    return seen_by(SEAT, seat.titles, seat, FOLLOWED_AT.format(seat_id))


PASSAGE: Final = Passage("seat", PACKAGE, 6, each(_see), followed_at=FOLLOWED_AT)
