"""The way of a seat: asked for, somebody's or waited for, offered, and used or not."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.admission import errors
from casework.admission.model import PACKAGE, Facts
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each


def has_room(facts: Facts) -> Refusal | None:
    """A seat is free, and nobody waits for it."""
    return None if facts.free > 0 and facts.waiting == 0 else errors.SeatsTaken()


def is_full(facts: Facts) -> Refusal | None:
    return errors.SeatFree() if facts.free > 0 and facts.waiting == 0 else None


def is_next(facts: Facts) -> Refusal | None:
    """A seat is free, and nobody waits longer."""
    return None if facts.free > 0 and facts.is_first else errors.NotFirstInLine()


def has_offers_left(facts: Facts) -> Refusal | None:
    return None if facts.has_offers_left else errors.NoOfferLeft()


def has_no_offer_left(facts: Facts) -> Refusal | None:
    return errors.OffersLeft() if facts.has_offers_left else None


TAKERS: Final = frozenset({Role.PERSON, Role.FOLLOWER})
STAFF: Final = frozenset({Role.FACILITATOR, Role.ORGANISER, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
_CLOCK: Final = frozenset({Role.SYSTEM})
#: Since when it waits, until when it is offered, and when whoever has not come is absent.
LINE, OFFER_ENDS, ENDS = DEADLINES = ("line", "offer_ends", "ends")
#: A seat that is nobody else's.
HELD: Final = ("offered", "confirmed", "present", "absent")
_BEFORE: Final = ("requested", "waiting", "offered", "confirmed")

SEAT: Machine[Facts] = Machine(
    "seat",
    PACKAGE,
    states=(
        State("requested"),
        State("waiting"),
        State("offered"),
        State("confirmed"),
        State("present", reasons=("checked_in",), is_terminal=True),
        State("absent", reasons=("not_come",), is_terminal=True),
        State("gone", reasons=("left", "cancelled", "no_reply", "no_seat"), is_terminal=True),
    ),
    looks=Looks(
        waiting="offered",
        at_work="requested",
        paused="waiting",
        open="confirmed",
        good_end="present",
        bad_end="absent gone",
    ),
    transitions=(
        Transition("requested", "take", "confirmed", TAKERS | STAFF, (has_room,), Window(until=ENDS)),
        Transition("requested", "wait", "waiting", TAKERS | STAFF, (is_full,), Window(until=ENDS)),
        Transition("waiting", "offer", "offered", _CLOCK, (is_next,), Window(LINE, ENDS)),
        Transition("offered", "take", "confirmed", TAKERS | STAFF, window=Window(until=OFFER_ENDS)),
        Transition("offered", "lapse", "waiting", _CLOCK, (has_offers_left,), Window(OFFER_ENDS)),
        Transition("offered", "drop", "gone", _CLOCK, (has_no_offer_left,), Window(OFFER_ENDS), "no_reply"),
        Transition("confirmed", "check_in", "present", STAFF, window=Window(until=ENDS), reason="checked_in"),
        Transition("confirmed", "miss", "absent", _CLOCK, window=Window(ENDS), reason="not_come"),
        *from_each(_BEFORE, Transition("", "leave", "gone", TAKERS, reason="left")),
        *from_each(_BEFORE, Transition("", "cancel", "gone", STAFF, reason="cancelled")),
        *from_each(
            ("requested", "waiting"),
            Transition("", "close", "gone", _CLOCK, window=Window(ENDS), reason="no_seat"),
        ),
    ),
    deadlines=DEADLINES,
)
