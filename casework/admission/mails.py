"""Mails about a seat, to whoever left an address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.admission.machine import SEAT
from casework.admission.model import PACKAGE, Seat
from casework.admission.passage import FOLLOWED_AT
from casework.follow_up.model import Issued
from casework.outbox.model import Field, Mail, Template
from casework.people.repository import find_person
from casework.programme import Session


def asked(session: Session, seat: Seat, issued: Issued) -> Iterator[Mail]:
    """What became of asking, with number and code."""
    return _mail(session, seat, "asked", number=issued.number, code=issued.code)


def offered(session: Session, seat: Seat, ends: datetime) -> Iterator[Mail]:
    """A seat became free, and until when it is theirs to take."""
    return _mail(session, seat, "offered", ends=ends)


def moved(session: Session, seat: Seat) -> Iterator[Mail]:
    """How it stands now."""
    return _mail(session, seat, "moved")


def _mail(session: Session, seat: Seat, name: str, **fields: Field) -> Iterator[Mail]:
    taker = seat.taker
    person = None if taker.person_id is None else find_person(session.connection, taker.person_id)
    recipient = taker.email or (None if person is None else person.email)
    if recipient:
        said = {key: value(taker.language) if callable(value) else value for key, value in fields.items()}
        told: dict[str, Field] = {
            "title": seat.titles.shown,
            "state": SEAT.label("state", seat.state),
            "seat_link": session.link(FOLLOWED_AT.format(seat.seat_id)),
        }
        yield Mail(Template(PACKAGE, name), taker.language, recipient, told | said, taker.person_id)
