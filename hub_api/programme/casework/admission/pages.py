"""``/portal/kiosk``: a device becomes a kiosk. ``/portal/follow/seats``: a seat is taken, waited for, or given up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission import seats
from casework.admission.machine import ENDS, OFFER_ENDS, SEAT
from casework.admission.passage import FOLLOWED_AT
from casework.admission.rules import split_passes
from casework.admission.service import get_roll, list_offered, pair_kiosk
from casework.admission.settings import AdmissionSettings
from casework.noun import Nouns
from casework.people.model import Names
from casework.programme import Session
from casework.unlinked_answers.model import BoxState
from casework.unlinked_answers.service import state_of
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hub_api.programme.kit.followers import follows_it
from hub_api.programme.kit.kiosks import KIOSK_COOKIE, START, end_run, keep_kiosk
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.questionnaires import Refresh
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.reveal import take_issued

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What whoever has a seat or waits for one does with a button.
TAKERS_OWN = ("take", "leave")


@router.get(START)
async def show_kiosk(request: CurrentRequest) -> Response:
    """What people choose from at a device that was set up; elsewhere only where its code is typed."""
    return await _kiosk_page(request)


@router.post(START)
async def make_kiosk(request: CurrentRequest) -> Response:
    """The browser keeps the pass, and goes to where people answer, or choose what they want to do."""
    form = await request.form()
    shown = request.read_secret(KIOSK_COOKIE)
    try:
        kiosk, passes = await request.run(pair_kiosk, form.text("token"), request.visitor, shown)
    except FalajError as refused:
        return await _kiosk_page(request, refused)
    keep_kiosk(request, passes)
    roll = await request.look(get_roll, kiosk.object_id)
    path = request.office.programme.of(Nouns).passages[roll.kind].answered_at
    is_one = path and len(split_passes(passes)) == 1
    return request.go(path.format(kiosk.object_id)) if is_one else request.go(START, "kiosk_paired")


async def _kiosk_page(request: PortalRequest, refused: FalajError | None = None) -> Response:
    request.leave_uncounted()
    request.keeping = Keeping.NOTHING
    end_run(request)
    offered = await request.look(look_at_offered, request)
    is_kiosk = bool(request.read_secret(KIOSK_COOKIE))
    seconds = request.office.programme.of(AdmissionSettings).typing_screen_seconds
    name = "admission.kiosk.choose" if is_kiosk else "admission.kiosk.title"
    return render_page(
        request,
        "casework/admission/kiosk.html",
        title=WORDS.text(name, request.language),
        refused=refused,
        offered=offered,
        is_kiosk=is_kiosk,
        refresh=Refresh(seconds, f"{MOUNT}{START}") if is_kiosk else None,
    )


def look_at_offered(session: Session, request: PortalRequest) -> list[tuple[Names, str]]:
    """What this device is set up for and people can do now, with the path of each."""
    passages = session.of(Nouns).passages
    rolls = [
        one
        for one in list_offered(session, request.read_secret(KIOSK_COOKIE))
        if not one.is_unlinked or _has_open_box(session, one.object_id)
    ]
    paths = ((one.titles, passages[one.kind].answered_at.format(one.object_id)) for one in rolls)
    return [(titles, path) for titles, path in paths if path]


def _has_open_box(session: Session, object_id: UUID) -> bool:
    """Devices of a survey are set up before it opens."""
    try:
        return state_of(session, object_id) is BoxState.OPEN
    except NoSuchObject:
        return False


def look(session: Session, request: PortalRequest, seat_id: UUID) -> dict[str, Any]:
    """For whoever has it: how it stands, until when an offer stands, and what they can do now."""
    seat = seats.get_own(session, seat_id)
    offers = {offer.step.event: offer.refusal for offer in session.steps(seats.SEATS, seat_id)}
    planned = session.planned(seat_id)
    passage = session.of(Nouns).passages.get(get_roll(session, seat.object_id).kind)
    return {
        "title": seat.titles.shown(request.language),
        "seat": seat,
        "state": SEAT.public_label(seat.state),
        "reason": None if seat.state_reason is None else SEAT.label("reason", seat.state_reason),
        "offer_ends": planned.get(OFFER_ENDS) if seat.state == "offered" else None,
        "ends": planned.get(ENDS),
        "possible": [event for event in TAKERS_OWN if event in offers and offers[event] is None],
        "issued": take_issued(request, seat_id),
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
