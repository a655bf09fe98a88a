"""``/v1/sources``: who publishes, under which licence, and whether it is simulated."""

from __future__ import annotations

from fastapi import APIRouter, Response

from hub_api.city.sources.repository import fetch_sources, source_element
from hub_api.city.sources.schemas import SourceList
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.hub import HubHere
from hub_api.serving.parameters import NoParameters

router = APIRouter()


@router.get("/v1/sources", operation_id="sources", response_model=SourceList)
async def list_sources(hub: HubHere, _: NoParameters) -> Response:
    rows = await fetch_sources(hub.database)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    content = {"data": [source_element(row) for row in rows], "next": None, "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.registry_cache_seconds)
