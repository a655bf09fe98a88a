"""Seats: asking for one, waiting, being offered one, coming or not.

Everything about the seats of one roll happens under the lock of its row, one after the other. Whoever leaves, lapses or is
refused makes room, and whoever has waited longest is offered the seat in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from casework.access.model import SYSTEM
from casework.admission import mails, repository
from casework.admission.errors import (
    FewerSeatsThanTaken,
    LineFull,
    SeatHeld,
    TakerUnnamed,
    TooManySeats,
)
from casework.admission.machine import ENDS, LINE, OFFER_ENDS, SEAT, STAFF, TAKERS
from casework.admission.model import Facts, Seat, Taker
from casework.admission.passage import PASSAGE
from casework.admission.repository import QUERIES
from casework.admission.service import lock_open
from casework.admission.settings import AdmissionSettings
from casework.follow_up.errors import NothingFollowed
from casework.follow_up.model import Followed, Issued
from casework.follow_up.rules import read_number
from casework.follow_up.service import open_follow_up
from casework.people.errors import InvalidName
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Binding, Moved, Standing
from citycore.normalisation import turns_letters

#: Those that somebody may still come to.
EXPECTED: Final = ("confirmed", "present")


class Asked(NamedTuple):
    """What was asked for; ``state`` is ``confirmed`` or ``waiting``. Number and code are told now and never again."""

    seat_id: UUID
    state: str
    issued: Issued


def ask(session: Session, object_id: UUID, taker: Taker) -> Asked:
    """A seat, or a place at the end of the line where none is free or others wait.

    :class:`SeatHeld` for whoever has one (by account or address), :class:`LineFull`, :class:`TakerUnnamed`, :class:`InvalidName`,
    :class:`RollClosed`. Who asks without an account is counted by the caller (``case_bounds``) before.
    """
    _check(session, taker)
    roll = lock_open(session, object_id)
    if roll.seats is None or roll.ends_at is None:
        raise NoSuchObject
    seat_id, at = session.new_id(), session.now()
    if not repository.store_seat(session.connection, object_id, seat_id, taker, at):
        raise SeatHeld
    session.set_deadline(seat_id, LINE, at)
    session.set_deadline(seat_id, ENDS, roll.ends_at)
    issued = open_follow_up(session, PASSAGE.kind, seat_id)
    state = _settle(session, seat_id)
    session.send(mails.asked(session, get(session, seat_id), issued), at)
    return Asked(seat_id, state, issued)


def move(session: Session, seat_id: UUID, event: str, seen_version: int | None) -> Moved:
    """``take`` what is offered, ``leave``, and for staff ``check_in`` and ``cancel``; what follows from it, follows."""
    return session.apply(SEATS, seat_id, event, seen_version)


def check_in(session: Session, object_id: UUID, number: str) -> Seat:
    """Somebody is there and shows their number, which counts once; :class:`NothingFollowed` if it is no seat here."""
    bare = read_number(number)
    seat = None if bare is None else repository.find_seat_of_number(session.connection, object_id, bare)
    if seat is None:
        raise NothingFollowed
    move(session, seat.seat_id, "check_in", None)
    return get(session, seat.seat_id)


def cancel_all(session: Session, object_id: UUID) -> int:
    """The object is called off: every seat is gone and whoever holds or waits for one is told; how many."""
    repository.lock_roll(session.connection, object_id)
    repository.close_roll(session.connection, object_id, session.now())
    repository.set_seats(session.connection, object_id, 0)  # so that nothing is offered on the way
    done = 0
    most = session.of(AdmissionSettings).seats_max + session.of(AdmissionSettings).waiting_max
    states = ("waiting", "requested", "offered", "confirmed")
    for seat in repository.find_seats(session.connection, object_id, states, 0, most):
        session.apply(SEATS, seat.seat_id, "cancel", None)
        done += 1
    return done


def set_seats(session: Session, object_id: UUID, seats: int) -> None:
    """More, which are offered to those who wait, or fewer, down to those that are taken.

    :class:`FewerSeatsThanTaken`, :class:`TooManySeats`, :class:`RollClosed`.
    """
    most = session.of(AdmissionSettings).seats_max
    if not 0 <= seats <= most:
        raise TooManySeats(most=most)
    lock_open(session, object_id)
    taken = repository.count_held(session.connection, object_id)
    if seats < taken:
        raise FewerSeatsThanTaken(taken=taken)
    repository.set_seats(session.connection, object_id, seats)
    offer_free(session, object_id)


def set_ends(session: Session, object_id: UUID, ends_at: datetime) -> None:
    """It takes place at another time: when whoever has not come is absent, for all its seats."""
    repository.lock_roll(session.connection, object_id)
    repository.set_ends(session.connection, object_id, ends_at)


def offer_free(session: Session, object_id: UUID, lapsed_id: UUID | None = None) -> int:
    """Offer every free seat to whoever has waited longest; how many. The caller holds the lock of the roll.

    Whoever has just let an offer lapse and is alone in the line has the next one from the clockwork.
    """
    clockwork, done = session.programme.within(session.connection, SYSTEM), 0
    roll = existing(repository.find_roll(session.connection, object_id))
    if roll.ends_at is None or session.now() >= roll.ends_at:
        return 0
    while (seat_id := repository.find_next(session.connection, object_id)) not in {None, lapsed_id}:
        assert seat_id is not None
        clockwork.apply(SEATS, seat_id, "offer", None)
        done += 1
    return done


def get(session: Session, seat_id: UUID) -> Seat:
    """As it is, for code that knows who may look; :class:`NoSuchObject`."""
    return existing(repository.find_seat(session.connection, seat_id))


def get_own(session: Session, seat_id: UUID) -> Seat:
    """For whoever it is, by account or by number and code, and for staff of the object; else :class:`NoSuchObject`."""
    standing = session.look(SEATS, seat_id)
    if not session.holds(TAKERS | STAFF, standing.scopes):
        raise NoSuchObject
    return get(session, seat_id)


def find_own(session: Session, object_id: UUID) -> Seat | None:
    """What somebody who is signed in holds or waits for here."""
    return repository.find_seat_of_person(session.connection, object_id, session.person_id)


def list_seats(session: Session, object_id: UUID, states: Collection[str], skipped: int = 0) -> list[Seat]:
    """For staff: those in these states, who waits in the order of the line. At most ``page_rows_max``."""
    rows = session.of(AdmissionSettings).page_rows_max
    return repository.find_seats(session.connection, object_id, states, skipped, rows)


def count_seats(session: Session, object_id: UUID) -> dict[str, int]:
    """How many there are in each state."""
    return repository.count_states(session.connection, object_id)


def count_governorates(session: Session, object_id: UUID, state: str = "present") -> dict[str | None, int]:
    """Where they come from who are in a state; what is below the least cell is for nobody but staff."""
    return repository.count_governorates(session.connection, object_id, state)


def is_attendee(session: Session, object_id: UUID, seat_id: UUID) -> bool:
    """Whether this seat is of this object and its taker was there."""
    seat = repository.find_seat(session.connection, seat_id)
    return seat is not None and seat.object_id == object_id and seat.state == "present"


def tidy(programme: Programme, stopping: Callable[[], bool]) -> int:
    """Whose seats were, some time after the end; how many."""
    limits, done = programme.of(AdmissionSettings), 0
    before = programme.clock() - timedelta(days=limits.names_keep_days)
    with programme.connect() as connection:
        while not stopping():
            with connection.transaction():
                forgotten = repository.forget_takers(connection, before, limits.tidy_rows_max)
            done += forgotten
            if forgotten < limits.tidy_rows_max:
                break
    return done


def after(session: Session, moved: Moved) -> None:
    """What follows from a step, whoever has taken it: an offer has an end, and room that is made is offered."""
    seat = get(session, moved.object_id)
    if moved.event == "offer":
        lasts = timedelta(hours=session.of(AdmissionSettings).offer_hours)
        ends = min(moved.at + lasts, session.planned(seat.seat_id)[ENDS])
        session.set_deadline(seat.seat_id, OFFER_ENDS, ends)
        repository.count_offer(session.connection, seat.seat_id)
        session.send(mails.offered(session, seat, ends), moved.at)
    elif moved.event in {"lapse", "drop", "cancel", "close"}:
        session.send(mails.moved(session, seat), moved.at)
    if moved.source in {"offered", "confirmed"} and moved.target in {"waiting", "gone"}:
        offer_free(session, seat.object_id, seat.seat_id)


SEATS: Final[Binding[Facts]] = Binding(
    SEAT,
    QUERIES["lock"],
    repository.read,
    QUERIES["move"],
    due=QUERIES["due"],
    called=QUERIES["called"],
    after=after,
)


def _settle(session: Session, seat_id: UUID) -> str:
    """Theirs, or in the line, for whoever asked; the line itself decides, not who asks."""
    standing = session.look(SEATS, seat_id)
    if standing.facts.free > 0 and standing.facts.waiting == 0:
        event = "take"
    else:
        event = "wait"
        most = session.of(AdmissionSettings).waiting_max
        if standing.facts.waiting >= most:
            raise LineFull(most=most)
    return _by_taker(session, standing).step(SEATS, standing, event).target


def _by_taker(session: Session, standing: Standing[Facts]) -> Session:
    """Whoever asks for somebody else, or is nobody whom the hub knows, acts as who follows the seat from now on."""
    if session.holds(TAKERS | STAFF, standing.scopes):
        return session
    follower = Followed(PASSAGE.kind, standing.object_id).actor
    return session.programme.within(session.connection, follower)


def _check(session: Session, taker: Taker) -> None:
    most = session.of(AdmissionSettings).taker_characters_max
    if not taker.name.strip() or len(taker.name) > most or len(taker.email) > most:
        raise TakerUnnamed(most=most)
    if turns_letters(taker.name + taker.email):
        raise InvalidName(reason="characters")
