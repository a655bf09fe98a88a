"""``/v1/latest``: every datastream's newest value."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.city.latest.repository import LATEST, latest_of
from hub_api.city.latest.schemas import LatestList, LatestQuery
from hub_api.city.sources.repository import sources_of
from hub_api.city.text_search.service import search
from hub_api.serving.formats import ALL_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list

router = APIRouter()
FILTERS = {"datastream", "observed_property", "place", "thing", "source"}


@router.get("/v1/latest", operation_id="latest", response_model=LatestList, responses=documented(ALL_FORMATS))
@router.get("/v1/latest.{extension}", include_in_schema=False)
async def list_latest(request: Request, hub: HubHere, query: LatestQuery) -> Response:
    filters = query.model_dump(include=FILTERS)
    found = await search(hub, query.q)
    listed = Listed(
        listing=LATEST,
        fetch=latest_of(
            hub,
            {**filters, **query.area, "found": None if found is None else found.datastreams},
            query.qualities,
        ),
        told={"quality": [quality.name.lower() for quality in query.qualities]},
        filters=filters,
        area=(query.bbox, query.near),
        offered=ALL_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)
