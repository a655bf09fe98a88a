"""``/v1/observed-properties``: the vocabulary."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response

from hub_api.city.observed_properties.repository import fetch_properties, fetch_sectors, property_element
from hub_api.city.observed_properties.schemas import PropertiesQuery, PropertyList
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub, HubHere

router = APIRouter()


@router.get("/v1/observed-properties", operation_id="observed_properties", response_model=PropertyList)
async def list_properties(hub: HubHere, query: PropertiesQuery) -> Response:
    rows = await hub.ask_registry(
        ("observed_properties", query.sector), partial(fetch_properties, hub.database, query.sector)
    )
    if not rows and query.sector is not None:
        await _refuse_unknown(hub, query.sector)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    content = {"data": [property_element(row) for row in rows], "next": None, "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.registry_cache_seconds)


async def _refuse_unknown(hub: Hub, sector: str) -> None:
    """``UnknownName`` for what is no sector; one without properties is none the less one."""
    known = await fetch_sectors(hub.database)
    if sector not in known:
        raise UnknownName("sector", sector, known)
