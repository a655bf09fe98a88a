"""``/portal/account/vendor``: a company registers as a vendor, shows its papers, and keeps its offerings."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.files.model import Received
from casework.files.service import MEDIA_TYPES
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.market.offerings.service import list_of_vendor
from hackathon.market.offerings.settings import OfferingSettings
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import UNVERIFIED, VENDOR
from hackathon.market.vendors.model import Paper, Profile, Vendor
from hackathon.market.vendors.rules import lacking, required_of
from hackathon.market.vendors.settings import VendorSettings
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, TakenStep, signed_in, with_version
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, words_in
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import paper_of, profile_of, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: The vendor's own steps.
OWN_STEPS = frozenset({"hand_in", "take_back", "close"})


def look_at_all(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``submission``: what came out of a hackathon and is to be listed as an offering."""
    clock = session.programme.clock
    companies = service.list_companies(session.connection, session.actor, clock)
    return {
        "own": service.list_own(session.connection, session.actor, clock),
        "submission": request.query_id("submission"),
        "companies": [(str(one), names.shown(request.language)) for one, names in companies],
    }


def register(session: Session, sent: tuple[UUID, Profile]) -> Onward:
    made = service.register(
        session.connection, *sent, session.actor, session.programme.clock, session.of(VendorSettings)
    )
    return Onward(f"/account/vendor/{made}")


Page(
    router,
    "/account/vendor",
    "market/vendors/register.html",
    look_at_all,
    guard=signed_in,
    title="vendors.own",
    here="account",
    vocabulary=vocabulary,
).post(
    "",
    lambda form: (form.id("organisation"), profile_of(form)),
    "vendor_registered",
    register,
)


def look(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    """``missing`` are papers that are asked for and not there at all."""
    connection, actor, clock = session.connection, session.actor, session.programme.clock
    settings, offering_settings = session.of(VendorSettings), session.of(OfferingSettings)
    vendor, form = get_own(session, vendor_id), request.typed
    papers = documents.list_documents(connection, vendor_id, actor, clock)
    current = [paper for paper in papers if paper.replaced_at is None]
    offerings = list_of_vendor(
        connection, vendor_id, actor, clock, offering_settings, request.query_id("after")
    )
    is_full = len(offerings) == offering_settings.page_rows_max
    offers = service.get_steps(connection, vendor_id, actor, clock, settings)
    return {
        "title": vendor.names.shown(request.language),
        "vendor": vendor,
        "profile": profile_of(form) if "governorate" in form.fields else vendor.profile,
        "is_open": not VENDOR.state(vendor.state).is_terminal,
        "is_new": vendor.state in UNVERIFIED,
        "is_listed": service.is_listed(vendor),
        "papers": papers,
        "missing": lacking(current, required_of(vendor.profile, settings)),
        "accepted": ",".join(f".{ending}" for ending in MEDIA_TYPES),
        "megabytes_max": settings.document_bytes_max // 1_000_000,
        "offerings": offerings,
        "more": offerings[-1].offering.offering_id if is_full else None,
        "steps": steps_of(VENDOR, offers, request, OWN_STEPS),
        "step_words": words_in(session, vendor_id),
    }


def get_own(session: Session, vendor_id: UUID) -> Vendor:
    """Of somebody who speaks for it; the programme has a page of its own."""
    for vendor in service.list_own(session.connection, session.actor, session.programme.clock):
        if vendor.vendor_id == vendor_id:
            return vendor
    raise NoSuchObject


def edit(session: Session, vendor_id: UUID, sent: tuple[Profile, int]) -> None:
    clock, settings = session.programme.clock, session.of(VendorSettings)
    service.edit(session.connection, vendor_id, sent[0], session.actor, clock, sent[1], settings)


def move(session: Session, vendor_id: UUID, taken: TakenStep) -> None:
    service.move(
        session.connection,
        vendor_id,
        taken.event,
        session.actor,
        session.programme.clock,
        session.of(VendorSettings),
        seen_version=taken.version,
        reason=taken.reason,
    )


class SentPaper(NamedTuple):
    """A paper, and what the page that it was sent from says of the company, of the version that it showed."""

    paper: Paper
    profile: tuple[Profile, int] | None


def read_paper(form: Form, request: PortalRequest) -> SentPaper:
    beside = with_version(profile_of)(form) if "version" in form.fields else None
    paper = paper_of(form)
    documents.check_paper(paper, request.office.clock, request.office.settings.vendors)
    return SentPaper(paper, beside)


def add_paper(session: Session, vendor_id: UUID, sent: SentPaper, received: Received) -> None:
    """What was typed beside it is saved with it; what was left as it is need not be as it was seen."""
    if sent.profile is not None and sent.profile[0] != get_own(session, vendor_id).profile:
        edit(session, vendor_id, sent.profile)
    clock, settings = session.programme.clock, session.of(VendorSettings)
    documents.add(session.connection, vendor_id, sent.paper, received, session.actor, clock, settings)


PAGE = Page(
    router,
    "/account/vendor/{vendor_id}",
    "market/vendors/own.html",
    look,
    guard=signed_in,
    object_guard=get_own,
    here="account",
    vocabulary=lambda request: offering_words(request) | vocabulary(request),
)
PAGE.post("profile", with_version(profile_of), "saved", edit)
PAGE.steps(move, OWN_STEPS)
PAGE.upload(
    "documents",
    lambda request: request.office.settings.vendors.store(),
    read_paper,
    "document_added",
    add_paper,
)
