"""``/v1/places``: areas of the city as GeoJSON."""

from __future__ import annotations

from functools import partial

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from hub_api.city.places.repository import fetch_places, place_feature
from hub_api.city.places.schemas import PlaceCollection, PlacesQuery
from hub_api.serving.answers import JSON_OPTIONS, cache_for, freshness
from hub_api.serving.hub import HubHere
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter()
GEOJSON = "application/geo+json"


class GeoJson(JSONResponse):
    """For the documentation; the answer itself is made by :func:`list_places`."""

    media_type = GEOJSON


@router.get("/v1/places", operation_id="places", response_model=PlaceCollection, response_class=GeoJson)
async def list_places(request: Request, hub: HubHere, query: PlacesQuery) -> Response:
    rows = await hub.ask_registry(("places", query.kind), partial(fetch_places, hub.database, query.kind))
    etag = weak_etag(query.kind, rows)
    headers = {"ETag": etag, "Cache-Control": cache_for(hub.settings.registry_cache_seconds)}
    if is_known(request, etag):
        return not_modified(headers)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    features = [place_feature(row) for row in rows]
    content = {"type": "FeatureCollection", "features": features, "meta": meta}
    return Response(orjson.dumps(content, option=JSON_OPTIONS), media_type=GEOJSON, headers=headers)
