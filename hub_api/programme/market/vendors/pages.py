"""``/portal/vendors``: a vendor for everybody, and a paper for whoever may see it.

``/portal/account/vendor``: a company registers as a vendor, shows its papers, and keeps its offerings.

``/portal/desk/vendors``: the programme looks at papers, verifies vendors, and keeps out who must stay out.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.files.kinds import MEDIA_TYPES
from casework.files.model import Received
from casework.governorates.model import Governorate
from casework.programme import Session
from hackathon.market.offerings.catalogue import list_listed, today
from hackathon.market.offerings.model import Filters, Place
from hackathon.market.offerings.service import list_of_vendor
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import UNVERIFIED, VENDOR
from hackathon.market.vendors.model import Exclusion, Paper, Profile
from hackathon.market.vendors.rules import end_of, lacking, required_of
from hackathon.market.vendors.settings import VendorSettings
from hub_api.programme.kit.attachment import SavedFile, download
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, labels_of, states_of
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in, spread, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import PAPER, PROFILE, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    vendor, place = (
        service.get_listed(session, vendor_id),
        Place(today(session).day, request.query_id("after")),
    )
    listed, onward = list_listed(session, Filters(vendor_id=vendor_id), place)
    return {
        "title": vendor.names.shown(request.language),
        "vendor": vendor,
        "listed": listed,
        "onward": onward,
    }


Page(
    router,
    "/vendors/{vendor_id}",
    "market/vendors/show.html",
    look,
    guard=anybody,
    here="marketplace",
    tab="offerings",
    vocabulary=lambda request: vocabulary(request) | offering_words(request),
)


def open_paper(session: Session, vendor_id: UUID, document_id: UUID) -> SavedFile:
    document, path = documents.open_file(session, vendor_id, document_id)
    return SavedFile(path, document.name, document.media_type)


download(router, "/vendors/{vendor_id}/documents/{document_id}", signed_in, open_paper)


page = partial(Page, router, guard=signed_in, here="account")
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


page(
    "/account/vendor", "market/vendors/register.html", look_at_all, title="vendors.own", vocabulary=vocabulary
).post("", read_company, "vendor_registered", register)


def look_at_own(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
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


PAGE = page(
    "/account/vendor/{vendor_id}",
    "market/vendors/own.html",
    look_at_own,
    object_guard=service.get_own,
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


staff_page = partial(Page, router, guard=require_programme, here="desk", vocabulary=vocabulary)
STAFF_STEPS: Final = frozenset({"verify", "reject", "renew", "suspend", "blacklist", "lift", "close"})


ListPage(
    router,
    "/desk/vendors",
    service.DESK,
    (
        Column("vendors.company", names("name"), link="/desk/vendors/{vendor_id}"),
        Column("vendors.place", code("governorate", lambda one: Governorate(one).label)),
        Column("vendors.papers_count", value("documents")),
        Column("list.state", state(VENDOR)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=require_programme,
    here="desk",
    title="vendors.desk",
    empty="vendors.desk_empty",
    fields={
        "q": FilterLabel("vendors.company"),
        "state": FilterLabel("list.state", states_of(VENDOR, {"papers": "vendors.papers_waiting"})),
        "governorate": FilterLabel("vendors.place", labels_of(lambda one: Governorate(one).label)),
    },
    beside={"offerings.desk": "/desk/offerings"},
    bulk=bulk_steps(VENDOR, ("verify", "reject"), service.move),
)


def look_at_desk(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    vendor = service.get_vendor(session, vendor_id)
    return {
        "title": vendor.names.shown(request.language),
        "vendor": vendor,
        "papers": documents.list_documents(session, vendor_id),
        "required": required_of(vendor.profile, session.of(VendorSettings)),
        "steps": steps_of(VENDOR, service.get_steps(session, vendor_id), request, STAFF_STEPS),
        "step_words": session.words(vendor_id),
    }


def read_step(form: Form) -> tuple[str, int, Exclusion]:
    """An exclusion ends with a day in Muscat."""
    event, version, reason = step_of(form, STAFF_STEPS)
    until = end_of(form.chosen_day("until")) if form.text("until").strip() else None
    return event, version, Exclusion(reason, until)


STAFF_PAGE = staff_page("/desk/vendors/{vendor_id}", "market/vendors/staff.html", look_at_desk)
STAFF_PAGE.post("step", read_step, "step_taken", spread(service.exclude))
STAFF_PAGE.press_part("documents/{document_id}/accept", "document_accepted", documents.accept)
