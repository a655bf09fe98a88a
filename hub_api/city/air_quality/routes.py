"""``/v1/air-quality``: hours of things and places by the indices of the USA, Europe and WHO."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from citycore.air_quality.model import Index
from citycore.air_quality.rules import TABLES
from hub_api.city.air_quality.repository import QUERIES, Wanted, hours_of, listing_of
from hub_api.city.air_quality.schemas import AirQualityList, AirQualityQuery
from hub_api.city.limits.repository import fetch_tables
from hub_api.city.sources.repository import sources_of
from hub_api.serving.errors import invalid
from hub_api.serving.formats import ALL_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list

router = APIRouter()
NAMES = {"thing", "place", "source"}


@router.get(
    "/v1/air-quality",
    operation_id="air_quality",
    response_model=AirQualityList,
    responses=documented(ALL_FORMATS),
)
@router.get("/v1/air-quality.{extension}", include_in_schema=False)
async def list_air_quality(request: Request, hub: HubHere, query: AirQualityQuery) -> Response:
    is_window = query.start is not None or query.end is not None
    if is_window and query.at is not None:
        raise invalid("at", "not_with_window")
    filters = query.model_dump(include=NAMES)
    index = Index(query.index)
    wanted = Wanted(
        index=index,
        filters=filters,
        is_by_place=query.by == "place",
        at=None if is_window else query.at or hub.clock(),
        start=query.start,
        end=query.end,
        age_hours=request.app.state.air_quality.age_hours_max,
    )
    listed = Listed(
        listing=listing_of((await fetch_tables(hub.database))[TABLES[index]]),
        fetch=hours_of(wanted),
        filters=filters,
        offered=ALL_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["version"],
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)
