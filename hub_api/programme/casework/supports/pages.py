"""The button by which somebody supports what a page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from casework.programme import Session
from casework.supports.service import has_supported
from casework.supports.settings import SupportSettings
from hub_api.programme.kit.browsers import give_key, token_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, as_sent
from hub_api.programme.kit.request import PortalRequest


def take_support(page: Page[UUID], support: Callable[[Session, UUID, str | None], object]) -> None:
    """With an account, or by a browser, which is given its key with the first support."""

    async def send(request: PortalRequest, object_id: UUID, _: Form) -> None:
        token = None if request.signed is not None else await give_key(request)
        await request.act(support, object_id, token)

    page.answer("support", as_sent, "supported", send)


def support_of(session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
    """What the pieces draw."""
    has = has_supported(session, object_id, token_of(request))
    return {"has_supported": has, "burst": session.of(SupportSettings).burst}
