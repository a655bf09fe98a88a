"""``/portal/desk/sources``: administrators decide whether sources of teams and organisations count."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter

from casework.programme import Session
from casework.sources import reviewing
from casework.sources.reviewing import Decision
from hub_api.programme.casework.sources.pages import Code
from hub_api.programme.casework.staff.staff import administers
from hub_api.programme.kit.pages import Onward, Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/desk/sources"
DECISION = ValueForm(Decision)
MARKS = {"waiting": "is-late", "accepted": "is-good", "refused": "is-bad", "taken_out": "is-bad"}
page = partial(Page, router, guard=administers, here="desk")


def look_at_queue(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"sources": reviewing.list_queue(session), **_words(request)}


def look(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    dossier = reviewing.get_dossier(session, source)
    is_arabic = request.language == "ar"
    return {
        "title": dossier.source.name_ar if is_arabic else dossier.source.name_en,
        "dossier": dossier,
        "form": DECISION.fill(Decision(dossier.possible[0].value, ""), request.typed),
        **_words(request),
    }


def _words(request: PortalRequest) -> dict[str, Any]:
    return {
        "state_name": lambda review: reviewing.state_label(review).text(request.language),
        "mark": MARKS.__getitem__,
    }


async def decide(request: PortalRequest, source: str, decision: Decision) -> Onward:
    await request.run(reviewing.decide, request.actor, source, decision)
    return Onward(f"{_PATH}/{source}")


page(_PATH, "casework/sources/reviews.html", look_at_queue, title="sources.reviews")
page(f"{_PATH}/{{source}}", "casework/sources/review.html", look, object_guard=reviewing.get_dossier).answer(
    "", DECISION, "source_decided", decide
)
