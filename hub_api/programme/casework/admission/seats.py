"""Seats on the pages of what they are for: taking one, and for those who lead it who is expected and who is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.admission import seats
from casework.admission.attending import each_seat
from casework.admission.model import Taker
from casework.governorates.model import Governorate
from casework.people.limits import seat_bounds
from casework.people.throttle.service import count_attempt
from casework.programme import Programme, Session
from hub_api.programme.kit.addresses import at, named
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.seats import lead_to_seat

HELD = ("offered", "confirmed", "present")


@dataclass(frozen=True)
class SeatPages:
    """Of one noun. ``path`` is that of an object's page, ``desk`` that of those who ``lead`` it, who alone see who is expected.

    ``about`` gives ``title``, ``begins_at`` and ``place`` of an object, and whether those who come are checked in now (``is_open``).
    """

    router: APIRouter
    path: str
    desk: str
    _: KW_ONLY
    lead: Callable[[Session, UUID], object]
    about: Callable[[Session, PortalRequest, UUID], Mapping[str, Any]]
    here: str

    def __post_init__(self) -> None:
        page: Page[UUID] = Page(
            self.router,
            f"{self.desk}/attendance",
            "casework/admission/attendance.html",
            named(self._show, self.desk),
            guard=signed_in,
            object_guard=self.lead,
            here=self.here,
        )
        page.press_part("{seat_id}", "checked_in", check_in)

    def take(self, page: Page[UUID]) -> None:
        """The form by which somebody takes a seat."""
        page.answer("seat", read_taker, "seat_confirmed", self._take)

    def take_numbers(self, desk: Page[UUID]) -> None:
        """The form by which those who bring a number are checked in."""
        desk.post("check-in", lambda form: form.text("number"), "checked_in", seats.check_in)

    async def _take(self, request: PortalRequest, object_id: UUID, sent: Taker) -> Onward:
        """With an account in its name; else with the name that is given, by number and code."""
        await request.run(count_stranger, request, object_id)
        person = None if request.signed is None else request.signed.person
        taker = sent
        if person is not None:
            name = person.names.shown(request.language)
            taker = Taker(name, person.language, person_id=person.person_id, governorate=sent.governorate)
        asked = await request.act(seats.ask, object_id, taker)
        onward = lead_to_seat(request, asked)
        return onward if person is None else Onward(at(self.path, object_id), onward.notice)

    def _show(self, session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
        """Whoever is expected, to be printed or ticked off here."""
        self.lead(session, object_id)
        expected = sorted(each_seat(session, object_id, *seats.EXPECTED), key=lambda one: one.taker.name)
        return {
            **self.about(session, request, object_id),
            "expected": expected,
            "home": at(self.desk, object_id),
        }


def seat_of(session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
    """That of whoever is signed in."""
    own = None if request.signed is None else seats.find_own(session, object_id)
    return {"seat": own, "has_seat": own is not None and own.state in seats.EXPECTED}


def free_seats(session: Session, object_id: UUID, number: int) -> int:
    """How many of so many nobody holds."""
    held = seats.count_seats(session, object_id)
    return max(0, number - sum(held.get(state, 0) for state in HELD))


def count_stranger(programme: Programme, request: PortalRequest, object_id: UUID) -> None:
    """So many from one network, of those who are not signed in."""
    if request.signed is None:
        count_attempt(programme, seat_bounds(programme, request.visitor, object_id))


def check_in(session: Session, _object_id: UUID, seat_id: UUID) -> None:
    seats.move(session, seat_id, "check_in", None)


def read_taker(form: Form) -> Taker:
    governorate = form.text("governorate")
    if governorate and governorate not in set(Governorate):
        raise FormUnreadable
    return Taker(
        form.text("name").strip(),
        form.language,
        email=form.text("email").strip(),
        governorate=Governorate(governorate) if governorate else None,
    )
