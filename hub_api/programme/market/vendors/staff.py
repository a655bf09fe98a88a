"""``/portal/desk/vendors``: the programme looks at papers, verifies vendors, and keeps out who must stay out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.rules import end_of, required_of
from hackathon.market.vendors.settings import VendorSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, TakenStep, no_fields, taken_step
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, words_in
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.vendors.words import day_of, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Vendors of which a paper waits, whatever their state, and each state.
PAPERS: Final = "papers"
STATES: Final = tuple(state.name for state in VENDOR.states)
STAFF_STEPS: Final = frozenset({"verify", "reject", "renew", "suspend", "blacklist", "lift", "close"})


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    q, state, after = request.query("q"), request.query("state", "verifying"), request.query_id("after")
    if state != PAPERS and state not in STATES:
        raise FormUnreadable
    clock, settings = session.programme.clock, session.of(VendorSettings)
    wanted, is_waiting = STATES if state == PAPERS else (state,), state == PAPERS
    found = service.list_vendors(
        session.connection, wanted, session.actor, clock, settings, after, q, waiting=is_waiting
    )
    return {
        "q": q,
        "state": state,
        "states": STATES,
        "counts": service.count_states(session.connection, session.actor, clock),
        "found": found,
        "after": found[-1].vendor.vendor_id if len(found) == settings.page_rows_max else None,
    }


Page(
    router,
    "/desk/vendors",
    "market/vendors/staff_list.html",
    look_at_list,
    guard=require_programme,
    title="vendors.desk",
    here="desk",
    vocabulary=vocabulary,
)


def look(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    connection, actor, clock = session.connection, session.actor, session.programme.clock
    settings = session.of(VendorSettings)
    vendor = service.get_vendor(connection, vendor_id, actor, clock)
    offers = service.get_steps(connection, vendor_id, actor, clock, settings)
    return {
        "title": vendor.names.shown(request.language),
        "vendor": vendor,
        "papers": documents.list_documents(connection, vendor_id, actor, clock),
        "required": required_of(vendor.profile, settings),
        "steps": steps_of(VENDOR, offers, request, STAFF_STEPS),
        "step_words": words_in(session, vendor_id),
    }


def read_step(form: Form) -> tuple[TakenStep, datetime | None]:
    """An exclusion ends with a day in Muscat."""
    day = day_of(form.text("until"))
    return taken_step(form, STAFF_STEPS), None if day is None else end_of(day)


def move(session: Session, vendor_id: UUID, sent: tuple[TakenStep, datetime | None]) -> None:
    taken, until = sent
    service.move(
        session.connection,
        vendor_id,
        taken.event,
        session.actor,
        session.programme.clock,
        session.of(VendorSettings),
        seen_version=taken.version,
        reason=taken.reason,
        until=until,
    )


def accept(session: Session, vendor_id: UUID, document_id: UUID, _: None) -> None:
    documents.accept(
        session.connection,
        vendor_id,
        document_id,
        session.actor,
        session.programme.clock,
        session.of(VendorSettings),
    )


PAGE = Page(
    router,
    "/desk/vendors/{vendor_id}",
    "market/vendors/staff.html",
    look,
    guard=require_programme,
    here="desk",
    vocabulary=vocabulary,
)
PAGE.post("step", read_step, "step_taken", move)
PAGE.post_part("documents/{document_id}/accept", no_fields, "document_accepted", accept)
