"""``/v1/places``: areas of the city as GeoJSON."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.responses import JSONResponse

from hub_api.answers import freshness, json_answer
from hub_api.hub import HubHere
from hub_api.places.repository import fetch_places, place_feature
from hub_api.places.schemas import PlaceCollection, PlacesQuery

router = APIRouter()
GEOJSON = "application/geo+json"


class GeoJson(JSONResponse):
    """For the documentation; the answer itself is made by :func:`json_answer`."""

    media_type = GEOJSON


@router.get("/v1/places", operation_id="places", response_model=PlaceCollection, response_class=GeoJson)
async def list_places(hub: HubHere, query: PlacesQuery) -> Response:
    rows = await fetch_places(hub.database, query.kind)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    features = [place_feature(row) for row in rows]
    content = {"type": "FeatureCollection", "features": features, "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.registry_cache_seconds, media_type=GEOJSON)
