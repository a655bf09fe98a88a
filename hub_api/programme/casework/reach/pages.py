"""Reach on the page of an object: read there by everybody, and entered by those who lead it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from casework.programme import Session
from casework.reach.model import Measure, Medium, NewReach
from casework.reach.service import Reaches, list_reach
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

NEW: Final = ValueForm(NewReach)


def reach_of(session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
    """What the pieces draw."""
    language = request.language
    return {
        "reach": list_reach(session, object_id),
        "reach_choices": {
            "medium": Medium.choices(language),
            "measure": Measure.choices(language),
        },
    }


def take_reach(page: Page[UUID], of: Reaches) -> None:
    """Forms below the page by which it is entered and taken away."""
    page.post("reach", NEW, "reach_entered", of.enter)
    page.press_part("reach/{reach_id}/remove", "saved", of.remove)
