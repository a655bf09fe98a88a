"""``/v1/limits``: who says from which value on something is good, bad or against the law."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from citycore.clock import CITY_ZONE
from hub_api.city.limits.repository import LIMITS, QUERIES, fetch_tables, limits_fetch
from hub_api.city.limits.schemas import LimitList, LimitsQuery
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list

router = APIRouter()
NAMES = {"table", "observed_property", "averaging"}


@router.get(
    "/v1/limits", operation_id="limits", response_model=LimitList, responses=documented(PLAIN_FORMATS)
)
@router.get("/v1/limits.{extension}", include_in_schema=False)
async def list_limits(request: Request, hub: HubHere, query: LimitsQuery) -> Response:
    if query.table is not None:
        known = await fetch_tables(hub.database)
        if query.table not in known:
            raise UnknownName("table", query.table, known)
    filters = query.model_dump(include=NAMES)
    at = None if query.at is None else query.at.astimezone(CITY_ZONE)
    listed = Listed(
        listing=LIMITS,
        fetch=limits_fetch(filters, at),
        filters={"observed_property": query.observed_property},
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.registry_cache_seconds,
        version=QUERIES["version"],
    )
    return await answer_list(request, hub, query, listed)
