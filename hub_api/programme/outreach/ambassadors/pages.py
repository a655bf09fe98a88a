"""``/portal/ambassadors``: whom everybody can find, and whom they reached, governorate by governorate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.outreach.activities.model import Audience, Topic
from hackathon.outreach.activities.reach import list_verified, sum_reach
from hackathon.outreach.activities.service import get_total
from hackathon.outreach.ambassadors import service
from hackathon.outreach.ambassadors.settings import AmbassadorSettings
from hub_api.programme.kit.pages import anybody
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.outreach.ambassadors.words import governorate_of, page, tiles

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_directory(session: Session, request: PortalRequest) -> dict[str, Any]:
    chosen, q = governorate_of(request.query("governorate")), request.query("q")
    after = request.query_id("after")
    listed, totals = service.list_directory(session, chosen, q, after), sum_reach(session)
    places, steps = tiles(service.count_listed(session), totals.governorates)
    is_full = len(listed) == session.of(AmbassadorSettings).page_rows_max
    return {
        "q": q,
        "chosen": chosen,
        "listed": listed,
        "totals": totals,
        "tiles": places,
        "steps": steps,
        "is_ambassador": service.find_own(session) is not None,
        "is_searched": bool(q.strip() or chosen or after),
        "after": listed[-1].ambassador_id if is_full else None,
        "topics": Topic,
        "audiences": Audience,
    }


page(
    router,
    "/ambassadors",
    "outreach/ambassadors/list.html",
    look_at_directory,
    guard=anybody,
    title="ambassadors.title",
    here="ambassadors",
)


def look(session: Session, request: PortalRequest, ambassador_id: UUID) -> dict[str, Any]:
    one = service.get_listed(session, ambassador_id)
    return {
        "title": one.listed.names.shown(request.language),
        "one": one,
        "total": get_total(session, ambassador_id),
        "verified": list_verified(session, ambassador_id),
    }


page(
    router,
    "/ambassadors/{ambassador_id}",
    "outreach/ambassadors/show.html",
    look,
    guard=anybody,
    here="ambassadors",
)
