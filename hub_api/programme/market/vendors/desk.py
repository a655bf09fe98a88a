"""``/portal/desk/vendors``: the programme looks at papers, verifies vendors, and keeps out who must stay out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import Document, DocumentKind, Exclusion, Queue, Vendor, Waiting
from hackathon.market.vendors.rules import end_of, required_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.vendors.words import day_of, vocabulary

router = APIRouter(prefix="/portal/desk/vendors", include_in_schema=False)
#: Vendors of which a paper waits, whatever their state, and each state.
PAPERS: Final = "papers"
STATES: Final = tuple(state.name for state in VENDOR.states)
DESK_STEPS: Final = frozenset({"verify", "reject", "renew", "suspend", "blacklist", "lift", "close"})


class Shown(NamedTuple):
    vendor: Vendor
    papers: list[Document]
    required: tuple[DocumentKind, ...]
    steps: list[Step]


@router.get("")
async def show_list(
    request: CurrentRequest, q: str = "", state: str = "verifying", after: UUID | None = None
) -> Response:
    require_programme(request)
    if state != PAPERS and state not in STATES:
        raise FormUnreadable
    settings = request.office.settings.vendors
    wanted = Queue(STATES if state == PAPERS else (state,), q, waiting=state == PAPERS)

    def work(session: Session) -> tuple[list[Waiting], dict[str, int]]:
        return (
            service.list_vendors(session, wanted, after),
            service.count_states(session),
        )

    found, counts = await request.act(work)
    is_full = len(found) == settings.page_rows_max
    return render_page(
        request,
        "market/vendors/desk.html",
        title=WORDS.text("vendors.desk", request.language),
        here="desk",
        q=q,
        state=state,
        states=STATES,
        counts=counts,
        found=found,
        after=found[-1].vendor.vendor_id if is_full else None,
        **vocabulary(request),
    )


@router.get("/{vendor_id}")
async def show_one(request: CurrentRequest, vendor_id: UUID) -> Response:
    return await _one_page(request, vendor_id)


@router.post("/{vendor_id}/step")
async def take_step(request: CurrentRequest, vendor_id: UUID) -> Response:
    require_programme(request)
    form = await request.form()
    version, event, until = form.number("version"), form.text("event"), _end(form.text("until"))

    def work(session: Session) -> None:
        if event not in DESK_STEPS:
            raise NotAllowed
        service.exclude(session, vendor_id, event, version, Exclusion(form.optional("reason"), until))

    return await _attempt(request, vendor_id, work, "step_taken")


@router.post("/{vendor_id}/documents/{document_id}/accept")
async def accept(request: CurrentRequest, vendor_id: UUID, document_id: UUID) -> Response:
    require_programme(request)
    await request.form()

    def work(session: Session) -> None:
        documents.accept(session, vendor_id, document_id)

    return await _attempt(request, vendor_id, work, "document_accepted")


def _end(text: str) -> datetime | None:
    """The end of a day in Muscat."""
    day = day_of(text)
    return None if day is None else end_of(day)


async def _attempt(
    request: PortalRequest, vendor_id: UUID, work: Callable[[Session], None], notice: str
) -> Response:
    try:
        await request.act(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _one_page(request, vendor_id, error)
    return request.go(f"/desk/vendors/{vendor_id}", notice)


async def _one_page(request: PortalRequest, vendor_id: UUID, refused: FalajError | None = None) -> Response:
    require_programme(request)
    shown = await request.look(lambda session: _look(session, request, vendor_id))
    return render_page(
        request,
        "market/vendors/desk_one.html",
        step_words=await request.words_of(vendor_id),
        title=shown.vendor.names.shown(request.language),
        here="desk",
        refused=refused,
        **shown._asdict(),
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, vendor_id: UUID) -> Shown:
    settings = request.office.settings.vendors
    vendor = service.get_vendor(session, vendor_id)
    offers = service.get_steps(session, vendor_id)
    return Shown(
        vendor,
        documents.list_documents(session, vendor_id),
        required_of(vendor.profile, settings),
        [step for step in steps_of(VENDOR, offers, request) if step.event in DESK_STEPS],
    )
