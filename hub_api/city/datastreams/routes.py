"""``/v1/datastreams``: one observed property of one thing each."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.city.datastreams.repository import (
    DATASTREAMS,
    datastream_element,
    datastreams_of,
    fetch_datastreams,
    fetch_newest,
)
from hub_api.city.datastreams.schemas import DatastreamList, DatastreamsQuery, OneDatastream
from hub_api.city.sources.repository import sources_of
from hub_api.city.text_search.service import search
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.parameters import DatastreamPath, NoParameters

router = APIRouter()
FILTERS = {"datastream", "thing", "observed_property", "place", "source"}


@router.get(
    "/v1/datastreams",
    operation_id="datastreams",
    response_model=DatastreamList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/datastreams.{extension}", include_in_schema=False)
async def list_datastreams(request: Request, hub: HubHere, query: DatastreamsQuery) -> Response:
    filters = query.model_dump(include=FILTERS)
    found = await search(hub, query.q)
    listed = Listed(
        listing=DATASTREAMS,
        fetch=datastreams_of(
            {**filters, **query.area, "found": None if found is None else found.datastreams}
        ),
        filters=filters,
        area=(query.bbox, query.near),
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.registry_cache_seconds,
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)


@router.get("/v1/datastreams/{datastream}", operation_id="datastream", response_model=OneDatastream)
async def show_datastream(hub: HubHere, datastream: DatastreamPath, _: NoParameters) -> Response:
    rows = await fetch_datastreams(hub.database, {"datastream": datastream})
    if not rows:
        raise UnknownName("datastream", datastream)
    meta = freshness(hub.clock(), await fetch_newest(hub.database, datastream))
    content = {"data": datastream_element(rows[0]), "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
