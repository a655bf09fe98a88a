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
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.market.offerings.model import Queued
from hackathon.market.offerings.service import list_of_vendor
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import UNVERIFIED, VENDOR
from hackathon.market.vendors.model import Document, DocumentKind, Profile, Vendor
from hackathon.market.vendors.rules import lacking, required_of
from hub_api.programme.kit.errors import DateUnreadable, UploadRefused
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.kit.visit import Visit, VisitHere
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
async def show_own(visit: VisitHere, submission: UUID | None = None) -> Response:
    """``submission``: what came out of a hackathon and is to be listed as an offering."""
    _ = visit.person
    return await _register_page(visit, Form(), submission=submission)


@router.post("")
async def register(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    organisation, profile = form.id("organisation"), profile_of(form)
    settings = visit.office.settings.vendors

    def work(connection: Connection) -> UUID:
        return service.register(connection, organisation, profile, visit.actor, visit.office.clock, settings)

    try:
        vendor_id = await visit.do(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _register_page(visit, form, error)
    return visit.go(_path(vendor_id), "vendor_registered")


@router.get("/{vendor_id}")
async def show_vendor(visit: VisitHere, vendor_id: UUID, after: UUID | None = None) -> Response:
    _ = visit.person
    return await _vendor_page(visit, vendor_id, Form(), after=after)


@router.post("/{vendor_id}/profile")
async def send_profile(visit: VisitHere, vendor_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    version, profile = form.number("version"), profile_of(form)

    def work(connection: Connection) -> None:
        _own(connection, visit, vendor_id)
        service.edit(
            connection,
            vendor_id,
            profile,
            visit.actor,
            visit.office.clock,
            version,
            visit.office.settings.vendors,
        )

    return await _attempt(visit, vendor_id, form, work, "saved")


@router.post("/{vendor_id}/step")
async def take_step(visit: VisitHere, vendor_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        _own(connection, visit, vendor_id)
        if event not in OWN_STEPS:
            raise NotAllowed
        service.move(
            connection,
            vendor_id,
            event,
            visit.actor,
            visit.office.clock,
            visit.office.settings.vendors,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(visit, vendor_id, form, work, "step_taken")


@router.post("/{vendor_id}/documents")
async def send_document(visit: VisitHere, vendor_id: UUID) -> Response:
    _, settings = visit.person, visit.office.settings.vendors
    # Who may not add one need not send it first.
    await visit.do(lambda connection: _own(connection, visit, vendor_id))

    def look(sent: Form) -> None:
        _ = _typed_beside(sent)
        documents.check_paper(paper_of(sent), visit.office.clock, settings)

    try:
        form, received = await visit.upload(settings.store(), look)
    except (UploadRefused, UploadsTooOften, DateUnreadable, Refusal) as error:
        return await _vendor_page(visit, vendor_id, visit.typed, error)

    def work(connection: Connection) -> None:
        clock = visit.office.clock
        with connection.transaction():
            # What was typed above is saved with it; what was left as it is need not be as it was seen.
            beside = _typed_beside(form)
            if beside is not None and beside[1] != _own(connection, visit, vendor_id).profile:
                version, profile = beside
                service.edit(connection, vendor_id, profile, visit.actor, clock, version, settings)
            documents.add(connection, vendor_id, paper_of(form), received, visit.actor, clock, settings)

    return await _attempt(visit, vendor_id, form, work, "document_added")


def _typed_beside(form: Form) -> tuple[int, Profile] | None:
    """What the page that a paper was sent from says of the company, and the version that it showed."""
    return (form.number("version"), profile_of(form)) if "version" in form.fields else None


def _path(vendor_id: UUID) -> str:
    return f"/account/vendor/{vendor_id}"


def _own(connection: Connection, visit: Visit, vendor_id: UUID) -> Vendor:
    """Of somebody who speaks for it; the programme has a desk of its own."""
    for vendor in service.list_own(connection, visit.actor, visit.office.clock):
        if vendor.vendor_id == vendor_id:
            return vendor
    raise NoSuchObject


async def _attempt(
    visit: Visit, vendor_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await visit.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _vendor_page(visit, vendor_id, form, error)
    return visit.go(_path(vendor_id), notice)


async def _register_page(
    visit: Visit, form: Form, refused: FalajError | None = None, submission: UUID | None = None
) -> Response:
    def work(connection: Connection) -> tuple[list[Vendor], list[tuple[UUID, Names]]]:
        clock = visit.office.clock
        return (
            service.list_own(connection, visit.actor, clock),
            service.list_companies(connection, visit.actor, clock),
        )

    own, companies = await visit.do(work)
    return page(
        visit,
        "market/vendors/register.html",
        title=WORDS.text("vendors.own", visit.language),
        here="account",
        form=form,
        refused=refused,
        own=own,
        submission=submission,
        companies=[(str(one), names.shown(visit.language)) for one, names in companies],
        **vocabulary(visit),
    )


async def _vendor_page(
    visit: Visit,
    vendor_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    after: UUID | None = None,
) -> Response:
    shown = await visit.do(lambda connection: _look(connection, visit, vendor_id, after))
    settings = visit.office.settings
    # What was refused is shown again, not lost.
    profile = profile_of(form) if "governorate" in form.fields else shown.vendor.profile
    is_full = len(shown.offerings) == settings.offerings.page_rows_max
    values = {**offering_words(visit), **vocabulary(visit), **shown._asdict()}
    return page(
        visit,
        "market/vendors/own.html",
        step_words=await visit.words_of(vendor_id),
        title=shown.vendor.names.shown(visit.language),
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


def _look(connection: Connection, visit: Visit, vendor_id: UUID, after: UUID | None) -> Shown:
    clock, settings = visit.office.clock, visit.office.settings
    vendor = _own(connection, visit, vendor_id)
    papers = documents.list_documents(connection, vendor_id, visit.actor, clock)
    offers = service.get_steps(connection, vendor_id, visit.actor, clock, settings.vendors)
    current = [one for one in papers if one.replaced_at is None]
    return Shown(
        vendor,
        papers,
        lacking(current, required_of(vendor.profile, settings.vendors)),
        [step for step in steps_of(VENDOR, offers, visit) if step.event in OWN_STEPS],
        list_of_vendor(connection, vendor_id, visit.actor, clock, settings.offerings, after),
    )
