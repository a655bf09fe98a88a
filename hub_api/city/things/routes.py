"""``/v1/things``: what observes, where it stands, and what it observes."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.city.linking import LinkingHere
from hub_api.city.presence.repository import fetch_presence, presence_element
from hub_api.city.sources.repository import sources_of
from hub_api.city.status.routes import BoardHere
from hub_api.city.text_search.service import search
from hub_api.city.things.repository import THINGS, fetch_things, thing_element, things_of
from hub_api.city.things.schemas import OneThing, ThingList, ThingsQuery
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import ALL_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters, ThingPath

router = APIRouter()
FILTERS = {"thing", "source", "kind", "place", "observed_property"}


@router.get("/v1/things", operation_id="things", response_model=ThingList, responses=documented(ALL_FORMATS))
@router.get("/v1/things.{extension}", include_in_schema=False)
async def list_things(request: Request, hub: HubHere, query: ThingsQuery) -> Response:
    filters = query.model_dump(include=FILTERS)
    found = await search(hub, query.q)
    listed = Listed(
        listing=THINGS,
        fetch=things_of({**filters, **query.area, "found": None if found is None else found.things}),
        filters=filters,
        area=(query.bbox, query.near),
        offered=ALL_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)


@router.get("/v1/things/{thing}", operation_id="thing", response_model=OneThing)
async def show_thing(
    hub: HubHere, board: BoardHere, linking: LinkingHere, thing: ThingPath, _: NoParameters
) -> Response:
    rows = await fetch_things(hub.database, {"thing": thing})
    if not rows:
        await check_name(hub, "thing", thing)
        raise UnknownName("thing", thing)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    now, most = hub.clock(), hub.settings.selection_datastreams_max
    present = await fetch_presence(hub.database, {"thing": thing, "rows": most}, now, board.settings)
    told = thing_element(rows[0]) | {
        "presence": [presence_element(row, now) for row in present],
        "challenges": await linking(hub, "thing", thing),
    }
    content = {"data": told, "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
