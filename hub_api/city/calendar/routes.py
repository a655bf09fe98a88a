"""``/v1/calendar``: public holidays, Ramadan and school terms, confirmed or estimated."""

from __future__ import annotations

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from citycore.calendar.holidays import is_known
from citycore.clock import CITY_ZONE
from hub_api.city.calendar.repository import CALENDAR, QUERIES, days_of, fetch_entries
from hub_api.city.calendar.schemas import CalendarList, CalendarQuery
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list

router = APIRouter()


@router.get(
    "/v1/calendar",
    operation_id="calendar_days",
    response_model=CalendarList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/calendar.{extension}", include_in_schema=False)
async def list_days(request: Request, hub: HubHere, query: CalendarQuery) -> Response:
    if not await anyio.to_thread.run_sync(is_known, query.country):
        own = {one.country for one in await fetch_entries(hub.database)}
        if query.country not in own:
            raise UnknownName("country", query.country, own)
    this_year = hub.clock().astimezone(CITY_ZONE).year
    years = (query.year,) if query.year is not None else (this_year, this_year + 1)
    listed = Listed(
        listing=CALENDAR,
        fetch=days_of(query.country, years, query.kind),
        filters={},
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.registry_cache_seconds,
        version=QUERIES["version"],
    )
    return await answer_list(request, hub, query, listed)
