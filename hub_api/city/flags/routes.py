"""``/v1/datastreams/{datastream}/flags``: which tests flagged which of its observations, anomalies among them."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from hub_api.city.datastreams.repository import fetch_datastreams, fetch_newest
from hub_api.city.flags.repository import FLAGS, flags_of
from hub_api.city.flags.schemas import FlagList, FlagsQuery
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.parameters import DatastreamPath

router = APIRouter()


@router.get(
    "/v1/datastreams/{datastream}/flags",
    operation_id="flags",
    response_model=FlagList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/datastreams/{datastream}/flags.{extension}", include_in_schema=False)
async def list_flags(
    request: Request, hub: HubHere, datastream: DatastreamPath, query: FlagsQuery
) -> Response:
    if not await fetch_datastreams(hub.database, {"datastream": datastream}):
        raise UnknownName("datastream", datastream)
    listed = Listed(
        listing=FLAGS,
        fetch=flags_of(datastream, query.start, query.end, query.test),
        filters={},
        offered=PLAIN_FORMATS,
        newest=partial(fetch_newest, hub.database, datastream),
        cache_seconds=hub.settings.live_cache_seconds,
    )
    return await answer_list(request, hub, query, listed)
