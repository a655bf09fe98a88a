"""A desk for a form that belongs to nothing, and an application that has it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.access.model import Role
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from hub_api.programme.kit.form_desk import FormDesk, Writing
from hub_api.programme.kit.request import PortalRequest

#: Whoever writes forms here; the last digit of an identifier says whether its form has been asked.
WRITERS = (Role.PROGRAMME_OFFICER,)
FIXED = UUID(int=9)


def look(session: Session, _: PortalRequest, form_id: UUID) -> Writing:
    if not session.holds(WRITERS, ()):
        raise NotAllowed
    return Writing(form_id, "Opening hours", "/voices", is_fixed=form_id == FIXED)


def add_desk(app: Any) -> None:
    router = APIRouter(prefix="/portal", include_in_schema=False)
    FormDesk(router, "/desk/trial/{form_id}/form", look, here="desk")
    app.include_router(router)
