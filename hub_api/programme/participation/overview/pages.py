"""``/portal/participation``: what a resident can do now, and what became of what others said."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from casework.decisions import service as decisions
from casework.decisions.model import Search
from casework.programme import Session
from hub_api.programme.kit.pages import Page, anybody
from hub_api.programme.kit.request import PortalRequest
from participation.dialogue import service as sessions
from participation.surveys import service as surveys

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Of each, on this page; the rest stands on pages of its own.
ROWS = 3


def look(session: Session, _: PortalRequest) -> dict[str, Any]:
    return {
        "surveys": surveys.list_public(session, ("open",))[0][:ROWS],
        "sessions": sessions.list_talks(session, ("registration", "live"))[0][:ROWS],
        "decisions": decisions.list_decisions(session, Search(), rows=ROWS).decisions,
    }


Page(
    router,
    "/participation",
    "participation/overview/overview.html",
    look,
    guard=anybody,
    title="participation.title",
    here="participation",
)
