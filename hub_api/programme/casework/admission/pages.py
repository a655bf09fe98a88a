"""``/portal/kiosk``: a device becomes a kiosk. ``/portal/follow/seats``: a seat is taken, waited for, or given up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission import seats
from casework.admission.machine import ENDS, OFFER_ENDS, SEAT
from casework.admission.passage import FOLLOWED_AT
from casework.admission.service import get_roll, pair_kiosk
from casework.noun import Nouns
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hub_api.programme.kit.followers import follows_it
from hub_api.programme.kit.kiosks import keep_kiosk
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.reveal import take
from hub_api.programme.kit.seats import SEAT_COOKIE

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What whoever has a seat or waits for one does with a button.
TAKERS_OWN = ("take", "leave")


@router.get("/kiosk")
async def show_kiosk(request: CurrentRequest) -> Response:
    return _kiosk_page(request)


@router.post("/kiosk")
async def make_kiosk(request: CurrentRequest) -> Response:
    """The browser keeps the pass, and goes to where people answer."""
    form = await request.form()
    try:
        kiosk, kiosk_pass = await request.run(pair_kiosk, form.text("token"), request.visitor)
    except FalajError as refused:
        return _kiosk_page(request, refused)
    keep_kiosk(request, kiosk_pass)
    roll = await request.look(get_roll, kiosk.object_id)
    path = request.office.programme.of(Nouns).passages[roll.kind].answered_at
    return request.go(path.format(kiosk.object_id)) if path else request.go("/kiosk", "kiosk_paired")


def _kiosk_page(request: PortalRequest, refused: FalajError | None = None) -> Response:
    title = WORDS.text("admission.kiosk.title", request.language)
    return render_page(request, "casework/admission/kiosk.html", title=title, refused=refused)


def look(session: Session, request: PortalRequest, seat_id: UUID) -> dict[str, Any]:
    """For whoever has it: how it stands, until when an offer stands, and what they can do now."""
    seat = seats.get_own(session, seat_id)
    offers = {offer.step.event: offer.refusal for offer in session.steps(seats.SEATS, seat_id)}
    planned = session.planned(seat_id)
    passage = session.of(Nouns).passages.get(get_roll(session, seat.object_id).kind)
    issued = (take(request, SEAT_COOKIE, seat_id) or "") if request.sent is None else ""
    return {
        "title": seat.titles.shown(request.language),
        "seat": seat,
        "state": SEAT.public_label(seat.state),
        "reason": None if seat.state_reason is None else SEAT.label("reason", seat.state_reason),
        "offer_ends": planned.get(OFFER_ENDS) if seat.state == "offered" else None,
        "ends": planned.get(ENDS),
        "possible": [event for event in TAKERS_OWN if event in offers and offers[event] is None],
        "issued": issued.split("/"),
        "object_path": "" if passage is None else passage.followed_at.format(seat.object_id),
    }


FOLLOWED = Page(
    router,
    FOLLOWED_AT.format("{seat_id}"),
    "casework/admission/seat.html",
    look,
    guard=follows_it,
    here="home",
)


def take_step(session: Session, seat_id: UUID, event: str) -> None:
    if event not in TAKERS_OWN:
        raise NoSuchObject
    seats.move(session, seat_id, event, None)


FOLLOWED.post("step", lambda form: form.text("event"), "step_taken", take_step)
