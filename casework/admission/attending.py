"""Who was there, by the seat that was checked in: with an account, or by number and code."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.admission import seats
from casework.admission.model import Seat
from casework.follow_up.service import followed_by
from casework.journeys.model import Heard
from casework.people.repository import find_person
from casework.programme import Session


def find_attended(session: Session, object_id: UUID) -> UUID | None:
    """The actor's own seat if it was checked in; None of whoever was not there."""
    if session.actor.person_id is None:
        seat_id = followed_by(session)
    else:
        own = seats.find_own(session, object_id)
        seat_id = None if own is None else own.seat_id
    return seat_id if seat_id is not None and seats.is_attendee(session, object_id, seat_id) else None


def each_seat(session: Session, object_id: UUID, *states: str) -> Iterator[Seat]:
    """All of them, a page after the other."""
    skipped = 0
    while found := seats.list_seats(session, object_id, states, skipped):
        yield from found
        skipped += len(found)


def list_heard(session: Session, object_id: UUID, path: str, followed_at: str) -> Iterator[Heard]:
    """Those who were there and can be written to; they read it at ``path``, without an account at ``followed_at``."""
    for seat in each_seat(session, object_id, "present"):
        taker = seat.taker
        person = None if taker.person_id is None else find_person(session.connection, taker.person_id)
        if person is not None and person.email:
            yield Heard(str(person.person_id), person.email, person.language, path)
        elif person is None and taker.email:
            yield Heard(f"case:{seat.seat_id}", taker.email, taker.language, followed_at)
