"""Who was at a session, by the seat that was checked in: with an account, or by number and code."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.admission import seats
from casework.admission.model import Seat
from casework.follow_up.service import followed_by
from casework.journeys.model import Heard
from casework.people.repository import find_person
from casework.programme import Session
from participation.dialogue.errors import WasNotThere

#: Where whoever has a seat without an account reads and amends the summary.
FOLLOWED_AT = "/follow/dialogue/{}"


def seat_there(session: Session, session_id: UUID) -> UUID:
    """The actor's own seat; :class:`WasNotThere` unless it was checked in."""
    if session.actor.person_id is None:
        seat_id = followed_by(session)
    else:
        own = seats.find_own(session, session_id)
        seat_id = None if own is None else own.seat_id
    if seat_id is None or not seats.is_attendee(session, session_id, seat_id):
        raise WasNotThere
    return seat_id


def was_there(session: Session, session_id: UUID) -> bool:
    try:
        seat_there(session, session_id)
    except WasNotThere:
        return False
    return True


def list_seats(session: Session, session_id: UUID, *states: str) -> Iterator[Seat]:
    """All of them, a page of admission's after the other."""
    skipped = 0
    while found := seats.list_seats(session, session_id, states, skipped):
        yield from found
        skipped += len(found)


def list_heard(session: Session, session_id: UUID) -> Iterator[Heard]:
    """Those who were there and can be written to."""
    for seat in list_seats(session, session_id, "present"):
        taker = seat.taker
        person = None if taker.person_id is None else find_person(session.connection, taker.person_id)
        if person is not None and person.email:
            yield Heard(str(person.person_id), person.email, person.language, f"/dialogue/{session_id}")
        elif person is None and taker.email:
            path = FOLLOWED_AT.format(session_id)
            yield Heard(f"case:{seat.seat_id}", taker.email, taker.language, path)
