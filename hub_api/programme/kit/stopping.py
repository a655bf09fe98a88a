"""Pages that a link in a mail leads to, on which somebody ends such mails without signing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest


def add_stop_pages(
    router: APIRouter,
    mails: str,
    is_stopped: Callable[[Session, str], bool],
    stop: Callable[[Session, str], object],
    *,
    has_own: bool = True,
) -> None:
    """``/MAILS/stop`` with the texts ``MAILS.stop``, ``stop_lead``, ``stop_button`` and ``stopped``.

    Both functions take the link's token and refuse one that nobody was given. ``has_own``: whoever has an account
    finds such mails at ``/account/MAILS``, too.
    """

    def page(request: PortalRequest, token: str, *, is_over: bool) -> Response:
        title = WORDS.text(f"{mails}.stop", request.language)
        given: dict[str, Any] = {"token": token, "is_over": is_over, "has_own": has_own}
        return render_page(request, "kit/stopping.html", title=title, mails=mails, **given)

    @router.get(f"/{mails}/stop")
    async def show(request: CurrentRequest, token: str = "") -> Response:
        """A page with a button: whatever only looks at links in mails ends nothing."""
        return page(request, token, is_over=await request.look(is_stopped, token))

    @router.post(f"/{mails}/stop")
    async def press(request: CurrentRequest) -> Response:
        token = (await request.form()).text("token")
        await request.act(stop, token)
        return page(request, token, is_over=True)
