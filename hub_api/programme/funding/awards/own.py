"""``/portal/account/awards``: what was granted to one's own applications."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from hackathon.funding.awards import service
from hub_api.programme.funding.awards.words import vocabulary
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/account/awards", include_in_schema=False)


@router.get("")
async def show_own(request: CurrentRequest) -> Response:
    _ = request.person
    found = await request.do(
        lambda connection: service.list_own(connection, request.office.awards, request.actor)
    )
    title = WORDS.text("awards.own", request.language)
    return render_page(
        request, "funding/awards/own.html", title=title, here="account", awards=found, **vocabulary(request)
    )
