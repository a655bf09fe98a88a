"""``/portal/offerings``: what verified vendors offer, in another order every day."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from hackathon.market.journeys.model import Kind
from hackathon.market.offerings.catalogue import get_listed, list_listed, today
from hackathon.market.offerings.model import Listed, Place, Version
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.market.journeys.words import journey_of
from hub_api.programme.market.offerings.words import told_in, vocabulary, wanted_of

router = APIRouter(prefix="/portal/offerings", include_in_schema=False)


@router.get("")
async def show_catalogue(
    request: CurrentRequest, day: date | None = None, after: UUID | None = None
) -> Response:
    """``day`` and ``after`` are of the page before: whoever turns pages at midnight sees nothing twice."""
    settings = request.office.settings.offerings
    filters, codes = wanted_of(request.http.query_params)
    query = {"q": filters.words, **codes} if filters.words else codes
    place = today(request.office.clock) if day is None else Place(day, after)
    listed = await request.do(lambda connection: list_listed(connection, filters, place, settings))
    onward = None
    if len(listed) == settings.page_rows_max:
        onward = urlencode({**query, "day": place.day.isoformat(), "after": str(listed[-1].offering_id)})
    return render_page(
        request,
        "market/offerings/list.html",
        title=WORDS.text("marketplace.title", request.language),
        here="marketplace",
        tab="offerings",
        listed=listed,
        wanted=query,
        codes=codes,
        onward=onward,
        is_searched=bool(query),
        is_first=after is None,
        **vocabulary(request),
    )


@router.get("/{offering_id}")
async def show_offering(request: CurrentRequest, offering_id: UUID) -> Response:
    listed, versions = await request.do(lambda connection: get_listed(connection, offering_id))
    return await _offering_page(request, listed, versions, listed.version)


@router.get("/{offering_id}/versions/{number}")
async def show_version(request: CurrentRequest, offering_id: UUID, number: Numbered) -> Response:
    """As it was; what refers to it was made for this text and no other."""

    def work(connection: Connection) -> tuple[Listed, list[Version], Version]:
        listed, versions = get_listed(connection, offering_id)
        for version in versions:
            if version.number == number:
                return listed, versions, version
        raise NoSuchObject

    return await _offering_page(request, *await request.do(work))


async def _offering_page(
    request: PortalRequest, listed: Listed, versions: list[Version], shown: Version
) -> Response:
    values: dict[str, Any] = {
        "listed": listed,
        "versions": versions,
        "shown": shown,
        "content": shown.content,
    }
    title = told_in(shown.content, request.language).title
    return render_page(
        request,
        "market/offerings/show.html",
        title=title,
        here="marketplace",
        tab="offerings",
        journey=await journey_of(request, Kind.OFFERING, listed.offering_id),
        **values,
        **vocabulary(request),
    )
