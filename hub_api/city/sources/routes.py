"""``/v1/sources``: who publishes, under which licence, and whether it is simulated."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hub_api.city.sources.repository import fetch_sources, source_element, source_key
from hub_api.city.sources.schemas import SourceList
from hub_api.serving.answers import Page, cache_for, freshness
from hub_api.serving.hub import HubHere
from hub_api.serving.parameters import PageQuery

router = APIRouter()


@router.get("/v1/sources", operation_id="sources", response_model=SourceList)
async def list_sources(request: Request, hub: HubHere, query: Annotated[PageQuery, Query()]) -> Response:
    page = Page(request, hub, query, str)
    rows = await fetch_sources(hub.database, after=page.after, rows=page.rows_wanted)
    return page.answer(
        rows,
        key=source_key,
        elements=lambda some: [source_element(row) for row in some],
        meta=freshness(hub.clock(), await hub.newest_phenomenon_time()),
        headers={"Cache-Control": cache_for(hub.settings.registry_cache_seconds)},
    )
