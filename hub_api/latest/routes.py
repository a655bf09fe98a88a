"""``/v1/latest``: every datastream's newest value."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.answers import Page, freshness
from hub_api.hub import HubHere
from hub_api.latest.repository import fetch_latest, latest_element, latest_key, latest_time
from hub_api.latest.schemas import LatestList, LatestQuery
from hub_api.names.service import check_names
from hub_api.parameters import parse_box

router = APIRouter()
FILTERS = {"observed_property", "place", "thing", "source"}


@router.get("/v1/latest", operation_id="latest", response_model=LatestList)
async def list_latest(request: Request, hub: HubHere, query: LatestQuery) -> Response:
    page = Page(request, hub, query)
    filters = query.model_dump(include=FILTERS)
    box = None if query.bbox is None else parse_box(query.bbox)
    rows = await fetch_latest(hub.database, filters, box, page.after, page.rows_wanted)
    if not rows:
        await check_names(hub, filters)
    as_of = hub.clock()
    newest = max((latest_time(row) for row in rows[: page.limit]), default=None)
    return page.answer(
        rows, key=latest_key, element=lambda row: latest_element(row, as_of),
        meta=freshness(as_of, newest), cache_seconds=hub.settings.live_cache_seconds,
    )  # fmt: skip
