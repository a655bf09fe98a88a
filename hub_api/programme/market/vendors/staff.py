"""``/portal/desk/vendors``: the programme looks at papers, verifies vendors, and keeps out who must stay out."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import Exclusion, Queue
from hackathon.market.vendors.rules import end_of, required_of
from hackathon.market.vendors.settings import VendorSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, spread, step_of
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.vendors.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Vendors of which a paper waits, whatever their state, and each state.
PAPERS: Final = "papers"
STATES: Final = tuple(state.name for state in VENDOR.states)
STAFF_STEPS: Final = frozenset({"verify", "reject", "renew", "suspend", "blacklist", "lift", "close"})


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    q, state = request.query("q"), request.query("state", "verifying")
    if state != PAPERS and state not in STATES:
        raise FormUnreadable
    is_waiting = state == PAPERS
    wanted = Queue(STATES if is_waiting else (state,), q, is_waiting)
    found = service.list_vendors(session, wanted, request.query_id("after"))
    is_full = len(found) == session.of(VendorSettings).page_rows_max
    return {
        "q": q,
        "state": state,
        "states": STATES,
        "counts": service.count_states(session),
        "found": found,
        "after": found[-1].vendor.vendor_id if is_full else None,
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


PAGE = Page(
    router,
    "/desk/vendors/{vendor_id}",
    "market/vendors/staff.html",
    look,
    guard=require_programme,
    here="desk",
    vocabulary=vocabulary,
)
PAGE.post("step", read_step, "step_taken", spread(service.exclude))
PAGE.press_part("documents/{document_id}/accept", "document_accepted", documents.accept)
