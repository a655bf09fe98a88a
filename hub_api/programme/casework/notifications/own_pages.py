"""``/portal/account/notifications``: what somebody was told, read and unread, and how they want it mailed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.notifications import service
from casework.notifications.model import Choice
from casework.notifications.settings import NotificationSettings
from casework.programme import Session
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    settings = session.of(NotificationSettings)
    return {
        "told_of": service.list_own(session),
        "choice": service.get_choice(session),
        "choice_rows": [(one.value, one.label.text(request.language)) for one in Choice],
        "days": f"{settings.days_kept:g}",
        "hour": f"{settings.digest_hour:02d}:00",
    }


def choice_of(form: Form) -> Choice:
    try:
        return Choice(form.text("choice"))
    except ValueError as error:
        raise FormUnreadable from error


def open_one(session: Session, notification_id: UUID) -> Onward | None:
    """On to where it is about; back to the page where it leads nowhere."""
    path = service.read(session, notification_id)
    return None if path is None else Onward(path, "")


PAGE = Page(
    router,
    "/account/notifications",
    "casework/notifications/own.html",
    look,
    guard=signed_in,
    title="notifications.title",
    here="account",
)
PAGE.press("read", "notifications_read", service.read_all)
PAGE.press_part("{notification_id}/open", "notification_read", open_one)
PAGE.post("choice", choice_of, "saved", service.choose)
