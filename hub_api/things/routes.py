"""``/v1/things``: what observes, where it stands, and what it observes."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.answers import Page, freshness, json_answer
from hub_api.errors import UnknownName
from hub_api.hub import HubHere
from hub_api.names.service import check_name, check_names
from hub_api.parameters import NoParameters, ThingPath, parse_box
from hub_api.things.repository import fetch_things, thing_element, thing_key
from hub_api.things.schemas import OneThing, ThingList, ThingsQuery

router = APIRouter()
FILTERS = {"source", "kind", "place", "observed_property"}


@router.get("/v1/things", operation_id="things", response_model=ThingList)
async def list_things(request: Request, hub: HubHere, query: ThingsQuery) -> Response:
    page = Page(request, hub, query)
    filters = query.model_dump(include=FILTERS)
    box = None if query.bbox is None else parse_box(query.bbox)
    rows = await fetch_things(hub.database, filters, box, page.after, page.rows_wanted)
    if not rows:
        await check_names(hub, filters)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    return page.answer(
        rows, key=thing_key, element=thing_element, meta=meta, cache_seconds=hub.settings.live_cache_seconds
    )


@router.get("/v1/things/{thing}", operation_id="thing", response_model=OneThing)
async def show_thing(hub: HubHere, thing: ThingPath, _: NoParameters) -> Response:
    rows = await fetch_things(hub.database, {"thing": thing}, None, None, 1)
    if not rows:
        await check_name(hub, "thing", thing)
        raise UnknownName("thing", thing)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    content = {"data": thing_element(rows[0]), "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
