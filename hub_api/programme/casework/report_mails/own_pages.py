"""``/portal/account/reports`` and ``/portal/reports/stop``: which reports somebody gets by mail, and no more of one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from casework.programme import Session
from casework.report_mails import service
from casework.report_mails.model import Choice, Times
from casework.report_mails.settings import ReportMailSettings
from hub_api.programme.casework.report_mails.words import BEGINNING, PREFILLED, choices, told, wish_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.stopping import add_stop_pages

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    known, language, settings = service.vocabulary(session), request.language, session.of(ReportMailSettings)
    own = service.list_own(session)
    return {
        "rows": [(one, told(one, known, language)) for one in own],
        "has_room": len(own) < settings.subscriptions_max,
        "most": settings.subscriptions_max,
        "minutes": settings.ask_minutes_min,
        "form": form_of(request),
        **choices(known, language),
    }


def form_of(request: PortalRequest) -> Form:
    """What was just sent, else what the address asks for, on what a new one begins with."""
    if "rhythm" in request.typed.fields:
        return request.typed
    asked = {name: [request.query(key)] for name, key in PREFILLED.items() if request.query(key)}
    beginning = {name: [text] for name, text in BEGINNING.items()}
    return Form({**beginning, "language": [request.language], **asked})


def subscribe(session: Session, wish: tuple[Choice, Times]) -> None:
    service.subscribe(session, *wish)


PAGE = Page(
    router,
    "/account/reports",
    "casework/report_mails/own.html",
    look,
    guard=signed_in,
    title="reports.title",
    here="account",
)
PAGE.post("", wish_of, "report_chosen", subscribe)
PAGE.press_part("{subscription_id}/pause", "report_paused", service.pause)
PAGE.press_part("{subscription_id}/resume", "report_resumed", service.resume)
PAGE.press_part("{subscription_id}/end", "report_ended", service.end)
PAGE.press_part("{subscription_id}/send", "report_asked", service.ask)


def _is_stopped(session: Session, token: str) -> bool:
    service.find_of_link(session, token)
    return False


add_stop_pages(router, "reports", _is_stopped, service.end_by_link)
