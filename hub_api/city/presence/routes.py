"""``/v1/presence`` and the gaps of a datastream: who is there, who was not, and why as far as is known."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from hub_api.city.datastreams.repository import fetch_datastreams, fetch_newest
from hub_api.city.presence.repository import GAPS, PRESENCE, gaps_of, presence_of
from hub_api.city.presence.schemas import GapList, GapsQuery, PresenceList, PresenceQuery
from hub_api.city.sources.repository import sources_of
from hub_api.city.status.routes import BoardHere
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.parameters import DatastreamPath

router = APIRouter()
NAMES = {"thing", "observed_property", "place", "source"}


@router.get(
    "/v1/presence",
    operation_id="presence",
    response_model=PresenceList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/presence.{extension}", include_in_schema=False)
async def list_presence(request: Request, hub: HubHere, board: BoardHere, query: PresenceQuery) -> Response:
    named = query.model_dump(include=NAMES)
    wanted = {**named, "presence": query.presence}
    listed = Listed(
        listing=PRESENCE,
        fetch=presence_of(wanted, hub.clock(), board.settings),
        filters=named,
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/datastreams/{datastream}/gaps",
    operation_id="gaps",
    response_model=GapList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/datastreams/{datastream}/gaps.{extension}", include_in_schema=False)
async def list_gaps(request: Request, hub: HubHere, datastream: DatastreamPath, query: GapsQuery) -> Response:
    if not await fetch_datastreams(hub.database, {"datastream": datastream}):
        raise UnknownName("datastream", datastream)
    listed = Listed(
        listing=GAPS,
        fetch=gaps_of(datastream, query.start, query.end, hub.clock()),
        filters={},
        offered=PLAIN_FORMATS,
        newest=partial(fetch_newest, hub.database, datastream),
        cache_seconds=hub.settings.live_cache_seconds,
    )
    return await answer_list(request, hub, query, listed)
