"""The list of a desk: cases that the reader may handle or oversee, the longest waiting first.

The noun's statement has the columns ``case_id``, ``state``, ``version``, ``received_at``, ``subject``, ``search_text``, ``due`` and what its
page says besides, and leaves out what the ``reader_id`` is in conflict with. It is asked for one ``organisation_id``, for several
``organisations``, or for all where both are NULL.
"""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

from casework.cases import repository
from casework.cases.course import Course
from casework.cases.handling import organisations_of
from casework.lists.model import DeskList, Sort, also, one_of, words
from casework.programme import Session
from casework.workflow.errors import NotAllowed

#: In a list, what the reader has in hand.
MINE = "mine"


def listing_of(statement: LiteralString, course: Course) -> DeskList:
    """The list of a noun's cases: of a state, or what the reader has in hand, which it begins with."""
    machine = course.machine

    def values(session: Session) -> dict[str, object]:
        own = organisations_of(session)
        if own == ():
            raise NotAllowed
        told = {
            "reader_id": session.actor.person_id,
            "initial": machine.initial.name,
            "owed": list(course.owed),
        }
        return told | _of(own)

    states = one_of("state", "listed.state", tuple(one.name for one in machine.states), default=MINE)
    return DeskList(
        statement,
        "case_id",
        values,
        sorts={"received": Sort("listed.received_at", "instant")},
        first="received",
        filters=(words(), also(states, {MINE: repository.QUERIES["in_hand"]})),
    )


def _of(organisations: tuple[UUID, ...] | None) -> dict[str, object]:
    """One is looked for by itself: then an index gives its cases in their order."""
    is_one = organisations is not None and len(organisations) == 1
    several = None if organisations is None or is_one else list(organisations)
    return {
        "organisation_id": organisations[0] if organisations and is_one else None,
        "organisations": several,
    }
