"""``/portal/account/awards``: what was granted to one's own applications."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from hackathon.funding.awards import service
from hub_api.programme.funding.awards.words import vocabulary
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import VisitHere

router = APIRouter(prefix="/portal/account/awards", include_in_schema=False)


@router.get("")
async def show_own(visit: VisitHere) -> Response:
    _ = visit.person
    found = await visit.do(lambda connection: service.list_own(connection, visit.office.awards, visit.actor))
    title = WORDS.text("awards.own", visit.language)
    return page(
        visit, "funding/awards/own.html", title=title, here="account", awards=found, **vocabulary(visit)
    )
