"""``/portal/listeners/stop``: no more mail about what somebody wanted to be told of."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from casework.listeners import service
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.get("/listeners/stop")
async def show_stop(request: CurrentRequest, token: str = "") -> Response:
    """A page with a button: whatever only looks at links in mails stops nothing."""
    await request.look(service.check_token, token)
    return _page(request, token, is_stopped=False)


@router.post("/listeners/stop")
async def stop(request: CurrentRequest) -> Response:
    token = (await request.form()).text("token")
    await request.act(service.stop, token)
    return _page(request, token, is_stopped=True)


def _page(request: PortalRequest, token: str, *, is_stopped: bool) -> Response:
    title = WORDS.text("listeners.stop", request.language)
    return render_page(
        request, "casework/listeners/stop.html", title=title, token=token, is_stopped=is_stopped
    )
