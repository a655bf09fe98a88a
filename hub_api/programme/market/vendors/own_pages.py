"""``/portal/account/vendor``: a company registers as a vendor, shows its papers, and keeps its offerings."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.files.model import Received
from casework.files.service import MEDIA_TYPES
from casework.programme import Session
from hackathon.market.offerings.service import list_of_vendor
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import UNVERIFIED, VENDOR
from hackathon.market.vendors.model import Paper, Profile
from hackathon.market.vendors.rules import lacking, required_of
from hackathon.market.vendors.settings import VendorSettings
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import PAPER, PROFILE, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: The vendor's own steps.
OWN_STEPS = frozenset({"hand_in", "take_back", "close"})


def look_at_all(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``submission``: what came out of a hackathon and is to be listed as an offering."""
    companies = service.list_companies(session)
    return {
        "profile": PROFILE.fill(None, request.typed),
        "own": service.list_own(session),
        "submission": request.query_id("submission"),
        "companies": [(str(one), names.shown(request.language)) for one, names in companies],
    }


def read_company(form: Form) -> tuple[UUID, Profile]:
    return form.id("organisation"), PROFILE(form)


def register(session: Session, sent: tuple[UUID, Profile]) -> Onward:
    return Onward(f"/account/vendor/{service.register(session, *sent)}")


Page(
    router,
    "/account/vendor",
    "market/vendors/register.html",
    look_at_all,
    guard=signed_in,
    title="vendors.own",
    here="account",
    vocabulary=vocabulary,
).post("", read_company, "vendor_registered", register)


def look(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    """``missing`` are papers that are asked for and not there at all."""
    vendor, settings = service.get_own(session, vendor_id), session.of(VendorSettings)
    papers = documents.list_documents(session, vendor_id)
    current = [paper for paper in papers if paper.replaced_at is None]
    offerings, more = list_of_vendor(session, vendor_id, request.query_id("after"))
    return {
        "title": vendor.names.shown(request.language),
        "vendor": vendor,
        "profile": PROFILE.fill(vendor.profile, request.typed),
        "is_open": not VENDOR.state(vendor.state).is_terminal,
        "is_new": vendor.state in UNVERIFIED,
        "is_listed": service.is_listed(vendor),
        "papers": papers,
        "missing": lacking(current, required_of(vendor.profile, settings)),
        "accepted": ",".join(f".{ending}" for ending in MEDIA_TYPES),
        "megabytes_max": settings.document_bytes_max // 1_000_000,
        "offerings": offerings,
        "more": more,
        "steps": steps_of(VENDOR, service.get_steps(session, vendor_id), request, OWN_STEPS),
        "step_words": session.words(vendor_id),
    }


class SentPaper(NamedTuple):
    """A paper, and what the page that it was sent from says of the company, of the version that it showed."""

    paper: Paper
    profile: tuple[Profile, int] | None


def read_paper(form: Form, request: PortalRequest) -> SentPaper:
    beside = (PROFILE(form), form.number("version")) if "version" in form.fields else None
    paper = PAPER(form)
    documents.check_paper(request.office.programme, paper)
    return SentPaper(paper, beside)


def add_paper(session: Session, vendor_id: UUID, sent: SentPaper, received: Received) -> None:
    """What was typed beside it is saved with it; what was left as it is need not be as it was seen."""
    if sent.profile is not None and sent.profile[0] != service.get_own(session, vendor_id).profile:
        service.edit(session, vendor_id, *sent.profile)
    documents.add(session, vendor_id, sent.paper, received)


PAGE = Page(
    router,
    "/account/vendor/{vendor_id}",
    "market/vendors/own.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    here="account",
    vocabulary=lambda request: offering_words(request) | vocabulary(request),
)
PAGE.edit("profile", PROFILE, "saved", service.edit)
PAGE.steps(service.move, OWN_STEPS)
PAGE.upload(
    "documents",
    lambda request: request.office.settings.vendors.store(),
    read_paper,
    "document_added",
    add_paper,
)
