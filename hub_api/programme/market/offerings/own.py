"""``/portal/account/offerings``: a vendor writes what it offers, and hands it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.submissions.model import Submission
from hackathon.market.offerings import service
from hackathon.market.offerings.machine import EDITABLE, OFFERING, PUBLISHED
from hackathon.market.offerings.model import Content, Offering, Version
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.offerings.rules import is_complete
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.service import get_vendor, list_own
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.offerings.words import content_of_form, content_shown, vocabulary

router = APIRouter(prefix="/portal/account", include_in_schema=False)
#: The vendor's own steps; giving up a draft has a button of its own.
OWN_STEPS = frozenset({"hand_in", "take_back", "pause", "resume", "retire"})


class Shown(NamedTuple):
    one: Offering
    vendor: Vendor
    versions: list[Version]
    steps: list[Step]


@router.get("/vendor/{vendor_id}/offerings/new")
async def show_new(request: CurrentRequest, vendor_id: UUID, submission: UUID | None = None) -> Response:
    _ = request.person

    def work(connection: Connection) -> tuple[Vendor, Submission | None]:
        vendor = _own_vendor(connection, request, vendor_id)
        if submission is None:
            return vendor, None
        return vendor, service.get_listable(connection, submission, request.actor)

    vendor, origin = await request.do(work)
    return _new_page(request, vendor, Content() if origin is None else _begun_from(origin), submission)


@router.post("/vendor/{vendor_id}/offerings/new")
async def send_new(request: CurrentRequest, vendor_id: UUID) -> Response:
    _, form = request.person, await request.form()
    content, settings = content_of_form(form), request.office.settings.offerings
    submission = form.id("submission") if form.text("submission") else None
    vendor = await request.do(lambda connection: _own_vendor(connection, request, vendor_id))

    def work(connection: Connection) -> UUID:
        return service.begin(
            connection, vendor_id, content, request.actor, request.office.clock, settings, submission
        )

    try:
        offering_id = await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return _new_page(request, vendor, content, submission, error)
    return request.go(_path(offering_id), "offering_saved")


@router.get("/offerings/{offering_id}")
async def show_own(request: CurrentRequest, offering_id: UUID) -> Response:
    _ = request.person
    return await _own_page(request, offering_id)


@router.post("/offerings/{offering_id}")
async def send_draft(request: CurrentRequest, offering_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, settings = form.number("version"), request.office.settings.offerings
    content = content_of_form(form)

    def work(connection: Connection) -> None:
        service.get_own(connection, offering_id, request.actor, request.office.clock)
        service.write(
            connection, offering_id, content, request.actor, request.office.clock, version, settings
        )

    return await _attempt(request, offering_id, work, "offering_saved", content)


@router.post("/offerings/{offering_id}/discard")
async def discard(request: CurrentRequest, offering_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(connection: Connection) -> None:
        service.get_own(connection, offering_id, request.actor, request.office.clock)
        with request.asking(connection, "offering", "discard", offering_id):
            service.discard(connection, offering_id, request.actor, request.office.clock, version)

    return await _attempt(request, offering_id, work, "step_taken")


@router.post("/offerings/{offering_id}/step")
async def take_step(request: CurrentRequest, offering_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        service.get_own(connection, offering_id, request.actor, request.office.clock)
        if event not in OWN_STEPS:
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

    return await _attempt(request, offering_id, work, "step_taken")


def _path(offering_id: UUID) -> str:
    return f"/account/offerings/{offering_id}"


def _own_vendor(connection: Connection, request: PortalRequest, vendor_id: UUID) -> Vendor:
    session = request.office.programme.within(connection, request.actor)
    vendor = get_vendor(session, vendor_id)
    if all(own.vendor_id != vendor_id for own in list_own(session)):
        raise NoSuchObject
    return vendor


def _begun_from(submission: Submission) -> Content:
    """The texts that were handed in, in the language that they are mostly in."""
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in submission.draft.title)
    title, summary = submission.draft.title, submission.draft.summary
    if is_arabic:
        return Content(title_ar=title, summary_ar=summary)
    return Content(title_en=title, summary_en=summary)


async def _attempt(
    request: PortalRequest,
    offering_id: UUID,
    work: Callable[[Connection], None],
    notice: str,
    written: Content | None = None,
) -> Response:
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _own_page(request, offering_id, error, written)
    return request.go(_path(offering_id), notice)


def _new_page(
    request: PortalRequest,
    vendor: Vendor,
    content: Content,
    submission: UUID | None,
    refused: FalajError | None = None,
) -> Response:
    return render_page(
        request,
        "market/offerings/new.html",
        title=WORDS.text("offerings.new", request.language),
        here="account",
        vendor=vendor,
        content=content,
        submission=submission,
        refused=refused,
        spare=request.office.settings.portal.rows_spare,
        **vocabulary(request),
    )


async def _own_page(
    request: PortalRequest,
    offering_id: UUID,
    refused: FalajError | None = None,
    written: Content | None = None,
) -> Response:
    """``written`` is what was refused: it is shown again, not lost."""
    shown = await request.do(lambda connection: _look(connection, request, offering_id))
    content, _ = content_shown(shown.one, shown.versions)
    content = content if written is None else written
    return render_page(
        request,
        "market/offerings/own.html",
        step_words=await request.words_of(offering_id),
        title=content.titles.shown(request.language) or WORDS.text("offerings.untitled", request.language),
        here="account",
        refused=refused,
        content=content,
        is_editable=shown.one.state in EDITABLE,
        is_complete=shown.one.draft is None or is_complete(shown.one.draft),
        is_public=shown.one.state in PUBLISHED and shown.one.is_vendor_listed,
        spare=request.office.settings.portal.rows_spare,
        **shown._asdict(),
        **vocabulary(request),
    )


def _look(connection: Connection, request: PortalRequest, offering_id: UUID) -> Shown:
    clock = request.office.clock
    one = service.get_own(connection, offering_id, request.actor, clock)
    offers = possible_steps(connection, OFFERINGS, offering_id, request.actor, clock)
    steps = [step for step in steps_of(OFFERING, offers, request) if step.event in OWN_STEPS]
    return Shown(
        one,
        get_vendor(request.office.programme.within(connection, request.actor), one.vendor_id),
        service.list_versions(connection, offering_id, request.actor, clock),
        # Where nothing new is written there is nothing to hand in.
        [step for step in steps if step.event != "hand_in" or one.draft is not None],
    )
