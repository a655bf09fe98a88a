"""``/portal/account/vendor``: a company registers as a vendor, shows its papers, and keeps its offerings."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.files.service import MEDIA_TYPES
from casework.people.errors import UploadsTooOften
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from citycore.errors import FalajError
from hackathon.market.offerings.model import Queued
from hackathon.market.offerings.service import list_of_vendor
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import UNVERIFIED, VENDOR
from hackathon.market.vendors.model import Document, DocumentKind, Profile, Vendor
from hackathon.market.vendors.rules import lacking, required_of
from hub_api.programme.kit.errors import DateUnreadable, UploadRefused
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import paper_of, profile_of, vocabulary

router = APIRouter(prefix="/portal/account/vendor", include_in_schema=False)
#: The vendor's own steps.
OWN_STEPS = frozenset({"hand_in", "take_back", "close"})


class Shown(NamedTuple):
    """``missing`` are papers that are asked for and not there at all."""

    vendor: Vendor
    papers: list[Document]
    missing: tuple[DocumentKind, ...]
    steps: list[Step]
    offerings: list[Queued]


@router.get("")
async def show_own(request: CurrentRequest, submission: UUID | None = None) -> Response:
    """``submission``: what came out of a hackathon and is to be listed as an offering."""
    _ = request.person
    return await _register_page(request, Form(), submission=submission)


@router.post("")
async def register(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    organisation, profile = form.id("organisation"), profile_of(form)

    def work(session: Session) -> UUID:
        return service.register(session, organisation, profile)

    try:
        vendor_id = await request.act(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _register_page(request, form, error)
    return request.go(_path(vendor_id), "vendor_registered")


@router.get("/{vendor_id}")
async def show_vendor(request: CurrentRequest, vendor_id: UUID, after: UUID | None = None) -> Response:
    _ = request.person
    return await _vendor_page(request, vendor_id, Form(), after=after)


@router.post("/{vendor_id}/profile")
async def send_profile(request: CurrentRequest, vendor_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, profile = form.number("version"), profile_of(form)

    def work(session: Session) -> None:
        _own(session, vendor_id)
        service.edit(session, vendor_id, profile, version)

    return await _attempt(request, vendor_id, form, work, "saved")


@router.post("/{vendor_id}/step")
async def take_step(request: CurrentRequest, vendor_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")

    def work(session: Session) -> None:
        _own(session, vendor_id)
        if event not in OWN_STEPS:
            raise NotAllowed
        service.move(session, vendor_id, event, seen_version=version, reason=form.optional("reason"))

    return await _attempt(request, vendor_id, form, work, "step_taken")


@router.post("/{vendor_id}/documents")
async def send_document(request: CurrentRequest, vendor_id: UUID) -> Response:
    _, settings = request.person, request.office.settings.vendors
    # Who may not add one need not send it first.
    await request.look(lambda session: _own(session, vendor_id))

    def look(sent: Form) -> None:
        _ = _typed_beside(sent)
        documents.check_paper(request.office.programme, paper_of(sent))

    try:
        form, received = await request.upload(settings.store(), look)
    except (UploadRefused, UploadsTooOften, DateUnreadable, Refusal) as error:
        return await _vendor_page(request, vendor_id, request.typed, error)

    def work(session: Session) -> None:
        # What was typed above is saved with it; what was left as it is need not be as it was seen.
        beside = _typed_beside(form)
        if beside is not None and beside[1] != _own(session, vendor_id).profile:
            version, profile = beside
            service.edit(session, vendor_id, profile, version)
        documents.add(session, vendor_id, paper_of(form), received)

    return await _attempt(request, vendor_id, form, work, "document_added")


def _typed_beside(form: Form) -> tuple[int, Profile] | None:
    """What the page that a paper was sent from says of the company, and the version that it showed."""
    return (form.number("version"), profile_of(form)) if "version" in form.fields else None


def _path(vendor_id: UUID) -> str:
    return f"/account/vendor/{vendor_id}"


def _own(session: Session, vendor_id: UUID) -> Vendor:
    """Of somebody who speaks for it; the programme has a desk of its own."""
    for vendor in service.list_own(session):
        if vendor.vendor_id == vendor_id:
            return vendor
    raise NoSuchObject


async def _attempt(
    request: PortalRequest, vendor_id: UUID, form: Form, work: Callable[[Session], None], notice: str
) -> Response:
    try:
        await request.act(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _vendor_page(request, vendor_id, form, error)
    return request.go(_path(vendor_id), notice)


async def _register_page(
    request: PortalRequest, form: Form, refused: FalajError | None = None, submission: UUID | None = None
) -> Response:
    def work(session: Session) -> tuple[list[Vendor], list[tuple[UUID, Names]]]:
        return (
            service.list_own(session),
            service.list_companies(session),
        )

    own, companies = await request.act(work)
    return render_page(
        request,
        "market/vendors/register.html",
        title=WORDS.text("vendors.own", request.language),
        here="account",
        form=form,
        refused=refused,
        own=own,
        submission=submission,
        companies=[(str(one), names.shown(request.language)) for one, names in companies],
        **vocabulary(request),
    )


async def _vendor_page(
    request: PortalRequest,
    vendor_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    after: UUID | None = None,
) -> Response:
    shown = await request.look(lambda session: _look(session, request, vendor_id, after))
    settings = request.office.settings
    # What was refused is shown again, not lost.
    profile = profile_of(form) if "governorate" in form.fields else shown.vendor.profile
    is_full = len(shown.offerings) == settings.offerings.page_rows_max
    values = {**offering_words(request), **vocabulary(request), **shown._asdict()}
    return render_page(
        request,
        "market/vendors/own.html",
        step_words=await request.words_of(vendor_id),
        title=shown.vendor.names.shown(request.language),
        here="account",
        form=form,
        refused=refused,
        profile=profile,
        is_open=not VENDOR.state(shown.vendor.state).is_terminal,
        is_new=shown.vendor.state in UNVERIFIED,
        accepted=",".join(f".{one}" for one in MEDIA_TYPES),
        megabytes_max=settings.vendors.document_bytes_max // 1_000_000,
        more=shown.offerings[-1].offering.offering_id if is_full else None,
        is_listed=service.is_listed(shown.vendor),
        **values,
    )


def _look(session: Session, request: PortalRequest, vendor_id: UUID, after: UUID | None) -> Shown:
    clock, settings = request.office.clock, request.office.settings
    vendor = _own(session, vendor_id)
    papers = documents.list_documents(session, vendor_id)
    offers = service.get_steps(session, vendor_id)
    current = [one for one in papers if one.replaced_at is None]
    return Shown(
        vendor,
        papers,
        lacking(current, required_of(vendor.profile, settings.vendors)),
        [step for step in steps_of(VENDOR, offers, request) if step.event in OWN_STEPS],
        list_of_vendor(session.connection, vendor_id, request.actor, clock, settings.offerings, after),
    )
