"""``/portal/desk/offerings``: the programme looks at what vendors hand in, and publishes it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.offerings import service
from hackathon.market.offerings.machine import IN_REVIEW, OFFERING
from hackathon.market.vendors.service import get_vendor
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.offerings.words import content_shown, told_in, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: The queue, which holds new offerings and new versions, and each state.
QUEUE: Final = "queue"
STATES: Final = tuple(state.name for state in OFFERING.states)
STAFF_STEPS: Final = frozenset({"publish", "return", "disable", "enable"})


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    state = request.query("state", QUEUE)
    if state != QUEUE and state not in STATES:
        raise FormUnreadable
    states = IN_REVIEW if state == QUEUE else (state,)
    found, onward = service.list_queue(session, states, request.query_id("after"))
    counts = service.count_states(session)
    return {
        "found": found,
        "counts": counts,
        "state": state,
        "states": STATES,
        "waiting": sum(counts.get(name, 0) for name in IN_REVIEW),
        "after": onward,
    }


Page(
    router,
    "/desk/offerings",
    "market/offerings/staff_list.html",
    look_at_list,
    guard=require_programme,
    title="offerings.desk",
    here="desk",
    vocabulary=vocabulary,
)


def look(session: Session, request: PortalRequest, offering_id: UUID) -> dict[str, Any]:
    one, versions = service.get_offering(session, offering_id), service.list_versions(session, offering_id)
    content, public = content_shown(one, versions)
    untitled = WORDS.text("offerings.untitled", request.language)
    return {
        "title": told_in(content, request.language).title or untitled,
        "one": one,
        "vendor": get_vendor(session, one.vendor_id),
        "versions": versions,
        "content": content,
        "public": public,
        "steps": steps_on(session, request, OFFERING, offering_id, STAFF_STEPS),
        "step_words": session.words(offering_id),
    }


Page(
    router,
    "/desk/offerings/{offering_id}",
    "market/offerings/staff.html",
    look,
    guard=require_programme,
    here="desk",
    vocabulary=vocabulary,
).steps(service.move, STAFF_STEPS)
