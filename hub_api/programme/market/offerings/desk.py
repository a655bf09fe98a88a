"""``/portal/desk/offerings``: the programme looks at what vendors hand in, and publishes it."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.market.offerings import service
from hackathon.market.offerings.machine import IN_REVIEW, OFFERING
from hackathon.market.offerings.model import Offering, Queued, Version
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.service import get_vendor
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.offerings.words import content_shown, told_in, vocabulary

router = APIRouter(prefix="/portal/desk/offerings", include_in_schema=False)
#: The queue, which holds new offerings and new versions, and each state.
QUEUE: Final = "queue"
STATES: Final = tuple(state.name for state in OFFERING.states)
DESK_STEPS: Final = frozenset({"publish", "return", "disable", "enable"})


class Shown(NamedTuple):
    one: Offering
    vendor: Vendor
    versions: list[Version]
    steps: list[Step]


@router.get("")
async def show_queue(request: CurrentRequest, state: str = QUEUE, after: UUID | None = None) -> Response:
    require_programme(request)
    if state != QUEUE and state not in STATES:
        raise FormUnreadable
    settings, clock = request.office.settings.offerings, request.office.clock
    states = IN_REVIEW if state == QUEUE else (state,)

    def work(connection: Connection) -> tuple[list[Queued], dict[str, int]]:
        return (
            service.list_queue(connection, states, request.actor, clock, settings, after),
            service.count_states(connection, request.actor, clock),
        )

    found, counts = await request.do(work)
    is_full = len(found) == settings.page_rows_max
    return render_page(
        request,
        "market/offerings/desk.html",
        title=WORDS.text("offerings.desk", request.language),
        here="desk",
        found=found,
        counts=counts,
        state=state,
        states=STATES,
        waiting=sum(counts.get(one, 0) for one in IN_REVIEW),
        after=found[-1].offering.offering_id if is_full else None,
        **vocabulary(request),
    )


@router.get("/{offering_id}")
async def show_one(request: CurrentRequest, offering_id: UUID) -> Response:
    return await _one_page(request, offering_id)


@router.post("/{offering_id}/step")
async def take_step(request: CurrentRequest, offering_id: UUID) -> Response:
    require_programme(request)
    form = await request.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        if event not in DESK_STEPS:
            raise NotAllowed
        service.move(
            connection,
            offering_id,
            event,
            request.actor,
            request.office.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _one_page(request, offering_id, error)
    return request.go(f"/desk/offerings/{offering_id}", "step_taken")


async def _one_page(request: PortalRequest, offering_id: UUID, refused: FalajError | None = None) -> Response:
    require_programme(request)
    shown = await request.do(lambda connection: _look(connection, request, offering_id))
    content, public = content_shown(shown.one, shown.versions)
    title = told_in(content, request.language).title or WORDS.text("offerings.untitled", request.language)
    return render_page(
        request,
        "market/offerings/desk_one.html",
        step_words=await request.words_of(offering_id),
        title=title,
        here="desk",
        refused=refused,
        content=content,
        public=public,
        **shown._asdict(),
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, offering_id: UUID) -> Shown:
    clock = request.office.clock
    one = service.get_offering(connection, offering_id, request.actor, clock)
    offers = possible_steps(connection, OFFERINGS, offering_id, request.actor, clock)
    return Shown(
        one,
        get_vendor(request.office.programme.within(connection, request.actor), one.vendor_id),
        service.list_versions(connection, offering_id, request.actor, clock),
        [step for step in steps_of(OFFERING, offers, request) if step.event in DESK_STEPS],
    )
